"""What changes about people: profile, department, roles, and that they leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, update

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, publish
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.departments.models import Department
from forum.people.models import ROLES, ROLES_OF_A_DEPARTMENT, Membership, Person, Role
from forum.people.reporting import leads
from forum.people.sign_in import end_sessions, renew_session


@dataclass(frozen=True, kw_only=True)
class PersonMoved(Event):
    """Somebody changed department; what happened before stays with the old one."""

    person_id: int
    department_id: int


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Event):
    """Somebody's name, job title or description changed."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class ManagerChanged(Event):
    """Somebody reports to somebody else from now on, or to nobody."""

    person_id: int
    manager_id: int | None


@dataclass(frozen=True, kw_only=True)
class RolesChanged(Event):
    """Somebody's roles changed; past events keep the roles of their time."""

    person_id: int
    roles: list[str]


@dataclass(frozen=True, kw_only=True)
class PersonLeft(Event):
    """Somebody left the organisation, or came back."""

    person_id: int
    back: bool


class Erased(Refused):
    """Nobody is left who could come back."""

    message = "This person was taken out at their own request. Invite them anew if they come back."


class LastAdministrator(Refused):
    """Somebody has to be able to let people in."""

    message = "This is the last administrator. Give somebody else the role first."


def describe(actor: Person, person: Person, *, name: str, job_title: str, about: str) -> None:
    """Change a profile. Raises `Invalid` for an empty name."""
    require(actor, "person.edit", person)
    cleaned = text.clean_line(name, 80)
    if not cleaned:
        raise Invalid("How shall colleagues call you?", "name")
    person.name, person.job_title = cleaned, text.clean_line(job_title, 80)
    person.about = text.clean_source(about).strip()[:500]
    publish(ProfileChanged(person_id=person.id), actor=actor)


def prefer(person: Person, *, theme: str, shortcuts: bool, language: str) -> None:
    """How the person wants to see and use the site."""
    require(person, "person.edit", person)
    person.theme, person.shortcuts, person.language = theme, shortcuts, language


def move(administrator: Person, person: Person, department: Department) -> None:
    """Move somebody to another department from today; earlier posts and events keep the old one."""
    require(administrator, "person.move", person)
    _move(administrator, person, department)


def choose_department(person: Person, department: Department) -> None:
    """Say in one's first days where one belongs; later an administrator does."""
    require(person, "person.choose_department", person)
    _move(person, person, department)


def put_under(administrator: Person, person: Person, manager: Person | None) -> None:
    """From today the person reports to this manager, or to nobody.

    Raises `Invalid` for somebody who would then report to themselves, directly or through others.
    """
    require(administrator, "person.move", person)
    if manager is not None and (manager.id == person.id or leads(person, manager)):
        raise Invalid(
            gettext(
                "%(manager)s would report to themselves. Choose somebody who is not below %(name)s.",
                manager=manager.name,
                name=person.name,
            ),
            "manager",
        )
    if person.manager_id == (manager.id if manager else None):
        return
    person.manager, person.manager_id = manager, manager.id if manager else None
    publish(ManagerChanged(person_id=person.id, manager_id=person.manager_id), actor=administrator)


def set_roles(administrator: Person, person: Person, wanted: Iterable[tuple[str, int | None]]) -> None:
    """Give exactly these roles: (name, department id for a champion or stakeholder, else None).

    The person is signed out everywhere, and is asked for a second factor from then on where the role needs one.
    Raises `Invalid` for a role without its department and `LastAdministrator`.
    """
    require(administrator, "person.set_roles", person)
    wished = {_checked(name, department_id) for name, department_id in wanted}
    standing = {
        (role.name, role.department_id): role
        for role in db.session.scalars(select(Role).where(Role.person_id == person.id, Role.until.is_(None)))
    }
    if ("administrator", None) in standing and ("administrator", None) not in wished:
        _refuse_last_administrator(person)
    for key, role in standing.items():
        if key not in wished:
            role.until = now()
    for name, department_id in sorted(wished - standing.keys(), key=str):
        db.session.add(
            Role(
                person_id=person.id, name=name, department_id=department_id, since=now(), granted_by_id=administrator.id
            )
        )
    db.session.flush()
    db.session.expire(person, ["roles"])
    if wished != standing.keys():
        # A stolen cookie must not come into new rights, nor keep old ones: this browser gets another, all others end.
        renew_session(person)
        publish(RolesChanged(person_id=person.id, roles=sorted(name for name, _ in wished)), actor=administrator)


def deactivate(administrator: Person, person: Person) -> None:
    """Somebody leaves: every session ends at once, what they wrote stays under their name."""
    require(administrator, "person.deactivate", person)
    if person.is_administrator:
        _refuse_last_administrator(person)
    person.left_at = now()
    end_sessions(person)
    publish(PersonLeft(person_id=person.id, back=False), actor=administrator)


def reactivate(administrator: Person, person: Person) -> None:
    """Somebody comes back, with the roles and the password they had. Raises `Erased` for whoever was taken out."""
    require(administrator, "person.deactivate", person)
    if person.erased_at is not None:
        raise Erased()
    person.left_at = None
    publish(PersonLeft(person_id=person.id, back=True), actor=administrator)


def _move(actor: Person, person: Person, department: Department) -> None:
    if person.department_id == department.id:
        return
    past = update(Membership).where(Membership.person_id == person.id, Membership.until.is_(None))
    db.session.execute(past.values(until=now()))
    db.session.add(Membership(person_id=person.id, department_id=department.id, since=now()))
    person.department, person.department_id = department, department.id
    publish(PersonMoved(person_id=person.id, department_id=department.id), actor=actor)


def _checked(name: str, department_id: int | None) -> tuple[str, int | None]:
    if name not in ROLES:
        raise Invalid(gettext("There is no role called %(role)s. Choose one of the list.", role=name), "roles")
    if name in ROLES_OF_A_DEPARTMENT and db.session.get(Department, department_id or 0) is None:
        raise Invalid(gettext("Say of which department: a %(role)s is one of a department.", role=name), "roles")
    return name, department_id if name in ROLES_OF_A_DEPARTMENT else None


def _refuse_last_administrator(person: Person) -> None:
    others = (
        select(Role.id)
        .join(Person, Person.id == Role.person_id)
        .where(Role.name == "administrator", Role.until.is_(None), Person.left_at.is_(None), Person.id != person.id)
    )
    if db.session.scalar(others.limit(1)) is None:
        raise LastAdministrator()
