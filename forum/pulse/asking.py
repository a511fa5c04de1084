"""Asking for the pulse: a round each quarter, a third of the people each month, each person once and reminded once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import Event, publish
from forum.core.suppression import K
from forum.needs.launch import launch
from forum.people.listing import headcounts
from forum.people.models import Organisation, Person
from forum.people.quarters import Quarter, quarter_of
from forum.pulse.models import FOR_STAKEHOLDERS, ITEMS, VALUES, PulseCount, PulseInvitation, PulseRound

LOOK_EVERY = timedelta(hours=1)  # A day has no hour; whoever is asked today hears of it this morning.
MONTH = timedelta(days=30)  # After each of these another third is asked.
BETWEEN = timedelta(days=90)  # Nobody is asked twice within it.
REMIND_AFTER = timedelta(days=7)  # Once: whoever says nothing then does not want to, and that is an answer too.


@dataclass(frozen=True, kw_only=True)
class PulseAsked(Event):
    """It is somebody's turn to answer the pulse; `reminder` the second and last time. What they say makes no event."""

    person_id: int
    round_id: int
    reminder: bool


def look_at_pulse() -> None:
    """Begin the round of this quarter, ask whose turn it is, and remind once; the worker does it every hour."""
    with transaction():
        ask_whose_turn_it_is()


def ask_whose_turn_it_is() -> None:
    """What `look_at_pulse` does, inside the transaction of the caller. Twice on a day is once."""
    today = now().date()
    of = db.session.scalar(select(Organisation).with_for_update())  # Two workers ask one after the other.
    if of is None:
        return
    opened = launch().date()
    if today < opened:
        return  # Nobody has asked anything yet: there is nothing to say of it.
    present = _begun(quarter_of(opened, today))
    departments = _apart(present)
    for person in _to_ask(present, today):
        group = person.department_id if person.department_id in departments else None
        db.session.add(
            PulseInvitation(
                round_id=present.id,
                person_id=person.id,
                department_id=group,
                is_stakeholder=any(role.name == "stakeholder" for role in person.roles),
                asked_on=today,
            )
        )
        publish(PulseAsked(person_id=person.id, round_id=present.id, reminder=False))
    for invitation in _to_remind(present, today):
        invitation.reminded_on = today
        publish(PulseAsked(person_id=invitation.person_id, round_id=present.id, reminder=True))


def month_of(person_id: int) -> int:
    """In which month of every round somebody is asked, 0 to 2.

    The same in each round, so that nobody is asked sooner than after a quarter. People of a department came one after
    the other, so each month has some of each.
    """
    return (2 - person_id) % 3


def _begun(quarter: Quarter) -> PulseRound:
    """The round of that quarter, begun now if it has not been."""
    # The latest one, where quarters were counted from an earlier day once: a round that was over never opens again.
    last = select(PulseRound).where(PulseRound.number >= quarter.number).order_by(PulseRound.number.desc())
    found = db.session.scalar(last.limit(1))
    if found is not None:
        return found
    made = PulseRound(number=quarter.number, begins_on=quarter.begins_on, ends_on=quarter.ends_on)
    db.session.add(made)
    db.session.flush()
    apart = sorted(id for id, people in headcounts().items() if people >= K)
    db.session.add_all(_counts(made, ITEMS, (*apart, None)))
    db.session.add_all(_counts(made, FOR_STAKEHOLDERS, (None,)))  # A department has one or two: all count together.
    db.session.flush()
    return made


def _counts(made: PulseRound, items: Iterable[int], departments: Iterable[int | None]) -> list[PulseCount]:
    return [
        PulseCount(round_id=made.id, item=item, value=value, department_id=department, count=0)
        for department in departments
        for item in items
        for value in VALUES
    ]


def _apart(present: PulseRound) -> set[int | None]:
    """The departments that are counted by themselves in a round."""
    return set(db.session.scalars(select(PulseCount.department_id).where(PulseCount.round_id == present.id)))


def _to_ask(present: PulseRound, today: date) -> list[Person]:
    lately = select(PulseInvitation.person_id).where(
        (PulseInvitation.round_id == present.id) | (PulseInvitation.asked_on > today - BETWEEN)
    )
    here = select(Person).where(Person.left_at.is_(None), Person.id.not_in(lately)).order_by(Person.id)
    people = db.session.scalars(here.options(selectinload(Person.roles)))
    return [person for person in people if present.begins_on + month_of(person.id) * MONTH <= today]


def _to_remind(present: PulseRound, today: date) -> list[PulseInvitation]:
    silent = (
        PulseInvitation.round_id == present.id,
        PulseInvitation.has_replied.is_(False),
        PulseInvitation.reminded_on.is_(None),
        PulseInvitation.asked_on <= today - REMIND_AFTER,
    )
    return list(db.session.scalars(select(PulseInvitation).where(*silent).order_by(PulseInvitation.person_id)))
