"""Taking back what one has just posted: it is off the page, its words are in the form again, and nobody was mailed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Refused
from forum.core.events import EventRow
from forum.core.permissions import require
from forum.people.models import Person
from forum.posts.models import Comment, Post, Thanks, Vote
from forum.posts.removing import take_off

TAKE_BACK_FOR = timedelta(minutes=2)  # Long enough to read once more what one has posted; mails wait as long.
KINDS = ("question", "answer", "comment")  # what is posted by one press and may be taken back by the next


class TooLate(Refused):
    """It has been there for others to build on."""

    title = "It is out already"
    message = "It has been out for more than two minutes. Edit it, or remove it in its menu “More”. The words are kept."


class ReactedTo(Refused):
    """Somebody else's words or deeds are about it."""

    title = "Somebody was quicker"
    message = "Somebody has reacted to it already, so it stays. Edit it, and what was said about it keeps its sense."


def take_back(person: Person, post: Post) -> None:
    """Take off the page what `person` has just posted. Raises `TooLate`, and `ReactedTo` when others were quicker."""
    require(person, "post.take_back", post)
    if now() - _out_since(post) > TAKE_BACK_FOR:
        raise TooLate()
    if post.is_built_on or _has_reactions(post):
        raise ReactedTo()
    take_off(person, post)


def taken_back(person: Person, id: int, kind: str) -> Post | None:
    """The post of that kind which `person` wrote, also without a name, and took off the page; else None."""
    loaded = [selectinload(Post.departments), selectinload(Post.tags)]
    post = db.session.get(Post, id, options=loaded) if id else None
    if post is None or post.kind != kind or post.removed_at is None or post.withheld is not None:
        return None
    is_own = post.author_id in person.selves and post.removed_by_id == post.author_id
    return post if is_own else None


def _out_since(post: Post) -> datetime:
    """By what was written down then: what somebody writes without a name says no more than the half-day itself."""
    since = db.session.scalar(select(func.min(EventRow.at)).where(EventRow.post_id == post.id))
    return since or post.created_at


def _has_reactions(post: Post) -> bool:
    need: Any = db.metadata.tables["need"]  # By name: needs stand above posts.
    claim: Any = db.metadata.tables["claim"]
    remark = or_(Comment.on_id == post.id, Comment.reply_to_id == post.id)
    reactions = [
        select(Vote.id).where(Vote.post_id == post.id),
        select(Thanks.post_id).where(Thanks.post_id == post.id),
        select(Comment.id).where(remark, Comment.removed_at.is_(None)),
        select(need.c.id).where(need.c.question_id == post.id, need.c.person_id != post.author_id),
        select(claim.c.id).where(claim.c.question_id == post.id),
    ]
    return bool(db.session.scalar(select(or_(*(each.exists() for each in reactions)))))
