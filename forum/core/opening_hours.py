"""Working time between many moments of one calendar: summed up once, then looked up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta

from forum.core.working_time import Calendar

HOUR = timedelta(hours=1)


class OpeningHours:
    """The opening spans of a calendar between two moments, with the hours worked before each.

    `hours` is exactly `working_time.elapsed` in hours; that one walks over every day, which is too slow for a hundred
    thousand waits.
    """

    def __init__(self, calendar: Calendar, begin: datetime, end: datetime) -> None:
        self._openings: list[datetime] = []
        self._closings: list[datetime] = []
        self._before: list[timedelta] = []
        total = timedelta()
        for opening, closing in _spans(calendar, begin, end):
            self._openings.append(opening)
            self._closings.append(closing)
            self._before.append(total)
            total += closing - opening

    def hours(self, start: datetime, end: datetime) -> float:
        """Working hours between two moments inside of what was summed up; none when `end` is not later."""
        return max((self._until(end) - self._until(start)) / HOUR, 0.0)

    def _until(self, moment: datetime) -> timedelta:
        place = bisect_right(self._openings, moment) - 1
        if place < 0:
            return timedelta()
        return self._before[place] + (min(moment, self._closings[place]) - self._openings[place])


def _spans(calendar: Calendar, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    # A day more on either side: a span until midnight ends on the next date, and dates differ between zones.
    day, last = calendar.local_date(begin) - timedelta(days=1), calendar.local_date(end) + timedelta(days=1)
    while day <= last:
        yield from calendar.spans(day)
        day += timedelta(days=1)
