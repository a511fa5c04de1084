"""The first minutes of somebody new: the welcome is shown once, and what they choose there is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import exists, or_, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.permissions import allowed, require
from forum.departments.calendar import as_typed, from_typed
from forum.departments.following import choose_level
from forum.departments.levels import USUAL
from forum.departments.models import Department, Tag
from forum.identity.models import DirectoryEntry, Identity
from forum.people.changing import choose_department
from forum.people.hours import set_own_hours
from forum.people.models import Person

TOPICS = 12  # offered: they are read at a glance


def greet(person: Person) -> bool:
    """Note that somebody has come in; True at the first time, when they are shown the welcome.

    Whoever must first add a second factor is greeted at the next time.
    """
    require(person, "person.edit", person)
    if person.arrived_at is not None or (person.session is not None and person.session.stage == "setup"):
        return False
    person.arrived_at = now()
    return True


def can_choose_department(person: Person) -> bool:
    """Whether the person may say where they belong: in the first days, and unless the organisation's own directory or
    identity provider says it."""
    if not allowed(person, "person.choose_department", person):
        return False
    provider = exists().where(Identity.person_id == person.id)
    directory = exists().where(DirectoryEntry.person_id == person.id, DirectoryEntry.removed_at.is_(None))
    return not db.session.scalar(select(or_(provider, directory)))


def settle(
    person: Person, *, department: Department | None, topics: Collection[int], hours: Mapping[str, str] | None
) -> None:
    """Do what somebody chose in the welcome: belong to a department, follow topics (tag ids), work these hours.

    Hours as they were shown change nothing, nor does no department. Raises `Invalid` for hours that cannot be used.
    """
    shown = as_typed(person.calendar or person.department.calendar)
    if hours is not None and from_typed(hours) != from_typed(shown):
        set_own_hours(person, person, hours)
    if department is not None and can_choose_department(person):
        choose_department(person, department)
    for id in db.session.scalars(select(Tag.id).where(Tag.id.in_(topics)).order_by(Tag.id)).all():
        choose_level(person, "tag", id, USUAL["tag"])
