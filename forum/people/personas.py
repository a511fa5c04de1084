"""Writing without a name: a persona of one's own in each thread, which is all that anything else ever sees.

A persona is a row of `person` that nobody can sign in as. Posts, needs, events, notes and the search index hold only
that row, so that whoever reads them, by whatever way, cannot tell who it is. See docs/decisions for what that promises.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import func, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, publish
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.departments.labelling import undisclosed
from forum.departments.models import Department
from forum.people.models import UNNAMED, Organisation, Person
from forum.people.persona_links import PersonaLink, link

ASKER, COLLEAGUE = "Asker", "Colleague"
ENOUGH = 5  # people in a department before it may be shown: with fewer it nearly names somebody


@dataclass(frozen=True, kw_only=True)
class UnnamedChanged(Event):
    """An administrator said who may write without a name."""

    chosen: str


class SwitchedOff(Refused):
    """The organisation does not want it."""

    message = "Writing without a name is switched off here. Nothing was posted; go back, and post it under your name."


def may_write_unnamed(*, asking: bool) -> bool:
    """Whether new questions, or new answers and comments, may be written without a name."""
    chosen = db.session.scalar(select(Organisation.unnamed)) or UNNAMED[-1]
    return chosen == "everybody" or (asking and chosen == "askers")


def can_show_department(person: Person) -> bool:
    """Whether the person's department is large enough to be shown in place of a name."""
    here = (Person.department_id == person.department_id, Person.left_at.is_(None))
    return (db.session.scalar(select(func.count()).select_from(Person).where(*here)) or 0) >= ENOUGH


def become_asker(person: Person, *, shows_department: bool = False) -> Person:
    """A persona for a question that is about to be asked; `keep` it when the question has its number."""
    if not may_write_unnamed(asking=True):
        raise SwitchedOff()
    return _made(person, ASKER, shows_department=shows_department)


def become_colleague(person: Person, thread_id: int, *, shows_department: bool = False) -> Person:
    """A persona to answer or comment with in the thread of the post `thread_id`, numbered as they come."""
    if not may_write_unnamed(asking=False):
        raise SwitchedOff()
    post = db.metadata.tables["post"]  # By name: posts stand above people.
    db.session.execute(select(post.c.id).where(post.c.id == thread_id).with_for_update())
    before = select(func.count()).select_from(PersonaLink).join(Person, Person.id == PersonaLink.persona_id)
    number = db.session.scalar(before.where(PersonaLink.thread_id == thread_id, Person.name != ASKER)) or 0
    made = _made(person, f"{COLLEAGUE} {number + 1}", shows_department=shows_department)
    keep(made, thread_id, person)
    return made


def keep(persona: Person, thread_id: int, person: Person) -> None:
    """Write down, sealed, that the persona is this person's in that thread."""
    require(person, "persona.take")
    link(persona.id, thread_id, person.id)


def choose_unnamed(administrator: Person, chosen: str) -> None:
    """Say who may write without a name. What was written before stays as it is."""
    require(administrator, "organisation.edit")
    if chosen not in UNNAMED:
        raise Invalid("Choose one of the three.", "unnamed")
    organisation = db.session.scalars(select(Organisation)).one()
    if organisation.unnamed != chosen:
        organisation.unnamed = chosen
        publish(UnnamedChanged(chosen=chosen), actor=administrator)


def _made(person: Person, name: str, *, shows_department: bool) -> Person:
    department = _department(person) if shows_department else undisclosed()
    word = secrets.token_hex(12)  # Of nothing: neither the handle nor the address may say anything.
    made = Person(
        handle=f"persona-{word}",
        name=name,
        email=f"{word}@persona.invalid",
        password_hash=None,
        department_id=department.id,
        joined_at=now(),
        left_at=now(),
        is_persona=True,
    )
    made.joined_at = made.left_at = made.stamp()
    db.session.add(made)
    db.session.flush()
    return made


def _department(person: Person) -> Department:
    if not can_show_department(person):
        raise Invalid(
            gettext(
                "Your department has fewer than %(enough)s people, so showing it would nearly name you. Leave it out.",
                enough=ENOUGH,
            ),
            "shows_department",
        )
    return person.department
