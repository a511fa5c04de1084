"""Mails about one's own account. They cannot be switched off, and go at once: whoever did not do it must act now."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from forum.core.clock import now
from forum.core.db import db
from forum.core.events import Event
from forum.core.jobs import listener
from forum.core.templating import plural
from forum.notifications import email
from forum.people.factors import PASSKEY, SecondFactorAdded, SecondFactorRemoved, SecondFactorsReset
from forum.people.hours import hours_of
from forum.people.models import Person
from forum.people.recovery import RecoveryCodesMade, RecoveryCodeUsed
from forum.people.sign_in import PasswordChanged, SessionsEnded

IF_IT_WAS_NOT_YOU = (
    "If it was you, there is nothing to do. If it was not: change your password at {base}/settings, sign out everywhere"
    " else there, and tell an administrator today."
)


@dataclass(frozen=True)
class Words:
    """What a mail says: what happened, and what follows from it."""

    subject: str
    body: str


@listener()
def mail_of_account(event: Event) -> None:
    """Tell the person whose account it is, by a mail and nowhere else: an inbox is read by whoever got in."""
    changed: Any = event
    person = db.session.get(Person, changed.person_id)
    if person is None or not person.is_active:
        return
    message = message_about(person, event)
    db.session.rollback()  # Nothing is held while the server takes its time.
    email.sender().send(message)


def message_about(person: Person, event: Event) -> EmailMessage:
    """The mail that tells a person what happened to their account."""
    words, base = words_of(event), current_app.config["PROVEN_ADDRESS"]
    local = now().astimezone(ZoneInfo(hours_of(person).timezone))
    message = EmailMessage(email.POLICY)
    message["From"] = email.from_address()
    message["To"] = Address(email.one_line(person.name), addr_spec=person.email)
    message["Subject"] = words.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<account-{event.event_id}@{email.domain()}>"  # Sent twice, it is shown once.
    message["Auto-Submitted"] = "auto-generated"
    body = (
        f"Hello {person.name},",
        words.body,
        IF_IT_WAS_NOT_YOU.format(base=base),
        f"{local:%A} {local.day} {local:%B %Y, %H:%M}",
    )
    message.set_content("\n\n".join(body) + "\n", cte="quoted-printable")
    return message


def words_of(event: Event) -> Words:
    """What is said of an event."""
    match event:
        case PasswordChanged():
            return Words(
                "Your password was changed",
                "Your password for Proven was changed. Every other browser was signed out.",
            )
        case SecondFactorAdded(kind=kind):
            what = _called(kind)
            return Words(f"{what} was added to your account", f"{what} can be used from now on to sign in as you.")
        case SecondFactorRemoved(kind=kind):
            what = _called(kind)
            return Words(f"{what} was removed from your account", f"{what} can be used no more to sign in as you.")
        case SecondFactorsReset():
            return Words(
                "Your second factors were removed",
                "An administrator removed every second factor from your account, and signed you out everywhere. Your"
                " password alone lets you in; add a second factor again when you have signed in.",
            )
        case RecoveryCodesMade():
            return Words(
                "New codes for an emergency were made",
                "New codes for an emergency were made for your account. Earlier ones no longer work.",
            )
        case RecoveryCodeUsed(left=left):
            return Words(
                "A code for an emergency was used",
                f"One of your codes for an emergency was used in place of your device. {plural(left, 'code')} left.",
            )
        case SessionsEnded():
            return Words(
                "You were signed out", "Your sessions were ended: you are signed out everywhere, or everywhere else."
            )
    raise ValueError(f"nobody is told of {type(event).__name__} by mail")


def _called(kind: str) -> str:
    return "A passkey" if kind == PASSKEY else "An app for codes"
