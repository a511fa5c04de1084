"""The queue of nominations: what waits for a decision, the oldest first, and what was decided lately. Read-only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from forum.answers.models import Answer
from forum.answers.ordering import reason
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import gettext, ngettext
from forum.core.paging import LARGEST_ID, PER_PAGE, Paged
from forum.core.permissions import require
from forum.needs import timers
from forum.nominations.models import REFUSALS, Nomination
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.promoting import address as practice_address
from forum.questions.asking import address
from forum.questions.models import Question

KEY = re.compile(r"[0-9]{1,10}")  # The id of the last nomination on a page; ids rise with the time.
EXCERPT = 280  # characters


@dataclass(frozen=True, slots=True)
class Waiting:
    """One nomination that waits, ready to be shown."""

    id: int
    post_id: int
    title: str
    url: str
    excerpt: str
    html: str
    author_id: int
    author: str
    by: str | None
    why: str
    at: datetime
    evidence: tuple[str, ...]
    due_at: datetime
    overdue: bool


@dataclass(frozen=True, slots=True)
class Done:
    """One decision, ready to be shown."""

    id: int
    title: str
    url: str
    author: str
    by: str | None
    at: datetime
    decided_by: str
    promoted: bool
    reason: str
    words: str


def waiting(moderator: Person, key: str | None = None) -> Paged[Waiting]:
    """One page of the nominations that wait, the oldest first; by when to decide counts on the reader's calendar."""
    require(moderator, "nomination.see")
    query = _columns().where(Nomination.decided_at.is_(None), Post.removed_at.is_(None))
    if key and KEY.fullmatch(key):
        query = query.where(Nomination.id > min(int(key), LARGEST_ID))
    rows = db.session.execute(query.order_by(Nomination.id).limit(PER_PAGE + 1)).all()
    shown = [_waiting(row, moderator) for row in rows[:PER_PAGE]]
    return Paged(shown, str(shown[-1].id) if len(rows) > PER_PAGE else None)


def count(moderator: Person) -> int:
    """How many wait for a decision."""
    require(moderator, "nomination.see")
    waits = _columns().where(Nomination.decided_at.is_(None), Post.removed_at.is_(None)).subquery()
    return db.session.scalar(select(func.count()).select_from(waits)) or 0


def decided(moderator: Person) -> Sequence[Done]:
    """The latest decisions, with who took them and why."""
    require(moderator, "nomination.see")
    by, practice = aliased(Person), Practice.__table__
    query = (
        _columns()
        .add_columns(by.name.label("decided_by"), practice.c.id.label("practice_id"), practice.c.title.label("made"))
        .join(by, by.id == Nomination.decided_by_id)
        .outerjoin(practice, practice.c.source_id == Nomination.post_id)
        .where(Nomination.decided_at.is_not(None), Post.removed_at.is_(None))
    )
    rows = db.session.execute(query.order_by(Nomination.decided_at.desc(), Nomination.id.desc()).limit(PER_PAGE))
    return [_done(row) for row in rows]


def _columns() -> Select[Any]:
    """A nomination with its answer, its question and the people."""
    author, nominator, question, answer = aliased(Person), aliased(Person), Question.__table__, Answer.__table__
    asked = aliased(Post.__table__)
    return (
        select(
            Nomination,
            Post.body,
            Post.html,
            Post.author_id,
            answer.c.worked,
            answer.c.partly,
            answer.c.failed,
            question.c.id.label("question_id"),
            question.c.title,
            question.c.times_asked,
            question.c.accepted_answer_id,
            author.name.label("author"),
            nominator.name.label("nominator"),
        )
        .join(Post, Post.id == Nomination.post_id)
        .join(answer, answer.c.id == Nomination.post_id)
        .join(question, question.c.id == answer.c.question_id)
        .join(asked, asked.c.id == question.c.id)
        .join(author, author.id == Post.author_id)
        .outerjoin(nominator, nominator.id == Nomination.by_id)
        .where(asked.c.removed_at.is_(None))
    )


def _waiting(row: Any, moderator: Person) -> Waiting:
    nomination = row.Nomination
    due_at = timers.due(timers.DECISION, moderator, nomination.at)
    return Waiting(
        id=nomination.id,
        post_id=nomination.post_id,
        title=row.title,
        url=_url(row),
        excerpt=text.excerpt(row.body, EXCERPT),
        html=row.html,
        author_id=row.author_id,
        author=row.author,
        by=row.nominator,
        why=nomination.because,
        at=nomination.at,
        evidence=tuple(_evidence(row)),
        due_at=due_at,
        overdue=due_at < now(),
    )


def _evidence(row: Any) -> Sequence[str]:
    """What speaks for an answer, in words that can be looked up in its thread."""
    accepted = row.accepted_answer_id == row.Nomination.post_id
    became = reason(row, accepted=accepted) or gettext("Nobody has said yet whether it works")
    again = ngettext("Asked %(num)s time", "Asked %(num)s times", row.times_asked) if row.times_asked > 1 else ""
    return [words for words in (became, again) if words]


def _done(row: Any) -> Done:
    nomination = row.Nomination
    promoted = nomination.decision == "promoted" and row.practice_id is not None
    return Done(
        id=nomination.id,
        title=row.made if promoted else row.title,
        url=practice_address(row.practice_id, row.made) if promoted else _url(row),
        author=row.author,
        by=row.nominator,
        at=nomination.decided_at,
        decided_by=row.decided_by,
        promoted=nomination.decision == "promoted",
        reason=REFUSALS.get(nomination.reason or "", ""),
        words=nomination.words,
    )


def _url(row: Any) -> str:
    return f"{address(row.question_id, row.title)}#post-{row.Nomination.post_id}"
