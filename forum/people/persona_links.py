"""Who stands behind a persona: sealed in the database, opened here and nowhere else.

A row of `persona_link` says neither who the person is nor which of two rows are the same person's: the person is
encrypted, and the tag that keeps a person to one persona in a thread is a keyed hash of the two together. The key lies
outside the database, so that whoever has only that, or only a backup of it, learns nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, current_app
from sqlalchemy import ForeignKey, event, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model, db

EXTENT = "extent of personas"  # In what a session knows: how far the table goes, and how often people were parted.
MADE = "made a persona"  # Marks a session that has made one and not committed it yet.
DIGITS = 12  # All numbers are sealed as long as each other: else the length says how early somebody came.
PARTED = "parted from personas"  # Marks a session that has destroyed links and not committed that yet.
NONCE = 12  # bytes, as AES-GCM wants it; a new one for each row


class PersonaLink(Model):
    """Which persona somebody has in a thread, for nobody to read who has not the key."""

    __tablename__ = "persona_link"

    persona_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    # The question or practice on whose page the persona speaks.
    thread_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    tag: Mapped[str] = mapped_column(unique=True)
    sealed: Mapped[str]


@dataclass
class _Opened:
    """What this process has opened so far, up to the row with the id `last`; nothing of it is ever written down.

    Whatever was opened before somebody was parted from their personas is forgotten, whichever process did that.
    """

    last: int = 0
    partings: int = 0
    person_of: dict[int, int] = field(default_factory=dict)
    personas_of: dict[int, frozenset[int]] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)


def attach(app: Flask) -> None:
    """Give the application the keys made of its secret, and the place for what is opened."""
    secret = str(app.config["PROVEN_PERSONA_KEY"]).encode()
    app.extensions["personas"] = (
        AESGCM(hashlib.sha256(b"seal:" + secret).digest()),
        hashlib.sha256(b"tag:" + secret).digest(),
        _Opened(),
    )


def link(persona_id: int, thread_id: int, person_id: int) -> None:
    """Write down, sealed, who the persona is. The database refuses a second one of the same person in the thread."""
    nonce = secrets.token_bytes(NONCE)
    sealed = nonce + _cipher().encrypt(nonce, f"{person_id:0{DIGITS}}".encode(), _bound_to(persona_id))
    row = PersonaLink(persona_id=persona_id, thread_id=thread_id, tag=_tag(person_id, thread_id), sealed=sealed.hex())
    db.session.add(row)
    db.session.flush()
    db.session.info[MADE] = True
    if EXTENT in db.session.info:
        note_extent(persona_id, db.session.info[EXTENT][1])


def extent() -> tuple[Any, Any]:
    """How far the table goes and how often people were parted from their personas, as columns of any statement."""
    partings = db.metadata.tables["organisation"].c.partings  # By name: people stand above.
    last, times = select(func.max(PersonaLink.persona_id)), select(func.max(partings))
    return func.coalesce(last.scalar_subquery(), 0), func.coalesce(times.scalar_subquery(), 0)


def note_extent(last: int, partings: int) -> None:
    """Tell this request what `extent` says: it need not ask again whose personas are whose."""
    db.session.info[EXTENT] = (last, partings)


def persona_id_in(person_id: int, thread_id: int) -> int | None:
    """Under which persona somebody speaks in a thread, if there is one."""
    return db.session.scalar(select(PersonaLink.persona_id).where(PersonaLink.tag == _tag(person_id, thread_id)))


def personas_of(person_id: int) -> frozenset[int]:
    """All personas of somebody, in all threads. Only rows that came since the last call are opened."""
    with _opened() as opened:
        return opened.personas_of.get(person_id, frozenset())


def person_behind(persona_id: int) -> int | None:
    """Who speaks as that persona; None for whoever is no persona, whose key is lost, or who was parted from it.

    The row itself is asked: another process may have destroyed what this one remembers.
    """
    sealed = db.session.scalar(select(PersonaLink.sealed).where(PersonaLink.persona_id == persona_id))
    return _open(persona_id, bytes.fromhex(sealed)) if sealed else None


def part(person_id: int) -> frozenset[int]:
    """Destroy, for good, what says that personas were this person's; returns which, for what goes with them.

    The rows stay, for they number the colleagues of a thread, with random bytes in the place of what was sealed. With
    the key they open as little as without it, and of two of them nothing says that they were one person's.
    """
    personas = personas_of(person_id)
    for persona_id in personas:
        row = db.session.get_one(PersonaLink, persona_id)
        row.tag, row.sealed = secrets.token_hex(len(row.tag) // 2), secrets.token_hex(len(row.sealed) // 2)
    db.session.flush()
    organisation = db.metadata.tables["organisation"]
    db.session.execute(update(organisation).values(partings=organisation.c.partings + 1))  # For all other processes.
    db.session.info[PARTED] = True
    return personas


def forget() -> None:
    """Let this process remember nobody; what can still be opened is opened again when it is asked for."""
    opened: _Opened = current_app.extensions["personas"][2]
    with opened.lock:
        _clear(opened)
    db.session.info.pop(EXTENT, None)


def same_person(one: int, other: int) -> bool:
    """Whether two ids, of people or personas, are one person's; it does not say whose."""
    with _opened() as opened:
        return opened.person_of.get(one, one) == opened.person_of.get(other, other)


def works_here(id: int) -> bool:
    """Whether somebody, or whoever speaks as that persona, still works here; it does not say who that is."""
    with _opened() as opened:
        behind = opened.person_of.get(id, id)
    person = db.metadata.tables["person"]  # By name: people stand above.
    return db.session.scalar(select(person.c.id).where(person.c.id == behind, person.c.left_at.is_(None))) is not None


@contextmanager
def _opened() -> Iterator[_Opened]:
    """What is known here, brought up to date."""
    opened: _Opened = current_app.extensions["personas"][2]
    with opened.lock:
        # Told by the sign-in of a request; else nobody knows, and it is read.
        last, partings = db.session.info.get(EXTENT) or db.session.execute(select(*extent())).one()
        if partings != opened.partings:
            _clear(opened)
            opened.partings = partings
        if last > opened.last:
            rows = select(PersonaLink.persona_id, PersonaLink.sealed).where(PersonaLink.persona_id > opened.last)
            for persona_id, sealed in db.session.execute(rows.order_by(PersonaLink.persona_id)).all():
                _learn(opened, persona_id, _open(persona_id, bytes.fromhex(sealed)))
            if EXTENT in db.session.info:
                note_extent(opened.last, partings)
        yield opened


def _clear(opened: _Opened) -> None:
    opened.last = 0
    opened.person_of.clear()
    opened.personas_of.clear()


def _learn(opened: _Opened, persona_id: int, person_id: int | None) -> None:
    opened.last = persona_id
    if person_id is not None:
        opened.person_of[persona_id] = person_id
        opened.personas_of[person_id] = opened.personas_of.get(person_id, frozenset()) | {persona_id}


@event.listens_for(db.session, "after_commit")
def _keep(session: Any) -> None:
    session.info.pop(MADE, None)
    if session.info.pop(PARTED, False):  # Only now: whoever looked before still found the rows as they were.
        forget()


@event.listens_for(db.session, "after_rollback")
def _forget(session: Any) -> None:
    """A persona that was never stored must not be remembered: SQLite gives its number to the next row."""
    session.info.pop(PARTED, None)
    if session.info.pop(MADE, False):
        forget()


def _open(persona_id: int, sealed: bytes) -> int | None:
    try:
        return int(_cipher().decrypt(sealed[:NONCE], sealed[NONCE:], _bound_to(persona_id)))
    except InvalidTag:  # Of another key: nobody can say any more who it was.
        return None


def _cipher() -> AESGCM:
    cipher: AESGCM = current_app.extensions["personas"][0]
    return cipher


def _tag(person_id: int, thread_id: int) -> str:
    key: bytes = current_app.extensions["personas"][1]
    return hmac.new(key, f"{person_id}:{thread_id}".encode(), hashlib.sha256).hexdigest()


def _bound_to(persona_id: int) -> bytes:
    return f"persona:{persona_id}".encode()  # What was sealed for one row opens in no other.
