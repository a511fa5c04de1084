"""Who has a second factor, and who must have one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, or_, select

from forum.core.db import db
from forum.core.events import Event, publish
from forum.core.permissions import allowed, require
from forum.people.factor_models import CodeApp, Passkey
from forum.people.models import Organisation, Person


@dataclass(frozen=True, kw_only=True)
class FactorRequired(Event):
    """An administrator said that moderators and administrators must have a second factor, or need none."""

    on: bool


def has_factor(person: Person) -> bool:
    """Whether the password alone does not let the person in."""
    app = exists().where(CodeApp.person_id == person.id)
    key = exists().where(Passkey.person_id == person.id)
    return bool(db.session.scalar(select(or_(app, key))))


def has_to_add_one(person: Person) -> bool:
    """Whether the organisation asks the person for a second factor that is not there yet."""
    if not allowed(person, "factor.must"):
        return False
    return bool(db.session.scalar(select(Organisation.requires_factor))) and not has_factor(person)


def require_factor(administrator: Person, *, on: bool) -> None:
    """Whether moderators and administrators must have a second factor; they are led to it at their next sign-in."""
    require(administrator, "organisation.edit")
    organisation = db.session.scalars(select(Organisation)).one()
    if organisation.requires_factor != on:
        organisation.requires_factor = on
        publish(FactorRequired(on=on), actor=administrator)
