"""Who leads whom: by the line of reporting, and by answering for a department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from forum.core.db import db
from forum.core.languages import Message
from forum.departments.models import Department
from forum.people.models import Person, Role
from forum.people.reporting import one_level_up, reports_of

DIRECTLY = Message("People who report to you")


@dataclass(frozen=True, slots=True)
class Team:
    """Some people whom somebody leads: a department they answer for, or those who report to them."""

    name: str
    department_id: int | None
    people: frozenset[int]


@dataclass(frozen=True, slots=True)
class Lead:
    """The teams of one person; none for whoever leads nobody."""

    person_id: int
    teams: tuple[Team, ...]

    @property
    def people(self) -> frozenset[int]:
        """Everybody in them."""
        return frozenset[int]().union(*(team.people for team in self.teams))


def lead_of(person: Person) -> Lead:
    """The departments that somebody answers for, and those who report to them if they are not all in these."""
    answered = [role.department_id for role in person.roles if role.name == "stakeholder"]
    departments = db.session.scalars(select(Department).where(Department.id.in_(answered)).order_by(Department.name))
    members = _members(answered)
    teams = [Team(each.name, each.id, members.get(each.id, frozenset()) - {person.id}) for each in departments]
    reports = frozenset(each.id for each in reports_of(person))
    if not reports <= frozenset[int]().union(*(team.people for team in teams)):
        teams.append(Team(DIRECTLY, None, reports))
    return Lead(person.id, tuple(team for team in teams if team.people))


def people_led_by(person_id: int) -> frozenset[int]:
    """Everybody whom a person leads."""
    return lead_of(db.session.get_one(Person, person_id)).people


def leaders_of(person: Person) -> Sequence[Person]:
    """Who leads somebody: whoever they report to, and who answers for their department."""
    answering = select(Role.person_id).where(
        Role.name == "stakeholder", Role.department_id == person.department_id, Role.until.is_(None)
    )
    above = one_level_up(person)
    here = or_(Person.id.in_(answering), Person.id == (above.id if above else 0))
    found = select(Person).where(here, Person.id != person.id, Person.left_at.is_(None)).order_by(Person.name)
    return db.session.scalars(found).all()


def stakeholders() -> Sequence[int]:
    """Everybody who answers for a department and works here."""
    query = select(Role.person_id).join(Person, Person.id == Role.person_id)
    standing = (Role.name == "stakeholder", Role.until.is_(None), Person.left_at.is_(None))
    return db.session.scalars(query.where(*standing).distinct().order_by(Role.person_id)).all()


def _members(department_ids: Sequence[int | None]) -> dict[int, frozenset[int]]:
    here = select(Person.department_id, Person.id).where(
        Person.department_id.in_(department_ids), Person.left_at.is_(None)
    )
    found: dict[int, frozenset[int]] = {}
    for department_id, id in db.session.execute(here):
        found[department_id] = found.get(department_id, frozenset()) | {id}
    return found
