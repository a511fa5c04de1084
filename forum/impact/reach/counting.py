"""Whom the forum reaches: people with a need that was resolved, people who helped, newcomers. Groups, never persons."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from forum.core.languages import gettext
from forum.core.statistics import Survival, gini, survival
from forum.core.suppression import Group, K, Shown, shown
from forum.impact.facts.facts import Facts, Need, Person
from forum.impact.facts.periods import Period
from forum.impact.measures.figures import of, reached
from forum.impact.measures.fitting import LEVELS

LATELY = timedelta(days=90)  # before the end of the period
SETTLED = timedelta(days=1)  # Whoever was there when the forum opened is no newcomer.


@dataclass(frozen=True)
class Reach:
    """Of how many people something can be said at a moment, as a whole and by group.

    Groups are only told of the end of a quarter that is over: of two looks at one that goes on, with one reply in
    between, the difference would be one person's.
    """

    moment: datetime
    groups_at: datetime | None  # None while no quarter is over
    people: int
    reached: int  # with a need that was resolved in the 90 days before
    givers: int  # whose answer or practice worked for somebody else in that time
    departments: Shown
    lowest: Group | None  # of the departments that are shown; the page does not name it
    levels: Shown
    newcomers: Survival  # working hours from joining to the first need that was resolved
    unevenness: float  # Gini of help given that worked, over everybody: for moderators only


@dataclass(frozen=True)
class Beside:
    """A table of departments by quarter, and the names of those that some quarter does not show."""

    quarters: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    hidden: Sequence[str]


def reach(facts: Facts, period: Period) -> Reach:
    """F16: whom it reaches, in the 90 days before the end of a period or before now."""
    moment = min(period.end, facts.as_of)
    here, met = _here(facts, moment), _met(facts, moment)
    had_one = {need.person_id for need in met}
    helped = Counter(need.met.helper_id for need in met if need.met and need.met.helper_id != need.person_id)
    groups_at = period.end if period.end <= facts.as_of else _last_end(facts)
    departments, levels = _told(facts, groups_at) if groups_at else (Shown((), None, ()), Shown((), None, ()))
    return Reach(
        moment=moment,
        groups_at=groups_at,
        people=len(here),
        reached=sum(each.id in had_one for each in here),
        givers=sum(helped[each.id] > 0 for each in here),
        departments=departments,
        lowest=min(departments.groups, key=lambda group: group.favourable / group.members, default=None),
        levels=levels,
        newcomers=_newcomers(facts, period),
        unevenness=gini([helped[each.id] for each in here]),
    )


def _told(facts: Facts, moment: datetime) -> tuple[Shown, Shown]:
    """By department and by level, at the end of a quarter."""
    here, had_one = _here(facts, moment), {need.person_id for need in _met(facts, moment)}
    names = {id: facts.departments[id] for id in set(here.values())}
    return (
        shown(_groups(here, had_one, lambda each: names[here[each]])),
        shown(_groups(here, had_one, lambda each: LEVELS.get(each.level, ""))),
    )


def _here(facts: Facts, moment: datetime) -> dict[Person, int]:
    """Who works here at a moment, and where."""
    return {each: place for each in facts.people if (place := each.department_at(moment)) is not None}


def _met(facts: Facts, moment: datetime) -> list[Need]:
    """The needs of which somebody said, in the 90 days before, that it worked."""
    return [need for need in facts.needs.values() if need.met and moment - LATELY < need.met.closed_at <= moment]


def _last_end(facts: Facts) -> datetime | None:
    """When the last quarter ended that is over."""
    return max((each.end for each in facts.quarters if each.end <= facts.as_of), default=None)


def reach_of(facts: Facts, period: Period) -> Reach:
    """The same, computed once for the same facts."""
    key = ("reach", period)
    if key not in facts.kept:
        facts.kept[key] = reach(facts, period)
    kept: Reach = facts.kept[key]
    return kept


def beside(facts: Facts, most: int) -> Beside:
    """Departments in the last quarters that are over; each quarter keeps to the rule of small groups by itself."""
    over = [each for each in facts.quarters if each.end <= facts.as_of][-most:]
    found = [reach_of(facts, each).departments for each in over]
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for quarter, departments in zip(over, found, strict=True):
        together = [departments.joined] if departments.joined else []
        for group in (*departments.groups, *together):
            cells[group.name][quarter.key] = gettext("%(part)s of %(all)s", part=group.favourable, all=group.members)
    hidden = sorted({name for departments in found for name in departments.hidden})
    return Beside(
        [each.words for each in over],
        [(name, [cells[name].get(each.key, "–") for each in over]) for name in sorted(cells)],
        hidden,
    )


def in_words(found: Reach) -> dict[str, str]:
    """What the page says in sentences."""
    new, ended = found.newcomers, sum(step.ended for step in found.newcomers.steps)
    newcomers = gettext(
        "%(those)s of %(all)s newcomers of the period had a first need resolved, half of them %(within)s (working "
        "hours).",
        those=ended,
        all=new.n,
        within=reached(new, 0.5, new.longest_open),
    )
    if new.n < K:
        newcomers = (
            gettext("Fewer than five joined in the period: nothing is said of them.")
            if new.n
            else gettext("Nobody joined in the period.")
        )
    return {
        "reached": of(found.reached, found.people),
        "givers": of(found.givers, found.people),
        "newcomers": newcomers,
    }


def _groups(here: Mapping[Person, int], had_one: set[int], name: Callable[[Person], str]) -> list[Group]:
    """People by group, in order of the alphabet; who belongs to none is left out."""
    groups: dict[str, list[Person]] = defaultdict(list)
    for each in here:
        groups[name(each)].append(each)
    return [
        Group(label, len(people), len(people), sum(each.id in had_one for each in people))
        for label, people in sorted(groups.items())
        if label
    ]


def _newcomers(facts: Facts, period: Period) -> Survival:
    """How long it takes from joining until a first need is resolved."""
    new = [each for each in facts.people if each.joined_at in period and each.joined_at > facts.launch + SETTLED]
    first: dict[int, Need] = {}
    wanted = {each.id for each in new}
    for need in facts.needs.values():
        if need.met and need.person_id in wanted:
            best = first.get(need.person_id)
            if best is None or (best.met and need.met.closed_at < best.met.closed_at):
                first[need.person_id] = need
    ended, going_on = list[float](), list[float]()
    for each in new:
        found = first.get(each.id)
        until = found.met.closed_at if found and found.met else each.left_at or facts.as_of
        hours = facts.hours(each.department_at(each.joined_at) or each.places[0][0], each.joined_at, until)
        (ended if found else going_on).append(hours)
    return survival(ended, going_on)
