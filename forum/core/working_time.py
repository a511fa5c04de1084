"""Working time: what counts as time between two moments when people keep opening hours.

A calendar gives for each weekday the spans in which somebody works, in local time of one zone, and the holidays.
Spans are half open: at closing time one is closed. All sums are done in UTC on spans built in local time, so that
the two days on which the clocks change come out right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from forum.core.errors import Invalid
from forum.core.languages import gettext

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = "24:00"  # as the end of a span: the day's last moment
FAR = timedelta(days=3_660)  # A timer that would end later than in ten years is a mistake, not a plan.
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# Monday to Friday: for whoever has neither a calendar nor a department with one, since a timer has to end some time.
OFFICE_HOURS: dict[str, Any] = {
    "timezone": "UTC",
    "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": [],
}

Span = tuple[str, str]


@dataclass(frozen=True)
class Calendar:
    """Opening hours: `hours` gives the spans ("09:00", "17:30") of each weekday, in order and apart from each other."""

    timezone: str
    hours: Mapping[str, tuple[Span, ...]]
    holidays: frozenset[date] = frozenset()

    def spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The opening spans of one local date, in UTC."""
        if day in self.holidays:
            return
        for start, end in self.hours.get(DAYS[day.weekday()], ()):
            opening, closing = self._moment(day, start), self._moment(day, end)
            if opening < closing:  # Not so for a span that the clocks jump over when they go forward.
                yield opening, closing

    def local_date(self, moment: datetime) -> date:
        """Which date it is there."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()

    def _moment(self, day: date, clock: str) -> datetime:
        if clock == MIDNIGHT:
            day, clock = day + timedelta(days=1), "00:00"
        return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(self.timezone)).astimezone(UTC)


def read(stored: Mapping[str, Any]) -> Calendar:
    """The calendar kept as `{"timezone": ..., "hours": {"mon": [["09:00", "17:30"]]}, "holidays": ["2026-12-25"]}`.

    What stands after a holiday's date is its name. Raises `Invalid` for a calendar that cannot be used; also for one
    that never opens, because its timers would never end.
    """
    try:
        ZoneInfo(stored.get("timezone") or "")
    except (ZoneInfoNotFoundError, OSError, ValueError, TypeError):  # OSError: “Europe” alone is a folder of zones.
        raise Invalid(
            gettext("“%(timezone)s” is no time zone; write one like Europe/London.", timezone=stored.get("timezone")),
            "timezone",
        ) from None
    hours = {day: tuple(map(tuple, stored.get("hours", {}).get(day, ()))) for day in DAYS}
    for day, spans in hours.items():
        _check(day, spans)
    if not any(hours.values()):
        raise Invalid("Give at least one weekday its hours: nobody could ever be asked.", "hours")
    try:
        holidays = frozenset(date.fromisoformat(_checked_date(each)) for each in stored.get("holidays", ()))
    except (ValueError, AttributeError):
        raise Invalid("Write each holiday as a date: 2026-12-25.", "holidays") from None
    return Calendar(stored["timezone"], hours, holidays)


def calendar_from(stored: Mapping[str, Any] | None) -> Calendar:
    """The calendar stored for a person or a department, or office hours when there is none."""
    return read(stored if stored and stored.get("hours") else OFFICE_HOURS)


def elapsed(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Working time between two moments: the overlap of [start, end) with the opening spans. Zero when end <= start."""
    total = timedelta()
    for opening, closing in _spans_from(calendar, start):
        if opening >= end:
            break
        total += max(min(closing, end) - max(opening, start), timedelta())
    return total


def due(calendar: Calendar, start: datetime, work: timedelta) -> datetime:
    """The earliest moment by which `work` of working time has passed since `start`. Raises ValueError in ten years."""
    if work <= timedelta():
        return start
    left = work
    for opening, closing in _spans_from(calendar, start):
        begin = max(opening, start)
        if begin + left <= closing:
            return begin + left
        left -= max(closing - begin, timedelta())
    raise ValueError(f"{work} of working time does not pass within ten years of {start}.")


def next_opening(calendar: Calendar, moment: datetime) -> datetime:
    """`moment` itself while one works, else when one begins again. Raises ValueError if that is too far off."""
    for opening, closing in _spans_from(calendar, moment):
        if closing > moment:
            return max(opening, moment)
    raise ValueError(f"Nobody works there within ten years of {moment}.")


def _spans_from(calendar: Calendar, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The opening spans of `moment`'s local date and of the next ten years, in order."""
    # A day earlier: a span until 24:00 ends on the next date.
    first = calendar.local_date(moment) - timedelta(days=1)
    for number in range(FAR.days):
        yield from calendar.spans(first + timedelta(days=number))


def _check(day: str, spans: tuple[Any, ...]) -> None:
    before = ""
    for span in spans:
        try:
            start, end = span
            usable = CLOCK.fullmatch(start) and (end == MIDNIGHT or CLOCK.fullmatch(end))
        except (ValueError, TypeError):
            usable = None
        if not usable:
            raise Invalid(gettext("Write the hours of %(day)s like 09:00-12:30, 13:00-17:30.", day=day), "hours")
        if not before <= start < end:
            raise Invalid(
                gettext("The hours of %(day)s must follow each other, the start before the end.", day=day),
                "hours",
            )
        before = end


def _checked_date(holiday: str) -> str:
    day, _, _ = holiday.partition(" ")
    if not DATE.fullmatch(day):
        raise ValueError(f"{day} is no date.")
    return day
