"""The database: base class, naming convention, UTC times, and the one place that commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, MetaData, TypeDecorator, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase

BUSY_TIMEOUT = 5_000  # ms to wait for another writer of the SQLite file before giving up.

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables. The naming convention lets a migration name, and so drop, any constraint."""

    metadata = MetaData(naming_convention=NAMES)


# Values stay readable after commit: reading an expired one would open a second transaction and hold the write lock.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class UTCDateTime(TypeDecorator[datetime]):
    """A moment. Stored as UTC without a zone, given back aware; a time without a zone is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What is stored: UTC, without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A time without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What is given back: aware."""
        return None if value is None else value.replace(tzinfo=UTC)


def connect(app: Flask) -> None:
    """Attach the database to the application and set up SQLite the way several processes need it."""
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite:"):
        app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"connect_args": {"timeout": BUSY_TIMEOUT / 1_000}})
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine, durable=app.config["PROVEN_DURABLE"])


def _prepare_sqlite(engine: Engine, *, durable: bool) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, see on_begin.
        for pragma in (
            "journal_mode=WAL",
            f"busy_timeout={BUSY_TIMEOUT}",
            "foreign_keys=ON",
            f"synchronous={'FULL' if durable else 'NORMAL'}",
            "cache_size=-16000",
            "temp_store=MEMORY",
            "secure_delete=ON",  # What is erased is overwritten: no copy of the file holds it.
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once, whatever the time-out, when somebody else
        # wrote in between. One that means to write therefore takes the write lock at its start.
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def transaction() -> Iterator[None]:
    """All or nothing: commit what happens inside, or roll all of it back when an error leaves the block.

    The only place that commits. Load what you change inside the block: what was read before may have changed since.
    Blocks do not nest; verbs never open one, so they compose.
    """
    db.session.commit()  # Ends the reading transaction that loaded the person; objects stay as they are.
    try:
        db.session.connection(execution_options={"writing": True})
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
