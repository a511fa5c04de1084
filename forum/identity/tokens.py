"""Tokens of directories: made by an administrator, shown once, and ended at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import Event, publish
from forum.core.permissions import require
from forum.identity.models import DirectoryToken
from forum.people.models import Person
from forum.people.sign_in import hash_token

NAME_LENGTH = 80  # characters
PREFIX = "proven-directory-"  # So that whoever finds one in a file, or a scanner of files, knows what it is.
NOTED_EVERY = timedelta(minutes=1)  # How exactly the last use is known: a write at each request would hold the lock.


@dataclass(frozen=True, kw_only=True)
class TokenMade(Event):
    """An administrator made a token with which a directory may say who works here."""

    token_id: int


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    """A token of a directory is taken no more."""

    token_id: int


def make_token(administrator: Person, name: str) -> str:
    """Make a token and return its secret, which nobody can look up again. Raises `Invalid` for one without a name."""
    require(administrator, "directory.make_token")
    name = text.clean_line(name, NAME_LENGTH)
    if not name:
        raise Invalid("Say which directory it is for: that is how you know it when it has to go.", "name")
    secret = PREFIX + secrets.token_urlsafe(32)
    made = DirectoryToken(name=name, token_hash=hash_token(secret), made_by_id=administrator.id, made_at=now())
    db.session.add(made)
    db.session.flush()
    publish(TokenMade(token_id=made.id), actor=administrator)
    return secret


def revoke_token(administrator: Person, token: DirectoryToken) -> None:
    """Take a token no more from the next request on; revoking it again changes nothing."""
    require(administrator, "directory.make_token")
    if token.revoked_at is None:
        token.revoked_at = now()
        publish(TokenRevoked(token_id=token.id), actor=administrator)


def open_token(secret: str) -> DirectoryToken | None:
    """The token with that secret, unless it was revoked."""
    token = db.session.scalar(select(DirectoryToken).where(DirectoryToken.token_hash == hash_token(secret)))
    return token if token is not None and token.revoked_at is None else None


def is_use_to_note(token: DirectoryToken) -> bool:
    """Whether its last use was noted too long ago."""
    return token.used_at is None or now() - token.used_at >= NOTED_EVERY


def note_use(token: DirectoryToken) -> None:
    """Write down that it was used."""
    token.used_at = now()


def all_tokens() -> Sequence[DirectoryToken]:
    """Every token, those that count first, latest first."""
    order = (DirectoryToken.revoked_at.is_not(None), DirectoryToken.id.desc())
    return db.session.scalars(select(DirectoryToken).order_by(*order)).all()
