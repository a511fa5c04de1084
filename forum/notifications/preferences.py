"""What a person wishes to hear and how often, chosen in the settings or by the link in a mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import ColumnElement, delete, or_, select, update

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.jobs import listener
from forum.core.permissions import require
from forum.departments.following import hear_no_more_than
from forum.departments.levels import LEVELS
from forum.notifications.models import EVERYTHING, FREQUENCIES, KINDS, Mail, Notification, Preference
from forum.notifications.timing import mail_due
from forum.people.hours import AwayChanged
from forum.people.models import Person
from forum.people.persona_links import person_behind

NO_MAIL = "inbox"
PURPOSE = "stop mails"  # A link that was signed for anything else is not taken for this.


class LinkDoesNotWork(Refused):
    """A link that we did not write, or not for this."""

    status = 404
    title = "This link does not work"
    message = (
        "It may have been cut off in your mail. Nothing was changed. "
        "Sign in and open Settings, then Notifications: everything can be switched off there."
    )


class Frequencies:
    """How often each of some people is mailed of each kind, with one statement for all of them."""

    def __init__(self, people: Iterable[int]) -> None:
        chosen = select(Preference.person_id, Preference.kind, Preference.frequency)
        rows = db.session.execute(chosen.where(Preference.person_id.in_(list(people))))
        self._chosen = {(person_id, kind): frequency for person_id, kind, frequency in rows}

    def chosen(self, person_id: int, kind: str) -> str:
        """What the person chose for the kind, or what is usual."""
        return self._chosen.get((person_id, kind), KINDS[kind].frequency)

    def wants_no_mail(self, person_id: int) -> bool:
        """Whether the person wants no mail at all, whatever the kinds say."""
        return (person_id, EVERYTHING) in self._chosen

    def of(self, person_id: int, kind: str) -> str:
        """How the person hears of the kind: "inbox" at the most when no mail is wanted at all."""
        frequency = self.chosen(person_id, kind)
        return NO_MAIL if self.wants_no_mail(person_id) and frequency != "off" else frequency

    def mailed(self, person_id: int) -> list[str]:
        """The kinds that the person gets mails of."""
        return [kind for kind in KINDS if self.of(person_id, kind) not in (NO_MAIL, "off")]


def choose(person: Person, frequencies: Mapping[str, str], *, no_mail: bool) -> None:
    """Choose how often to hear of each kind; `no_mail` ends all mails and keeps the rest for later.

    Mails that are waiting follow the new choice. Raises `Invalid` for a kind or a frequency that there is not.
    """
    require(person, "notification.choose")
    for kind, frequency in frequencies.items():
        if kind not in KINDS or frequency not in FREQUENCIES:
            raise Invalid("Choose one of the frequencies offered.", kind)
        _set(person.id, kind, None if frequency == KINDS[kind].frequency else frequency)
    _set(person.id, EVERYTHING, NO_MAIL if no_mail else None)
    db.session.flush()
    _plan_again(person)


def stop_link(mail: Mail, scope: str, question_id: int = 0) -> str:
    """The secret part of the link that ends mails of one kind, or of everything, without signing in.

    With a question it ends what is told of that thread, by choosing the level `scope` for it.
    """
    return _signer().dumps([mail.id, scope, question_id])


def read_stop_link(token: str) -> tuple[Mail, str, int]:
    """The mail that the link was in, and what it ends, as `stop_link` was told.

    Raises `LinkDoesNotWork` for one that is not ours.
    """
    try:
        mail_id, scope, question_id = [*_signer().loads(token), 0][:3]
    except (BadData, ValueError, TypeError):
        raise LinkDoesNotWork() from None
    mail = db.session.get(Mail, mail_id)
    if mail is None:
        raise LinkDoesNotWork()
    return mail, scope, question_id


def stop(mail: Mail, scope: str, question_id: int = 0) -> bool:
    """End what a link of this mail ends, once: afterwards only the person can change it. Returns whether it did.

    Who has ended one thread by it may still end its kind, and then everything.
    """
    unused: list[ColumnElement[bool]] = [Mail.stopped.is_(None)]
    if not question_id:
        unused.append(Mail.stopped.in_(LEVELS))
    if scope == EVERYTHING:
        unused.append(Mail.stopped != EVERYTHING)
    used = update(Mail).where(Mail.id == mail.id, or_(*unused)).values(stopped=scope).returning(Mail.id)
    if db.session.scalar(used) is None:
        return False
    if question_id:
        told = db.session.get_one(Person, mail.person_id)
        if told.left_at is None or told.is_persona:
            hear_no_more_than(told, question_id, scope)
        return True
    # Whoever wrote without a name chose for themselves, and mails to a persona follow that when they are sent.
    person_id = person_behind(mail.person_id) or mail.person_id
    if scope == EVERYTHING or Frequencies([person_id]).chosen(person_id, scope) != "off":
        _set(person_id, scope, NO_MAIL)
    db.session.flush()
    _plan_again(db.session.get_one(Person, person_id))
    return True


@listener(atomic=True)
def plan_mail_again(event: AwayChanged) -> None:
    """What waits for somebody who is away comes when they are back, also when that is earlier than they said."""
    _plan_again(db.session.get_one(Person, event.person_id))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=PURPOSE)


def _set(person_id: int, kind: str, frequency: str | None) -> None:
    db.session.execute(delete(Preference).where(Preference.person_id == person_id, Preference.kind == kind))
    if frequency is not None:
        db.session.add(Preference(person_id=person_id, kind=kind, frequency=frequency))


def _plan_again(person: Person) -> None:
    """What waits to be mailed waits as was chosen now; what was not to be mailed is not dug out."""
    waiting = (
        Notification.person_id == person.id,
        Notification.mail_due_at.is_not(None),
        Notification.mail_id.is_(None),
        Notification.read_at.is_(None),
    )
    frequencies = Frequencies([person.id])
    for kind in db.session.scalars(select(Notification.kind).where(*waiting).distinct()).all():
        due = mail_due(frequencies.of(person.id, kind), person, now())
        db.session.execute(update(Notification).where(*waiting, Notification.kind == kind).values(mail_due_at=due))
