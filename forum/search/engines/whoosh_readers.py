"""Readers and writers of a Whoosh index: many threads read, one writes, and files are replaced meanwhile."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh.index import EmptyIndexError, FileIndex, LockError
from whoosh.scoring import BM25F

from forum.search.engines.builds import Builds
from forum.search.engines.guard import TAKEN, guarded
from forum.search.engines.whoosh_files import SealedStorage
from forum.search.port import NotNow

INDEX = "MAIN"  # what Whoosh calls an index that has no other name
LOOK_EVERY = 0.5  # seconds between looks for a newer index; a post has two seconds to be found
OPEN_TRIES = 2  # Files may be replaced while we open them; Whoosh itself tries ten times, for half a second.
LOCK_WAIT = 30.0  # seconds a writer waits for another one, such as a rebuild from the command line


class Readers:
    """The searcher of this process: its threads take turns, and it is replaced as a whole when the index is newer."""

    def __init__(self, builds: Builds, segments: dict[str, bytes]) -> None:
        self._builds = builds
        self._segments = segments
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._looked = float("-inf")

    @contextmanager
    def one(self) -> Iterator[Any]:
        """A searcher that stays open as long as the block runs. Raises `SearchUnavailable`."""
        # One search at a time: Whoosh's matchers move about in one open file, so that threads which did so together
        # would read each other's postings. It is all Python, so waiting here costs nobody any time.
        with self._turn, guarded("cannot be read"):
            held = self._take()
            try:
                yield held.searcher
            finally:
                self._give_back(held)

    def look_again(self) -> None:
        """Look for a newer index at the next search: this process has just written one."""
        self._looked = float("-inf")

    def _take(self) -> _Held:
        with self._lock:
            if self._held is None or time.monotonic() - self._looked > LOOK_EVERY:
                self._refresh()
            assert self._held is not None
            self._held.users += 1
            return self._held

    def _give_back(self, held: _Held) -> None:
        with self._lock:
            held.users -= 1
            held.close_if_done()

    def _refresh(self) -> None:
        build = self._builds.current()
        held = self._held
        if held is None or held.build != build or not held.searcher.up_to_date():
            self._held = _Held(build, open_searcher(build, self._segments))
            if held is not None:
                held.outdated = True
                held.close_if_done()
        self._looked = time.monotonic()


class _Held:
    """A searcher with the number of searches that use it."""

    def __init__(self, build: Path, searcher: Any) -> None:
        self.build = build
        self.searcher = searcher
        self.users = 0
        self.outdated = False

    def close_if_done(self) -> None:
        """Close it when it is outdated and nobody uses it any more."""
        if self.outdated and self.users == 0:
            self.searcher.close()


def _open(folder: Path, segments: dict[str, bytes]) -> Any:
    storage = SealedStorage(folder, segments)
    opened = FileIndex(storage, indexname=INDEX)
    storage.forget_all_but(set(storage.list()))
    return opened


def open_searcher(folder: Path, segments: dict[str, bytes]) -> Any:
    """A searcher of the index in a folder as it is on the disk; `segments` are those that were read before."""
    for attempt in range(OPEN_TRIES):
        try:
            return _open(folder, segments).searcher(weighting=BM25F())
        except (OSError, EmptyIndexError):
            if attempt == OPEN_TRIES - 1 or not folder.is_dir():
                raise
            time.sleep(0.02)
    raise AssertionError("unreachable")


@contextmanager
def writing(folder: Path, segments: dict[str, bytes], **options: Any) -> Iterator[Any]:
    """A writer that commits at the end of the block, or leaves everything as it was. Waits for other writers."""
    try:
        writer = _open(folder, segments).writer(timeout=LOCK_WAIT, delay=0.05, **options)
    except LockError:
        raise NotNow(f"The search index cannot be written: {TAKEN}") from None
    lock = writer.writelock
    try:
        _sweep_strays(folder, keep=Path(writer._tempstorage.folder))
        yield writer
        writer.commit()
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise
    finally:
        _release(lock)


def _release(lock: Any) -> None:
    # A commit that failed, on a full disk for instance, leaves the lock taken: nobody could write until a restart.
    if lock is not None and lock.fd is not None:
        lock.release()


def _sweep_strays(folder: Path, *, keep: Path) -> None:
    """Delete what a writer that was killed left behind; whoever calls this holds the lock, so nobody uses it."""
    for stray in folder.glob("*.tmp"):
        if stray != keep:
            shutil.rmtree(stray, ignore_errors=True)
    for stray in folder.glob("*.toc.*"):
        stray.unlink(missing_ok=True)
