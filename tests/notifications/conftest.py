"""What the tests of notifications share: office hours, a worker at a moment, and a mail server of their own."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from forum.core import jobs
from forum.core.clock import as_of
from forum.core.db import db
from forum.notifications import email
from forum.notifications.digests import look_for_mail
from forum.notifications.models import Notification
from forum.people.models import Person
from tests.conftest import Browser

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
TUESDAY_OPENING = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def office_hours(sales: Any, finance: Any) -> None:
    """Everybody works from nine to five, in UTC."""
    for department in (sales, finance):
        department.calendar = {"timezone": "UTC", "hours": WEEK}
    db.session.commit()


@pytest.fixture
def work(app: Flask) -> Callable[..., None]:
    """Let a worker do what is due at a moment; with `mail` it has looked for mail before."""

    def run(moment: datetime = MONDAY, *, mail: bool = False) -> None:
        with as_of(moment):
            db.session.commit()
            while jobs.run_due():
                pass
            if mail:
                look_for_mail()
                while jobs.run_due():
                    pass
        db.session.expire_all()

    return run


def notes(person: Person) -> list[tuple[str, str]]:
    """What a person was told and is not done with: (kind, reason), the oldest first."""
    own = select(Notification.kind, Notification.reason).where(Notification.person_id == person.id)
    rows = db.session.execute(own.where(Notification.done_at.is_(None)).order_by(Notification.id))
    return [(kind, reason) for kind, reason in rows]


class PostOffice:
    """A real mail server on this machine that keeps what it is given, and can be away or refuse somebody."""

    def __init__(self, host: str = "127.0.0.1", **options: Any) -> None:
        self.host = host
        self.letters: list[EmailMessage] = []
        self.no_such_mailbox = ""
        self.answer = "250 OK"
        with socket.socket() as probe:
            probe.bind((host, 0))
            self.port = int(probe.getsockname()[1])
        self._options = options
        self._controller: Controller | None = None

    @property
    def address(self) -> str:
        """What PROVEN_SMTP would be."""
        return f"smtp://{self.host}:{self.port}"

    def open(self) -> None:
        """Be there."""
        self._controller = Controller(self, hostname=self.host, port=self.port, **self._options)
        self._controller.start()

    def close(self) -> None:
        """Be away."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """Take a recipient, or say that there is none of that name."""
        if address == self.no_such_mailbox:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a letter."""
        letter: EmailMessage = message_from_bytes(envelope.content, policy=default)  # type: ignore[assignment]
        self.letters.append(letter)
        return self.answer

    def to(self, person: Person) -> list[EmailMessage]:
        """The letters to a person."""
        return [letter for letter in self.letters if person.email in str(letter["To"])]


@pytest.fixture
def post_office(app: Flask) -> Iterator[PostOffice]:
    """A mail server to which the application sends."""
    office = PostOffice()
    office.open()
    before = app.extensions["mail"]
    app.extensions["mail"] = email.Server(office.address)
    yield office
    app.extensions["mail"] = before
    office.close()


@pytest.fixture
def stranger(client: Browser) -> Browser:
    """A mail programme: nobody is signed in, and it knows no token of a form."""
    client.sends_token = False
    return client


def text_of(letter: EmailMessage) -> str:
    """The words of a letter's text part."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(letter: EmailMessage) -> str:
    """The HTML part of a letter."""
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())
