"""Comments: threaded remarks under a question, an answer or a practice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from forum.core import text
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import PostEvent
from forum.core.permissions import allowed, require
from forum.people.models import Person
from forum.posts import revisions
from forum.posts.holding import publish_or_hold
from forum.posts.locking import stay_unlocked
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

    @property
    def size(self) -> int:
        """How many comments it is with all replies."""
        return 1 + sum(each.size for each in self.replies)

    @property
    def newest(self) -> int:
        """The id of what was written last in it."""
        return max([self.comment.id, *(each.newest for each in self.replies)])


def comment(person: Person, on: Post, body: Written, *, page_id: int, reply_to: Comment | None = None) -> Comment:
    """Remark on `on`, shown on the page of question or practice `page_id`.

    Raises `Invalid` for a reply elsewhere, and `Locked`.
    """
    require(person, "comment.write", on)
    if isinstance(on, Comment):
        raise Invalid("Reply to a comment instead of commenting on it.", "body")
    if reply_to is not None and reply_to.on_id != on.id:
        raise Invalid("That comment belongs to another post.", "reply_to")
    stay_unlocked(page_id)
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
    publish_or_hold(person, made, CommentWritten(post_id=made.id, on_id=on.id, page_id=page_id))
    return made


def edit_comment(person: Person, edited: Comment, body: Written, *, seen: int, reason: str = "") -> bool:
    """Replace the text of a comment; see `revisions.edit` for `seen`, the answer and the error."""
    require(person, "post.edit", edited)

    def change() -> None:
        edited.body, edited.html, edited.renderer = body.source, body.html, text.RENDERER

    return revisions.edit(person, edited, seen=seen, change=change, reason=reason)


def threads(page_id: int, reader: Person | None = None) -> dict[int, list[Node]]:
    """The comments of one page, as trees: post id -> its top comments, oldest first.

    A removed comment that somebody replied to stays as an empty place, so that the replies keep their sense. A hidden
    one leaves a place that says so; one that waits is there for a `reader` who wrote it, and for moderators.
    """
    return _as_trees(db.session.scalars(_comments(), {"page_id": page_id}).all(), reader)


@cache
def _comments() -> Select[Comment]:
    of_page = select(Comment).where(Comment.page_id == bindparam("page_id"))
    return of_page.order_by(Comment.id).options(joinedload(Comment.author))


def in_reading_order(nodes: Sequence[Node]) -> Iterator[Comment]:
    """The comments of trees one after the other, each before the replies to it."""
    for node in nodes:
        yield node.comment
        yield from in_reading_order(node.replies)


def _as_trees(comments: Sequence[Comment], reader: Person | None) -> dict[int, list[Node]]:
    nodes = {made.id: Node(made) for made in comments}
    tops: dict[int, list[Node]] = {}
    for made in comments:
        parent = nodes.get(made.reply_to_id) if made.reply_to_id else None
        (parent.replies if parent else tops.setdefault(made.on_id, [])).append(nodes[made.id])
    return {on_id: kept for on_id, top in tops.items() if (kept := _without_empty(top, reader))}


def _without_empty(nodes: list[Node], reader: Person | None) -> list[Node]:
    for node in nodes:
        node.replies = _without_empty(node.replies, reader)
    return [node for node in nodes if node.replies or _leaves_a_place(node.comment, reader)]


def _leaves_a_place(comment: Comment, reader: Person | None) -> bool:
    if comment.withheld in ("waiting", "refused"):
        return reader is not None and allowed(reader.owner_among(comment), "post.see_withheld", comment)
    return comment.removed_at is None or comment.withheld == "hidden"
