"""A locked page takes no answers and no comments; what stands there stays."""

from __future__ import annotations

from sqlalchemy import select

from forum.core.db import db
from forum.core.errors import Refused
from forum.core.languages import messages
from forum.posts.models import Post

# The same at the beginning of a line.
LOCKS_BEGUN = messages(
    {
        "heated": "It got heated, and a pause helps",
        "settled": "Everything is said",
        "elsewhere": "It goes on elsewhere",
        "other": "A moderator is looking at it",
    }
)
LOCKS = messages(
    {
        "heated": "it got heated, and a pause helps",
        "settled": "everything is said",
        "elsewhere": "it goes on elsewhere",
        "other": "a moderator is looking at it",
    }
)


class Locked(Refused):
    """Nobody writes here for the time."""

    title = "This page is locked"
    message = "A moderator locked this page, so it takes no new answers or comments. Its head says why."


def stay_unlocked(page_id: int) -> None:
    """Raise `Locked` when a moderator has locked the question or practice with this id."""
    if db.session.scalar(select(Post.locked_at).where(Post.id == page_id)) is not None:
        raise Locked()
