"""Where the index lies in PostgreSQL: each build in a schema of its own, and a row that names the one in use.

A rebuild is one transaction, so that half of one never stays behind. Connections are the engine's own, and no more than
a few: a request that waited here with a connection of the application's could not starve the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TypeVar

from psycopg import errors
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Connection

from forum.search.engines.postgresql_rows import FORMAT, TABLES, fill
from forum.search.port import Building, Document, NotNow, SearchUnavailable

TIME_BUDGET = 1_000  # ms for one search
LONG = 60_000  # ms for reading all versions, or for writing one batch
LOCK_WAIT = 30_000  # ms that a writer waits for another one
SWEEP_WAIT = 5_000  # ms that an outdated build is waited for; what is still read then is dropped by the next rebuild
CONNECTIONS, MORE = 2, 6  # kept, and made besides for as long as they are needed
AT_A_TIME = 500  # documents written together in a rebuild
RIGHTS = "An administrator of the database lets it: GRANT CREATE ON DATABASE <name> TO <role>;"
NOT_NOW = (errors.DiskFull, errors.ReadOnlySqlTransaction, errors.TooManyConnections, errors.CannotConnectNow)
WRITING, REBUILDING = "writing", "rebuilding"  # locks, each held by one transaction at a time

# Each statement is planned for its own terms: how many documents have one makes all the difference.
ENTER = """
SELECT format, set_config('search_path', build, true), set_config('statement_timeout', %(timeout)s, true),
    set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true),
    set_config('max_parallel_workers_per_gather', '0', true), set_config('work_mem', '32MB', true),
    set_config('random_page_cost', '1.1', true), set_config('join_collapse_limit', '1', true)
FROM {schema}.current
"""
POINTER = """
CREATE TABLE IF NOT EXISTS {schema}.current (
    only_one bool PRIMARY KEY DEFAULT true CHECK (only_one), format text NOT NULL, build text NOT NULL
)
"""
POINT = """
INSERT INTO {schema}.current (format, build) VALUES (%(format)s, %(build)s)
ON CONFLICT (only_one) DO UPDATE SET format = excluded.format, build = excluded.build
"""
Answer = TypeVar("Answer")


class TookTooLong(SearchUnavailable):
    """The time for a search ran out."""


class Builds:
    """The builds whose schemas have names that begin with `schema`, and the connections to them."""

    def __init__(self, address: URL | str, schema: str) -> None:
        if not re.fullmatch(r"[a-z_]+", schema):
            raise ValueError(f"a schema of the index cannot be called {schema!r}")
        self._schema = schema
        self._engine = create_engine(
            address, pool_size=CONNECTIONS, max_overflow=MORE, pool_pre_ping=True, connect_args={"connect_timeout": 5}
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def read(self, ask: Callable[[Connection], Answer], timeout: int = LONG) -> Answer:
        """What `ask` finds in the build in use. Raises `SearchUnavailable`."""
        with guarded("cannot be read"):
            try:
                return self._read(ask, timeout)
            except Exception as error:
                if not isinstance(cause(error), errors.UndefinedTable):
                    raise
                return self._read(ask, timeout)  # A rebuild dropped the build between two statements.

    def write(self, change: Callable[[Connection], None]) -> None:
        """Change the build in use, all or nothing. Raises `SearchUnavailable`."""
        with guarded("cannot be written"), self._engine.begin() as connection:
            self._take_turn(connection, WRITING, LOCK_WAIT)
            self._enter(connection, LONG)
            change(connection)

    def rebuild(self, documents: Iterable[Document], on_progress: Callable[[int], None]) -> None:
        """Fill a build of its own with these documents, and put it in the place of the one in use.

        Waits for nobody: while another process builds one, it raises `Building`.
        """
        with guarded("cannot be built"):
            with self._engine.begin() as connection:
                self._build_alone(connection)
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
                connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
                build = self._make(connection)
                fill(connection, _batches(documents, on_progress))
                # Whoever is writing has finished then, and whoever waits writes into the new build.
                self._take_turn(connection, WRITING, LOCK_WAIT)
                connection.exec_driver_sql(POINT.format(schema=self._schema), {"format": FORMAT, "build": build})
            with suppress(Exception):  # Somebody still reads: the next rebuild drops it.
                self._sweep(build)

    def _read(self, ask: Callable[[Connection], Answer], timeout: int) -> Answer:
        with self._engine.begin() as connection:
            self._enter(connection, timeout)
            return ask(connection)

    def _enter(self, connection: Connection, timeout: int) -> None:
        try:
            row = connection.exec_driver_sql(ENTER.format(schema=self._schema), {"timeout": str(timeout)}).first()
        except Exception as error:
            if isinstance(cause(error), errors.UndefinedTable):
                raise SearchUnavailable("The search index has not been built yet.") from None
            raise
        if row is None or row[0] != FORMAT:
            raise SearchUnavailable("The search index was built by another version.")

    def _take_turn(self, connection: Connection, what: str, wait: int) -> None:
        """Hold one of the locks until the transaction ends, and wait that long for it and for any other."""
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait}")
        connection.exec_driver_sql(
            "SELECT pg_advisory_xact_lock(hashtext(%(schema)s), hashtext(%(what)s))",
            {"schema": self._schema, "what": what},
        )

    def _build_alone(self, connection: Connection) -> None:
        taken = connection.exec_driver_sql(
            "SELECT pg_try_advisory_xact_lock(hashtext(%(schema)s), hashtext(%(what)s))",
            {"schema": self._schema, "what": REBUILDING},
        ).scalar_one()
        if not taken:
            raise Building("The search index is being built by another process. It needs nothing but time.")

    def _make(self, connection: Connection) -> str:
        """A new schema with empty tables, which this connection is in from now on."""
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {self._schema}")
        connection.exec_driver_sql(POINTER.format(schema=self._schema))
        last = max((int(name.rsplit("_", 1)[1]) for name in self._builds(connection)), default=0)
        build = f"{self._schema}_{last + 1}"
        connection.exec_driver_sql(f"CREATE SCHEMA {build}")
        connection.exec_driver_sql(f"SET LOCAL search_path = {build}")
        connection.exec_driver_sql(TABLES)
        return build

    def _sweep(self, keep: str) -> None:
        with self._engine.begin() as connection:
            self._take_turn(connection, REBUILDING, SWEEP_WAIT)
            for build in self._builds(connection):
                if build != keep:
                    connection.exec_driver_sql(f"DROP SCHEMA {build} CASCADE")

    def _builds(self, connection: Connection) -> list[str]:
        ours = {"name": f"^{self._schema}_[0-9]+$"}
        rows = connection.exec_driver_sql("SELECT nspname FROM pg_namespace WHERE nspname ~ %(name)s", ours)
        return list(rows.scalars())


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Whatever goes wrong becomes one error that the application knows, which says what to do where that is known."""
    try:
        yield
    except SearchUnavailable:
        raise
    except Exception as error:  # Of the driver, of SQLAlchemy, or of where the documents come from.
        why = cause(error)
        if isinstance(why, errors.QueryCanceled):
            raise TookTooLong("The search took too long.") from error
        if isinstance(why, errors.InsufficientPrivilege):
            raise NotNow(f"The search index {what}: {str(why).strip()}. {RIGHTS}") from error
        if isinstance(why, errors.LockNotAvailable):
            raise NotNow(f"The search index {what}: another process is writing it.") from error
        if isinstance(why, NOT_NOW):
            raise NotNow(f"The search index {what}: {str(why).strip()}. Nothing is lost.") from error
        raise SearchUnavailable(f"The search index {what} ({type(why).__name__}: {why}).") from error


def cause(error: BaseException) -> BaseException:
    """What the driver said, of which SQLAlchemy makes an error of its own."""
    return getattr(error, "orig", None) or error


def _batches(documents: Iterable[Document], on_progress: Callable[[int], None]) -> Iterator[list[Document]]:
    coming, done = iter(documents), 0
    while batch := list(islice(coming, AT_A_TIME)):
        yield batch
        for _ in batch:
            done += 1
            on_progress(done)
