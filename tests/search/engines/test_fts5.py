"""What can go wrong with an index in a database: other processes, damage, a kill in the middle, a rebuild meanwhile."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from forum.search.analysis import sketch
from forum.search.engines import fts5
from forum.search.engines.builds import POINTER
from forum.search.engines.fts5 import Fts5Engine
from forum.search.engines.fts5_file import FILE
from forum.search.port import Document, SearchUnavailable
from forum.search.query import parse
from tests.search.engines.documents import LIBRARY, document
from tests.search.engines.writers import acknowledged_before_kills, start_writer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path) -> Fts5Engine:
    made = Fts5Engine(folder)
    made.rebuild(LIBRARY)
    return made


def database(folder: Path) -> Path:
    return folder / (folder / POINTER).read_text() / FILE


def is_consistent(folder: Path) -> bool:
    with closing(sqlite3.connect(database(folder))) as connection:
        connection.execute("INSERT INTO posting (posting, rank) VALUES ('integrity-check', 1)")
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def test_a_reader_finds_what_another_process_wrote(engine: Fts5Engine, folder: Path) -> None:
    assert engine.search(parse("acknowledged")).total == 0
    start_writer(Fts5Engine, folder, 500, "once").communicate()
    assert engine.search(parse("acknowledged")).total == 1


def test_a_reader_moves_on_to_what_another_process_built(engine: Fts5Engine, folder: Path) -> None:
    assert engine.search(parse("address")).total == 2
    Fts5Engine(folder).rebuild([document("q9", "A new beginning")])
    assert engine.search(parse("address")).total == 0
    assert engine.search(parse("beginning")).total == 1


def test_two_processes_that_write_at_once_wait_for_each_other(engine: Fts5Engine, folder: Path) -> None:
    writer = start_writer(Fts5Engine, folder, 1000)
    assert writer.stdout is not None
    for number in range(100, 120):
        engine.index([document(f"q{number}", "Written beside")])
    written = int(writer.stdout.readline())
    writer.kill()
    writer.communicate()
    assert engine.search(parse("beside")).total == 20
    assert f"q{written}" in engine.versions()


def test_a_killed_writer_loses_nothing_that_it_acknowledged(engine: Fts5Engine, folder: Path) -> None:
    acknowledged = acknowledged_before_kills(Fts5Engine, folder)
    fresh = Fts5Engine(folder)
    assert {f"q{number}" for number in acknowledged} <= set(fresh.versions())
    fresh.index([document("q9999999", "Still writable")])
    assert fresh.search(parse("writable")).total == 1
    assert is_consistent(folder)


def is_unavailable(engine: Fts5Engine) -> bool:
    try:
        engine.search(parse("address"))
    except SearchUnavailable:
        return not engine.health().ok
    return False


@pytest.mark.parametrize("damage", ["pointer", "nonsense", "folder", "file", "header", "pages", "empty"])
def test_a_damaged_index_says_so_and_a_rebuild_mends_it(folder: Path, damage: str) -> None:
    Fts5Engine(folder).rebuild(LIBRARY)
    file = database(folder)
    size = file.stat().st_size
    if damage == "pointer":
        (folder / POINTER).unlink()
    elif damage == "nonsense":
        (folder / POINTER).write_bytes(b"\xff\x00\xfe")
    elif damage == "folder":
        for part in file.parent.iterdir():
            part.unlink()
        file.parent.rmdir()
    elif damage == "file":
        file.unlink()
    elif damage == "pages":
        file.write_bytes(file.read_bytes()[:4096] + b"\xa5" * (size - 4096))
    else:
        file.write_bytes(b"not an index" * 500 if damage == "header" else b"")
    broken = Fts5Engine(folder)
    assert is_unavailable(broken)
    with pytest.raises(SearchUnavailable):
        broken.index(LIBRARY)
    broken.rebuild(LIBRARY)
    assert broken.search(parse("address")).total == 2


def test_an_index_of_an_older_format_is_not_used(engine: Fts5Engine, folder: Path) -> None:
    (folder / POINTER).write_text("v2-123")
    with pytest.raises(SearchUnavailable, match="another version"):
        engine.search(parse("address"))


def test_searching_goes_on_while_the_index_is_written_and_rebuilt(engine: Fts5Engine) -> None:
    failures: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            try:
                assert engine.search(parse("address")).total == 2
                assert [hit.id for hit in engine.search(parse('"delivery address" dept:sales')).hits] == ["q1"]
                assert engine.similar(sketch("parcel warehouse"))[0].id == "q1"
                assert [hit.id for hit in engine.suggest("coff")] == ["q5"]
            except BaseException as failure:
                failures.append(failure)
                return

    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    for number in range(100, 140):
        engine.index([document(f"q{number}", f"Quite another matter {number}"), LIBRARY[0]])
        if number % 10 == 0:
            engine.rebuild(LIBRARY)
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []


def half_way() -> Iterator[Document]:
    yield document("q77", "Half way")
    raise OSError("no space left on device")


def test_a_failed_write_leaves_the_index_as_it_was_and_writable(engine: Fts5Engine, folder: Path) -> None:
    with pytest.raises(SearchUnavailable, match="no space left"):
        engine.index(half_way())
    assert "q77" not in engine.versions()
    engine.index([document("q78", "Written afterwards")])
    assert engine.search(parse("afterwards")).total == 1
    assert is_consistent(folder)


def test_a_failed_rebuild_leaves_the_old_index_in_use_and_nothing_behind(engine: Fts5Engine, folder: Path) -> None:
    before = sorted(folder.iterdir())
    with pytest.raises(SearchUnavailable, match="no space left"):
        engine.rebuild(half_way())
    assert sorted(folder.iterdir()) == before
    assert engine.search(parse("address")).total == 2


def test_writing_again_and_deleting_leave_no_trace(engine: Fts5Engine, folder: Path) -> None:
    before = engine.rarity(["parcel", "address", "glue"])
    for _ in range(3):
        engine.index([document("q50", "Glue for a parcel", "and an address", answers="glue"), *LIBRARY])
        engine.delete(["q50", "q51"])
    assert engine.rarity(["parcel", "address", "glue"]) == before
    assert is_consistent(folder)


def test_words_like_those_of_the_query_language_are_only_words(engine: Fts5Engine) -> None:
    engine.index([document("q60", "NEAR and NOT or AND", "tag=shipping kind=question =c++")])
    assert [hit.id for hit in engine.search(parse("near not")).hits] == ["q60"]
    assert {hit.id for hit in engine.search(parse("tag:shipping")).hits} == {"q1"}
    assert {hit.id for hit in engine.search(parse("c++")).hits} == {"q5", "q60"}


def test_of_a_great_many_matches_the_newest_are_counted_and_it_is_said(
    engine: Fts5Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fts5, "LOOKED_AT", 3)
    page = engine.search(parse("dept:sales"))
    assert (page.total, page.at_least) == (3, True)
    assert {hit.id for hit in page.hits} == {"q5", "p4", "a3"}
    assert not engine.search(parse("address")).at_least


@pytest.mark.skipif(os.name != "posix", reason="rights of folders are another matter on Windows")
def test_nobody_else_may_look_into_the_index(engine: Fts5Engine, folder: Path) -> None:
    assert database(folder).parent.stat().st_mode & 0o077 == 0
