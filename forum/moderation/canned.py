"""What moderators write again and again, kept once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.moderation.models import CannedReason
from forum.people.models import Person

LONGEST_TITLE = 60  # characters: a line in a list
LONGEST = 1_000  # characters, as many as a reason may have
MOST = 50  # more than that nobody looks through


def keep(person: Person, title: str, words: str, *, id: int = 0) -> CannedReason:
    """Keep a new text, or change the one with this id. Raises `Invalid` with the field at fault."""
    require(person, "canned_reason.keep")
    called, said = text.clean_line(title, LONGEST_TITLE), text.clean_source(words).strip()[:LONGEST]
    if not called:
        raise Invalid("Give it a name by which it is found in the list.", "title")
    if not said:
        raise Invalid("Write what the author is told.", "words")
    same = db.session.scalar(select(CannedReason).where(CannedReason.title == called, CannedReason.id != id))
    if same is not None:
        raise Invalid("There is one with this name. Change that one, or choose another name.", "title")
    found = db.session.get(CannedReason, id) if id else None
    if found is None:
        if len(kept()) >= MOST:
            raise Invalid(
                gettext(
                    "There are %(most)s already, the most that anybody looks through. Remove one first.", most=MOST
                ),
                "title",
            )
        found = CannedReason(by_id=person.id, at=now())
        db.session.add(found)
    found.title, found.words, found.by_id, found.at = called, said, person.id, now()
    db.session.flush()
    return found


def drop(person: Person, reason: CannedReason) -> None:
    """Keep a text no longer; what was told with it stays as it was told."""
    require(person, "canned_reason.keep")
    db.session.delete(reason)


def kept() -> Sequence[CannedReason]:
    """All of them, by name."""
    return db.session.scalars(select(CannedReason).order_by(CannedReason.title)).all()
