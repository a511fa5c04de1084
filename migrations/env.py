"""How Alembic reaches the database: through the application, with batch mode for SQLite."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from forum.core.db import UTCDateTime, db


def run() -> None:
    """Run the migrations asked for, each in a transaction of its own."""
    with db.engine.connect().execution_options(writing=True) as connection:
        _foreign_keys(connection, on=False)
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transaction_per_migration=True,
            transactional_ddl=True,
            render_item=_plain_type,
            process_revision_directives=_nothing_for_nothing,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        _foreign_keys(connection, on=True)


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    # A batch migration copies a table and drops the old one; with foreign keys on, that would delete children. The
    # switch does nothing inside a transaction, so it goes past SQLAlchemy, which would begin one.
    if connection.dialect.name == "sqlite":
        connection.connection.dbapi_connection.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")  # type: ignore[union-attr]


def _plain_type(kind: str, thing: Any, _context: Any) -> str | bool:
    """Write our own types as what the database stores: a migration must not change when the code does."""
    return "sa.DateTime()" if kind == "type" and isinstance(thing, UTCDateTime) else False


def _nothing_for_nothing(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Write no empty migration when the models have not changed."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


run()
