"""The mails of one person as pages, so that a browser can read them as a mail programme does."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from forum.core.clock import now
from forum.core.db import db
from forum.notifications.email import message_for
from forum.notifications.listing import threads_of
from forum.notifications.models import Mail, Notification
from forum.people.joining import organisation
from forum.people.models import Person

ADDRESS = "/attacked/mails"
ENDPOINT = "attacked.mail"
MOST = 12  # conversations in a mail


def attach(app: Flask) -> None:
    """Give the application that address. Only the attacked site has it."""
    app.add_url_rule(f"{ADDRESS}/<id:id>", ENDPOINT, _show)


def _show(id: int) -> str:
    """The HTML of a digest of the newest conversations of a person."""
    person = db.session.get_one(Person, id)
    mail = db.session.scalars(select(Mail).order_by(Mail.id.desc())).first() or Mail(id=1, person_id=id, due_at=now())
    threads = threads_of(Notification.person_id == id)[:MOST]
    known = organisation()
    message = message_for(mail, person, threads, organisation=known.name if known else "", at=now())
    part = message.get_body(("html",))
    return str(part.get_content()) if part else ""
