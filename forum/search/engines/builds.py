"""The folders in which an engine builds its index anew, and the file that names the one in use.

A rebuild writes a new folder beside the old one and then moves one pointer, so that readers never meet half an index.
The name begins with the engine's format: an index of another engine or version is known by it and built anew.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from pathlib import Path

from forum.search.port import SearchUnavailable

POINTER = "current"  # the file that names the folder in use
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
        except OSError as error:
            raise SearchUnavailable(f"The search index cannot be read ({error}).") from error
        if not name.startswith(f"{self._format}-"):
            raise SearchUnavailable("The search index was built by another version.")
        return self._folder / name

    def make(self) -> Path:
        """A new, empty folder that only its owner may look into."""
        fresh = self._folder / f"{self._format}-{time.time_ns()}-{secrets.token_hex(2)}"
        fresh.mkdir(mode=0o700, parents=True)
        return fresh

    def use(self, build: Path) -> None:
        """Make `build` the one in use, at once and as a whole; delete those that nobody can be using any more."""
        new = self._folder / f"{POINTER}-{build.name}"
        new.write_text(build.name)
        os.replace(new, self._folder / POINTER)
        for old in self._folder.iterdir():
            if old.is_dir() and old != build and time.time() - old.stat().st_mtime > KEEP_OLD:
                shutil.rmtree(old, ignore_errors=True)  # On Windows a file still open stays until the next rebuild.
