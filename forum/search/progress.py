"""How far a rebuild of the index is, and how the last comparison with the database went: files that all processes see.

They lie beside the index and not in the database: a rebuild must not hold its write lock, and both are worth nothing
when the folder is gone. One that cannot be written is only not told.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app

from forum.core.clock import now
from forum.search.port import Building

log = logging.getLogger(__name__)
Told = TypeVar("Told")

TELL_EVERY = 1.0  # seconds between two notes of a rebuild
SILENT = timedelta(minutes=2)  # A rebuild that tells nothing for so long was killed; its last document may take some.


@dataclass(frozen=True)
class Build:
    """A rebuild: `done` of `total` documents at `told`; `ended` says how it ended, "" while it goes on."""

    began: datetime
    told: datetime
    done: int
    total: int
    ended: str = ""

    @property
    def is_under_way(self) -> bool:
        """Whether somebody works at it."""
        return not self.ended and now() - self.told < SILENT

    @property
    def percent(self) -> int:
        """How much of it is done; the last step, from files to an index, tells nothing and is not counted."""
        return min(99, 100 * self.done // max(self.total, 1))


@dataclass(frozen=True)
class Comparison:
    """What a comparison with the database found: posts that had differed for more than a minute, and since when any
    have at every look."""

    at: datetime
    differing: int
    posts: int
    since: datetime | None


def build() -> Build | None:
    """The rebuild that is under way, or the last one."""
    return _read("search-build", Build, ("began", "told"))


def comparison() -> Comparison | None:
    """The last comparison."""
    return _read("search-comparison", Comparison, ("at", "since"))


def compared(differing: int, posts: int) -> None:
    """Note what a comparison found."""
    before, moment = comparison(), now()
    since = (before.since if before and before.since else moment) if differing else None
    _write("search-comparison", asdict(Comparison(moment, differing, posts, since)))


@contextmanager
def told(total: int) -> Iterator[Callable[[int], None]]:
    """Note how far the rebuild of the block is, whenever it calls what it is given, and how it ends."""
    began, last, done = now(), float("-inf"), 0

    def tell(documents: int) -> None:
        nonlocal last, done
        done = documents
        if time.monotonic() - last > TELL_EVERY:
            last = time.monotonic()
            note()

    def note(ended: str = "") -> None:
        _write("search-build", asdict(Build(began, now(), done, max(total, done), ended)))

    try:
        yield tell
    except Building:  # The one who builds it tells.
        raise
    except BaseException as error:
        note(str(error) or type(error).__name__)
        raise
    note("done")


def _file(name: str) -> Path:
    folder: Path = current_app.config["PROVEN_DATA"]
    return folder / f"{name}.json"


def _read(name: str, kind: type[Told], moments: Sequence[str]) -> Told | None:
    try:
        held = json.loads(_file(name).read_text())
        return kind(**{**held, **{each: held[each] and datetime.fromisoformat(held[each]) for each in moments}})
    except (OSError, ValueError, KeyError, TypeError):  # Not there, or not as this version writes it.
        return None


def _write(name: str, values: dict[str, Any]) -> None:
    file = _file(name)
    fresh = file.with_suffix(f".{os.getpid()}")
    try:
        fresh.write_text(json.dumps(values, default=str))
        fresh.replace(file)
    except OSError as error:
        log.warning("%s cannot be written: %s", file.name, error)
