"""Takes the demonstration out again, so that the site is as on its first day: for whoever begins in earnest."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from forum.attachments import storing
from forum.attachments.models import Attachment
from forum.core.db import db
from forum.core.errors import Refused
from forum.people import joining
from forum.people.models import Person
from forum.posts.models import Post
from forum.search.current import engine

# Secrets go too: the next organisation has people of the same numbers, for whom what was signed here would hold.
FILES = ("demo-clock", "search-build.json", "search-comparison.json", "setup-key", "secret-key", "persona-key")
CLEARED = "demo-cleared"  # in the data folder: from then on no start fills the demonstration in by itself
PATIENCE = 5_000  # ms for whoever has just stopped to let go of the database


class NotTheDemonstration(Refused):
    """What is there is not the demonstration, or not it alone."""


class StillRunning(Refused):
    """Somebody else works with the database."""

    message = "The database is in use: stop the site and its worker first, then run this again."


@dataclass(frozen=True)
class Demonstration:
    """What would be deleted: `added` are the people who came to it by an invitation, an import or a directory."""

    name: str
    people: int
    posts: int
    added: Sequence[str]


def look() -> Demonstration:
    """The demonstration that is there. Raises `NotTheDemonstration` for any other organisation, and for none.

    `is_demo` is written in the transaction that fills it in, and by nothing else. Whoever is of its story joined at
    the moment it was founded; nobody who came by another way can have.
    """
    organisation = joining.organisation()
    if organisation is None:
        raise NotTheDemonstration("There is no organisation here, and so no demonstration.")
    if not organisation.is_demo:
        raise NotTheDemonstration(f"{organisation.name} is not the demonstration. Nothing was deleted.")
    people = select(Person.name).where(~Person.is_persona).order_by(Person.id)
    return Demonstration(
        organisation.name,
        len(db.session.scalars(people).all()),
        db.session.scalar(select(func.count()).select_from(Post)) or 0,
        db.session.scalars(people.where(Person.joined_at != organisation.founded_at)).all(),
    )


def clear() -> None:
    """Delete the demonstration: its files, the index and every table, whatever guards its rows. Raises `StillRunning`.

    The tables go last and all at once: before that it can be begun anew, after that they only have to be made again,
    as every start does with a database that has none.
    """
    look()
    tokens = db.session.scalars(select(Attachment.token)).all()
    db.session.remove()
    db.engine.dispose()  # A connection that this process keeps would be one more user of the database.
    with db.engine.connect() as connection:
        _be_alone(connection)
        storing.delete(tokens)
        _empty_index()
        _delete_files()
        _drop_tables(connection)
    db.engine.dispose()


def was_cleared() -> bool:
    """Whether the demonstration was here and was taken out: nobody wants it again at the next start."""
    return _file(CLEARED).exists()


def want_again() -> None:
    """Forget that the demonstration was taken out."""
    _file(CLEARED).unlink(missing_ok=True)


def _be_alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        alone = not connection.scalar(text(others))
        connection.rollback()
    else:
        alone = _leaves_wal(connection)
    if not alone:
        raise StillRunning()


def _leaves_wal(connection: Connection) -> bool:
    """SQLite lets nobody leave its usual mode while another connection is open; opening the file enters it again.

    Past SQLAlchemy, which would begin a transaction, in which the mode cannot be changed.
    """
    try:
        mode = connection.connection.dbapi_connection.execute("PRAGMA journal_mode=DELETE").fetchone()  # type: ignore[union-attr]
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return False
        raise
    return bool(mode[0] == "delete")


def _empty_index() -> None:
    shutil.rmtree(_file("index"), ignore_errors=True)  # Files of earlier builds too, which readers needed for a while.
    engine().rebuild(())


def _delete_files() -> None:
    _file(CLEARED).touch()
    for name in FILES:
        _file(name).unlink(missing_ok=True)


def _drop_tables(connection: Connection) -> None:
    """Drop every table: the audit log refuses that its rows are deleted, and its numbers begin at one again."""
    names = [f'"{name}"' for name in (*db.metadata.tables, "alembic_version")]
    try:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE}"))
            connection.execute(text(f"DROP TABLE {', '.join(names)}"))
            connection.execute(text("DROP FUNCTION audit_refuse"))
        else:
            raw = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]  # Tables point to each other.
            connection = connection.execution_options(writing=True)
            for name in names:
                connection.execute(text(f"DROP TABLE {name}"))
        connection.commit()
    except OperationalError as error:
        raise StillRunning() from error


def _file(name: str) -> Path:
    folder: Path = current_app.config["PROVEN_DATA"]
    return folder / name
