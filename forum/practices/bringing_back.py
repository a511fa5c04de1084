"""Recommending again what was retired: undone by whoever did it, or brought back later with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import EventRow, PostEvent, publish
from forum.core.permissions import require
from forum.people.models import Person
from forum.practices.models import Practice

UNDO_FOR = timedelta(minutes=10)  # Long enough to see what one has done; who retired it needs no reason until then.
LONGEST_REASON = 500  # characters


@dataclass(frozen=True, kw_only=True)
class PracticeBroughtBack(PostEvent):
    """A retired practice is recommended again; `because` is empty where it was undone at once."""

    because: str


def bring_back(moderator: Person, practice: Practice, *, because: str = "") -> None:
    """Recommend it again; nothing happens where it is not retired. What it was challenged for stays settled.

    Raises `Invalid` without a reason, unless `moderator` retired it within the last ten minutes.
    """
    require(moderator, "practice.retire", practice)
    if practice.retired_at is None:
        return
    because = text.clean_line(because, LONGEST_REASON)
    if not because and not can_undo(moderator, practice):
        raise Invalid("Say why it holds again, for those who read that it does not.", "reason")
    practice.retired_at, practice.retired_because, practice.successor_id = None, "", None
    publish(PracticeBroughtBack(post_id=practice.id, because=because), actor=moderator)


def can_undo(person: Person, practice: Practice) -> bool:
    """Whether they have retired it so shortly ago that it is a slip of the hand."""
    if practice.retired_at is None or now() - practice.retired_at > UNDO_FOR:
        return False
    retired = select(EventRow.actor_id).where(EventRow.post_id == practice.id, EventRow.name == "PracticeRetired")
    return db.session.scalar(retired.order_by(EventRow.id.desc()).limit(1)) == person.id
