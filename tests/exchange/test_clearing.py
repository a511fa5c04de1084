"""Taking the demonstration out: nothing of it is left, and nothing else is ever deleted."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, inspect, select, text

from forum import create_app
from forum.attachments import storing
from forum.attachments.models import Attachment
from forum.core.clock import clock, now
from forum.core.config import PROJECT
from forum.core.db import db, transaction
from forum.departments.models import Department
from forum.people import joining
from forum.people.models import Organisation, Person
from forum.posts.models import Post
from forum.search import indexing
from forum.search.current import engine
from tests import demonstration

Run = Callable[..., Any]


@pytest.fixture
def filled(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[Flask]:
    """A copy of the demonstration that may be deleted."""
    is_postgresql = os.environ.get("PROVEN_TEST_DATABASE") == "postgresql"
    server = os.environ["PROVEN_TEST_POSTGRES"] if is_postgresql else ""
    shared = demonstration.shared_folder(tmp_path_factory)
    copied = demonstration.copy_to(tmp_path / "data", shared, f"{worker_name}_clearing", server)
    made = create_app({"PROVEN_DATA": str(copied.folder), "PROVEN_DATABASE": copied.database, "PROVEN_LOG": "error"})
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def run(filled: Flask) -> Run:
    """Run a command as an operator types it."""

    def running(*words: str, typed: str = "") -> Any:
        result = filled.test_cli_runner().invoke(args=words, input=typed)
        db.session.rollback()
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return running


def rows() -> dict[str, int]:
    """How many rows there are in each table that has any, but for the one of the migrations."""
    tables = [name for name in inspect(db.engine).get_table_names() if name != "alembic_version"]
    with db.engine.connect() as connection:
        counted = {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in tables}
    assert len(counted) == len(db.metadata.tables)
    return {name: number for name, number in counted.items() if number}


def started(app: Flask) -> str:
    """What a start says that ends once everything is prepared, because its port is taken."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        own = {name: str(app.config[name]) for name in ("PROVEN_DATA", "PROVEN_DATABASE")}
        environ = {**os.environ, **own, "PROVEN_PORT": str(other.getsockname()[1])}
        return subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True, check=False).stderr


def test_nothing_is_left_and_the_site_is_as_on_its_first_day(run: Run, filled: Flask) -> None:
    folder: Path = filled.config["PROVEN_DATA"]
    with transaction():
        kept = {"kind": "txt", "name": "a.txt", "size": 5, "sha256": "", "uploaded_at": now()}
        db.session.add(Attachment(token="a" * 32, **kept))
    storing.save("a" * 32, b"bytes")
    joining.setup_key()
    clock().move(timedelta(hours=1))
    indexing.rebuild(lambda _done: None)
    keys = {name: (folder / name).read_text() for name in ("secret-key", "persona-key", "setup-key")}
    assert len(rows()) > 60

    cleared = run("demo", "clear", typed="y\n")

    assert cleared.exit_code == 0, cleared.output
    assert "Northwick Instruments: 40 people" in cleared.output
    assert "Nothing of it is left." in cleared.output
    assert rows() == {}
    assert engine().versions() == {}
    assert list((folder / "attachments").iterdir()) == []
    left = {each.name for each in folder.iterdir()} - {"first-quarter.pickle"}  # The tests' own.
    assert left <= {"proven.sqlite", "proven.sqlite-wal", "proven.sqlite-shm", "attachments", "index", "demo-cleared"}
    assert "cannot be used" in started(filled)
    assert rows() == {}
    window: Any = create_app({"PROVEN_DATA": str(folder), "PROVEN_DATABASE": filled.config["PROVEN_DATABASE"]})
    assert "/welcome" in window.test_client().get("/", follow_redirects=True).request.path
    with window.app_context():
        assert joining.setup_key() != keys["setup-key"]
        assert window.config["SECRET_KEY"] != keys["secret-key"]
        assert window.config["PROVEN_PERSONA_KEY"] != keys["persona-key"]
        db.engine.dispose()
    assert run("demo", "clear", "--yes").output == "Error: There is no organisation here, and so no demonstration.\n"
    with transaction():  # The audit log guards its rows as before.
        joining.found("Southwick")
    with db.engine.connect().execution_options(writing=True) as connection:
        kept_by = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"
        if db.engine.dialect.name == "sqlite":
            kept_by = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
        assert (connection.scalar(text(kept_by)) or 0) >= 2


def test_nothing_is_deleted_unless_it_is_the_demonstration_alone_and_wanted(run: Run, filled: Flask) -> None:
    before = rows()
    assert run("demo", "clear", typed="n\n").exit_code == 1
    other = create_engine(filled.config["SQLALCHEMY_DATABASE_URI"])
    with closing(other.connect()) as connection:  # As a site that runs has.
        connection.execute(select(func.count()).select_from(Post))
        connection.rollback()
        refused = run("demo", "clear", "--yes")
        assert (refused.exit_code, "stop the site and its worker first" in refused.output) == (1, True)
    other.dispose()
    assert rows() == before
    assert len(engine().versions()) > 0

    with transaction():
        sales = db.session.scalars(select(Department).limit(1)).one()
        joining.join(name="Ada Quist", email="ada@example.org", department=sales, password=None)
    refused = run("demo", "clear", "--yes")
    assert (refused.exit_code, "not of the demonstration: Ada Quist." in refused.output) == (1, True)
    assert db.session.scalar(select(func.count()).select_from(Person).where(Person.name == "Ada Quist")) == 1

    with transaction():
        db.session.scalars(select(Organisation)).one().is_demo = False
    refused = run("demo", "clear", "--yes", "--with-people-added")
    assert refused.output == "Error: Northwick Instruments is not the demonstration. Nothing was deleted.\n"
    assert rows()["post"] == before["post"]

    with transaction():
        db.session.scalars(select(Organisation)).one().is_demo = True
    assert run("demo", "clear", "--yes", "--with-people-added").exit_code == 0
    assert rows() == {}
