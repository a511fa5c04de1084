"""The folders in which an engine builds its index anew, and the file that names the one in use.

A rebuild writes a new folder beside the old one and then moves one pointer, so that readers never meet half an index.
The name begins with the engine's format: an index of another engine or version is known by it and built anew.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh.util.filelock import FileLock

from forum.search.port import Building, SearchUnavailable

POINTER = "current"  # the file that names the folder in use
BUILDING = "building-"  # how the folder of a rebuild begins until it is whole
LOCK = "building.lock"
KEEP_OLD = 600.0  # seconds an outdated folder stays, for readers that have not looked yet


class Builds:
    """The builds of one engine in `folder`, of which one is current."""

    def __init__(self, folder: Path, format: str) -> None:
        self._folder = folder
        self._format = format

    def current(self) -> Path:
        """The folder in use. Raises `SearchUnavailable` when there is none of this format."""
        try:
            name = (self._folder / POINTER).read_text(errors="replace").strip()
        except FileNotFoundError:
            raise SearchUnavailable("The search index has not been built yet.") from None
        if not name.startswith(f"{self._format}-"):
            raise SearchUnavailable("The search index was built by another version.")
        return self._folder / name

    @contextmanager
    def anew(self) -> Iterator[Path]:
        """A new, empty folder, which at the end of the block is the one in use, or is gone if the block fails.

        Waits for nobody: while another process builds one, it raises `Building`.
        """
        with self._alone():
            name = f"{self._format}-{time.time_ns()}-{secrets.token_hex(2)}"
            fresh = self._folder / (BUILDING + name)
            fresh.mkdir(mode=0o700)
            try:
                yield fresh
                fresh.rename(self._folder / name)
                self._point_to(name)
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)  # It takes room, which may be what is missing.
                raise
            self._sweep(keep=name)

    def sweep(self) -> None:
        """Delete folders that are no longer used. Raises `Building` as `anew` does."""
        with self._alone():
            self._sweep(keep=self.current().name)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else builds an index meanwhile, so whatever is half built is left over from one who was killed."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(str(self._folder / LOCK))
        if not lock.acquire():
            raise Building("The search index is being built by another process. It needs nothing but time.")
        try:
            for left in self._folder.glob(f"{BUILDING}*"):
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
            yield
        finally:
            lock.release()

    def _point_to(self, name: str) -> None:
        new = self._folder / f"{POINTER}-{name}"
        new.write_text(name)
        os.replace(new, self._folder / POINTER)

    def _sweep(self, *, keep: str) -> None:
        """Delete folders that are no longer used, once every reader has had time to move on."""
        for old in self._folder.iterdir():
            if old.is_dir() and old.name != keep and time.time() - old.stat().st_mtime > KEEP_OLD:
                shutil.rmtree(old, ignore_errors=True)  # On Windows a file still open stays until the next rebuild.
