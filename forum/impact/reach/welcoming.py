"""A warm invitation: a champion or a moderator writes, in their own name, to colleagues who never brought a need here.

Whoever sends it learns how many they are and never who: nobody is to be pointed at for not asking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Refused
from forum.core.events import Event, publish
from forum.core.permissions import allowed, require
from forum.core.suppression import K
from forum.departments.models import Department
from forum.impact.models import WarmInvitation
from forum.impact.reach.norm import Norm, had_one_solved
from forum.needs.launch import launch
from forum.needs.models import Need
from forum.people.models import Organisation, Person
from forum.people.quarters import quarter_of


@dataclass(frozen=True, kw_only=True)
class ColleagueInvited(Event):
    """Somebody who never brought a need here is invited by a colleague. The numbers are those of the norm, if any."""

    person_id: int
    department: str
    solved: int
    colleagues: int


class NobodyToInvite(Refused):
    """Everybody it could go to has a need here by now, or was invited this quarter."""

    message = "There is nobody left to invite this quarter: each person is invited once in it."


@dataclass(frozen=True, slots=True)
class Welcome:
    """How many of a department never brought a need here, and how many of them can be invited this quarter."""

    department: Department
    people: int
    silent: int
    ready: int
    norm: Norm


def welcomes(person: Person, departments: Iterable[Department]) -> Sequence[Welcome]:
    """The departments of which somebody may invite colleagues, but those too small for a number to be told."""
    mine = [each for each in departments if allowed(person, "colleague.invite", each)]
    return _counted(person, mine) if mine else []


def welcome(person: Person, department: Department) -> int:
    """Invite everybody of a department who never brought a need here, each once a quarter; returns how many.

    Raises `NobodyToInvite` when there is none, or the department is too small to tell how many there are.
    """
    require(person, "colleague.invite", department)
    # Two who press at once send one after the other, and the second finds nobody.
    db.session.scalar(select(Organisation).with_for_update())
    counted = _counted(person, [department])
    colleagues = db.session.scalars(_colleagues(person, department)).all() if counted else []
    if not colleagues:
        raise NobodyToInvite()
    (found,) = counted
    told = (found.norm.solved, found.norm.colleagues) if found.norm.is_one else (0, 0)
    quarter, today = _quarter(), now().date()
    for colleague in colleagues:
        db.session.add(WarmInvitation(person_id=colleague.id, quarter=quarter, by_id=person.id, sent_on=today))
        invited = ColleagueInvited(
            person_id=colleague.id, department=department.name, solved=told[0], colleagues=told[1]
        )
        publish(invited, actor=person)
    db.session.flush()
    return len(colleagues)


def _counted(person: Person, departments: Sequence[Department]) -> Sequence[Welcome]:
    silent = ~_has_brought_one()
    columns = (
        func.count(),
        func.count(case((silent, 1))),
        func.count(case((and_(silent, Person.id != person.id, ~_is_invited()), 1))),
        func.count(case((had_one_solved(), 1))),
    )
    query: Any = select(Person.department_id, *columns).where(Person.left_at.is_(None)).group_by(Person.department_id)
    counts = {row[0]: row[1:] for row in db.session.execute(query)}
    return [
        # Whoever reads it never had one, so the others are one fewer.
        Welcome(each, people, silent, ready, Norm(solved, people - 1, everywhere=False))
        for each in departments
        for people, silent, ready, solved in [counts.get(each.id, (0, 0, 0, 0))]
        if people >= K
    ]


def _colleagues(person: Person, department: Department) -> Any:
    here = (Person.department_id == department.id, Person.left_at.is_(None), Person.id != person.id)
    return select(Person).where(*here, ~_has_brought_one(), ~_is_invited()).order_by(Person.id)


def _has_brought_one() -> ColumnElement[bool]:
    return select(Need.id).where(Need.person_id == Person.id).exists()


def _is_invited() -> ColumnElement[bool]:
    sent = select(WarmInvitation.person_id)
    return sent.where(WarmInvitation.person_id == Person.id, WarmInvitation.quarter == _quarter()).exists()


def _quarter() -> int:
    return quarter_of(launch().date(), now().date()).number
