"""Turning an answer into a comment, and a comment into an answer; and taking that back.

A post of the other kind takes its place: with the same author, text, time and history, and with the comments on it.
The first post stays as it was, withheld: its votes, thanks and what people said of it wait there, and are back when
the change is undone. Its addresses lead to whichever of the two stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from forum.answers.answering import AnswerGiven
from forum.answers.models import Answer
from forum.attachments import using
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Refused
from forum.core.events import PostEvent, publish
from forum.core.languages import gettext, number
from forum.core.permissions import require
from forum.moderation.models import Case, Conversion, Flag, Suggestion
from forum.people.models import Person
from forum.posts.comments import LONGEST
from forum.posts.models import Comment, Post, Revision
from forum.posts.removing import put_on, take_off
from forum.questions.models import Question


@dataclass(frozen=True, kw_only=True)
class PostConverted(PostEvent):
    """A post of another kind stands for `was_id` now."""

    was_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class ConversionUndone(PostEvent):
    """The post is what it was again; `was_id` stood for it."""

    was_id: int
    kind: str


class NotConvertible(Refused):
    """It is more than a remark, or stands where no answer can."""

    message = "Only an answer to a question becomes a comment, and only a comment on a question's page an answer."


class Accepted(Refused):
    """Whoever asked relies on it."""

    message = "It is marked as the answer that helped. As long as it is, it stays an answer."


class TooLong(Refused):
    """It would be refused as a comment, too."""

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "A comment has at most %(most)s characters, and this is longer: it is an answer, or two.",
                most=number(LONGEST),
            )
        )


class Undone(Refused):
    """Somebody was faster."""

    message = "This has been taken back meanwhile. Reload the page."


def convert(moderator: Person, post: Post) -> Post:
    """Let a comment stand for an answer, or an answer for a comment. Raises the refusals above."""
    require(moderator, "post.convert", post)
    db.session.execute(select(Post.id).where(Post.id == post.id).with_for_update(key_share=True, of=Post.__table__))
    db.session.refresh(post, ["removed_at"])
    if post.removed_at is not None:
        raise Undone()
    made = _comment_for(post) if isinstance(post, Answer) else _answer_for(post)
    take_off(moderator, post, withheld="converted")
    db.session.add(Conversion(from_id=post.id, to_id=made.id, by_id=moderator.id, at=now()))
    if isinstance(made, Comment):
        _reply(_comments(made.page_id), of=post.id, to=made)
    else:
        _stand_under(_comments(made.question_id), of=post, on=made)
        made.on_removal(+1)
        publish(
            AnswerGiven(post_id=made.id, question_id=made.question_id), actor=db.session.get(Person, made.author_id)
        )
    _hand_on(post, made)
    publish(PostConverted(post_id=made.id, was_id=post.id, kind=made.kind), actor=moderator)
    return made


def undo(moderator: Person, made: Conversion) -> Post:
    """Make the post what it was, with what was written to it since. Raises `Undone` when that was done already."""
    require(moderator, "conversion.undo", made)
    claim = update(Conversion).where(Conversion.id == made.id, Conversion.undone_at.is_(None))
    claimed: Any = db.session.execute(
        claim.values(undone_at=now(), undone_by_id=moderator.id), execution_options={"synchronize_session": False}
    )
    first, stands = db.session.get_one(Post, made.from_id), db.session.get_one(Post, made.to_id)
    if claimed.rowcount == 0 or stands.removed_at is not None:
        raise Undone()
    _hand_on(stands, first)
    for name in ("body", "html", "renderer", "version", "edited_at"):
        setattr(first, name, getattr(stands, name))
    take_off(moderator, stands, withheld="converted")
    if isinstance(first, Answer):
        _stand_under(_comments(first.question_id), of=stands, on=first)
    elif isinstance(first, Comment):
        _reply(_comments(first.page_id), of=stands.id, to=first)
    put_on(moderator, first)
    publish(ConversionUndone(post_id=first.id, was_id=stands.id, kind=first.kind), actor=moderator)
    return first


def standing(post: Post) -> Post | None:
    """Which post stands for one that was turned into another kind; None for one that was not."""
    forth = (Conversion.from_id == post.id, Conversion.undone_at.is_(None))
    to_id = db.session.scalar(select(Conversion.to_id).where(*forth))
    back = (Conversion.to_id == post.id, Conversion.undone_at.is_not(None))
    stands_id = to_id or db.session.scalar(select(Conversion.from_id).where(*back))
    return db.session.get(Post, stands_id) if stands_id else None


def made_from(post: Post) -> Conversion | None:
    """By what a post stands for another one now."""
    if post.was_id is None:
        return None
    return db.session.scalar(select(Conversion).where(Conversion.to_id == post.id, Conversion.undone_at.is_(None)))


def _comment_for(answer: Answer) -> Comment:
    question = db.session.get_one(Question, answer.question_id)
    if question.accepted_answer_id == answer.id:
        raise Accepted()
    if len(answer.body) > LONGEST:
        raise TooLong()
    return _added(Comment(on_id=question.id, page_id=question.id), answer)


def _answer_for(comment: Post) -> Answer:
    page = db.session.get(Question, comment.page_id) if isinstance(comment, Comment) else None
    if page is None or page.merged_into_id is not None:
        raise NotConvertible()
    return _added(Answer(question_id=page.id), comment)


def _added(made: Any, of: Post) -> Any:
    """The new post with all that the first one says."""
    for name in ("author_id", "author_department_id", "body", "html", "renderer", "created_at", "edited_at", "version"):
        setattr(made, name, getattr(of, name))
    made.was_id = of.id
    db.session.add(made)
    db.session.flush()
    return made


def _hand_on(of: Post, to: Post) -> None:
    """History, attachments, and what a moderator or the author still has to decide, go along."""
    for table in (Revision, Case, Flag, Suggestion):
        moved = update(table).where(table.post_id == of.id).values(post_id=to.id)
        db.session.execute(moved, execution_options={"synchronize_session": False})
    using.hand_on(of.id, to.id)
    db.session.flush()
    db.session.expire_all()


def _comments(page_id: int) -> list[Comment]:
    return list(db.session.scalars(select(Comment).where(Comment.page_id == page_id).order_by(Comment.id)))


def _reply(comments: Iterable[Comment], *, of: int, to: Comment) -> None:
    """What was said to the answer is said in reply to the comment that stands for it."""
    for each in comments:
        if each.on_id == of:
            each.on_id, each.reply_to_id = to.on_id, each.reply_to_id or to.id
    db.session.flush()


def _stand_under(comments: Iterable[Comment], *, of: Post, on: Answer) -> None:
    """Replies to the comment, and replies to these, are said to the answer that stands for it."""
    below = {of.id}
    for each in comments:  # A reply is younger than what it replies to.
        if each.reply_to_id in below:
            below.add(each.id)
            each.on_id, each.reply_to_id = on.id, None if each.reply_to_id == of.id else each.reply_to_id
    db.session.flush()
