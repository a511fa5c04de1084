"""What outcomes allow to be said of a practice: whether it is Proven, where it works and where it does not.

Pure rules: they know outcomes, numbers and days, and neither tables nor people. Decision 31 says why they are so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forum.core.languages import gettext, messages, ngettext
from forum.core.statistics import wilson

ENOUGH, PEOPLE, DEPARTMENTS = 5, 3, 2  # outcomes, whom it worked for, and where: below, nothing is Proven
HALF = 0.5  # What surely works does so for more than every second one.
SOME, MOST = 3, 2 / 3  # outcomes and share from which it promises something
WINDOW, AT_MOST = timedelta(days=90), 2  # One person counts so often in so long, for each version.
SHRINK = 4  # What is known of everybody counts as much as so many outcomes of one department.
WORKED_HERE, FAILED_HERE = 2, 3  # outcomes of a department from which it can be said to work, or not to work, there

LABELS = messages(
    {
        "proven": "Proven",
        "promising": "Promising",
        "mixed": "Mixed",
        "too_early": "Too early to say",
        "does_not_work": "Does not work",
    }
)
LEVELS = {
    0: "Claimed: somebody knows it",
    1: "Validated: two colleagues looked at it",
    2: "Worked: for at least one colleague",
    3: "Proven: by the rule",
    4: "Proven, and told: it serves an objective, and somebody else confirmed a story of it",
}
FRESHNESS = {"in date": 1.0, "due": 0.6, "stale": 0.3, "retired": 0.0}
MATCH = {"works": 1.0, "": 0.85, "fails": 0.6}  # how much what is known of the reader's department weighs


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one person said after trying: resolved, partly, not; or no_reply."""

    outcome: str
    person_id: int
    department_id: int
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """Outcomes, counted. `silent` are those who were asked and did not reply: shown, and in no share."""

    worked: int = 0
    partly: int = 0
    failed: int = 0
    silent: int = 0
    people: int = 0  # whom it worked for
    departments: int = 0  # where it worked
    last_worked_at: datetime | None = None

    @property
    def tried(self) -> int:
        """Everybody who said how it went."""
        return self.worked + self.partly + self.failed

    @property
    def low(self) -> float:
        """Of all who will try it, it surely works for more than this share."""
        return wilson(self.worked, self.tried).low

    @property
    def high(self) -> float:
        """Of all who will try it, it surely works for less than this share."""
        return wilson(self.worked, self.tried).high


def counting(outcomes: Iterable[Outcome]) -> list[bool]:
    """Of each outcome, oldest first, whether it counts: of one person two at most per version within 90 days."""
    counted: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    said = []
    for each in outcomes:
        before = counted[each.person_id, each.version]
        counts = sum(each.at - at < WINDOW for at in before) < AT_MOST
        if counts and each.outcome != "no_reply":
            before.append(each.at)
        said.append(counts)
    return said


def tally(outcomes: Sequence[Outcome]) -> Tally:
    """Count outcomes by people other than the author, oldest first."""
    counted = [each for each, counts in zip(outcomes, counting(outcomes), strict=True) if counts]
    resolved = [each for each in counted if each.outcome == "resolved"]
    return Tally(
        worked=len(resolved),
        partly=sum(each.outcome == "partly" for each in counted),
        failed=sum(each.outcome == "not" for each in counted),
        silent=sum(each.outcome == "no_reply" for each in counted),
        people=len({each.person_id for each in resolved}),
        departments=len({each.department_id for each in resolved}),
        last_worked_at=max((each.at for each in resolved), default=None),
    )


def by_department(outcomes: Sequence[Outcome]) -> dict[int, Tally]:
    """What was said in each department. One person counts no more often for having moved."""
    counted = [each for each, counts in zip(outcomes, counting(outcomes), strict=True) if counts]
    return {id: tally([each for each in counted if each.department_id == id]) for id in _ids(counted)}


def by_version(outcomes: Sequence[Outcome]) -> dict[int, Tally]:
    """What was said of each version, the newest first."""
    versions = sorted({each.version for each in outcomes}, reverse=True)
    return {version: tally([each for each in outcomes if each.version == version]) for version in versions}


def due_on(review_on: date, last_worked_at: datetime | None, pace: int) -> date:
    """The day from which somebody should look at it again: it is reviewed every `pace` days, and that it has worked
    is as good as a review for half as long."""
    if last_worked_at is None:
        return review_on
    return max(review_on, (last_worked_at + timedelta(days=pace) / 2).date())


def freshness(due: date, today: date, *, stale: bool = False, retired: bool = False) -> str:
    """In date, due, stale or retired; `stale` is what `practices/ageing.py` found to be out of date."""
    if retired or stale:
        return "retired" if retired else "stale"
    return "in date" if today < due else "due"


def label(found: Tally, *, is_stale: bool = False) -> str:
    """What may be said of a practice in a word: one of `LABELS`."""
    if _is_proven(found) and not is_stale:
        return "proven"
    if found.tried >= ENOUGH and found.high < HALF:
        return "does_not_work"
    if found.tried < SOME:
        return "too_early"
    return "promising" if found.worked / found.tried >= MOST else "mixed"


def level(label: str, found: Tally, *, is_validated: bool = False, is_told: bool = False) -> int:
    """How much stands behind it: one of `LEVELS`. It never says that something was caused by it.

    A story alone lifts nothing: told of what is not Proven, it is one more story.
    """
    if label == "proven":
        return 4 if is_told else 3
    return 2 if found.worked else 1 if is_validated else 0


def lacking(found: Tally, *, is_stale: bool = False) -> list[str]:
    """What is missing until it is Proven, in words; nothing when it is."""
    people, departments = PEOPLE - found.people, DEPARTMENTS - found.departments
    wanted = [
        (found.tried < ENOUGH, ngettext("%(num)s more outcome", "%(num)s more outcomes", ENOUGH - found.tried)),
        (
            people > 0,
            ngettext("%(num)s more colleague it works for", "%(num)s more colleagues it works for", people),
        ),
        (
            departments > 0,
            ngettext("%(num)s more department where it works", "%(num)s more departments where it works", departments),
        ),
        (found.tried >= ENOUGH and found.low < HALF, _successes(found)),
        (is_stale, gettext("somebody who looks at it again")),
    ]
    return [words for is_wanted, words in wanted if is_wanted]


def shrunken(here: Tally, overall: Tally) -> float:
    """The share in a department, drawn towards that of all: three outcomes say little, thirty speak for themselves."""
    share = (overall.worked + 1) / (overall.tried + 2)
    return (here.worked + SHRINK * share) / (here.tried + SHRINK)


def works(worked: int, tried: int) -> bool:
    """Whether it was seen to work in a department."""
    return worked >= WORKED_HERE and worked / tried >= MOST


def fails(worked: int, tried: int) -> bool:
    """Whether it does not work in a department."""
    return tried >= FAILED_HERE and worked / tried < HALF


def seen(worked: int, tried: int) -> str:
    """What a department knows of it: "works", "fails", or nothing yet. One of `MATCH`."""
    return "works" if works(worked, tried) else "fails" if fails(worked, tried) else ""


def contested(overall: Tally, departments: Mapping[int, Tally]) -> list[int]:
    """The departments in which it does not work although it does for every second one of all."""
    if not overall.tried or overall.worked / overall.tried < HALF:
        return []
    return [id for id, here in departments.items() if fails(here.worked, here.tried)]


def worth(low: float, fresh: str, match: str) -> float:
    """By what the library is ordered: what surely works, as far as it is in date, and where the reader works."""
    return low * FRESHNESS[fresh] * MATCH[match]


def _is_proven(found: Tally) -> bool:
    enough = found.tried >= ENOUGH and found.people >= PEOPLE and found.departments >= DEPARTMENTS
    return enough and found.low >= HALF


def _successes(found: Tally) -> str:
    """How often it would have to work from now on, one time after the other, to be sure that it mostly works."""
    more = 1
    while wilson(found.worked + more, found.tried + more).low < HALF:
        more += 1
    return ngettext(
        "to work %(num)s more time: it worked for %(worked)s of %(tried)s, which may be chance",
        "to work %(num)s more times: it worked for %(worked)s of %(tried)s, which may be chance",
        more,
        worked=found.worked,
        tried=found.tried,
    )


def _ids(outcomes: Iterable[Outcome]) -> list[int]:
    return sorted({each.department_id for each in outcomes})
