"""Signing in and out. A session is a row: ending the row ends it at once, whatever cookies are still about."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from flask import Flask, current_app
from flask_login import LoginManager
from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.orm import joinedload

from forum.core import text
from forum.core.clock import now, real_now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import Event, publish
from forum.people.models import Person, Session
from forum.people.passwords import check_strength, hash_password, is_right

BROWSER_LENGTH = 200  # characters kept of what the browser calls itself
EMAIL_LENGTH = 254  # characters; no mail server takes a longer address


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """Somebody chose a new password; every other session ended."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    """Somebody came in, in one browser."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """A wrong password for somebody's address, or an address that nobody has."""

    person_id: int | None


class WrongPassword(Invalid):
    """The same words whether the address is unknown, the password wrong or the person gone."""

    def __init__(self, person_id: int | None = None) -> None:
        super().__init__("That e-mail address and password do not belong together.", "password")
        self.person_id = person_id  # whose address it was; for the audit log, never for whoever tries


def attach(app: Flask) -> None:
    """Let Flask-Login find the person of a request through the session row."""
    manager = LoginManager(app)
    manager.login_view = "people.sign_in"
    manager.login_message = None
    manager.session_protection = None  # It compares browser names; the row of our own is the protection.
    manager.user_loader(signed_in_person)


def check_password(email: str, password: str) -> Person:
    """The person with that address and password. Raises `WrongPassword`, after the same time in every case."""
    person = db.session.scalar(select(Person).where(Person.email == normal_email(email)))
    if not is_right(password, person.password_hash if person else None) or person is None or not person.is_active:
        raise WrongPassword(person.id if person else None)
    return person


def note_wrong_password(error: WrongPassword) -> None:
    """Keep that somebody was not let in."""
    publish(SignInFailed(person_id=error.person_id))


def begin_session(person: Person, *, browser: str = "") -> Session:
    """Open a session for the person; its secret is on the person as `session_token`, in the database only its hash."""
    token = secrets.token_urlsafe(32)
    opened = Session(
        token_hash=hash_token(token),
        person_id=person.id,
        began_at=real_now(),
        ends_at=real_now() + timedelta(days=current_app.config["PROVEN_SESSION_DAYS"]),
        browser=browser[:BROWSER_LENGTH],
    )
    db.session.add(opened)
    person.session_token, person.last_seen_at = token, now()
    publish(SignedIn(person_id=person.id), actor=person)
    return opened


def signed_in_person(token: str) -> Person | None:
    """Whoever the session secret belongs to, or None when the session has ended or the person has left."""
    if not token:
        return None
    person = db.session.scalar(_signed_in(), {"token_hash": hash_token(token), "now": real_now()})
    if person is not None:
        person.session_token = token
    return person


@cache
def _signed_in() -> Select[Person]:
    open_session = (Session.token_hash == bindparam("token_hash"), Session.ends_at > bindparam("now"))
    return (
        select(Person)
        .join(Session, Session.person_id == Person.id)
        .where(*open_session, Person.left_at.is_(None))
        .options(joinedload(Person.roles))
    )


def end_session(token: str) -> None:
    """End the session with that secret; nothing happens when there is none."""
    db.session.execute(delete(Session).where(Session.token_hash == hash_token(token)))


def end_sessions(person: Person, *, but: str | None = None, only: int | None = None) -> None:
    """End the person's sessions: all, all but the one with secret `but`, or only the one with id `only`."""
    ending = delete(Session).where(Session.person_id == person.id)
    if but is not None:
        ending = ending.where(Session.token_hash != hash_token(but))
    if only is not None:
        ending = ending.where(Session.id == only)
    db.session.execute(ending)


def sessions_of(person: Person) -> Sequence[Session]:
    """The person's open sessions, latest first."""
    query = select(Session).where(Session.person_id == person.id, Session.ends_at > real_now())
    return db.session.scalars(query.order_by(Session.began_at.desc())).all()


def change_password(person: Person, *, current: str, new: str) -> None:
    """Choose a new password; every other session ends. Raises `Invalid` with the field at fault."""
    if not is_right(current, person.password_hash):
        raise Invalid("That is not your present password.", "current")
    set_password(person, new, keep=person.session_token)


def set_password(person: Person, new: str, *, keep: str | None = None) -> None:
    """Give the person a password; all sessions end but the one with the secret `keep`."""
    check_strength(new, names=(person.name, person.handle, *person.name.split()))
    person.password_hash = hash_password(new)
    end_sessions(person, but=keep)
    publish(PasswordChanged(person_id=person.id), actor=person)


def normal_email(typed: str) -> str:
    """An address as it is stored and compared."""
    return text.clean_line(typed, EMAIL_LENGTH).casefold()


def hash_token(token: str) -> str:
    """What is kept of a random secret; it has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
