"""Comments: threaded remarks under a question, an answer or a practice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from forum.core import text
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.people.models import Person
from forum.posts import revisions
from forum.posts.models import Comment, Post
from forum.posts.writing import Written

LONGEST = 5_000  # characters: a remark; what needs more is an answer.


@dataclass(frozen=True, kw_only=True)
class CommentWritten(PostEvent):
    """Somebody remarked on a post."""

    on_id: int
    page_id: int


@dataclass
class Node:
    """A comment with the replies to it."""

    comment: Comment
    replies: list[Node] = field(default_factory=list)


def comment(person: Person, on: Post, body: Written, *, page_id: int, reply_to: Comment | None = None) -> Comment:
    """Remark on `on`, shown on the page of question or practice `page_id`. Raises `Invalid` for a reply elsewhere."""
    require(person, "comment.write", on)
    if isinstance(on, Comment):
        raise Invalid("Reply to a comment instead of commenting on it.", "body")
    if reply_to is not None and reply_to.on_id != on.id:
        raise Invalid("That comment belongs to another post.", "reply_to")
    made = Comment(
        on_id=on.id,
        page_id=page_id,
        reply_to_id=reply_to.id if reply_to else None,
        author_id=person.id,
        author_department_id=person.department_id,
        body=body.source,
        html=body.html,
        renderer=text.RENDERER,
        created_at=person.stamp(),
    )
    db.session.add(made)
    db.session.flush()
    revisions.keep_first(made, person)
    publish(CommentWritten(post_id=made.id, on_id=on.id, page_id=page_id), actor=person)
    return made


def edit_comment(person: Person, edited: Comment, body: Written, *, seen: int, reason: str = "") -> bool:
    """Replace the text of a comment; see `revisions.edit` for `seen`, the answer and the error."""
    require(person, "post.edit", edited)

    def change() -> None:
        edited.body, edited.html, edited.renderer = body.source, body.html, text.RENDERER

    return revisions.edit(person, edited, seen=seen, change=change, reason=reason)


def threads(page_id: int) -> dict[int, list[Node]]:
    """The comments of one page, as trees: post id -> its top comments, oldest first.

    A removed comment that somebody replied to stays as an empty place, so that the replies keep their sense.
    """
    return _as_trees(db.session.scalars(_comments(), {"page_id": page_id}).all())


@cache
def _comments() -> Select[Comment]:
    of_page = select(Comment).where(Comment.page_id == bindparam("page_id"))
    return of_page.order_by(Comment.id).options(joinedload(Comment.author))


def _as_trees(comments: Sequence[Comment]) -> dict[int, list[Node]]:
    nodes = {made.id: Node(made) for made in comments}
    tops: dict[int, list[Node]] = {}
    for made in comments:
        parent = nodes.get(made.reply_to_id) if made.reply_to_id else None
        (parent.replies if parent else tops.setdefault(made.on_id, [])).append(nodes[made.id])
    return {on_id: kept for on_id, top in tops.items() if (kept := _without_empty(top))}


def _without_empty(nodes: list[Node]) -> list[Node]:
    for node in nodes:
        node.replies = _without_empty(node.replies)
    return [node for node in nodes if node.replies or node.comment.removed_at is None]
