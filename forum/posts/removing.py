"""Taking a post off the page, and putting it back: nothing is deleted."""

from __future__ import annotations

from dataclasses import dataclass

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Refused
from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.people.models import Person
from forum.posts.models import Post


@dataclass(frozen=True, kw_only=True)
class PostRemoved(PostEvent):
    """A post was taken off the page."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class PostRestored(PostEvent):
    """A removed post was put back."""

    kind: str


class StillNeeded(Refused):
    """Others build on it."""

    message = "Colleagues have answered or built on this, so it stays. Edit it instead, or ask a moderator."


def remove(person: Person, post: Post) -> None:
    """Take the post off the page. Raises `StillNeeded` for what others build on, unless a moderator does it."""
    require(person, "post.remove", post)
    if post.is_built_on and not person.is_moderator:
        raise StillNeeded()
    if post.removed_at is None:
        post.removed_at, post.removed_by_id = now(), person.id
        db.session.flush()
        post.on_removal(-1)
        publish(PostRemoved(post_id=post.id, kind=post.kind), actor=person)


def restore(person: Person, post: Post) -> None:
    """Put a removed post back. Whoever removed it may, and a moderator."""
    if post.removed_by_id != person.id:
        require(person, "post.roll_back", post)
    if post.removed_at is not None:
        post.removed_at = post.removed_by_id = None
        db.session.flush()
        post.on_removal(+1)
        publish(PostRestored(post_id=post.id, kind=post.kind), actor=person)
