"""The queue: what colleagues flagged and what waits for approval, for whoever looks after it. Read-only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from forum.core import text
from forum.core.clock import half_day
from forum.core.db import db
from forum.core.forms import typed_id
from forum.core.languages import messages
from forum.core.paging import PER_PAGE, Paged
from forum.core.permissions import allowed, require
from forum.moderation import turns
from forum.moderation.models import REASONS, Case, Flag
from forum.moderation.scoping import departments_of, in_scope
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.questions.models import Question

EXCERPT = 240  # characters: what it is about; the post is a click away
SHOWN = messages({"all": "Everything", "flagged": "Flagged", "held": "Waiting for approval"})


@dataclass(frozen=True, slots=True)
class Said:
    """What one colleague says is wrong."""

    by: str
    reason: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the queue, ready to be shown."""

    id: int
    kind: str
    post_id: int
    post_kind: str
    title: str
    excerpt: str
    author: str
    departments: tuple[str, ...]
    opened_at: datetime
    reasons: tuple[tuple[str, int], ...]
    flags: tuple[Said, ...]
    mine: bool  # whether the reader wrote it, and so cannot decide
    again: bool  # whether its author changed it after it was hidden


def entries(person: Person, key: str | None = None, shown: str = "all") -> Paged[Item]:
    """One page of what waits for a decision and is the person's to look after, the oldest first."""
    require(person, "moderation.see")
    query = _open(person).order_by(Case.id).limit(PER_PAGE + 1)
    if shown in ("flagged", "held"):
        query = query.where(Case.kind == shown)
    if typed_id(key or ""):
        query = query.where(Case.id > typed_id(key))
    rows = db.session.execute(query).all()
    shown_rows = rows[:PER_PAGE]
    departments = departments_of([row.Case.page_id for row in shown_rows])
    items = [_item(row, departments.get(row.Case.page_id, ()), person) for row in shown_rows]
    return Paged(items, str(items[-1].id) if len(rows) > PER_PAGE else None)


def open_cases(person: Person) -> Any:
    """A statement that counts what waits for a decision and is the person's to look after."""
    post = Post.__table__.alias()
    cases = select(func.count(Case.id)).join(post, post.c.id == Case.post_id).where(*_waits(person, post))
    return select(cases.scalar_subquery() + turns.count_of(person).scalar_subquery())


def _waits(person: Person, post: Any) -> tuple[Any, ...]:
    flagged = and_(Case.kind == "flagged", post.c.removed_at.is_(None))
    held = and_(Case.kind == "held", post.c.withheld.in_(("waiting", "hidden")))
    return Case.decided_at.is_(None), or_(flagged, held), in_scope(person, Case.page_id)


def _open(person: Person) -> Any:
    post, author = Post.__table__.alias(), aliased(Person)
    question, practice = Question.__table__, Practice.__table__
    return (
        select(
            Case,
            post.c.kind.label("post_kind"),
            post.c.author_id,
            post.c.withheld,
            func.substr(post.c.body, 1, EXCERPT * 4).label("body"),
            func.coalesce(question.c.title, practice.c.title).label("title"),
            author.name.label("author"),
            author.is_persona.label("is_unnamed"),
        )
        .join(post, post.c.id == Case.post_id)
        .join(author, author.id == post.c.author_id)
        .outerjoin(question, question.c.id == Case.page_id)
        .outerjoin(practice, practice.c.id == Case.page_id)
        .where(*_waits(person, post))
        .options(selectinload(Case.flags).options(joinedload(Flag.by)))
    )


def _item(row: Any, departments: tuple[str, ...], person: Person) -> Item:
    case: Case = row.Case
    counted = Counter(flag.reason for flag in case.flags)
    return Item(
        id=case.id,
        kind=case.kind,
        post_id=case.post_id,
        post_kind=row.post_kind,
        title=row.title or "",
        excerpt=text.excerpt(row.body, EXCERPT),
        author=row.author,
        departments=departments,
        # What waits began to wait as it was written.
        opened_at=half_day(case.opened_at) if row.is_unnamed and case.kind == "held" else case.opened_at,
        reasons=tuple((REASONS[reason], number) for reason, number in counted.most_common()),
        flags=tuple(Said(flag.by.name, REASONS[flag.reason], flag.words, flag.at) for flag in case.flags),
        mine=not allowed(person, "case.decide", row) and allowed(person, "moderation.choose_scope"),
        again=row.withheld == "hidden",
    )
