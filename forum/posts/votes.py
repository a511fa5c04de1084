"""Votes: one person, one post, up or down, changeable and withdrawable; the score cannot drift from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Refused
from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.people.models import Person
from forum.posts.models import Post, Vote

VOTED_KINDS = ("question", "answer")


@dataclass(frozen=True, kw_only=True)
class PostVoted(PostEvent):
    """The score of a post changed. Who voted is not part of it: a vote is not a signature."""


class NotVotedOn(Refused):
    """Only questions and answers carry votes."""

    message = "Only questions and answers are voted on."


def cast(person: Person, post: Post, value: int) -> None:
    """Vote up (1), down (-1) or take the vote back (0). The last word counts; repeating it changes nothing."""
    require(person, "post.vote", post)
    if post.kind not in VOTED_KINDS:
        raise NotVotedOn()
    if value not in (-1, 0, 1):
        raise ValueError(f"A vote is -1, 0 or 1, not {value!r}.")
    before = _lock_and_read(person, post)
    if value == before:
        return
    _write(person, post, value)
    db.session.execute(update(Post).where(Post.id == post.id).values(score=Post.score + value - before))
    db.session.refresh(post, ["score"])
    publish(PostVoted(post_id=post.id))


def own_votes(person: Person, post_ids: list[int]) -> dict[int, int]:
    """The person's own votes on these posts: post id -> 1 or -1."""
    if not post_ids:
        return {}
    return dict(db.session.execute(_own_votes(), {"person_id": person.id, "post_ids": post_ids}).all())


def drifted_scores() -> dict[int, tuple[int, int]]:
    """Posts whose score is not the sum of their votes and imported score: id -> (score, sum)."""
    total = func.coalesce(select(func.sum(Vote.value)).where(Vote.post_id == Post.id).scalar_subquery(), 0)
    expected = total + Post.imported_score
    rows = db.session.execute(select(Post.id, Post.score, expected).where(Post.score != expected))
    return {id: (score, right) for id, score, right in rows}


def mend_scores() -> int:
    """Set every drifted score to what its votes say. Returns how many were wrong."""
    wrong = drifted_scores()
    if wrong:
        right = case({id: expected for id, (_, expected) in wrong.items()}, value=Post.id)
        db.session.execute(update(Post).where(Post.id.in_(wrong)).values(score=right))
    return len(wrong)


@cache
def _own_votes() -> Any:
    posts = Vote.post_id.in_(bindparam("post_ids", expanding=True))
    return select(Vote.post_id, Vote.value).where(Vote.person_id == bindparam("person_id"), posts)


def _lock_and_read(person: Person, post: Post) -> int:
    # Locking the post first makes two votes of one person follow each other; SQLite has locked already.
    db.session.execute(select(Post.id).where(Post.id == post.id).with_for_update())
    found = db.session.scalar(select(Vote.value).where(Vote.post_id == post.id, Vote.person_id == person.id))
    return found or 0


def _write(person: Person, post: Post, value: int) -> None:
    if value == 0:
        db.session.execute(delete(Vote).where(Vote.post_id == post.id, Vote.person_id == person.id))
        return
    insert = sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    row = insert(Vote).values(post_id=post.id, person_id=person.id, value=value, cast_at=now())
    again = {"value": value, "cast_at": now()}
    db.session.execute(row.on_conflict_do_update(index_elements=["post_id", "person_id"], set_=again))
