"""The ten practices: which of them each department has in use, counted from what happened and not asked of anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from forum.core.languages import gettext, language
from forum.impact.facts.facts import Facts
from forum.impact.facts.periods import Period
from forum.impact.ten import counts, thresholds
from forum.impact.ten.counts import Count
from forum.impact.ten.thresholds import Threshold


@dataclass(frozen=True)
class Practised:
    """One of the ten: what it is called, what is counted for it, and from where on it is in use."""

    key: str
    title: str
    counted: str
    holds: str  # completes the number of those: 7 "say what is needed"
    threshold: Threshold
    count: Callable[[Facts, int, Period], Count]

    @property
    def how(self) -> str:
        """How it is computed, with the threshold and its reason."""
        in_use = gettext(
            "In use %(threshold)s: %(reason)s",
            threshold=gettext(self.threshold.words),
            reason=gettext(self.threshold.reason),
        )
        return f"{gettext(self.counted)} {in_use}"


@dataclass(frozen=True)
class Check:
    """All ten of one department in one quarter, in their order."""

    department_id: int
    period: Period
    counts: Mapping[str, Count]

    def number(self, in_use: bool | None) -> int:
        """How many are in use, or not yet, or cannot be told."""
        return sum(count.in_use is in_use for count in self.counts.values())

    @property
    def words(self) -> str:
        """ "6 of 10 in use, 1 not yet, 3 too few to say": what cannot be told is no "not yet"."""
        parts = [gettext("%(those)s of %(all)s in use", those=self.number(True), all=len(self.counts))]
        if number := self.number(False):
            parts.append(gettext("%(number)s not yet", number=number))
        if number := self.number(None):
            parts.append(gettext("%(number)s too few to say", number=number))
        return gettext(", ").join(parts)


TEN = (
    Practised(
        "diagnose",
        "Say at once what is needed",
        "Questions of the department: how many say what kind of moment it is and what was tried.",
        "say the moment and what was tried",
        thresholds.DIAGNOSED,
        counts.diagnosed,
    ),
    Practised(
        "respond",
        "Respond when it is needed most",
        "Questions of the department with a day by which an answer was needed, once that day is over: how many had an "
        "answer on it that the asker accepted, or that worked.",
        "were met in time",
        thresholds.IN_TIME,
        counts.in_time,
    ),
    Practised(
        "propose",
        "Propose something soon",
        "Working hours until the first answer to questions of the department, those counted who wait still or gave up "
        "(Kaplan–Meier): when half have one.",
        "have an answer",
        thresholds.ANSWERED,
        counts.answered_soon,
    ),
    Practised(
        "check-in",
        "Ask later whether it worked",
        "Check-ins of questions of the department that fell due in the quarter: how many had a reply, good or bad.",
        "said how it went",
        thresholds.TOLD,
        counts.told,
    ),
    Practised(
        "track",
        "Track question, answer and result",
        "Questions of the department with an answer, without those where it is still being tried: how many have an "
        "accepted answer and a reply to the check-in.",
        "can be read to the end",
        thresholds.WHOLE,
        counts.tracked,
    ),
    Practised(
        "know",
        "Know what works",
        "Practices of which the department said in the quarter how they went: how many had five or more such replies "
        "by the end of it, from anywhere.",
        "have five replies or more",
        thresholds.JUDGED,
        counts.judged,
    ),
    Practised(
        "share",
        "Help each other across departments",
        "Verified answers that the department gave to questions of the quarter: how many helped another department.",
        "helped another department",
        thresholds.SHARED,
        counts.shared,
    ),
    Practised(
        "feed-back",
        "Tell those who can mend the cause",
        "Questions of the department: how many are linked to a cause of which its owner knows by now.",
        "led to a cause whose owner knows",
        thresholds.HEARD,
        counts.heard,
    ),
    Practised(
        "listen",
        "Hear from those it helps",
        "Check-ins that fell due in the quarter on questions, from anywhere, for which something from this department "
        "was tried: how many had a reply.",
        "said how it went",
        thresholds.REPORTED,
        counts.reported,
    ),
    Practised(
        "no-course",
        "Hardly ever need a course",
        "Questions of the department that were resolved, and courses agreed as they were asked for: how many of both "
        "together needed no course.",
        "were resolved without a course",
        thresholds.WITHOUT_COURSE,
        counts.without_course,
    ),
)


def practised(key: str) -> Practised | None:
    """The one of the ten with that key."""
    return next((each for each in TEN if each.key == key), None)


def check(facts: Facts, department: int, period: Period) -> Check:
    """All ten of one department in one quarter, counted once for the same facts."""
    key = ("ten", department, period, language())
    if key not in facts.kept:
        counts = {each.key: each.count(facts, department, period) for each in TEN}
        facts.kept[key] = Check(department, period, counts)
    kept: Check = facts.kept[key]
    return kept


def checks(facts: Facts, period: Period) -> Sequence[Check]:
    """Every department in one quarter, by name."""
    by_name = sorted(facts.departments.items(), key=lambda each: each[1])
    return [check(facts, id, period) for id, _ in by_name if id not in facts.undisclosed]


def history(facts: Facts) -> Sequence[tuple[Period, Sequence[Check]]]:
    """Every department in every quarter that is over, oldest first; before that in the one that goes on."""
    over = [period for period in facts.quarters if period.end <= facts.as_of]
    return [(period, checks(facts, period)) for period in over or facts.quarters]
