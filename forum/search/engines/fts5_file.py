"""The database files of the FTS5 engine: one connection for each thread that reads, one for each write."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from forum.search.engines.builds import Builds
from forum.search.engines.fts5_rows import SCHEMA, add
from forum.search.port import Document, SearchUnavailable

FILE = "index.sqlite"
LOCK_WAIT = 30.0  # seconds a writer waits for another one
CACHE = 8_000  # KiB of the index that each thread keeps in memory


class Readers:
    """The connection of each thread, opened anew when another build has become current."""

    def __init__(self, builds: Builds) -> None:
        self._builds = builds
        self._of_thread = threading.local()

    @contextmanager
    def one(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection, which sees one state of the index until the end of the block."""
        with guarded("cannot be read"):
            build = self._builds.current()
            held: _Held | None = getattr(self._of_thread, "held", None)
            if held is None or held.build != build:
                held = self._of_thread.held = _Held(build, _open(build))
            try:
                held.connection.execute("BEGIN")
                yield held.connection
                held.connection.execute("ROLLBACK")
            except BaseException:
                self._of_thread.held = None  # It may be the connection that is broken: the next search has a new one.
                raise


@contextmanager
def writing(build: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose changes are kept at the end of the block, or not at all. Waits for other writers."""
    with guarded("cannot be written"), closing(_open(build)) as connection, connection:
        connection.execute("PRAGMA synchronous = NORMAL")  # What a power cut takes is found missing and indexed again.
        connection.execute("BEGIN IMMEDIATE")
        yield connection


def fill(build: Path, documents: Iterable[Document], on_progress: Callable[[int], None]) -> None:
    """Write a new index into the folder `build`; it is complete and on the disk when this returns."""
    with closing(sqlite3.connect(build / FILE, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")  # Nobody reads it yet, and if it fails it is thrown away.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN")
        for statement in SCHEMA.strip().split(";\n"):
            connection.execute(statement)
        for done, document in enumerate(documents, start=1):
            add(connection, document)
            on_progress(done)
        connection.execute("INSERT INTO posting (posting) VALUES ('optimize')")
        connection.execute("INSERT INTO title (title) VALUES ('optimize')")
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Whatever SQLite or the file system say against it becomes one error that the application knows."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise SearchUnavailable(f"The search index {what} ({type(error).__name__}: {error}).") from error


class _Held:
    """A connection that is closed when nobody holds it any more, or its thread has ended."""

    def __init__(self, build: Path, connection: sqlite3.Connection) -> None:
        self.build = build
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


def _open(build: Path) -> sqlite3.Connection:
    # Where nothing can be written, SQLite cannot put the file that readers share with writers; but nobody writes there.
    mode = "mode=rw" if os.access(build, os.W_OK) else "mode=ro&immutable=1"
    connection = sqlite3.connect(
        f"{(build / FILE).as_uri()}?{mode}",
        uri=True,
        timeout=LOCK_WAIT,
        isolation_level=None,
        check_same_thread=False,  # Another thread may close it, after the one that used it has ended.
    )
    connection.execute(f"PRAGMA cache_size = {-CACHE}")
    return connection
