"""What waits to be mailed: to whom, since when, how much, and why it has not gone out. Never what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, and_, case, cast, func, literal, or_, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.jobs import Job
from forum.core.paging import EPOCH, LARGEST_ID, PER_PAGE, Paged
from forum.notifications.digests import ASK_AGAIN, send_mail
from forum.notifications.models import Mail, Notification, RefusedMailbox
from forum.notifications.timing import READING, not_before
from forum.people.hours import calendar_of
from forum.people.models import Person

KEY = re.compile(r"([01])-([0-9]{1,17})-([0-9]{1,10})")  # whether without trouble, since when, then whose


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one person. `state` is one of the words below, `at` the moment that belongs to it.

    refused: by the server, for good. given_up: tried again at `at`, each hour. failed: tried again at `at`.
    soon: with the next look. reading, away, closed: held until `at`. later: not due before `at`.
    """

    person_id: int
    name: str
    email: str
    count: int
    since: datetime
    state: str
    at: datetime
    tries: int
    words: str  # of the server

    @property
    def is_trouble(self) -> bool:
        """Whether somebody should look into it."""
        return self.state in ("refused", "given_up", "failed")


def waiting(key: str | None) -> Paged[Waiting]:
    """One page of the people who have something to be mailed: those with trouble first, then whoever waits longest."""
    rows = db.session.execute(_waiting(key)).all()
    shown = rows[:PER_PAGE]
    last = shown[-1] if len(rows) > PER_PAGE else None
    next_key = f"{last.calm}-{round(last.since.timestamp() * 1_000_000)}-{last.Person.id}" if last else None
    return Paged([_shown(row, now()) for row in shown], next_key)


def _waiting(key: str | None) -> Select[Any]:
    notes = _notes().subquery()
    calm = case((or_(Job.error.is_not(None), RefusedMailbox.person_id.is_not(None)), 0), else_=1)
    query = (
        select(Person, Job, RefusedMailbox, notes.c.count, notes.c.since, notes.c.due, calm.label("calm"))
        .join(notes, notes.c.person_id == Person.id)
        .outerjoin(Job, Job.key == literal(f"{send_mail.name}:") + cast(Person.id, String))
        .outerjoin(RefusedMailbox, and_(RefusedMailbox.person_id == Person.id, RefusedMailbox.address == Person.email))
        .where(Person.left_at.is_(None))
        .order_by(calm, notes.c.since, Person.id)
        .limit(PER_PAGE + 1)
    )
    place = KEY.fullmatch(key or "")
    if place is None:
        return query
    flag, since, id = int(place[1]), EPOCH + timedelta(microseconds=int(place[2])), min(int(place[3]), LARGEST_ID)
    later = or_(notes.c.since > since, and_(notes.c.since == since, Person.id > id))
    return query.where(or_(calm > flag, and_(calm == flag, later)))


def _notes() -> Any:
    """How many unread notes each person has that no mail has carried yet, the oldest, and when the first is due."""
    not_in_one = and_(Notification.mail_id.is_(None), Notification.mail_due_at.is_not(None))
    in_one = and_(Notification.mail_id.is_not(None), Mail.done_at.is_(None))
    return (
        select(
            Notification.person_id,
            func.count().label("count"),
            func.min(Notification.created_at).label("since"),
            func.min(func.coalesce(Mail.due_at, Notification.mail_due_at)).label("due"),
        )
        .outerjoin(Mail, Mail.id == Notification.mail_id)
        .where(Notification.read_at.is_(None), or_(not_in_one, in_one))
        .group_by(Notification.person_id)
    )


def _shown(row: Any, moment: datetime) -> Waiting:
    state, at = _of_the_server(row) or _of_the_hour(row.Person, row.due, moment)
    return Waiting(
        person_id=row.Person.id,
        name=row.Person.name,
        email=row.Person.email,
        count=row.count,
        since=row.since,
        state=state,
        at=at,
        tries=row.Job.tries if row.Job else 0,
        words=row.RefusedMailbox.words if row.RefusedMailbox else row.Job.error or "" if row.Job else "",
    )


def _of_the_server(row: Any) -> tuple[str, datetime] | None:
    """What came of handing it over; None when that was not tried yet, or is just being tried anew."""
    job = row.Job
    if row.RefusedMailbox is not None and (job is None or job.given_up_at):
        return "refused", row.since
    if job is None or job.error is None or not job.tries:
        return None
    return ("given_up", job.given_up_at + ASK_AGAIN) if job.given_up_at else ("failed", job.due_at)


def _of_the_hour(person: Person, due: datetime, moment: datetime) -> tuple[str, datetime]:
    """Why it is not handed over yet."""
    earliest = not_before(person, moment)
    if earliest <= moment:
        return ("soon", moment) if due <= moment else ("later", due)
    if due > earliest:
        return "later", due
    if person.away_until is not None and calendar_of(person).local_date(moment) <= person.away_until:
        return "away", earliest
    is_reading = person.last_seen_at is not None and moment - person.last_seen_at < READING
    return "reading" if is_reading else "closed", earliest
