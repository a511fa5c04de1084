"""Asking to be taken out, and taking that back while nobody has done it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.events import Event, publish
from forum.core.permissions import require
from forum.people.models import Person
from forum.privacy.models import ErasureRequest


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(Event):
    """Somebody asked to be taken out, or took that back."""

    person_id: int
    withdrawn: bool = False


def ask_for_erasure(person: Person) -> None:
    """Ask the administrators to take one out; asking twice is asking once."""
    require(person, "person.ask_erasure", person)
    db.session.scalar(select(Person.id).where(Person.id == person.id).with_for_update())
    if open_request(person) is None:
        db.session.add(ErasureRequest(person_id=person.id, asked_at=now()))
        db.session.flush()
        publish(ErasureAsked(person_id=person.id), actor=person)


def withdraw(person: Person) -> None:
    """Stay after all; nothing happens when nothing was asked, or it is too late."""
    require(person, "person.ask_erasure", person)
    standing = open_request(person)
    if standing is not None:
        standing.withdrawn_at = now()
        publish(ErasureAsked(person_id=person.id, withdrawn=True), actor=person)


def open_request(person: Person) -> ErasureRequest | None:
    """What the person asked for and nobody has done yet."""
    return db.session.scalar(_open().where(ErasureRequest.person_id == person.id))


def open_requests(administrator: Person) -> Sequence[ErasureRequest]:
    """Everybody who waits to be taken out, whoever waits longest first."""
    require(administrator, "person.erase")
    return db.session.scalars(_open().order_by(ErasureRequest.asked_at, ErasureRequest.id)).all()


def _open() -> Select[ErasureRequest]:
    return select(ErasureRequest).where(ErasureRequest.done_at.is_(None), ErasureRequest.withdrawn_at.is_(None))
