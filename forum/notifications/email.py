"""E-mail: how a message is put together, and the three ways it can go: to a server, to the log, or nowhere."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, current_app

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Refused
from forum.core.languages import direction, gettext, language, moment_in_words, ngettext, number
from forum.core.permissions import require
from forum.departments.levels import OPENING, is_told
from forum.needs.links import token_for
from forum.notifications.listing import Line, Thread
from forum.notifications.models import EVERYTHING, Mail
from forum.notifications.preferences import stop_link
from forum.notifications.replying import address_for, words_for
from forum.people.hours import hours_of
from forum.people.models import Person

log = logging.getLogger(__name__)

PATIENCE = 10  # seconds for each step of a conversation with the server: together less than a job's lease
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
SUBJECT_LENGTH = 200  # characters
FOR_GOOD = 500  # from this code on a server says: not today and not tomorrow
LONGEST_WORD = 60  # characters; a line of a subject has 76


class _Headers(EmailPolicy):
    """How headers are written: one line each, but for the subject.

    Python's own way to break them at 78 characters encodes long links, which are none then, and loses blanks.
    """

    def fold(self, name: str, value: str) -> str:
        """A header as text."""
        if name != "Subject":
            return super().fold(name, value)
        # A word that is longer than a line cannot be broken but when it is encoded.
        charset = "utf-8" if max(map(len, value.split()), default=0) > LONGEST_WORD else None
        return f"{name}: {Header(str(value), charset, header_name=name).encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header as it is sent."""
        return self.fold(name, value).encode() if name == "Subject" else super().fold_binary(name, value)


POLICY = _Headers(linesep="\r\n", max_line_length=900)  # A line may have 998.


class UnnamedMessage(EmailMessage):
    """A message to somebody who wrote without a name: whoever writes a log must not say to whom it goes."""


class Sender(Protocol):
    """What can send a message. Raises an error that says why when it could not.

    `way` is how mails go, for administrators to read: "console", "off", or the server without its password.
    """

    @property
    def way(self) -> str:
        """How mails go."""

    def send(self, message: EmailMessage) -> None:
        """Send it, or raise."""


class Console:
    """Writes each message to the log instead: what one sees before a mail server is set up."""

    way = "console"

    def send(self, message: EmailMessage) -> None:
        """Write the text part, with whom it would have gone to."""
        body = message.get_body(("plain",))
        to = "somebody without a name" if isinstance(message, UnnamedMessage) else message["To"]
        log.info("Mail to %s: %s\n%s", to, message["Subject"], body.get_content() if body else "")


class Nowhere:
    """Drops every message: for an organisation that wants none."""

    way = "off"

    def send(self, message: EmailMessage) -> None:
        """Do nothing."""


class UnsafePassword(Exception):
    """The password would go through the network for anybody to read."""


class NotSent(Refused):
    """A mail could not be handed over; the message is what the server, or the way to it, said."""


class Server:
    """A mail server: `smtp://user:password@host:port`, encrypted where the server can, or `smtps://` from the start.

    Its certificate must be valid for the host. A password is sent encrypted, or to this machine only.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._encrypted = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._encrypted else 25)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self.way = f"{parts.scheme}://{f'{self._user}@' if self._user else ''}{self._host}:{self._port}"

    def send(self, message: EmailMessage) -> None:
        """Hand the message to the server, which has it when this returns."""
        with self._connect() as server:
            if self._user:
                server.login(self._user, self._password)
            server.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        if self._encrypted:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=PATIENCE, context=ssl.create_default_context())
        server = smtplib.SMTP(self._host, self._port, timeout=PATIENCE)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif self._user and self._host not in THIS_MACHINE:
            server.close()
            raise UnsafePassword(f"{self._host} offers no encryption, so the password is not sent; use smtps://.")
        return server


def attach(app: Flask) -> None:
    """Give the application the sender that its settings name."""
    address = app.config["PROVEN_SMTP"]
    named = {"console": Console(), "off": Nowhere()}
    app.extensions["mail"] = named.get(address) or Server(address)


def sender() -> Sender:
    """The sender of the current application."""
    found: Sender = current_app.extensions["mail"]
    return found


def refused_for_good(failure: Exception) -> tuple[str, str] | None:
    """The mailbox for which the server will never take mail, and its words; None when it was anything else."""
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        for address, (code, words) in failure.recipients.items():
            if code >= FOR_GOOD:
                return address, f"{code} {words.decode(errors='replace')}"
    return None


def send_test(person: Person) -> None:
    """Send a mail that only says that mails arrive. Raises `NotSent` with the very words of what went wrong."""
    require(person, "mail.test")
    message = EmailMessage(POLICY)
    message["From"] = from_address()
    message["To"] = Address(one_line(person.name), addr_spec=person.email)
    message["Subject"] = gettext("A test mail from Proven")
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid("test", domain())
    message["Auto-Submitted"] = "auto-generated"
    words = gettext("Mails from Proven arrive here. You asked for this one under Administration, Mail.")
    message.set_content(f"{words}\n")
    db.session.rollback()  # Nothing is held while the server takes its time.
    try:
        sender().send(message)
    except (OSError, UnicodeError, UnsafePassword) as failure:  # Of the network, the server and its certificate.
        log.warning("The test mail was not sent: %s", failure)
        raise NotSent(f"{type(failure).__name__}: {failure}") from failure


def one_line(words: str) -> str:
    """Words for a header: nothing in them can begin another."""
    # Python decodes what looks like an encoded word, line ends and all: typed into a title it would add a header.
    return text.clean_line(words, SUBJECT_LENGTH).replace("=?", "= ?")


def from_address() -> Address:
    """Whom mails come from."""
    name, address = parseaddr(current_app.config["PROVEN_MAIL_FROM"])
    return Address(name, addr_spec=address)


def domain() -> str:
    """The domain in which messages have their ids."""
    return str(from_address().domain)


@dataclass(frozen=True)
class Written:
    """What a mail's templates are given."""

    person: Person
    told_id: int  # whose note it is: the person's, or that of the persona under which they wrote
    threads: Sequence[Thread]
    heading: str
    base: str
    stop_thread_url: str  # what ends mails about this thread alone; empty where there is no such link
    stop_kind_url: str  # the same for mails of this kind
    stop_all_url: str
    settings_url: str
    organisation: str
    zone: ZoneInfo
    language: str
    direction: str
    reply: str  # what a reply becomes, in words; nothing where nobody would read it

    @property
    def stop_url(self) -> str:
        """What ends the least that there is a link for: the one that mail programmes offer."""
        return self.stop_thread_url or self.stop_kind_url or self.stop_all_url

    def address(self, line: Line) -> str:
        """Where a line leads to. Whether it worked can be said without signing in."""
        if line.check_in_id is not None:
            return f"{self.base}/did-it-work/{token_for(line.check_in_id, self.told_id)}"
        return f"{self.base}{line.url}"

    def when(self, moment: datetime) -> str:
        """A moment as the person's clock shows it."""
        # As the language orders the parts; see https://babel.pocoo.org/en/latest/dates.html#date-fields.
        return moment_in_words(moment.astimezone(self.zone), gettext("EEE d MMM, HH:mm"))


def message_for(
    mail: Mail, person: Person, threads: Sequence[Thread], *, organisation: str, at: datetime
) -> EmailMessage:
    """The message that tells `person` of these threads: one of a conversation if it is only one, else a digest.

    In the language that is spoken. Nothing that somebody typed can add a header, or anything but words to the body.
    """
    about = _replied_to(threads)
    content = _content(mail, person, threads, organisation, about)
    message = EmailMessage(POLICY) if mail.person_id == person.id else UnnamedMessage(POLICY)
    message["From"] = from_address()
    message["To"] = Address(one_line(person.name), addr_spec=person.email)
    if about is not None:
        message["Reply-To"] = address_for(about.id, mail.person_id, about.event_id)
    message["Subject"] = _subject(threads)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<mail-{mail.id}@{domain()}>"
    if len(threads) == 1 and threads[0].page_id is not None:
        # Mailboxes gather what names the same beginning, also when they never got that.
        thread = f"<thread-{threads[0].page_id}@{domain()}>"
        message["In-Reply-To"] = message["References"] = thread
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{content.stop_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_render("email/notes.txt", content), cte="quoted-printable")
    message.add_alternative(_render("email/notes.html", content), subtype="html", cte="quoted-printable")
    return message


def _content(mail: Mail, person: Person, threads: Sequence[Thread], organisation: str, about: Line | None) -> Written:
    base = current_app.config["PROVEN_ADDRESS"]
    kind, (question_id, level) = _only_kind(threads), _quieter(threads)
    return Written(
        person=person,
        told_id=mail.person_id,
        threads=threads,
        heading=_subject(threads),
        base=base,
        stop_thread_url=f"{base}/unsubscribe/{stop_link(mail, level, question_id)}" if level else "",
        stop_kind_url=f"{base}/unsubscribe/{stop_link(mail, kind)}" if kind else "",
        stop_all_url=f"{base}/unsubscribe/{stop_link(mail, EVERYTHING)}",
        settings_url=f"{base}/settings/notifications",
        organisation=organisation,
        zone=ZoneInfo(hours_of(person).timezone),
        language=language(),
        direction=direction(language()),
        reply=words_for(about.reply, one_line(about.actor), unnamed=mail.person_id != person.id) if about else "",
    )


def _render(template: str, content: Written) -> str:
    # Not as a page: a mail is nobody's request, so it has no person signed in and no token.
    return current_app.jinja_env.get_template(template).render(mail=content)


def _replied_to(threads: Sequence[Thread]) -> Line | None:
    """What a reply to the mail goes to: the latest that can be replied to, where all of it is about one thread."""
    if len(threads) > 1 or not current_app.config["PROVEN_REPLY_ADDRESS"]:
        return None
    return max((line for line in threads[0].lines if line.reply), key=lambda line: line.id, default=None)


def _only_kind(threads: Sequence[Thread]) -> str:
    """The kind of all that a mail tells; empty where there are several."""
    kinds = {line.kind for thread in threads for line in thread.lines}
    return kinds.pop() if len(kinds) == 1 else ""


def _quieter(threads: Sequence[Thread]) -> tuple[int, str]:
    """Of a mail about one question: its id, and the strongest level at which nothing of the mail would be told.

    The level is empty where there is none: what somebody is asked is told whatever they choose, and of a new question
    the next mail is about another thread.
    """
    told = [(line.kind, line.because) for thread in threads for line in thread.lines]
    if len(threads) == 1 and threads[0].kind == "question" and not any(kind in OPENING for kind, _ in told):
        for level in ("normal", "muted"):
            if not any(is_told(kind, reason, thread=level) for kind, reason in told):
                return threads[0].page_id or 0, level
    return 0, ""


def _subject(threads: Sequence[Thread]) -> str:
    """What a conversation is about, so that its mails stand together; for a digest how much there is."""
    first = threads[0]
    if len(threads) == 1:
        asked = next((line.asks for line in first.lines if line.asks), "")
        if first.page_id is None:
            return one_line(asked or first.lines[0].sentence)
        return one_line(f"{asked} {first.title}")
    count = sum(len(thread.lines) for thread in threads)
    # Never only one: a digest is about two things at the least.
    return one_line(
        ngettext(
            "%(num)s thing since your last mail: “%(title)s” and %(more)s more",
            "%(num)s things since your last mail: “%(title)s” and %(more)s more",
            count,
            title=first.title,
            more=number(len(threads) - 1),
        )
    )
