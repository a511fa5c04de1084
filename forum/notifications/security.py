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
from forum.core.languages import Message, gettext, language_of, moment_in_words, ngettext, said, speaking
from forum.notifications import email
from forum.people.factors import PASSKEY, SecondFactorAdded, SecondFactorRemoved, SecondFactorsReset
from forum.people.hours import hours_of
from forum.people.models import Person
from forum.people.recovery import RecoveryCodesMade, RecoveryCodeUsed
from forum.people.sign_in import PasswordChanged, SessionsEnded

IF_IT_WAS_NOT_YOU = Message(
    "If it was you, there is nothing to do. If it was not: change your password at %(address)s, sign out everywhere"
    " else there, and tell an administrator today."
)


@dataclass(frozen=True)
class Words:
    """What a mail says: what happened, and what follows from it."""

    subject: str
    body: str


PASSKEY_ADDED = Words(
    Message("A passkey was added to your account"), Message("A passkey can be used from now on to sign in as you.")
)
APP_ADDED = Words(
    Message("An app for codes was added to your account"),
    Message("An app for codes can be used from now on to sign in as you."),
)
PASSKEY_REMOVED = Words(
    Message("A passkey was removed from your account"), Message("A passkey can be used no more to sign in as you.")
)
APP_REMOVED = Words(
    Message("An app for codes was removed from your account"),
    Message("An app for codes can be used no more to sign in as you."),
)
PASSWORD_CHANGED = Words(
    Message("Your password was changed"),
    Message("Your password for Proven was changed. Every other browser was signed out."),
)
ALL_REMOVED = Words(
    Message("Your second factors were removed"),
    Message(
        "An administrator removed every second factor from your account, and signed you out everywhere."
        " Your password alone lets you in; add a second factor again when you have signed in."
    ),
)
CODES_MADE = Words(
    Message("New codes for an emergency were made"),
    Message("New codes for an emergency were made for your account. Earlier ones no longer work."),
)
SIGNED_OUT = Words(
    Message("You were signed out"),
    Message("Your sessions were ended: you are signed out everywhere, or everywhere else."),
)


@listener()
def mail_of_account(event: Event) -> None:
    """Tell the person whose account it is, by a mail and nowhere else: an inbox is read by whoever got in."""
    changed: Any = event
    person = db.session.get(Person, changed.person_id)
    if person is None or not person.is_active:
        return
    with speaking(language_of(person)):
        message = message_about(person, event)
    db.session.rollback()  # Nothing is held while the server takes its time.
    email.sender().send(message)


def message_about(person: Person, event: Event) -> EmailMessage:
    """The mail that tells a person what happened to their account, in the language that is spoken."""
    words, base = words_of(event), current_app.config["PROVEN_ADDRESS"]
    local = now().astimezone(ZoneInfo(hours_of(person).timezone))
    message = EmailMessage(email.POLICY)
    message["From"] = email.from_address()
    message["To"] = Address(email.one_line(person.name), addr_spec=person.email)
    message["Subject"] = said(words.subject)
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<account-{event.event_id}@{email.domain()}>"  # Sent twice, it is shown once.
    message["Auto-Submitted"] = "auto-generated"
    body = (
        gettext("Hello %(name)s,", name=person.name),
        said(words.body),
        gettext(IF_IT_WAS_NOT_YOU, address=f"{base}/settings"),
        moment_in_words(local, gettext("EEEE d MMMM y, HH:mm")),
    )
    message.set_content("\n\n".join(body) + "\n", cte="quoted-printable")
    return message


def words_of(event: Event) -> Words:
    """What is said of an event."""
    match event:
        case PasswordChanged():
            return PASSWORD_CHANGED
        case SecondFactorAdded(kind=kind):
            return PASSKEY_ADDED if kind == PASSKEY else APP_ADDED
        case SecondFactorRemoved(kind=kind):
            return PASSKEY_REMOVED if kind == PASSKEY else APP_REMOVED
        case SecondFactorsReset():
            return ALL_REMOVED
        case RecoveryCodesMade():
            return CODES_MADE
        case RecoveryCodeUsed(left=left):
            body = ngettext(
                "One of your codes for an emergency was used in place of your device. %(num)s code left.",
                "One of your codes for an emergency was used in place of your device. %(num)s codes left.",
                left,
            )
            return Words(Message("A code for an emergency was used"), body)
        case SessionsEnded():
            return SIGNED_OUT
    raise ValueError(f"nobody is told of {type(event).__name__} by mail")
