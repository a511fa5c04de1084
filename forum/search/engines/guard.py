"""What goes wrong with an index in a folder, as the errors that the application knows, which say what helps."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from forum.search.port import NotNow, SearchUnavailable

NO_ROOM = "the disk is full. Make room on it; nothing is lost, and what waits is then indexed by itself."
NO_RIGHT = "the account that runs Proven has no right to. Let it write the folder “index”; nothing is lost."
NO_FOLDER = "something else stands where the folder “index” should be. Put it away; nothing is lost."
TAKEN = "another process is writing it. If that goes on, a second worker hangs: end it."
OF_FILES = {
    errno.ENOSPC: NO_ROOM,
    errno.EDQUOT: NO_ROOM,
    errno.EFBIG: NO_ROOM,
    errno.EACCES: NO_RIGHT,
    errno.EPERM: NO_RIGHT,
    errno.EROFS: NO_RIGHT,
    errno.EEXIST: NO_FOLDER,
    errno.ENOTDIR: NO_FOLDER,
}
OF_SQLITE = {sqlite3.SQLITE_FULL: NO_ROOM, sqlite3.SQLITE_READONLY: NO_RIGHT, sqlite3.SQLITE_BUSY: TAKEN}
PRIMARY = 0xFF  # the part of an error code of SQLite that says what kind it is


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Whatever an engine raises about a missing or damaged index becomes `SearchUnavailable`, and what has nothing to
    do with the index itself `NotNow`."""
    try:
        yield
    except SearchUnavailable:
        raise
    except Exception as error:  # A damaged index may raise anything, down to struct.error; the cause stays attached.
        if helps := _what_helps(error):
            raise NotNow(f"The search index {what}: {helps}") from error
        raise SearchUnavailable(f"The search index {what} ({type(error).__name__}: {error}).") from error


def _what_helps(error: Exception) -> str | None:
    """Why the index cannot be used at present although nothing is wrong with it, and what helps."""
    if isinstance(error, OSError):
        return OF_FILES.get(error.errno or 0)
    if isinstance(error, sqlite3.Error):
        return OF_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & PRIMARY)
    return None
