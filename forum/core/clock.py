"""now(): the only source of time. A demonstration may move it forward; every process follows within a second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, current_app

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)

LOOK_EVERY = 1.0  # seconds between looks at the file that holds the demonstration's shift.


class Clock:
    """The application's clock: real time plus the shift kept in one file of the data folder."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._shift = timedelta()
        self._looked = float("-inf")

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self.shift

    @property
    def shift(self) -> timedelta:
        """How far the demonstration runs ahead of real time; zero outside a demonstration."""
        if time.monotonic() - self._looked > LOOK_EVERY:
            self._shift = self._read()
            self._looked = time.monotonic()
        return self._shift

    def move(self, by: timedelta) -> None:
        """Move the demonstration forward. Raises `ValueError` for a step back: timers cannot run backwards."""
        if by < timedelta():
            raise ValueError("The demonstration clock only moves forward.")
        self._file.write_text(str((self._read() + by).total_seconds()))
        self._looked = float("-inf")

    def _read(self) -> timedelta:
        try:
            return timedelta(seconds=float(self._file.read_text()))
        except FileNotFoundError:
            return timedelta()


def attach(app: Flask) -> None:
    """Give the application its clock."""
    app.extensions["clock"] = Clock(app.config["PROVEN_DATA"] / "demo-clock")


def clock() -> Clock:
    """The clock of the current application."""
    found: Clock = current_app.extensions["clock"]
    return found


def now() -> datetime:
    """The present moment, aware, in UTC: call this, never `datetime.now`."""
    return _pretended.get() or clock().now()


def real_now() -> datetime:
    """The present moment outside the story: for what belongs to whoever watches it, such as being signed in."""
    return datetime.now(UTC)


def half_day(moment: datetime) -> datetime:
    """The midnight or noon before: all that is told of when somebody wrote without a name."""
    return moment.replace(hour=moment.hour // 12 * 12, minute=0, second=0, microsecond=0)


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Inside, `moment` is now: how an import and the demo organisation replay what happened in the past."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
