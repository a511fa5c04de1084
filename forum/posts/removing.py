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
    """A post was taken off the page; `because` names what else it was a part of, such as hiding it."""

    kind: str
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class PostRestored(PostEvent):
    """A removed post was put back; `because` says how it had been withheld, if it was."""

    kind: str
    because: str = ""


class StillNeeded(Refused):
    """Others build on it."""

    message = "Colleagues have answered or built on this, so it stays. Edit it instead, or ask a moderator."


class Withheld(Refused):
    """Others decided that it is off the page, so it does not come back by itself."""

    message = "This is hidden or waits for a moderator. Its page says what can be done."


def remove(person: Person, post: Post) -> None:
    """Take the post off the page. Raises `StillNeeded` for what others build on, unless a moderator does it."""
    require(person, "post.remove", post)
    if post.is_built_on and not person.is_moderator:
        raise StillNeeded()
    if post.removed_at is None:
        take_off(person, post)


def restore(person: Person, post: Post) -> None:
    """Put a removed post back. Whoever removed it may, and a moderator. Raises `Withheld` for one that others hid."""
    if post.removed_by_id != person.id:
        require(person, "post.roll_back", post)
    if post.withheld is not None:
        raise Withheld()
    if post.removed_at is not None:
        put_on(person, post)


def take_off(person: Person | None, post: Post, *, withheld: str | None = None, because: str = "") -> None:
    """Take a post off the page, for whoever has been found to be allowed to; `withheld` says why others keep it off."""
    post.removed_at, post.removed_by_id = now(), person.id if person else None
    post.withheld, post.withheld_because = withheld, because
    db.session.flush()
    post.on_removal(-1)
    publish(PostRemoved(post_id=post.id, kind=post.kind, because=withheld or ""), actor=person)


def put_on(person: Person | None, post: Post) -> None:
    """Put a post back on the page, for whoever has been found to be allowed to; None for the passing of time."""
    because = post.withheld or ""
    post.removed_at = post.removed_by_id = post.withheld = None
    post.withheld_because = ""
    db.session.flush()
    post.on_removal(+1)
    publish(PostRestored(post_id=post.id, kind=post.kind, because=because), actor=person)
