"""Flagging: anybody says that a moderator should look at a post. However many do, it is one case."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from forum.answers.models import Answer
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import EventRow, PostEvent, publish
from forum.core.jobs import listener
from forum.core.permissions import require
from forum.moderation.models import REASONS, Case, Flag
from forum.people.models import Person
from forum.posts.holding import PostHeld, would_wait
from forum.posts.models import Comment, Post
from forum.posts.revisions import PostEdited

LONGEST = 1_000  # characters: what is wrong, not a report
FLAGGABLE = ("question", "answer", "comment", "practice")


@dataclass(frozen=True, kw_only=True)
class PostFlagged(PostEvent):
    """Somebody flagged a post. `first`: it made the case; later flags join it."""

    case_id: int
    reason: str
    first: bool


@dataclass(frozen=True, kw_only=True)
class ApprovedChanged(PostEvent):
    """Somebody whose posts wait for approval changed a text that is out."""

    case_id: int


class FlaggedAlready(Refused):
    """Once is enough."""

    message = "You have flagged this already. A moderator looks at it, and you are told what becomes of it."


class NotFlaggable(Refused):
    """Only what colleagues tell each other is flagged."""

    message = "This cannot be flagged. Write to its department instead, or ask a moderator."


def flag(person: Person, post: Post, *, reason: str, words: str = "") -> Flag:
    """Flag a post; a case that is open takes the flag in. Raises `Invalid`, or `FlaggedAlready` a second time."""
    require(person, "post.flag", post)
    if post.kind not in FLAGGABLE:
        raise NotFlaggable()
    if reason not in REASONS:
        raise Invalid("Choose what is wrong with it.", "reason")
    said = text.clean_source(words).strip()[:LONGEST]
    if reason == "other" and not said:
        raise Invalid("Say in a line what is wrong, so that a moderator knows what to look for.", "words")
    _hold(post)
    if own_flag(person, post) is not None:
        raise FlaggedAlready()
    case, first = _case(post)
    made = Flag(case_id=case.id, post_id=post.id, by_id=person.id, reason=reason, words=said, at=now())
    db.session.add(made)
    db.session.flush()
    publish(PostFlagged(post_id=post.id, case_id=case.id, reason=reason, first=first), actor=person)
    return made


@listener(at_once=True)
def open_case(event: PostHeld) -> None:
    """What waits for approval is a case of its own."""
    open_for(db.session.get_one(Post, event.post_id), "held")


@listener(at_once=True)
def look_again(event: PostEdited) -> None:
    """What somebody changes whose posts wait stays out, and is an entry without a flag: a moderator reads it again.

    To take it off its page for each mended letter would punish whoever mends, and those who answered it.
    """
    post, row = db.session.get_one(Post, event.post_id), db.session.get_one(EventRow, event.event_id)
    editor = db.session.get_one(Person, row.actor_id)
    shown = post.kind in FLAGGABLE and post.removed_at is None and not event.while_waiting
    if shown and would_wait(editor) and open_on(post) is None:
        publish(ApprovedChanged(post_id=post.id, case_id=open_for(post, "flagged").id), actor=editor)


def open_for(post: Post, kind: str) -> Case:
    """Open a case about a post; there is one at most."""
    made = Case(kind=kind, post_id=post.id, page_id=page_id_of(post), opened_at=now())
    db.session.add(made)
    db.session.flush()
    return made


def own_flag(person: Person, post: Post) -> Flag | None:
    """How somebody flagged a post, if they did."""
    return db.session.scalar(select(Flag).where(Flag.post_id == post.id, Flag.by_id == person.id))


def open_on(post: Post) -> Case | None:
    """The case about a post that nobody has decided, with its flags."""
    query = select(Case).where(Case.post_id == post.id, Case.decided_at.is_(None)).options(selectinload(Case.flags))
    return db.session.scalar(query.execution_options(populate_existing=True))


def page_id_of(post: Post) -> int:
    """The question or practice on whose page a post stands."""
    return post.question_id if isinstance(post, Answer) else post.page_id if isinstance(post, Comment) else post.id


def _case(post: Post) -> tuple[Case, bool]:
    standing = open_on(post)
    return (standing, False) if standing is not None else (open_for(post, "flagged"), True)


def _hold(post: Post) -> None:
    """Of two who flag the same at once the second one finds the first one's case."""
    db.session.execute(select(Post.id).where(Post.id == post.id).with_for_update(key_share=True, of=Post.__table__))
