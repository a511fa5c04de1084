"""Drafts of answers and comments: kept while somebody writes, for them alone, until they are posted or forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import JSON, bindparam, delete, func, or_, select
from sqlalchemy.orm import selectinload

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Refused
from forum.core.permissions import require
from forum.people.models import Person
from forum.posts.models import Comment, Post, ReplyDraft

LONGEST_WINDOW = 40  # characters
FEW = 3  # posts: what somebody has just posted is among their last ones


@dataclass(frozen=True)
class Seen:
    """In which state a form has seen the draft: its version, 0 for none, and which window it is in, "" if unknown."""

    version: int = 0
    window: str = ""

    def covers(self, draft: ReplyDraft) -> bool:
        """Whether the draft holds nothing that this form does not know."""
        return draft.version == self.version or bool(self.window and draft.draft_window == self.window)


class ChangedElsewhere(Refused):
    """The draft was changed in another window; `draft` is what it says there."""

    title = "You have changed this draft in another window"
    message = "Nothing is lost: both texts are below. Save again, and yours takes the place of the other."

    def __init__(self, draft: ReplyDraft) -> None:
        super().__init__()
        self.draft = draft


def keep(
    person: Person,
    on: Post,
    kind: str,
    body: str,
    *,
    seen: Seen,
    unnamed: bool = False,
    shows_department: bool = False,
) -> ReplyDraft | None:
    """Keep what is being written as a reply of that kind to `on`. None where there is nothing to keep: an empty text,
    which throws the draft away, or words that have been posted. Raises `ChangedElsewhere` instead of writing over what
    another window has kept.
    """
    require(person, "comment.write", on)
    body = text.clean_source(body)[: text.MAX_SOURCE]
    _lock(person)
    draft = of(person, on.id, kind)
    if draft is not None and not seen.covers(draft):
        if draft.body == body:
            return draft
        raise ChangedElsewhere(draft)
    if not body.strip():
        if draft is not None:
            db.session.delete(draft)
        return None
    if draft is None:
        if _is_posted(person, on, kind, body):
            return None  # It was sent before the post and arrived after it.
        draft = ReplyDraft(person_id=person.id, on_id=on.id, kind=kind, version=seen.version)
        db.session.add(draft)
    draft.body, draft.unnamed, draft.shows_department = body, unnamed, shows_department
    draft.version, draft.draft_window, draft.touched_at = draft.version + 1, seen.window[:LONGEST_WINDOW], now()
    db.session.flush()
    return draft


def of(person: Person, on_id: int, kind: str) -> ReplyDraft | None:
    """The draft of a reply of that kind to a post, as it is now."""
    own = (ReplyDraft.person_id == person.id, ReplyDraft.on_id == on_id, ReplyDraft.kind == kind)
    return db.session.scalar(select(ReplyDraft).where(*own).execution_options(populate_existing=True))


def kept(person: Person) -> Sequence[ReplyDraft]:
    """Every reply that somebody has begun, the latest first, with what it replies to."""
    own = select(ReplyDraft).where(ReplyDraft.person_id == person.id).order_by(ReplyDraft.touched_at.desc())
    whole = selectinload(ReplyDraft.on).selectin_polymorphic(Post.__subclasses__())
    return db.session.scalars(own.options(whole)).all()


def end(person: Person, on_id: int, kind: str, posted: str, *, seen: Seen) -> None:
    """It was posted: the draft goes, unless another window has kept words in it that are not among these."""
    require(person, "comment.write", None)
    draft = of(person, on_id, kind)
    if draft is not None and (seen.covers(draft) or draft.body.strip() in posted):
        db.session.delete(draft)


def discard(person: Person, id: int) -> None:
    """Throw a draft of one's own away; nothing happens when there is none."""
    require(person, "comment.write", None)
    db.session.execute(delete(ReplyDraft).where(ReplyDraft.id == id, ReplyDraft.person_id == person.id))


@cache  # Part of a statement of the thread page.
def answer_in_words() -> Any:
    """A column of the statement that asks for `reader_id` and a question `id`: the draft of an answer, by field."""
    own = (
        ReplyDraft.person_id == bindparam("reader_id"),
        ReplyDraft.on_id == bindparam("id"),
        ReplyDraft.kind == "answer",
    )
    fields = ("body", "unnamed", "shows_department", "version")
    pairs = [part for name in fields for part in (name, getattr(ReplyDraft, name))]
    made = func.json_build_object if db.engine.dialect.name == "postgresql" else func.json_object
    return select(made(*pairs, type_=JSON)).where(*own).scalar_subquery()


def _is_posted(person: Person, on: Post, kind: str, body: str) -> bool:
    """Whether this is how something begins that the person has just posted there."""
    table: Any = db.metadata.tables[kind]  # By name: answers stand above posts.
    column = table.c.question_id if kind == "answer" else table.c.on_id
    if isinstance(on, Comment):
        column = table.c.reply_to_id
    is_out = or_(Post.removed_at.is_(None), Post.withheld.is_not(None))
    latest = (
        select(Post.body)
        .join(table, table.c.id == Post.id)
        .where(column == on.id, Post.author_id.in_(person.selves), is_out)
        .order_by(Post.id.desc())
        .limit(FEW)
    )
    return any(posted.startswith(body.rstrip()) for posted in db.session.scalars(latest))


def _lock(person: Person) -> None:
    """Of two savings at once the second sees what the first did."""
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
