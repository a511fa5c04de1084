"""F17: how many are in favour, of those who replied and of all who were asked, and what of it may be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import Message
from forum.core.statistics import Change, Interval, bounds, newcombe, wilson
from forum.core.suppression import Group, K, Shown, shown
from forum.departments.models import Department
from forum.pulse.models import FAVOURABLE, FOR_STAKEHOLDERS, ITEMS, PulseCount, PulseInvitation, PulseRound

ROUNDS = 8  # two years of quarters: what a trend needs
ENOUGH = 0.6  # Below this share of replies nobody can tell what the others think.
TOGETHER = Message("Smaller departments together")


@dataclass(frozen=True, slots=True)
class Favour:
    """How many are in favour of an item, of those who replied to it, of those who were asked."""

    favourable: int
    replied: int
    invited: int

    @property
    def share(self) -> float | None:
        """In favour among those who replied; None of nobody."""
        return self.favourable / self.replied if self.replied else None

    @property
    def interval(self) -> Interval:
        """Where that share lies for all who would reply, 95 times out of 100."""
        return wilson(self.favourable, self.replied)

    @property
    def response(self) -> float | None:
        """Which share replied; None where nobody was asked."""
        return self.replied / self.invited if self.invited else None

    @property
    def bounds(self) -> Interval:
        """In favour among all who were asked, whatever those think who did not reply."""
        return bounds(self.favourable, self.invited - self.replied, self.invited)

    @property
    def may_be_shown(self) -> bool:
        """Whether enough people replied that it says nothing about one of them."""
        return self.replied >= K

    @property
    def is_thin(self) -> bool:
        """Whether too few replied to judge by it."""
        return (self.response or 0) < ENOUGH


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a round that is over: the figure, what has changed since the round before, and by department."""

    number: int
    words: str
    favour: Favour
    change: Change | None
    groups: Shown


@dataclass(frozen=True, slots=True)
class Round:
    """A round that is over."""

    number: int
    begins_on: date
    ends_on: date
    invited: int
    replied: int
    items: tuple[Item, ...]


def rounds() -> Sequence[Round]:
    """The rounds that are over, the latest first.

    One that goes on is not among them: two looks at it, with one reply in between, would show that reply.
    """
    over = select(PulseRound).where(PulseRound.ends_on <= now().date()).order_by(PulseRound.number.desc())
    found = db.session.scalars(over.limit(ROUNDS + 1)).all()
    ids = [each.id for each in found]
    groups, invited, people = _groups(ids), _invited(ids), _people(ids)
    results: list[Round] = []
    before: Mapping[int, Favour] = {}
    for each in reversed(found):
        by_item = _by_item(groups[each.id], invited[each.id])
        items = tuple(
            Item(number, (ITEMS | FOR_STAKEHOLDERS)[number], favour, _change(before.get(number), favour), parts)
            for number, (favour, parts) in by_item.items()
        )
        asked, replied = people.get(each.id, (0, 0))
        results.insert(0, Round(each.number, each.begins_on, each.ends_on, asked, replied, items))
        before = {number: favour for number, (favour, _) in by_item.items()}
    return results[:ROUNDS]


Counts = dict[int, dict[int | None, tuple[int, int]]]  # item -> department -> (in favour, replied)
Asked = dict[int | None, tuple[int, int]]  # department -> (asked, of them stakeholders)


def _by_item(counts: Counts, asked: Asked) -> dict[int, tuple[Favour, Shown]]:
    names = dict(db.session.execute(select(Department.id, Department.name)).all())
    everybody = sum(people for people, _ in asked.values())
    stakeholders = sum(some for _, some in asked.values())
    found = {}
    for item, by_department in sorted(counts.items()):
        favourable = sum(some for some, _ in by_department.values())
        replied = sum(all for _, all in by_department.values())
        favour = Favour(favourable, replied, stakeholders if item in FOR_STAKEHOLDERS else everybody)
        parts = [
            Group(names[id] if id else TOGETHER, asked.get(id, (0, 0))[0], replies, some)
            for id, (some, replies) in by_department.items()
        ]
        parts.sort(key=lambda group: (group.name == TOGETHER, group.name))
        # Those for stakeholders are not kept by department at all.
        found[item] = favour, shown(parts if item in ITEMS and favour.may_be_shown else ())
    return found


def _change(before: Favour | None, after: Favour) -> Change | None:
    if before is None or not (before.may_be_shown and after.may_be_shown):
        return None
    return newcombe(before.favourable, before.replied, after.favourable, after.replied)


def _groups(ids: Sequence[int]) -> dict[int, Counts]:
    favourable = func.sum(case((PulseCount.value.in_(FAVOURABLE), PulseCount.count), else_=0))
    columns = (PulseCount.round_id, PulseCount.item, PulseCount.department_id)
    query = select(*columns, favourable, func.sum(PulseCount.count)).where(PulseCount.round_id.in_(ids))
    found: dict[int, Counts] = {id: {} for id in ids}
    for round_id, item, department_id, some, replied in db.session.execute(query.group_by(*columns)):
        found[round_id].setdefault(item, {})[department_id] = (int(some), int(replied))
    return found


def _invited(ids: Sequence[int]) -> dict[int, Asked]:
    columns = (PulseInvitation.round_id, PulseInvitation.department_id)
    stakeholders = func.count(case((PulseInvitation.is_stakeholder, 1)))
    query = select(*columns, func.count(), stakeholders).where(PulseInvitation.round_id.in_(ids)).group_by(*columns)
    found: dict[int, Asked] = {id: {} for id in ids}
    for round_id, department_id, asked, some in db.session.execute(query):
        found[round_id][department_id] = (asked, some)
    return found


def _people(ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    replied = func.count(case((PulseInvitation.has_replied, 1)))
    query = select(PulseInvitation.round_id, func.count(), replied).where(PulseInvitation.round_id.in_(ids))
    rows = db.session.execute(query.group_by(PulseInvitation.round_id))
    return {round_id: (asked, some) for round_id, asked, some in rows}
