"""The world of a test: a migrated database of the kind asked for, a clean start, people, and browsers signed in."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import CompoundSelect, event, literal, select, text, union_all

from forum import create_app
from forum.core import clock, jobs
from forum.core.config import PROJECT
from forum.core.db import db, transaction
from forum.impact.facts import keeping
from forum.people import passwords, persona_links
from forum.people.joining import found
from forum.people.models import Person
from forum.people.sign_in import begin_session
from forum.search.engines.whoosh import WhooshEngine
from tests import demonstration, factories
from tests.services import create_database
from tests.untouchable import without_guard

# On a busy machine any example may take long, and no test of this project measures time. The same examples each time:
# a test that fails for one and passes for the next tells nobody what changed. `--hypothesis-profile=default` tries new.
settings.register_profile("proven", deadline=None, derandomize=True)
settings.load_profile("proven")

KIND = os.environ.get("PROVEN_TEST_DATABASE", "sqlite")
SHARED_DATA = PROJECT.parent / "shared" / "data"
NO_LIMIT = "1000000 per minute"


# Tests that open a database by themselves, without the application.
OPEN_THEIR_OWN = ("test_migrations.py", "test_cli.py", "test_clearing.py", "test_contract.py", "test_postgresql.py")
# Tests that take half a minute each: they begin, or one process would still be at them when the others are done.
TAKE_LONG = ("test_anonymity.py", "test_migrations.py", "test_clearing.py", "test_trouble.py")
# In which language something is said is decided by the same lines whatever the database; its pages are seen elsewhere.
THE_SAME_ON_ALL = ("test_translated_pages.py",)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A second run on another kind of database repeats what touches one; the rest has been seen. The longest begin."""
    if KIND != "sqlite":
        config.hook.pytest_deselected(items=[item for item in items if not _is_repeated(item)])
        items[:] = filter(_is_repeated, items)
    items.sort(key=lambda item: item.path.name not in TAKE_LONG)


def _is_repeated(item: pytest.Item) -> bool:
    return _touches_a_database(item) and not _asks_who_may(item) and item.path.name not in THE_SAME_ON_ALL


def _asks_who_may(item: pytest.Item) -> bool:
    """Whether it only asks who may do what, which is decided by the same lines whatever the database.

    As an administrator the whole table is asked there too, so that each statement runs once.
    """
    is_table = (item.path.parent.name, item.path.name) == ("rules", "test_permissions.py")
    return is_table and item.name != "test_everybody_gets_what_the_table_says[administrator]"


def _touches_a_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool({"app", "site"} & fixtures) or item.path.name in OPEN_THEIR_OWN


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[Flask]:
    """The application on a database that its own migrations made."""
    environ = {
        "PROVEN_DATA": str(tmp_path_factory.mktemp("data")),
        "PROVEN_DATABASE": _database(worker_name),
        "PROVEN_SIGN_IN_LIMIT": NO_LIMIT,
        "PROVEN_FACTOR_LIMIT": NO_LIMIT,
        "PROVEN_POST_LIMIT": NO_LIMIT,
        "PROVEN_VOTE_LIMIT": NO_LIMIT,
        "PROVEN_SEARCH_LIMIT": NO_LIMIT,
        "PROVEN_PREVIEW_LIMIT": NO_LIMIT,
        "PROVEN_LOG": "error",
    }
    made = create_app(environ)
    made.testing = False  # Errors become pages, as they do for people.
    made.test_client_class = Browser
    with made.app_context():
        upgrade(directory=str(PROJECT / "migrations"))
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Which of the test processes this is."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[Flask]:
    """Northwick Instruments as it is after its first start, with all background work done; nobody changes it."""
    server = os.environ["PROVEN_TEST_POSTGRES"] if KIND == "postgresql" else ""
    folder = tmp_path_factory.mktemp("northwick")
    filled = demonstration.copy_to(folder, demonstration.shared_folder(tmp_path_factory), worker_name, server)
    made = create_app({"PROVEN_DATA": str(folder), "PROVEN_DATABASE": filled.database, "PROVEN_LOG": "error"})
    made.test_client_class = Browser
    made.extensions["story_ends"] = filled.ends
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def northwick(site: Flask) -> Iterator[Flask]:
    """The filled-in application, with a context of its own."""
    with site.app_context():
        yield site
        db.session.remove()


@pytest.fixture(autouse=True)
def context(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test that uses the application has a context, starts with no rows and an empty index of its own."""
    if "app" not in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    folder: Path = request.getfixturevalue("tmp_path")
    app.extensions["search"] = WhooshEngine(folder / "index")
    for left in ("demo-clock", "search-build.json", "search-comparison.json"):
        (app.config["PROVEN_DATA"] / left).unlink(missing_ok=True)
    keeping.attach(app)  # What was read of the rows of another test.
    persona_links.attach(app)  # Whom the personas of another test belonged to.
    clock.attach(app)  # A new one: the old one may remember for a second how far a test moved it.
    with app.app_context():
        _empty_all_tables()
        found("Northwick Instruments")
        db.session.commit()
        yield
        db.session.remove()


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[Any]:
    """What hashes people's passwords, which takes a sixth of a second each time; here something quick takes its place.

    None where Werkzeug's scrypt hashes: that is not made quicker.
    """
    real = passwords._argon2
    if real is not None:
        passwords._argon2 = type(real)(time_cost=1, memory_cost=8, parallelism=1)  # The least that argon2 takes.
    yield real
    passwords._argon2 = real


@pytest.fixture(autouse=True)
def no_foreign_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches beyond this machine fails."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if (
            isinstance(address, tuple)
            and address[0] != "localhost"
            and not ipaddress.ip_address(address[0]).is_loopback
        ):
            raise AssertionError(f"A test tried to reach {address[0]}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


class Browser(FlaskClient):
    """A test client that sends the CSRF token of its session with every unsafe request, as the pages' forms do."""

    sends_token = True

    def sign_in(self, person: Person) -> Browser:
        """Sign in without the form."""
        with transaction():
            begin_session(person, browser="test")
        with self.session_transaction() as session:
            session["_user_id"] = person.session_token
            session["_fresh"] = True
        return self

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request."""
        if self.sends_token and kwargs.get("method", "GET") not in ("GET", "HEAD", "OPTIONS"):
            headers = dict(kwargs.pop("headers", None) or {})
            kwargs["headers"] = {"X-CSRFToken": self.csrf_token(), **headers}
        db.session.commit()  # What the test wrote or read before is not in the request's way.
        with self.application.app_context():  # A context of its own, as every request of a real server has.
            answer = super().open(*args, **kwargs)
        db.session.expire_all()
        return answer

    def csrf_token(self) -> str:
        """The token that the forms of this session carry."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", "0123456789")
        return URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw)  # type: ignore[arg-type]


@pytest.fixture
def client(app: Flask) -> Browser:
    """A browser that nobody has signed in with."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def browser(app: Flask) -> Callable[[Person], Browser]:
    """A browser signed in as the given person."""
    return lambda person: app.test_client().sign_in(person)  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def sales(app: Flask) -> Any:
    """A department."""
    return factories.department("Sales")


@pytest.fixture
def finance(app: Flask) -> Any:
    """Another department."""
    return factories.department("Finance")


@pytest.fixture
def kim(sales: Any) -> Person:
    """An employee of Sales with a need."""
    return factories.person("Kim Tran", sales)


@pytest.fixture
def marta(finance: Any) -> Person:
    """An employee of Finance who knows things."""
    return factories.person("Marta Silva", finance)


@pytest.fixture
def farah(finance: Any) -> Person:
    """A moderator."""
    return factories.person("Farah Aziz", finance, "moderator")


@pytest.fixture
def chris(sales: Any) -> Person:
    """An administrator."""
    return factories.person("Chris Dunn", sales, "administrator")


@pytest.fixture
def noise(kim: Person, marta: Person) -> None:
    """Rows that have nothing to do with the matter, so that a missing filter shows."""
    for _ in range(2):
        question = factories.question(marta)
        answer = factories.answer(kim, question)
        factories.comment(marta, answer)


@pytest.fixture
def work_off(app: Flask) -> Callable[[], None]:
    """Do all the background work that is due."""

    def run() -> None:
        db.session.commit()
        while jobs.run_due():
            pass
        db.session.expire_all()

    return run


@pytest.fixture
def statements(app: Flask) -> Callable[[], Any]:
    """Count the SQL statements of a block: `with statements() as seen: ...; len(seen)`."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def shared_data() -> Path:
    """The folder with real questions and hostile inputs, where it lies beside the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no folder of shared data beside the project")
    return SHARED_DATA


def _database(worker_name: str) -> str:
    if KIND == "postgresql":
        return create_database(os.environ["PROVEN_TEST_POSTGRES"], f"proven_{worker_name}")
    return ""


def _empty_all_tables() -> None:
    with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
        filled = set(connection.scalars(_tables_with_rows()))
        if "question" in filled:
            connection.execute(text("UPDATE question SET accepted_answer_id = NULL, merged_into_id = NULL"))
        if "comment" in filled:
            connection.execute(text("UPDATE comment SET reply_to_id = NULL WHERE reply_to_id IS NOT NULL"))
        if "practice" in filled:
            connection.execute(text("UPDATE practice SET successor_id = NULL WHERE successor_id IS NOT NULL"))
        if "audit" in filled:
            with without_guard(connection):
                connection.execute(text("DELETE FROM audit"))
        for table in reversed(db.metadata.sorted_tables):
            if table.name in filled:
                connection.execute(table.delete())


@cache
def _tables_with_rows() -> CompoundSelect[tuple[str]]:
    """Asked once for all: most of them are empty after a test, and each DELETE is a way to the server and back."""
    return union_all(
        *(
            select(literal(table.name)).where(select(literal(1)).select_from(table).exists())
            for table in db.metadata.sorted_tables
        )
    )
