"""What is counted for each of the ten practices: one function each, from facts, a department and a quarter.

Only questions are counted, and practices of which somebody here has said how they went. Both are open to everybody, so
a small department is counted like any other, and every number leads to its rows. Nothing is counted by person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from forum.core.languages import gettext, messages
from forum.core.suppression import K
from forum.impact.facts.facts import REPLIED, Facts, Need
from forum.impact.facts.periods import Period
from forum.impact.measures.at_once import curve_of, end_of_day, is_in_time, live_of
from forum.impact.measures.figures import ids, of, reached
from forum.impact.ten import thresholds
from forum.impact.ten.thresholds import Threshold

STILL_TRIED = ("trying", "due")  # What comes of it will be asked, or is being asked.
WORDS = messages({True: "In use", False: "Not yet", None: "Too few to say"})


@dataclass(frozen=True)
class Count:
    """Of the rows `all`, those for which it holds. `words` says it, `is_enough` whether the threshold is reached.

    `beside` are cases that belong to the number and have no row in the list.
    """

    words: str
    all: Sequence[int]
    those: Sequence[int]
    is_reached: bool
    kind: str = "need"
    beside: int = 0

    @property
    def n(self) -> int:
        """Out of how many."""
        return len(self.all) + self.beside

    @property
    def in_use(self) -> bool | None:
        """Whether the practice is in use; None where there are too few cases to say."""
        return self.is_reached if self.n >= K else None

    @property
    def verdict(self) -> str:
        """The same in words."""
        return gettext(WORDS[self.in_use])


def diagnosed(facts: Facts, department: int, period: Period) -> Count:
    """P1: the need is put so that somebody can begin to help."""
    asked = _asked(facts, department, period)
    return _share(asked, [need for need in asked if need.moment and need.says_tried], thresholds.DIAGNOSED)


def in_time(facts: Facts, department: int, period: Period) -> Count:
    """P2: the answer is there when it is needed."""
    due = [
        need for need in _asked(facts, department, period) if need.needed_by and end_of_day(facts, need) <= facts.as_of
    ]
    return _share(due, [need for need in due if is_in_time(facts, need)], thresholds.IN_TIME)


def answered_soon(facts: Facts, department: int, period: Period) -> Count:
    """P3: half of the questions have an answer soon; those are in it that wait still, or gave up."""
    asked = _asked(facts, department, period)
    waiting = curve_of(facts, asked, lambda need: need.answered_at)
    median = waiting.curve.reached(0.5)
    answered = [need for need in asked if need.answered_at]
    if len(asked) < K:
        words = gettext("%(those)s of %(all)s answered", those=len(answered), all=len(asked))
    else:
        words = gettext("half %(within)s", within=reached(waiting.curve, 0.5, waiting.longest))
    return Count(words, ids(asked), ids(answered), median is not None and median <= thresholds.ANSWERED.at)


def told(facts: Facts, department: int, period: Period) -> Count:
    """P4: whoever got an answer is asked whether it worked, and says so."""
    due = _in(department, facts, period, _due, _asker)
    return _share(due, [need for need in due if _said_how(need)], thresholds.TOLD)


def tracked(facts: Facts, department: int, period: Period) -> Count:
    """P5: from question to result, nothing is missing."""
    answered = [
        need for need in _asked(facts, department, period) if need.answered_at and need.state not in STILL_TRIED
    ]
    whole = [need for need in answered if need.accepted_at and _said_how(need)]
    return _share(answered, whole, thresholds.WHOLE)


def judged(facts: Facts, department: int, period: Period) -> Count:
    """P6: of the practices that are used here, it is known how well they work."""
    replies = _replies(facts)
    shown = [practice.id for practice in facts.practices if not practice.is_hidden]
    used = [id for id in shown if any(need.department_id == department and _at(need) in period for need in replies[id])]
    known = [id for id in used if sum(_at(need) < period.end for need in replies[id]) >= K]
    return _counted(used, known, thresholds.JUDGED, kind="practice")


def shared(facts: Facts, department: int, period: Period) -> Count:
    """P7: what people here know helps other departments too."""
    helped = _in(department, facts, period, live_of, _verified)
    return _share(helped, [need for need in helped if facts.crosses(need.department_id, department)], thresholds.SHARED)


def heard(facts: Facts, department: int, period: Period) -> Count:
    """P8: whoever could mend the cause hears of the needs."""
    asked = _asked(facts, department, period)
    return _share(asked, [need for need in asked if _is_heard(facts, need)], thresholds.HEARD)


def reported(facts: Facts, department: int, period: Period) -> Count:
    """P9: those whom the department helps say how it went."""
    helped = _in(department, facts, period, _due, _tried)
    return _share(helped, [need for need in helped if _said_how(need)], thresholds.REPORTED)


def without_course(facts: Facts, department: int, period: Period) -> Count:
    """P10: needs are met by colleagues; a course is the exception. The courses have no row in the list of needs."""
    met = [need for need in _asked(facts, department, period) if need.met]
    courses = [each for each in facts.courses if each.department_id == department and each.agreed_at in period]
    return _counted(ids(met), ids(met), thresholds.WITHOUT_COURSE, beside=len(courses))


def _asked(facts: Facts, department: int, period: Period) -> Sequence[Need]:
    return _in(department, facts, period, live_of, _asker)


def _asker(need: Need) -> int:
    return need.department_id


def _verified(need: Need) -> int | None:
    return need.verified.department_id if need.verified else None


def _tried(need: Need) -> int | None:
    return need.first.helper_department_id if need.first else None


def _in(
    department: int,
    facts: Facts,
    period: Period,
    read: Callable[[Facts, Period], Iterable[Need]],
    place: Callable[[Need], int | None],
) -> Sequence[Need]:
    """Those of some needs whose place is a department; told apart once for all departments."""
    key = (read, place, period)
    if key not in facts.kept:
        found: dict[int | None, list[Need]] = defaultdict(list)
        for need in read(facts, period):
            found[place(need)].append(need)
        facts.kept[key] = found
    kept: Mapping[int | None, list[Need]] = facts.kept[key]
    return kept.get(department, ())


def _due(facts: Facts, period: Period) -> list[Need]:
    return [need for need in facts.due(period) if need.origin == "asked" and not need.is_hidden]


def _said_how(need: Need) -> bool:
    return need.first is not None and need.first.outcome in REPLIED


def _is_heard(facts: Facts, need: Need) -> bool:
    return need.question_id is not None and need.question_id in facts.heard


def _replies(facts: Facts) -> Mapping[int, list[Need]]:
    """Needs of others than its author that were met by a practice, or not, as they say; by practice."""
    if "replies" not in facts.kept:
        found: dict[int, list[Need]] = {practice.id: [] for practice in facts.practices}
        for need in facts.needs.values():
            if need.practice_id in found and not need.is_own and _said_how(need):
                found[need.practice_id].append(need)
        facts.kept["replies"] = found
    kept: Mapping[int, list[Need]] = facts.kept["replies"]
    return kept


def _at(need: Need) -> datetime:
    assert need.first is not None
    return need.first.closed_at


def _share(all: Sequence[Need], those: Sequence[Need], threshold: Threshold) -> Count:
    return _counted(ids(all), ids(those), threshold)


def _counted(
    all: Sequence[int], those: Sequence[int], threshold: Threshold, *, kind: str = "need", beside: int = 0
) -> Count:
    n = len(all) + beside
    return Count(of(len(those), n), all, those, n > 0 and len(those) >= threshold.at * n, kind, beside)
