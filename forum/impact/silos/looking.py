"""Where people look first, before they ask: a colleague, the manual, the web, the help desk, nobody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from forum.core.db import db
from forum.core.languages import gettext, language, messages
from forum.core.suppression import Group, shown
from forum.departments.models import Department
from forum.impact.facts.facts import Facts
from forum.impact.silos.counting import Quarter
from forum.needs.models import PLACES, Need

WORDS = messages(
    {
        "colleague": "A colleague",
        "manual": "A manual",
        "web": "The web",
        "help_desk": "The help desk",
        "nobody": "Nowhere",
    }
)
Places = Mapping[str, int]  # how many needs began at each of `PLACES`


@dataclass(frozen=True, slots=True)
class Looked:
    """Where people looked first; None where too few would be told of, or the time is not over. Everybody period by
    period; departments over half a year, for a quarter holds too few of each."""

    before: Places | None
    last: Places | None
    departments: Sequence[tuple[str, Places]]


@dataclass(frozen=True, slots=True)
class _Counted:
    places: Counter[str]
    people: int  # who said where they looked


def looked_first(
    facts: Facts, before: Quarter | None, last: Quarter, half: Quarter | None, departments: Sequence[Department]
) -> Looked:
    """What was said in two periods that follow each other, and by departments in half a year, as far as it says nothing
    of a single person; see core/suppression.py. Counted once of the same facts.

    What goes on is not told of, and no two halves overlap: of two times that differ by little the difference could be
    what one person said.
    """
    key = ("looked", before and before.since, last.since, last.until, half and half.since, language())
    if key not in facts.kept:
        told = [_everybody(each) if each and each.until <= facts.as_of else None for each in (before, last)]
        facts.kept[key] = Looked(told[0], told[1], _by_department(half, departments) if half else ())
    kept: Looked = facts.kept[key]
    return kept


def _by_department(half: Quarter, departments: Sequence[Department]) -> Sequence[tuple[str, Places]]:
    by_department = _counted(half.since, half.until)
    names = {each.id: each.name for each in departments}
    groups = [Group(names[id], half.sizes.get(id, 0), each.people) for id, each in by_department.items()]
    places = {names[id]: each.places for id, each in by_department.items()}
    told = shown(groups)
    rows: list[tuple[str, Places]] = [(group.name, places[group.name]) for group in told.groups]
    # All of them joined would be everybody once more.
    if told.joined is not None and rows:
        small = [places[group.name] for group in groups if group not in told.groups]
        rows.append((gettext("Together: %(departments)s", departments=told.joined.name), sum(small, Counter())))
    return sorted(rows)


def _everybody(quarter: Quarter) -> Places | None:
    found = _counted(quarter.since, quarter.until).values()
    everybody = Group("everybody", sum(quarter.sizes.values()), sum(each.people for each in found))
    return sum((each.places for each in found), Counter()) if everybody.is_large else None


def _counted(since: datetime, until: datetime) -> dict[int, _Counted]:
    """What was said in a time, by department; two statements."""
    there = (Need.opened_at >= since, Need.opened_at < until, Need.looked_first.in_(PLACES))
    people = select(Need.department_id, func.count(Need.person_id.distinct())).where(*there)
    said = select(Need.department_id, Need.looked_first, func.count()).where(*there)
    places: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for department_id, place, times in db.session.execute(said.group_by(Need.department_id, Need.looked_first)):
        places[department_id][str(place)] = times
    numbers = db.session.execute(people.group_by(Need.department_id))
    return {department_id: _Counted(places[department_id], number) for department_id, number in numbers}
