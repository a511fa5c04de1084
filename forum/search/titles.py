"""What is left of a search while the index is away: titles, read from the database, with all filters of the query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from forum.causes.models import Cause
from forum.core.db import db
from forum.departments.models import Department, Tag, post_department, post_tag
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.questions.models import Question
from forum.search.documents import PAGES, document_id
from forum.search.port import Hit
from forum.search.query import Query

POST, QUESTION, PRACTICE, CAUSE = Post.__table__, Question.__table__, Practice.__table__, Cause.__table__
TITLE = func.coalesce(QUESTION.c.title, PRACTICE.c.title, CAUSE.c.title)
# As `documents.STATES` has them, for questions and practices.
STATES: dict[str, ColumnElement[bool]] = {
    "open": QUESTION.c.waits,
    "answered": and_(~QUESTION.c.waits, QUESTION.c.answer_count > 0, QUESTION.c.accepted_answer_id.is_(None)),
    "solved": and_(~QUESTION.c.waits, QUESTION.c.accepted_answer_id.is_not(None)),
    "withdrawn": and_(~QUESTION.c.waits, QUESTION.c.answer_count == 0),
    "retired": PRACTICE.c.retired_at.is_not(None),
    "proven": and_(PRACTICE.c.retired_at.is_(None), PRACTICE.c.label == "proven"),
}
ORDERS = {
    "active": func.coalesce(QUESTION.c.last_activity_at, POST.c.edited_at, POST.c.created_at),
    "votes": POST.c.score,
}


def find_in_titles(query: Query, *, limit: int) -> Sequence[Hit]:
    """Questions and practices whose titles have every word and none of the excluded ones, the newest first, in one
    statement. Answers and comments have no titles: whoever asks for them only finds nothing."""
    statement = (
        select(POST.c.id, POST.c.kind, TITLE)
        .outerjoin(QUESTION, QUESTION.c.id == POST.c.id)
        .outerjoin(PRACTICE, PRACTICE.c.id == POST.c.id)
        .outerjoin(CAUSE, CAUSE.c.id == POST.c.id)
        .where(POST.c.kind.in_(PAGES), POST.c.removed_at.is_(None))
        .where(QUESTION.c.merged_into_id.is_(None))
        .where(*(TITLE.icontains(word, autoescape=True) for word in (*query.words, *query.phrases)))
        .where(*(~TITLE.icontains(word, autoescape=True) for word in query.excluded))
        .where(*_filters(query))
        .order_by(ORDERS.get(query.sort, POST.c.id).desc(), POST.c.id.desc())
        .limit(limit)
    )
    return [Hit(document_id(kind, id), 0.0, title) for id, kind, title in db.session.execute(statement)]


def _filters(query: Query) -> list[Any]:
    department, tag, person = Department.__table__, Tag.__table__, Person.__table__
    concerned = exists().where(
        post_department.c.post_id == POST.c.id, post_department.c.department_id == department.c.id
    )
    tagged = exists().where(post_tag.c.post_id == POST.c.id, post_tag.c.tag_id == tag.c.id)
    written = exists().where(person.c.id == POST.c.author_id)
    given = [
        (query.kinds, POST.c.kind.in_(query.kinds)),
        (query.states, or_(false(), *(STATES[state] for state in query.states if state in STATES))),
        (query.departments, concerned.where(department.c.slug.in_(query.departments))),
        (query.tags, tagged.where(tag.c.slug.in_(query.tags))),
        (query.authors, written.where(person.c.handle.in_(query.authors))),
        (query.after, query.after and Post.created_at >= _midnight(query.after)),
        (query.before, query.before and Post.created_at < _midnight(query.before)),
    ]
    return [condition for value, condition in given if value]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
