"""Thanks: a word to whoever helped. Named, never counted into a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.orm import joinedload

from forum.core import text
from forum.core.db import db
from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.people.models import Person
from forum.posts.models import Post, Thanks

LINE_LENGTH = 200  # characters


@dataclass(frozen=True, kw_only=True)
class PostThanked(PostEvent):
    """Somebody thanked for a post."""


def thank(person: Person, post: Post, line: str = "") -> None:
    """Thank the author of `post`, once; thanking again replaces the line."""
    require(person, "post.thank", post)
    given = db.session.scalar(select(Thanks).where(Thanks.post_id == post.id, Thanks.by_id == person.id))
    if given is None:
        given = Thanks(post_id=post.id, by_id=person.id, at=person.stamp())
        db.session.add(given)
        publish(PostThanked(post_id=post.id), actor=person)
    given.line = text.clean_line(line, LINE_LENGTH)


def take_back(person: Person, post: Post) -> None:
    """Take one's thanks back; nothing happens when there are none."""
    db.session.execute(delete(Thanks).where(Thanks.post_id == post.id, Thanks.by_id == person.id))


def thanks_for(post_ids: list[int]) -> dict[int, list[Thanks]]:
    """The thanks given for these posts, oldest first: post id -> thanks."""
    if not post_ids:
        return {}
    found: dict[int, list[Thanks]] = {}
    for given in db.session.scalars(_thanks(), {"post_ids": post_ids}):
        found.setdefault(given.post_id, []).append(given)
    return found


@cache
def _thanks() -> Select[Thanks]:
    query = select(Thanks).where(Thanks.post_id.in_(bindparam("post_ids", expanding=True)))
    return query.order_by(Thanks.id).options(joinedload(Thanks.by))


def thanks_to(person: Person, limit: int = 50) -> Sequence[tuple[Thanks, Post]]:
    """The latest thanks somebody got, each with the post it was for."""
    query = (
        select(Thanks, Post)
        .join(Post, Post.id == Thanks.post_id)
        .where(Post.author_id == person.id, Post.removed_at.is_(None))
        .order_by(Thanks.at.desc())
        .limit(limit)
    )
    return db.session.execute(query.options(joinedload(Thanks.by))).all()
