"""Signing in and out. A session is a row: ending the row ends it at once, whatever cookies are still about."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from flask import Flask, current_app
from flask_login import LoginManager
from sqlalchemy import ColumnElement, Select, bindparam, delete, or_, select
from sqlalchemy.orm import joinedload

from forum.core import text
from forum.core.clock import now, real_now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import Event, publish
from forum.core.permissions import require
from forum.core.sealing import fingerprint
from forum.departments.models import Department
from forum.people import persona_links
from forum.people.models import Organisation, Person, Session
from forum.people.passwords import check_strength, hash_password, is_right
from forum.people.requiring import has_to_add_one

FACTOR_PATIENCE = timedelta(minutes=10)  # between the password and the second factor
USE_NOTED_EVERY = timedelta(minutes=5)  # a write at each request would make readers wait for one another
BROWSER_LENGTH = 200  # characters kept of what the browser calls itself
EMAIL_LENGTH = 254  # characters; no mail server takes a longer address


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """Somebody chose a new password; every other session ended."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(Event):
    """Somebody's sessions were ended: by themselves everywhere else, or all of them by an administrator."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """A wrong password, or a wrong second factor after the right one.

    `address` is a fingerprint: it shows that many tries were at one address, and not at which. `person_id` is whose
    address it is, None where it is nobody's.
    """

    person_id: int | None
    address: str
    step: str


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    """Somebody came in, in one browser."""

    person_id: int


class WrongPassword(Invalid):
    """The same words whether the address is unknown, the password wrong or the person gone."""

    def __init__(self) -> None:
        super().__init__("That e-mail address and password do not belong together.", "password")


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
    if not is_right(password, person.password_hash if person else None) or person is None or person.left_at is not None:
        raise WrongPassword()
    return person


def note_failure(email: str, step: str) -> None:
    """Write down that somebody could not sign in with that address: `step` is "password" or "factor"."""
    typed = normal_email(email)
    person_id = db.session.scalar(select(Person.id).where(Person.email == typed))
    publish(SignInFailed(person_id=person_id, address=fingerprint(typed, "address of a sign-in"), step=step))


def begin_session(person: Person, *, browser: str = "", proved_twice: bool = False) -> Session:
    """Open a session for the person; its secret is on the person as `session_token`, in the database only its hash.

    `proved_twice`: the organisation's provider has asked for a second factor, so none has to be added here.
    """
    opened = _new_session(person, timedelta(days=current_app.config["PROVEN_SESSION_DAYS"]), browser)
    opened.stage = "setup" if has_to_add_one(person) and not proved_twice else "open"
    person.last_seen_at = now()
    publish(SignedIn(person_id=person.id), actor=person)
    return opened


def begin_factor(person: Person, *, browser: str = "") -> str:
    """The password was right: for some minutes this secret, which opens nothing, says whose second factor is due."""
    _new_session(person, FACTOR_PATIENCE, browser).stage = "factor"
    return person.session_token or ""


def whose_factor_is_due(token: str) -> Person | None:
    """Whoever gave the right password and not yet the second factor."""
    due = (Session.token_hash == hash_token(token), Session.stage == "factor", Session.ends_at > real_now())
    query = select(Person).join(Session, Session.person_id == Person.id).where(*due, Person.left_at.is_(None))
    return db.session.scalar(query)


def renew_session(person: Person) -> None:
    """What the person may do has changed: this session goes on under a new secret, and all others end."""
    session = person.session
    end_sessions(person, but=person.session_token)
    if session is None:
        return
    token = secrets.token_urlsafe(32)
    session.token_hash, session.confirmed_at = hash_token(token), real_now()
    session.stage = "setup" if has_to_add_one(person) else "open"
    person.session_token = token


def signed_in_person(token: str) -> Person | None:
    """Whoever the session secret belongs to, or None when the session has ended or the person has left."""
    if not token:
        return None
    moment = real_now()
    used_after, begun_after = _limits(moment)
    values = {"token_hash": hash_token(token), "now": moment, "used_after": used_after, "begun_after": begun_after}
    found = db.session.execute(_signed_in(), values).unique().one_or_none()
    if found is None:
        return None
    person, session, last_persona, partings = found
    person.session_token, person.session = token, session
    persona_links.note_extent(last_persona, partings)
    return person


def was_used_lately(session: Session) -> bool:
    """Whether there is no need yet to note that it is used."""
    return real_now() - session.last_used_at < USE_NOTED_EVERY


def note_confirmed(person: Person) -> None:
    """Write down that whoever sits here has just proved who they are."""
    if person.session is not None:
        person.session.confirmed_at = real_now()


def note_use(session: Session) -> None:
    """Write down that the session is used: it ends by itself when it is not for some hours."""
    session.last_used_at = real_now()


def ended_before(moment: datetime) -> ColumnElement[bool]:
    """Which sessions had ended by themselves before a real moment: after their time, or not used for some hours."""
    used_after, begun_after = _limits(moment)
    return or_(Session.ends_at < moment, Session.last_used_at < used_after, Session.began_at < begun_after)


def _limits(moment: datetime) -> tuple[datetime, datetime]:
    """After which moments a session that stands then was last used, and began: a shorter setting counts at once."""
    idle = timedelta(hours=current_app.config["PROVEN_SESSION_IDLE_HOURS"])
    return moment - idle, moment - timedelta(days=current_app.config["PROVEN_SESSION_DAYS"])


def _new_session(person: Person, lasts: timedelta, browser: str) -> Session:
    token, moment = secrets.token_urlsafe(32), real_now()
    opened = Session(
        token_hash=hash_token(token),
        person_id=person.id,
        began_at=moment,
        ends_at=moment + lasts,
        last_used_at=moment,
        confirmed_at=moment,
        browser=browser[:BROWSER_LENGTH],
    )
    db.session.add(opened)
    person.session_token, person.session = token, opened
    return opened


@cache
def _signed_in() -> Select[Person, Session, int, int]:
    open_session = (
        Session.token_hash == bindparam("token_hash"),
        Session.stage != "factor",
        Session.ends_at > bindparam("now"),
        Session.last_used_at > bindparam("used_after"),
        Session.began_at > bindparam("begun_after"),
    )
    return (
        select(Person, Session, *persona_links.extent())
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


def end_all_sessions(actor: Person, person: Person) -> None:
    """End every session of somebody but the one in which it is asked for."""
    require(actor, "session.end", person)
    end_sessions(person, but=actor.session_token if actor.id == person.id else None)
    publish(SessionsEnded(person_id=person.id), actor=actor)


def sessions_of(person: Person) -> Sequence[Session]:
    """The person's open sessions, latest first."""
    still = (Session.stage != "factor", ~ended_before(real_now()))
    query = select(Session).where(Session.person_id == person.id, *still)
    return db.session.scalars(query.order_by(Session.began_at.desc())).all()


def change_password(person: Person, *, current: str, new: str) -> None:
    """Choose a new password; every other session ends. Raises `Invalid` with the field at fault."""
    if not is_right(current, person.password_hash):
        raise Invalid("That is not your present password. Type it once more.", "current")
    set_password(person, new, keep=person.session_token)
    renew_session(person)


def set_password(person: Person, new: str, *, keep: str | None = None) -> None:
    """Give the person a password; all sessions end but the one with the secret `keep`."""
    check_new_password(new, (person.name, person.handle, *person.name.split()))
    person.password_hash = hash_password(new)
    end_sessions(person, but=keep)
    publish(PasswordChanged(person_id=person.id), actor=person)


def check_new_password(new: str, names: tuple[str, ...]) -> None:
    """Raise `Invalid` for a password that would be guessed by whoever knows the person or the organisation."""
    ours = [*db.session.scalars(select(Organisation.name)), *db.session.scalars(select(Department.name))]
    check_strength(new, names=names, ours=ours, listed=current_app.config["PROVEN_PASSWORD_LIST"])


def keep_hash(person: Person, hashed: str) -> None:
    """Keep another hash of the same password, made as we hash now."""
    person.password_hash = hashed


def normal_email(typed: str) -> str:
    """An address as it is stored and compared."""
    return text.clean_line(typed, EMAIL_LENGTH).casefold()


def hash_token(token: str) -> str:
    """What is kept of a random secret; it has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
