"""What a moderator does to several practices of the queue at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.languages import messages
from forum.core.permissions import require
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices import ageing
from forum.practices.models import Practice
from forum.practices.promoting import retire

ACTS = messages({"confirm": "It still holds", "ask": "Ask who looks after it", "retire": "Retire"})


@dataclass(frozen=True)
class Done:
    """How many it was done to, and the titles of those that it could not be done to."""

    count: int
    left: Sequence[str]


def act(moderator: Person, name: str, ids: Collection[int], *, reason: str = "") -> Done:
    """Confirm some practices, ask whoever keeps them, or retire them for one reason.

    What is challenged is not confirmed: that wants a reply. What was retired or removed meanwhile is passed over.
    Raises `Invalid` when nothing is chosen, for an act that there is not, and for retiring without a reason.
    """
    require(moderator, "practice.queue")
    if name not in ACTS:
        raise Invalid("Choose what to do with them.", "act")
    if not ids:
        raise Invalid("Choose at least one practice.", "practice")
    if name == "retire" and not reason.strip():
        raise Invalid("Say why, so that nobody tries them again.", "reason")
    chosen = _in_use(ids)
    left = [each for each in chosen if name == "confirm" and each.challenged_at is not None]
    acted = [each for each in chosen if each not in left]
    for practice in acted:
        if name == "confirm":
            ageing.reviewed(practice, actor=moderator)
        elif name == "ask":
            ageing.ask_keeper(moderator, practice)
        else:
            retire(moderator, practice, because=reason)
    return Done(len(acted), [each.title for each in left])


def _in_use(ids: Collection[int]) -> Sequence[Practice]:
    query = select(Practice).where(Practice.id.in_(ids), Practice.retired_at.is_(None), Post.removed_at.is_(None))
    return db.session.scalars(query.order_by(Practice.id).execution_options(populate_existing=True)).all()
