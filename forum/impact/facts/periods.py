"""Periods: quarters and half-years counted from the day on which the forum was opened, and all of the time since.

What a quarter is, here and elsewhere, docs/glossary.md says in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forum.core.languages import SOURCE, language, messages, retold
from forum.people.quarters import LENGTH

QUARTER = LENGTH
MONTHS = 3  # in a quarter
NAMES = messages(["Months %(first)s–%(last)s", "Month %(number)s", "Half-year %(number)s", "Since launch"])


@dataclass(frozen=True)
class Period:
    """From a moment until another; `end` is not in it. What is still running ends in the future."""

    key: str
    name: str
    begin: datetime
    end: datetime

    @property
    def words(self) -> str:
        """What it is called, in the reader's language."""
        return retold(self.name, NAMES)

    @property
    def inside(self) -> str:
        """The same in the middle of a sentence."""
        return self.words.lower() if language() == SOURCE else self.words

    def __contains__(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end

    @property
    def is_quarter(self) -> bool:
        """Whether it is one quarter, neither more nor all of the time."""
        return self.key.startswith("q")

    @property
    def last_day(self) -> date:
        """The last day that is in it."""
        return (self.end - timedelta(seconds=1)).date()

    def months(self) -> Sequence[Period]:
        """The thirds of each quarter in it, numbered since launch."""
        quarters = round((self.end - self.begin) / QUARTER)
        length = QUARTER / MONTHS
        before = _number(self)
        return [
            Period(f"m{before + place + 1}", f"Month {before + place + 1}", *_span(self.begin, length, place))
            for place in range(quarters * MONTHS)
        ]


def quarters(launch: datetime, until: datetime) -> Sequence[Period]:
    """Every quarter that has begun, oldest first."""
    count = max((until - launch) // QUARTER, 0) + 1
    return [
        Period(f"q{place + 1}", f"Months {place * MONTHS + 1}–{(place + 1) * MONTHS}", *_span(launch, QUARTER, place))
        for place in range(count)
    ]


def periods(launch: datetime, until: datetime) -> Sequence[Period]:
    """What can be chosen: all of the time, the half-years, the quarters; the latest first."""
    return of(quarters(launch, until))


def of(of_quarters: Sequence[Period]) -> Sequence[Period]:
    """What can be chosen where there are these quarters, and no others."""
    halves = [
        Period(
            f"h{place // 2 + 1}",
            f"Half-year {place // 2 + 1}",
            of_quarters[place].begin,
            of_quarters[min(place + 1, len(of_quarters) - 1)].end,
        )
        for place in range(0, len(of_quarters), 2)
    ]
    everything = Period("all", "Since launch", of_quarters[0].begin, of_quarters[-1].end)
    return [everything, *reversed(halves), *reversed(of_quarters)]


def last_half(launch: datetime, until: datetime) -> Period | None:
    """The last half-year of two whole quarters that is over."""
    halves = (each for each in periods(launch, until) if each.key.startswith("h") and each.end <= until)
    return next((each for each in halves if each.end - each.begin == 2 * QUARTER), None)


def chosen(offered: Sequence[Period], key: str | None, until: datetime) -> Period:
    """The period with that key; without one, or with a wrong one, the latest whole quarter, for only whole ones can be
    held against each other. In the first quarter that one."""
    known = {each.key: each for each in offered}
    if key in known:
        return known[key]
    latest = [each for each in offered if each.is_quarter]
    return next((each for each in latest if each.end <= until), latest[0])


def before(offered: Sequence[Period], period: Period) -> Period | None:
    """The period of the same kind before this one."""
    return next((each for each in offered if each.key[0] == period.key[0] and each.end == period.begin), None)


def together(earlier: Period | None, period: Period) -> Period:
    """Two periods that follow each other as one; without an earlier one the period alone."""
    if earlier is None:
        return period
    first, last = _number(earlier) + 1, _number(period) + round((period.end - period.begin) / QUARTER) * MONTHS
    return Period(f"{earlier.key}-{period.key}", f"Months {first}–{last}", earlier.begin, period.end)


def _span(begin: datetime, length: timedelta, place: int) -> tuple[datetime, datetime]:
    return begin + length * place, begin + length * (place + 1)


def _number(period: Period) -> int:
    """How many months had passed since launch when it began."""
    number = int(period.key[1:]) if period.key[1:].isdigit() else 1
    return (number - 1) * MONTHS * {"q": 1, "h": 2}.get(period.key[0], 1)
