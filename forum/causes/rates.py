"""How often a cause strikes, before and after it is said to be fixed: counting, the verdict, and what comes first.

rate = occurrences / working days of the department that can remove it
ratio = (after / days after) / (before / days before)
chance = of so few afterwards if nothing had changed: Binomial(before + after, days after / all days)
rank = needs of the last 90 days times the median weight of their impact
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import NamedTuple

from forum.core.statistics import RateChange, rate_change
from forum.core.working_time import Calendar

WINDOW = timedelta(days=90)  # in which needs are counted together: older ones may have had other causes
NEEDS_WANTED, PEOPLE_WANTED = 3, 2  # before a department is asked: one person's bad day is no cause
# Whoever meets the same thing again within six weeks, or finds it asked in other words, has not had it twice. Without
# this the people who ask most would weigh most, and the chance would be worked out of needs that are one.
ONE_OCCURRENCE = timedelta(days=42)
DAYS_WANTED = 30  # working days after a fix: six weeks
RATIO_WANTED = 0.5
CHANCE_WANTED = 0.10
RECURRENCES = 2  # needs after the fix that mean it does not hold
WATCHED = 60  # working days after a fix in which they count


class Occurrence(NamedTuple):
    """The cause struck one person: when, and how much it weighed. By need, or by a word that it has not stopped."""

    person_id: int
    at: datetime
    weight: int = 1
    need_id: int | None = None
    department_id: int | None = None


@dataclass(frozen=True)
class Weighed:
    """A cause before and after the day on which a fix took effect; `change` is None where nothing can be compared."""

    before: int
    days_before: int
    after: int
    days_after: int
    change: RateChange | None

    @property
    def is_early(self) -> bool:
        """Whether it is too early to say."""
        return self.days_after < DAYS_WANTED

    @property
    def is_verified(self) -> bool:
        """Whether it strikes half as often at most, for long enough, and not by chance."""
        if self.change is None or self.is_early:
            return False
        return self.change.ratio <= RATIO_WANTED and self.change.p <= CHANCE_WANTED

    @property
    def verdict(self) -> str:
        """verified, early, or not (so far it cannot be said that it has stopped)."""
        return "verified" if self.is_verified else "early" if self.is_early else "not"


def weigh(before: int, days_before: int, after: int, days_after: int) -> Weighed:
    """What a fix did, from counts and working days."""
    comparable = before > 0 and days_before > 0 and days_after > 0
    change = rate_change(before, days_before, after, days_after) if comparable else None
    return Weighed(before, days_before, after, days_after, change)


def occurrences(found: Iterable[Occurrence]) -> list[Occurrence]:
    """Those that count, in order: of one person none within six weeks of the last that counted."""
    last: dict[int, datetime] = {}
    counted = []
    for each in sorted(found, key=lambda one: (one.at, one.person_id, one.need_id or 0)):
        if each.person_id not in last or each.at - last[each.person_id] >= ONE_OCCURRENCE:
            last[each.person_id] = each.at
            counted.append(each)
    return counted


def between(found: Iterable[Occurrence], calendar: Calendar, start: date, end: date) -> list[Occurrence]:
    """Those that count among what happened on the days from `start` to before `end`, in the calendar's own days."""
    return occurrences(each for each in found if start <= calendar.local_date(each.at) < end)


def is_enough(found: Iterable[Occurrence], moment: datetime) -> bool:
    """Whether so many needs of so many people within 90 days are one cause that its department should know of."""
    lately = occurrences(each for each in found if each.at > moment - WINDOW)
    return len(lately) >= NEEDS_WANTED and len({each.person_id for each in lately}) >= PEOPLE_WANTED


def rank(found: Iterable[Occurrence], moment: datetime) -> tuple[float, int]:
    """What an open cause stands by, the highest first: needs of 90 days times their median weight; then people."""
    lately = occurrences(each for each in found if each.at > moment - WINDOW)
    if not lately:
        return 0.0, 0
    return len(lately) * median(each.weight for each in lately), len({each.person_id for each in lately})


def working_days(calendar: Calendar, start: date, end: date) -> int:
    """On how many days from `start` to before `end` anybody works there."""
    days = (start + timedelta(days=number) for number in range(max((end - start).days, 0)))
    return sum(1 for day in days if any(True for _ in calendar.spans(day)))


def days_ago(calendar: Calendar, end: date, days: int) -> date:
    """The latest day from which on there are so many working days before `end`."""
    day = end
    while days > 0:
        day -= timedelta(days=1)
        days -= any(True for _ in calendar.spans(day))
    return day


def days_later(calendar: Calendar, start: date, days: int) -> date:
    """The first day by which so many working days have passed since `start`."""
    day = start
    while days > 0:
        days -= any(True for _ in calendar.spans(day))
        day += timedelta(days=1)
    return day


def people_of(found: Sequence[Occurrence]) -> set[int]:
    """Whom it struck."""
    return {each.person_id for each in found}
