"""Who answers whom in a period, counted from the facts once; see mixing.py for what is made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar, NamedTuple

from forum.core.statistics import Change, Interval, newcombe
from forum.impact.facts.facts import Facts
from forum.impact.facts.periods import Period
from forum.impact.silos import mixing
from forum.impact.silos.mixing import Help, Pair, Thread

MOMENT = timedelta(microseconds=1)  # the shortest there is


class Given(NamedTuple):
    """One verified answer: to which question, and between which departments."""

    question_id: int
    answer_id: int
    pair: Pair


@dataclass(frozen=True)
class Quarter:
    """The verified answers to what was asked in a time, and how large departments were at its end."""

    since: datetime
    until: datetime
    helps: Sequence[Help]
    sizes: mixing.Sizes
    given: Sequence[Given] = ()  # the same answers one by one
    lasts: ClassVar[bool] = True

    @cached_property
    def matrix(self) -> dict[Pair, int]:
        """Verified answers by asker's and answerer's department."""
        return dict(mixing.matrix(self.helps))

    @cached_property
    def expected(self) -> dict[Pair, float]:
        """As many as would be by chance."""
        return mixing.expected(self.matrix, self.sizes)

    @cached_property
    def openness(self) -> mixing.Openness:
        """What crossed a border."""
        return mixing.openness(self.matrix, self.sizes)

    @cached_property
    def band(self) -> Interval:
        """Where the share that crosses would lie if there were no silos."""
        return mixing.band(self.helps, self.sizes)

    @cached_property
    def gaps(self) -> list[tuple[Pair, float]]:
        """Who asks and gets nothing from where answers were expected."""
        return mixing.gaps(self.matrix, self.sizes)

    @cached_property
    def threads(self) -> list[Thread]:
        """Where nearly all help comes from one person."""
        return mixing.single_threads(self.helps)

    @property
    def undisclosed(self) -> int:
        """Verified answers to askers who did not say where they work."""
        return mixing.undisclosed(self.helps)

    @cached_property
    def carriers(self) -> tuple[int, int]:
        """How many people gave half of the answers, and how many gave any."""
        return mixing.carriers(self.helps)


def quarter(facts: Facts, period: Period) -> Quarter:
    """What was asked in a period, and answered whenever; made once of the same facts.

    An answer is verified when its asker accepted it, or said at the check-in that it worked; a moderator's mark in the
    asker's place verifies nothing. One for each question, by the day it was asked; departments as they were then.
    """
    key = (quarter, period)
    if key not in facts.kept:
        verified = [
            (need, need.verified)
            for need in facts.opened(period)
            if need.verified and _said(facts, need.verified.department_id) is not None
        ]
        helps = Counter(
            (_said(facts, need.department_id), given.department_id, need.person_id, given.helper_id)
            for need, given in verified
        )
        facts.kept[key] = Quarter(
            period.begin,
            period.end,
            [Help(*who, times) for who, times in helps.items()],
            sizes_at(facts, min(period.end, facts.as_of)),
            [
                Given(need.question_id or 0, given.answer_id, (need.department_id, given.department_id))
                for need, given in verified
                if _said(facts, need.department_id) is not None
            ],
        )
    kept: Quarter = facts.kept[key]
    return kept


def _said(facts: Facts, department_id: int) -> int | None:
    """The department, if it was said; whoever wrote without a name may leave that out."""
    return None if department_id in facts.undisclosed else department_id


def change(before: Quarter | None, last: Quarter) -> Change | None:
    """By how much the share that crosses has moved; None while one of the quarters holds nothing."""
    if before is None or not before.openness.total or not last.openness.total:
        return None
    old, new = before.openness, last.openness
    return newcombe(old.crossing, old.total, new.crossing, new.total)


def sizes_at(facts: Facts, moment: datetime) -> dict[int, int]:
    """How many people worked in each department just before a moment, by id."""
    here = (person.department_at(moment - MOMENT) for person in facts.people)
    return dict(Counter(department for department in here if department is not None))
