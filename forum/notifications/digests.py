"""Mailing what is due: everything a person is due to hear goes in one mail, claimed before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import joinedload

from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import Event, publish
from forum.core.jobs import LEASE, Job, enqueue, listener
from forum.core.languages import language_of, speaking
from forum.core.permissions import require
from forum.notifications import email
from forum.notifications.listing import threads_of
from forum.notifications.models import Mail, Notification, RefusedMailbox
from forum.notifications.preferences import Frequencies
from forum.notifications.timing import not_before
from forum.people.joining import organisation
from forum.people.models import Person
from forum.people.persona_links import person_behind
from forum.posts.taking_back import TAKE_BACK_FOR
from forum.posts.wishes import NOTHING, chosen_about
from forum.questions.models import Question

LOOK_EVERY = timedelta(minutes=1)  # "At once" means within three minutes: what is new may still be taken back.
ASK_AGAIN = timedelta(hours=1)  # after a job was given up: how often a server that stays away is tried once more


class NotDelivered(Exception):
    """A mail to somebody who wrote without a name did not go out; nothing is said of where it was to go."""


@dataclass(frozen=True, kw_only=True)
class MailRetried(Event):
    """An administrator lets mails be tried again that did not go out: to one person, or to all."""

    person_id: int | None


@dataclass(frozen=True, kw_only=True)
class MailDue(Event):
    """There is something to be mailed to a person."""

    person_id: int


def look_for_mail() -> None:
    """Queue a mail for everybody for whom something is due; the worker does it every minute.

    One look reads what is due and nothing else. Whoever has a mail on its way is left alone, also while it is retried,
    and so is a mailbox that the server refused for good.
    """
    waiting = _due_people() - _on_its_way() - _refused()
    db.session.rollback()
    if waiting:
        with transaction():
            for person_id in sorted(waiting):
                enqueue(send_mail, MailDue(person_id=person_id))


@listener(once_per="person_id")
def send_mail(event: MailDue) -> None:
    """Mail one person what is due, if they are at work and not reading the site; else it is put off.

    An error gives the mail back and is raised, so that the job tries again; the next try sends the same mail. Each try
    is a new chance for a mailbox that was refused.
    """
    with transaction():
        db.session.execute(delete(RefusedMailbox).where(RefusedMailbox.person_id == event.person_id))
        mail = _claim(event.person_id)
    if mail is None:
        return
    try:
        _send(mail)
    except Exception as failure:
        unnamed = _is_persona(event.person_id)
        refused = None if unnamed else email.refused_for_good(failure)
        with transaction():
            db.session.execute(update(Mail).where(Mail.id == mail.id).values(claimed_at=None))
            if refused is not None:
                address, words = refused
                db.session.merge(RefusedMailbox(person_id=event.person_id, address=address, words=words))
        if unnamed:  # What a server says of an address is kept in the job and in the log.
            raise NotDelivered() from None
        raise
    with transaction():
        db.session.execute(update(Mail).where(Mail.id == mail.id).values(done_at=now()))


def addressee(person: Person) -> Person | None:
    """Whose mailbox it is: the person's own, or that of whoever speaks as this persona. None when nobody can tell."""
    if not person.is_persona:
        return person
    behind = person_behind(person.id)
    return db.session.get(Person, behind, options=[joinedload(Person.department)]) if behind else None


def try_now(administrator: Person, person: Person | None = None) -> int:
    """Try again at once what did not go out, to one person or to all. Returns to how many people.

    Whoever is not at work now gets it when they are.
    """
    require(administrator, "mail.retry")
    failed = db.session.scalars(select(Job.data).where(Job.listener == send_mail.name, Job.error.is_not(None)))
    people = {int(data["person_id"]) for data in failed} | _refused()
    publish(MailRetried(person_id=person.id if person else None), actor=administrator)
    if person is not None:
        people &= {person.id}
    for person_id in sorted(people):
        enqueue(send_mail, MailDue(person_id=person_id))
    return len(people)


def _claim(person_id: int) -> Mail | None:
    """The mail that is to be sent now, made or found, and held against any other worker; None when there is none."""
    moment = now()
    query = select(Person).where(Person.id == person_id).options(joinedload(Person.department))
    person = db.session.scalars(query.execution_options(populate_existing=True)).one()
    reader = addressee(person)
    if reader is None or not reader.is_active:
        _drop(person)
        return None
    earliest = not_before(reader, moment)
    if earliest > moment:
        # A persona's rows must not say when its person begins to work, or was last seen on the site.
        _put_off(person, moment, moment + ASK_AGAIN if person.is_persona else earliest)
        return None
    mail = _unfinished(person, moment) or _collected(person, moment)
    if mail is not None:
        mail.claimed_at = moment
    return mail


def _send(mail: Mail) -> None:
    person = addressee(db.session.get_one(Person, mail.person_id))
    if person is None:
        return
    wanted = Notification.kind.in_(Frequencies([person.id]).mailed(person.id))  # A choice made since then counts.
    wished = Notification.id.not_in(_not_wished(mail))  # And so does a level.
    with speaking(language_of(person)):
        threads = threads_of(Notification.mail_id == mail.id, Notification.read_at.is_(None), wanted, wished)
        of = organisation()
        db.session.rollback()  # Nothing is held while the server takes its time.
        if threads:
            message = email.message_for(mail, person, threads, organisation=of.name if of else "", at=now())
            email.sender().send(message)


def _not_wished(mail: Mail) -> list[int]:
    """Which notes of a mail are about threads of which their person has since chosen to hear less."""
    rows = select(Notification.id, Notification.kind, Notification.reason, Question)
    rows = rows.join(Question, Question.id == Notification.page_id).where(Notification.mail_id == mail.id)
    found = []
    for question, notes in groupby(db.session.execute(rows.order_by(Notification.page_id)), itemgetter(3)):
        chosen = chosen_about(question, people=[mail.person_id]).get(mail.person_id, NOTHING)
        found += [id for id, kind, reason, _ in notes if not chosen.wants(kind, reason)]
    return found


def _is_persona(person_id: int) -> bool:
    return bool(db.session.scalar(select(Person.is_persona).where(Person.id == person_id)))


def _due_people() -> set[int]:
    moment = now()
    notes = select(Notification.person_id).where(*_due(moment)).distinct()
    mails = select(Mail.person_id).where(*_sendable(moment)).distinct()
    return set(db.session.scalars(notes)) | set(db.session.scalars(mails))


def _on_its_way() -> set[int]:
    """Whoever has a mail queued, or one that was given up within the last hour."""
    resting = or_(Job.given_up_at.is_(None), Job.given_up_at > now() - ASK_AGAIN)
    jobs = db.session.scalars(select(Job.data).where(Job.listener == send_mail.name, resting))
    return {int(data["person_id"]) for data in jobs}


def _refused() -> set[int]:
    """Whose present address the server refused for good. Whoever has left has mails to be dropped, not sent."""
    there = (Person.email == RefusedMailbox.address, Person.left_at.is_(None))
    refused = select(RefusedMailbox.person_id).join(Person, Person.id == RefusedMailbox.person_id)
    return set(db.session.scalars(refused.where(*there)))


def _due(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Notification.mail_due_at.is_not(None),
        Notification.mail_due_at <= moment,
        Notification.created_at <= moment - TAKE_BACK_FOR,  # Until then it may be taken back, and is no news.
        Notification.mail_id.is_(None),
        Notification.read_at.is_(None),
    )


def _sendable(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """Mails that are not done and that nobody is sending: whoever claimed one long ago has died over it."""
    nobody = or_(Mail.claimed_at.is_(None), Mail.claimed_at < moment - LEASE)
    return Mail.done_at.is_(None), Mail.due_at <= moment, nobody


def _unfinished(person: Person, moment: datetime) -> Mail | None:
    query = select(Mail).where(Mail.person_id == person.id, *_sendable(moment)).order_by(Mail.id).limit(1)
    return db.session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))


def _collected(person: Person, moment: datetime) -> Mail | None:
    """A new mail with all that is due, or None when that has been read or taken meanwhile."""
    due = select(Notification.id).where(Notification.person_id == person.id, *_due(moment))
    ids = db.session.scalars(due.with_for_update(skip_locked=True)).all()
    if not ids:
        return None
    mail = Mail(person_id=person.id, due_at=moment)
    db.session.add(mail)
    db.session.flush()
    db.session.execute(update(Notification).where(Notification.id.in_(ids)).values(mail_id=mail.id))
    return mail


def _put_off(person: Person, moment: datetime, until: datetime) -> None:
    notes = update(Notification).where(Notification.person_id == person.id, *_due(moment))
    db.session.execute(notes.values(mail_due_at=until))
    mails = update(Mail).where(and_(Mail.person_id == person.id, *_sendable(moment)))
    db.session.execute(mails.values(due_at=until))


def _drop(person: Person) -> None:
    """Whoever has left is mailed nothing any more."""
    waiting = update(Notification).where(Notification.person_id == person.id, Notification.mail_id.is_(None))
    db.session.execute(waiting.values(mail_due_at=None))
    unsent = update(Mail).where(Mail.person_id == person.id, Mail.done_at.is_(None))
    db.session.execute(unsent.values(done_at=now()))
