"""What can go wrong with an index in PostgreSQL: other processes, rights, a kill in the middle, a rebuild meanwhile."""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask_migrate import check, upgrade

from forum import create_app
from forum.core.config import PROJECT
from forum.core.db import db
from forum.search.current import engine as current_engine
from forum.search.engines import postgresql_builds
from forum.search.engines.postgresql import PostgresqlEngine
from forum.search.port import Document, SearchUnavailable
from forum.search.query import parse
from tests.search.engines.database import IS_THERE, address, emptied_engine, for_sqlalchemy, schemas
from tests.search.engines.documents import LIBRARY, document
from tests.services import create_database

pytestmark = pytest.mark.skipif(not IS_THERE, reason="needs PostgreSQL: PROVEN_TEST_DATABASE=postgresql")

WRITER = """
import sys
from tests.search.engines.documents import document
from forum.search.engines.postgresql import PostgresqlEngine
engine = PostgresqlEngine(sys.argv[1])
for number in range(int(sys.argv[2]), 100000):
    engine.index([document(f"q{number}", f"Acknowledged thing {number}"), document("q99", f"Shared thing {number}")])
    print(number, flush=True)
    if number == int(sys.argv[3]):
        break
"""
REBUILDER = """
import sys, time
from tests.search.engines.documents import document
from forum.search.engines.postgresql import PostgresqlEngine
def half():
    for number in range(1, 1200):
        yield document(f"q{number}", f"Unfinished thing {number}")
    print("half", flush=True)
    time.sleep(60)
PostgresqlEngine(sys.argv[1]).rebuild(half())
"""


@pytest.fixture
def engine() -> PostgresqlEngine:
    made = emptied_engine()
    made.rebuild(LIBRARY)
    return made


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, for_sqlalchemy(address()), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT)


@contextmanager
def database() -> Iterator[psycopg.Connection]:
    with psycopg.connect(address(), autocommit=True) as connection:
        yield connection


def build_in_use() -> str:
    with database() as connection:
        row = connection.execute("SELECT build FROM proven_search.current").fetchone()
        assert row is not None
        return str(row[0])


def end_all_connections() -> None:
    with database() as connection:
        ours = "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity {ours}")


def frequencies_are_right() -> bool:
    """Whether every term says how many documents have it, and each row belongs to a document."""
    with database() as connection:
        connection.execute(f"SET search_path = {build_in_use()}")
        wrong = connection.execute("""
            SELECT id FROM term LEFT JOIN
            (SELECT each, count(*) AS found FROM wording, unnest(terms) AS each GROUP BY each) AS counted ON each = id
            WHERE coalesce(found, 0) <> documents
            UNION ALL SELECT document FROM posting WHERE NOT EXISTS
            (SELECT FROM wording WHERE wording.document = posting.document AND posting.term = ANY (terms))
            UNION ALL SELECT number FROM document FULL JOIN wording ON number = wording.document
            WHERE number IS NULL OR wording.document IS NULL
        """)
        return not wrong.fetchall()


def test_a_reader_finds_what_another_process_wrote(engine: PostgresqlEngine) -> None:
    assert engine.search(parse("acknowledged")).total == 0
    start(WRITER, 500, 500).communicate()
    assert engine.search(parse("acknowledged")).total == 1


def test_two_writers_at_once_both_write_and_count_right(engine: PostgresqlEngine) -> None:
    writers = [start(WRITER, first, first + 30) for first in (1000, 2000)]
    for writer in writers:
        writer.communicate()
    assert engine.search(parse("acknowledged")).total == 62
    assert engine.search(parse("shared thing")).total == 1
    assert frequencies_are_right()


def test_a_killed_writer_loses_nothing_that_it_acknowledged_and_leaves_nothing_half_done(
    engine: PostgresqlEngine,
) -> None:
    acknowledged: list[int] = []
    for round in range(3):
        writer = start(WRITER, 1000 * (round + 1), 0)
        assert writer.stdout is not None
        for line in writer.stdout:
            acknowledged.append(int(line))
            if len(acknowledged) % 7 == 0:
                writer.kill()
                break
        writer.communicate()
    engine.index([document("q9999999", "Still writable")])
    assert {f"q{number}" for number in acknowledged} <= set(engine.versions())
    assert engine.search(parse("writable")).total == 1
    assert frequencies_are_right()


def test_of_a_killed_rebuild_nothing_is_left_and_the_old_index_serves(engine: PostgresqlEngine) -> None:
    before = schemas()
    rebuilder = start(REBUILDER)
    assert rebuilder.stdout is not None
    assert rebuilder.stdout.readline() == "half\n"
    assert engine.search(parse("address")).total == 2
    rebuilder.kill()
    rebuilder.communicate()
    engine.index([document("q77", "Written afterwards")])
    assert engine.search(parse("afterwards")).total == 1
    assert schemas() == before
    engine.rebuild(LIBRARY)
    assert engine.search(parse("unfinished")).total == 0


def test_searching_and_writing_go_on_while_the_index_is_rebuilt(engine: PostgresqlEngine) -> None:
    failures: list[BaseException] = []
    done = threading.Event()

    def keep_on() -> None:
        while not done.is_set():
            try:
                assert engine.search(parse("address")).total == 2
                engine.index([document("q5", "Coffee machine blinks red")])
            except BaseException as failure:
                failures.append(failure)
                return

    threads = [threading.Thread(target=keep_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        engine.rebuild(LIBRARY)
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert frequencies_are_right()


def test_a_rebuild_drops_the_builds_before_it(engine: PostgresqlEngine) -> None:
    engine.rebuild(LIBRARY)
    assert schemas() == ["proven_search", build_in_use()]


def test_a_build_that_is_dropped_between_two_statements_is_left_for_the_new_one(
    engine: PostgresqlEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter = postgresql_builds.Builds._enter
    rebuilt: list[bool] = []

    def enter_and_lose(builds: postgresql_builds.Builds, connection: object, timeout: int) -> None:
        enter(builds, connection, timeout)  # type: ignore[arg-type]
        if not rebuilt:
            rebuilt.append(True)
            engine.rebuild(LIBRARY)

    monkeypatch.setattr(postgresql_builds.Builds, "_enter", enter_and_lose)
    assert engine.search(parse("address")).total == 2


def test_a_role_that_may_not_create_a_schema_is_told_what_to_grant(engine: PostgresqlEngine) -> None:
    role, password = f"limited_{secrets.token_hex(4)}", secrets.token_hex(8)
    emptied_engine()
    with database() as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
    limited = PostgresqlEngine(for_sqlalchemy(f"postgresql://{role}:{password}@{address().split('@')[1]}"))
    with pytest.raises(SearchUnavailable, match="GRANT CREATE ON DATABASE"):
        limited.rebuild(LIBRARY)
    assert not limited.health().ok
    with database() as connection:
        connection.execute(f"GRANT CREATE ON DATABASE {address().rsplit('/', 1)[1]} TO {role}")
    limited.rebuild(LIBRARY)
    assert limited.search(parse("address")).total == 2
    limited.close()
    with database() as connection:
        connection.execute(f"DROP OWNED BY {role} CASCADE")
        connection.execute(f"DROP ROLE {role}")


@pytest.mark.parametrize("dropped", ["TABLE {}.posting", "TABLE {}.term", "SCHEMA {}", "TABLE proven_search.current"])
def test_tables_that_somebody_dropped_are_noticed_and_a_rebuild_mends_it(
    engine: PostgresqlEngine, dropped: str
) -> None:
    build = build_in_use()
    with database() as connection:
        connection.execute(f"DROP {dropped.format(build)} CASCADE")  # type: ignore[arg-type]
    with pytest.raises(SearchUnavailable):
        engine.search(parse("address"))
    with pytest.raises(SearchUnavailable):
        engine.index([document("q8", "Glue")])
    assert not engine.health().ok
    engine.rebuild(LIBRARY)
    assert engine.search(parse("address")).total == 2


def test_a_connection_that_was_ended_is_replaced(engine: PostgresqlEngine) -> None:
    assert engine.search(parse("address")).total == 2
    end_all_connections()
    assert engine.search(parse("address")).total == 2
    end_all_connections()
    engine.index([document("q8", "Glue dries out")])
    assert engine.search(parse("glue")).total == 1


def test_a_rebuild_whose_connection_is_ended_says_so_and_the_next_one_works(engine: PostgresqlEngine) -> None:
    def documents() -> Iterator[Document]:
        yield LIBRARY[0]
        end_all_connections()

    with pytest.raises(SearchUnavailable, match="cannot be built"):
        engine.rebuild(documents())
    assert engine.search(parse("address")).total == 2
    engine.rebuild(LIBRARY)
    assert engine.health().ok


def test_a_server_that_does_not_answer_is_an_index_that_is_away() -> None:
    nobody = PostgresqlEngine("postgresql+psycopg://proven@127.0.0.1:1/proven")
    with pytest.raises(SearchUnavailable, match="cannot be read"):
        nobody.search(parse("address"))
    assert not nobody.health().ok
    nobody.close()


def test_an_index_of_an_older_format_is_not_used(engine: PostgresqlEngine) -> None:
    with database() as connection:
        connection.execute("UPDATE proven_search.current SET format = 'old'")
    with pytest.raises(SearchUnavailable, match="another version"):
        engine.search(parse("address"))
    engine.rebuild(LIBRARY)
    assert engine.health().ok


def test_a_failed_write_leaves_the_index_as_it_was_and_writable(engine: PostgresqlEngine) -> None:
    with database() as connection:
        connection.execute(f"ALTER TABLE {build_in_use()}.posting ADD CHECK (weight < 100)")
        connection.execute(f"ALTER TABLE {build_in_use()}.document ADD CHECK (votes <> 13)")
    with pytest.raises(SearchUnavailable, match="cannot be written"):
        engine.index([document("q1", "Changed", version=2), document("q77", "Half way", votes=13)])
    assert engine.versions()["q1"] == 1
    assert frequencies_are_right()
    engine.index([document("q78", "Written afterwards")])
    assert engine.search(parse("afterwards")).total == 1


def test_a_search_that_takes_too_long_is_cut_short_and_says_so(
    engine: PostgresqlEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forum.search.engines.postgresql.TIME_BUDGET", 50)
    with database() as connection, connection.transaction():
        connection.execute(f"LOCK TABLE {build_in_use()}.posting IN ACCESS EXCLUSIVE MODE")
        page = engine.search(parse("address"))
        assert (list(page.hits), page.partial) == ([], True)
        assert engine.similar({"address": 1.0}) == engine.suggest("coff") == []
    assert engine.search(parse("address")).total == 2


def test_what_postgresql_cannot_keep_in_a_text_is_left_out(engine: PostgresqlEngine) -> None:
    engine.index([document("q8", "Glue\0 dries", "out\0side")])
    assert [hit.title for hit in engine.search(parse("glue")).hits] == ["Glue dries"]


def test_more_words_than_can_be_told_apart_are_answered(engine: PostgresqlEngine) -> None:
    typed = " ".join(f"parcel-{number}-went-to-{number}b" for number in range(24))
    assert engine.search(parse(f'{typed} "{typed}"')).total == 0
    engine.index([document("q8", "Numbered parcels", typed)])
    assert engine.search(parse(f'{typed} "{typed}"')).total == 1


def test_migrations_do_not_see_the_index_and_the_application_finds_it(tmp_path: Path) -> None:
    own = create_database(address(), f"{address().rsplit('/', 1)[1]}_migrated")
    environ = {"PROVEN_DATA": str(tmp_path), "PROVEN_DATABASE": own, "PROVEN_SEARCH": "postgresql"}
    app = create_app({**environ, "PROVEN_LOG": "error"})
    with app.app_context():
        upgrade(directory=str(PROJECT / "migrations"))
        current_engine().rebuild(LIBRARY)
        check(directory=str(PROJECT / "migrations"))
        assert current_engine().search(parse("address")).total == 2
        db.session.remove()
        db.engine.dispose()
        current_engine().close()  # type: ignore[attr-defined]
