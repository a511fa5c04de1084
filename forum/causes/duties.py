"""What a department owes a cause, and by when: a word first, then a plan. Late, it goes one level up, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from forum.causes.models import Cause
from forum.core import working_time
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.needs.timers import Timer
from forum.people import reporting
from forum.people.models import Person, Role
from forum.posts.models import Post
from forum.posts.removing import PostRestored

OWING = ("signalled", "acknowledged", "planned")  # states in which something is owed


@dataclass(frozen=True, kw_only=True)
class DutyTimer(Event):
    """The time in which a word was owed is over; one of an earlier duty does nothing."""

    cause_id: int
    due_at: str


@dataclass(frozen=True, kw_only=True)
class CauseOverdue(PostEvent):
    """Nobody has said anything in time: whoever is responsible is reminded, and it goes one level up, to `up_ids`."""

    state: str
    up_ids: list[int]


def begin_duty(cause: Cause, timer: Timer | None = None, until: datetime | None = None) -> None:
    """From now on something is owed, within the timer's working hours of the department, or `until` a moment."""
    calendar = working_time.calendar_from(cause.department.calendar)
    if timer is not None:
        until = working_time.due(calendar, now(), timer.hours("slowed", cause.department.timers))
    assert until is not None
    cause.due_at, cause.overdue_at = until, None
    enqueue(cause_falls_overdue, DutyTimer(cause_id=cause.id, due_at=until.isoformat()), due=until)


def end_duty(cause: Cause) -> None:
    """Nothing is owed any more."""
    cause.due_at = cause.overdue_at = None


@listener(atomic=True)
def cause_falls_overdue(event: DutyTimer) -> None:
    """Nobody has said anything in time: it is shown as overdue, and goes one level up, once."""
    query = select(Cause).where(Cause.id == event.cause_id, Cause.overdue_at.is_(None), Post.removed_at.is_(None))
    query = query.with_for_update(of=Cause.__table__).execution_options(populate_existing=True)
    cause = db.session.scalar(query)
    if cause is None or cause.state not in OWING or cause.due_at is None:
        return
    if cause.due_at.isoformat() == event.due_at and cause.due_at <= now():
        cause.overdue_at = now()
        publish(CauseOverdue(post_id=cause.id, state=cause.state, up_ids=one_level_up(cause)))


@listener(at_once=True)
def take_up_duties(event: PostRestored) -> None:
    """The time may have run out while the cause was removed."""
    cause = db.session.get(Cause, event.post_id)
    if cause is not None and cause.due_at is not None and cause.overdue_at is None:
        again = DutyTimer(cause_id=cause.id, due_at=cause.due_at.isoformat())
        enqueue(cause_falls_overdue, again, due=max(cause.due_at, now()))


def responsible_ids(cause: Cause) -> list[int]:
    """Who speaks for the department in this matter: those who answer for it, and whom they named."""
    return sorted({*_stakeholders(Role.department_id == cause.department_id), *_named(cause.delegate_id)})


def one_level_up(cause: Cause) -> list[int]:
    """To whom those who are responsible report. Where that is nobody, the moderators see to it."""
    people = select(Person).where(Person.id.in_(_stakeholders(Role.department_id == cause.department_id)))
    above = [reporting.one_level_up(each) for each in db.session.scalars(people)]
    return sorted({each.id for each in above if each is not None}) or sorted(_holders("moderator"))


def _stakeholders(*which: Any) -> list[int]:
    return _holders("stakeholder", *which)


def _holders(name: str, *which: Any) -> list[int]:
    query = select(Role.person_id).join(Person, Person.id == Role.person_id)
    here = (Role.name == name, Role.until.is_(None), Person.left_at.is_(None), *which)
    return list(db.session.scalars(query.where(*here).distinct()))


def _named(person_id: int | None) -> list[int]:
    return [person_id] if person_id is not None else []
