"""Lists of questions: read-only, columns instead of objects, paged by key, a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from forum.core.db import db
from forum.core.web import PER_PAGE, Paged, after_key, next_key
from forum.departments.following import followed_ids
from forum.departments.labelling import labels_of
from forum.departments.models import Department, Tag, post_department, post_tag
from forum.people.models import Person
from forum.posts.models import Post
from forum.questions.asking import address
from forum.questions.models import Question

TABS = {
    "needs": "Needs someone",
    "active": "Active",
    "new": "New",
    "solved": "Solved",
    "following": "Following",
    "mine": "Mine",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One question in a list, ready to be shown: all that its line depends on, so that a line drawn can be kept."""

    id: int
    title: str
    url: str
    state: str
    score: int
    answer_count: int
    times_asked: int
    created_at: datetime
    last_activity_at: datetime
    author_id: int
    author_name: str
    author_handle: str
    author_department: str
    practice: bool
    departments: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]


def tab(person: Person, name: str, key: str | None) -> Paged[Row]:
    """One page of a tab of the home page. Raises KeyError for a tab that does not exist."""
    TABS[name]
    conditions: Any = {
        "needs": [Question.waits],
        "solved": [Question.accepted_answer_id.is_not(None)],
        "mine": [or_(Post.author_id == person.id, _asked_in_other_words(person))],
        "following": [_followed_by(person)] if name == "following" else [],
    }.get(name, [])
    return page(conditions, key, by_creation=name in ("new", "mine"))


def of_department(department: Department, key: str | None, *, open_only: bool = False) -> Paged[Row]:
    """Questions that concern a department, the ones without an answer only if so wished."""
    conditions: list[Any] = [_labelled(post_department, post_department.c.department_id == department.id)]
    if open_only:
        conditions.append(Question.waits)
    return page(conditions, key)


def of_tag(tag: Tag, key: str | None) -> Paged[Row]:
    """Questions with a tag."""
    return page([_labelled(post_tag, post_tag.c.tag_id == tag.id)], key)


def asked_by(person: Person, key: str | None) -> Paged[Row]:
    """Questions somebody asked, newest first."""
    return page([Post.author_id == person.id], key, by_creation=True)


def with_ids(ids: Sequence[int]) -> list[Row]:
    """The visible questions among these ids, in the given order."""
    rows = _rows(_columns().where(Question.id.in_(ids)))
    order = {id: place for place, id in enumerate(ids)}
    return sorted(rows, key=lambda row: order[row.id])


def open_counts() -> dict[int, int]:
    """Questions without an answer, by department id."""
    rows = db.session.execute(
        select(post_department.c.department_id, func.count())
        .join(Question, Question.id == post_department.c.post_id)
        .where(Question.waits, Post.removed_at.is_(None), Question.merged_into_id.is_(None))
        .group_by(post_department.c.department_id)
    )
    return dict(rows.all())


def page(conditions: Sequence[ColumnElement[bool]], key: str | None, *, by_creation: bool = False) -> Paged[Row]:
    """Questions that meet all conditions, latest first by activity or creation, `PER_PAGE` at a time."""
    moment: Any = Post.created_at if by_creation else Question.last_activity_at
    rows = _rows(after_key(_columns().where(*conditions), key, moment, Question.id))
    place = attrgetter("created_at" if by_creation else "last_activity_at", "id")
    return Paged(rows[:PER_PAGE], next_key(rows, place))


def _columns() -> Any:
    practice = db.metadata.tables["practice"]  # By name: practices stand above questions.
    promoted = aliased(Post.__table__)
    return (
        select(
            Question.id,
            Question.title,
            Question.answer_count,
            Question.times_asked,
            Question.accepted_answer_id,
            Question.last_activity_at,
            Post.score,
            Post.created_at,
            Person.id.label("author_id"),
            Person.name.label("author_name"),
            Person.handle.label("author_handle"),
            Department.name.label("author_department"),
            exists()
            .where(practice.c.question_id == Question.id, practice.c.retired_at.is_(None))
            .where(promoted.c.id == practice.c.id, promoted.c.removed_at.is_(None))
            .label("practice"),
        )
        .join(Person, Person.id == Post.author_id)
        .join(Department, Department.id == Post.author_department_id)
        .where(Post.removed_at.is_(None), Question.merged_into_id.is_(None))
    )


def _rows(query: Any) -> list[Row]:
    found_rows = db.session.execute(query).all()
    departments, tags = labels_of([found.id for found in found_rows])
    return [
        Row(
            id=found.id,
            title=found.title,
            url=address(found.id, found.title),
            state="solved" if found.accepted_answer_id else "answered" if found.answer_count else "open",
            score=found.score,
            answer_count=found.answer_count,
            times_asked=found.times_asked,
            created_at=found.created_at,
            last_activity_at=found.last_activity_at,
            author_id=found.author_id,
            author_name=found.author_name,
            author_handle=found.author_handle,
            author_department=found.author_department,
            practice=found.practice,
            departments=tuple(departments[found.id]),
            tags=tuple(tags[found.id]),
        )
        for found in found_rows
    ]


def _labelled(table: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(table.c.post_id == Question.id, condition)


def _asked_in_other_words(person: Person) -> ColumnElement[bool]:
    wording, post = aliased(Question.__table__), aliased(Post.__table__)
    own = exists().where(wording.c.id == post.c.id, post.c.author_id == person.id)
    return own.where(wording.c.merged_into_id == Question.id)


def _followed_by(person: Person) -> ColumnElement[bool]:
    followed = followed_ids(person)
    return or_(
        Question.id.in_(followed["question"]),
        Post.author_id.in_(followed["person"]),
        _labelled(post_department, post_department.c.department_id.in_(followed["department"])),
        _labelled(post_tag, post_tag.c.tag_id.in_(followed["tag"])),
    )
