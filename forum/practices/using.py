"""Using a practice: saying how it went, or when one will try it. Every use is a need of its own with one check-in."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from forum.core.db import db
from forum.core.errors import Refused
from forum.core.permissions import require
from forum.needs import check_ins
from forum.needs.models import CheckIn, Need
from forum.needs.opening import use_practice
from forum.people.models import Person
from forum.people.persona_links import same_person
from forum.practices.models import Practice


class OwnPractice(Refused):
    """Whoever knew it first does not say of themselves that it works."""

    message = "This is your own. Whether it works, others say: ask somebody to try it."


class UsedNoMore(Refused):
    """Nobody should begin with what is retired."""

    message = "This is no longer recommended. Its page says why, and what took its place."


def used(
    person: Person,
    practice: Practice,
    outcome: str,
    *,
    minutes: int | None = None,
    context: str = "",
    note: str = "",
    changed_work: bool | None = None,
    fits: bool | None = None,
) -> CheckIn:
    """Say how it went: of what one is trying already, else of a use that is written down now.

    Raises `Invalid` with the field at fault, `OwnPractice` and `UsedNoMore`.
    """
    require(person, "practice.use", practice)
    made = trying(person, practice) or _begin(person, practice)
    check_ins.reply(
        person,
        made,
        outcome,
        minutes=minutes,
        context=context,
        note=note,
        changed_work=changed_work,
        fits=fits,
    )
    return made


def try_it(person: Person, practice: Practice, day: date | None = None) -> CheckIn:
    """Going to try it: asked after `day`, else after three working days, how it went. Twice is once, on the later day.

    Raises `Invalid` for a day that is over or too far away, `OwnPractice` and `UsedNoMore`.
    """
    require(person, "practice.use", practice)
    made = trying(person, practice) or _begin(person, practice)
    if day is not None:
        check_ins.try_on(person, made, day)
    return made


def trying(person: Person, practice: Practice) -> CheckIn | None:
    """What somebody is trying of this practice and has said nothing of yet."""
    own = (Need.person_id == person.id, Need.practice_id == practice.id, CheckIn.closed_at.is_(None))
    query = select(CheckIn).join(Need, Need.id == CheckIn.need_id).where(*own)
    return db.session.scalars(query.order_by(CheckIn.id).limit(1)).first()


def _begin(person: Person, practice: Practice) -> CheckIn:
    if same_person(person.id, practice.author_id):
        raise OwnPractice()
    if practice.retired_at is not None:
        raise UsedNoMore()
    return check_ins.plan(use_practice(person, practice.id), practice_version=practice.version)
