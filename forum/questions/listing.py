"""Lists of questions: read-only, columns instead of objects, paged by key, a fixed number of statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from forum.core.db import db
from forum.core.languages import messages
from forum.core.paging import PER_PAGE, Paged, after_key, next_key, read_key, sort_by_key
from forum.departments.following import chosen, has_label_at
from forum.departments.labelling import labels_of
from forum.departments.levels import FOLLOWED
from forum.departments.models import Department, Follow, Tag, post_department, post_tag
from forum.people.models import Person
from forum.posts.models import Post
from forum.posts.read_marks import new_on
from forum.questions.asking import address
from forum.questions.models import Question, state_of

TABS = messages(
    {
        "needs": "Needs someone",
        "unconfirmed": "Not confirmed",
        "confirmed": "Confirmed",
        "new": "New",
        "active": "Active",
        "following": "Following",
        "mine": "Mine",
    }
)
NEWEST_FIRST = ("new", "mine")  # tabs; the others stand in the order of what happened last


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
    reasons: tuple[str, ...] = ()  # Why it stands where it stands, where a list says so.
    new: int = 0  # posts that are new to whoever looks at the list
    by_activity: bool = False  # Which time it shows: the one by which its list is sorted, and else when it was asked.


def tab(person: Person, name: str, key: str | None) -> Paged[Row]:
    """One page of a tab of the home page but the first, which needs/listing.py knows. Raises KeyError for no tab."""
    if name == "following":
        return page([_followed_by(person)], key)
    behind = read_key(key)
    parameters = {"people": list(person.selves)} | behind if name == "mine" else behind
    return _paged(
        _tab(name, behind=bool(behind)),
        parameters,
        by_creation=name in NEWEST_FIRST,
        reason=_what_lacks if name == "unconfirmed" else None,
    )


def of_department(department: Department, key: str | None) -> Paged[Row]:
    """Questions that concern a department."""
    return page([labelled(post_department, post_department.c.department_id == department.id)], key)


def of_tag(tag: Tag, key: str | None) -> Paged[Row]:
    """Questions with a tag."""
    return page([labelled(post_tag, post_tag.c.tag_id == tag.id)], key)


def asked_by(person: Person, key: str | None) -> Paged[Row]:
    """Questions somebody asked, newest first."""
    return page([Post.author_id == person.id], key, by_creation=True)


def with_ids(ids: Sequence[int]) -> list[Row]:
    """The visible questions among these ids, in the given order."""
    rows = drawn(db.session.execute(columns().where(Question.id.in_(ids))).all())
    order = {id: place for place, id in enumerate(ids)}
    return sorted(rows, key=lambda row: order[row.id])


def with_news(person: Person, rows: Sequence[Row]) -> list[Row]:
    """The same rows, with how much is new to the person in the threads that they have opened or follow."""
    new = new_on(person, [row.id for row in rows])
    return [replace(row, new=new[row.id]) if row.id in new else row for row in rows]


def open_counts() -> dict[int, int]:
    """Questions that wait, by department id."""
    return dict(db.session.execute(_open_counts()).all())


def are_visible(question_id: Any) -> ColumnElement[bool]:
    """Whether a question was neither removed nor merged, for many at once: without opening each of them."""
    post, other = Post.__table__, Question.__table__.alias()
    removed = select(post.c.id).where(post.c.removed_at.is_not(None))
    merged = select(other.c.id).where(other.c.merged_into_id.is_not(None))
    return and_(question_id.not_in(removed), question_id.not_in(merged))


@cache
def _open_counts() -> Any:
    question = Question.__table__
    return (
        select(post_department.c.department_id, func.count())
        .join(question, question.c.id == post_department.c.post_id)
        .where(question.c.waits, are_visible(question.c.id))
        .group_by(post_department.c.department_id)
    )


def page(conditions: Sequence[ColumnElement[bool]], key: str | None, *, by_creation: bool = False) -> Paged[Row]:
    """Questions that meet all conditions, latest first by activity or creation, `PER_PAGE` at a time."""
    moment = Post.created_at if by_creation else Question.last_activity_at
    return _paged(after_key(columns().where(*conditions), key, moment, Question.id), {}, by_creation=by_creation)


def _paged(
    query: Any, parameters: dict[str, Any], *, by_creation: bool, reason: Callable[[Any], str] | None = None
) -> Paged[Row]:
    found = db.session.execute(query, parameters).all()
    because = {each.id: (reason(each),) for each in found} if reason else None
    rows = drawn(found, because, by_activity=not by_creation)
    place = attrgetter("created_at" if by_creation else "last_activity_at", "id")
    return Paged(rows[:PER_PAGE], next_key(rows, place))


def _what_lacks(found: Any) -> str:
    return "Accepted, not confirmed yet" if found.accepted_answer_id else "Answered, not accepted yet"


@cache  # Made once: putting a statement together takes longer than running it.
def _tab(name: str, *, behind: bool) -> Any:
    conditions: dict[str, list[Any]] = {
        "unconfirmed": [~Question.waits, ~Question.confirmed, Question.answer_count > 0],
        "confirmed": [~Question.waits, Question.confirmed],
        "new": [Post.kind == "question"],  # With the kind named, an index holds the order.
        "active": [],
        "mine": [Question.id.in_(_own_or_standing_for_own())],
    }
    moment = Post.created_at if name in NEWEST_FIRST else Question.last_activity_at
    return sort_by_key(columns().where(*conditions[name]), moment, Question.id, behind=behind)


def columns() -> Any:
    """What a row shows, of every question that was not removed: to be narrowed and sorted."""
    practice = db.metadata.tables["practice"]  # By name: practices stand above questions.
    promoted = aliased(Post.__table__)
    return (
        select(
            Question.id,
            Question.title,
            Question.answer_count,
            Question.times_asked,
            Question.waits,
            Question.accepted_answer_id,
            Question.confirmed,
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


def drawn(
    found_rows: Sequence[Any], reasons: Mapping[int, Sequence[str]] | None = None, *, by_activity: bool = False
) -> list[Row]:
    """Rows of what was found by `columns`, with their labels, and with the reasons given by id."""
    departments, tags = labels_of([found.id for found in found_rows])
    return [
        Row(
            id=found.id,
            title=found.title,
            url=address(found.id, found.title),
            state=state_of(found),
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
            reasons=tuple(reasons[found.id]) if reasons else (),
            by_activity=by_activity,
        )
        for found in found_rows
    ]


def labelled(table: Any, condition: ColumnElement[bool], question_id: Any = Question.id) -> ColumnElement[bool]:
    """Whether a question has a label in one of the two tables of labels that meets the condition."""
    return exists().where(table.c.post_id == question_id, condition)


def _own_or_standing_for_own() -> Any:
    """Ids of what a person asked, by name or without, and of the questions that stand for it since it was merged."""
    people: Any = bindparam("people", expanding=True)
    wording, post = Question.__table__.alias(), Post.__table__.alias()
    own = select(post.c.id).where(post.c.author_id.in_(people))
    merged = select(wording.c.merged_into_id).join(post, post.c.id == wording.c.id)
    return own.union(merged.where(post.c.author_id.in_(people), wording.c.merged_into_id.is_not(None)))


def _followed_by(person: Person) -> ColumnElement[bool]:
    """What somebody follows; where they chose a level for a thread, that counts more than its author and labels."""
    own = Follow.person_id == person.id
    at_no_level = chosen(Follow.person_id.in_(person.selves), "question", ("normal", "muted"))
    return or_(
        Question.id.in_(chosen(own, "question", FOLLOWED)),
        and_(
            Question.id.not_in(at_no_level),
            or_(Post.author_id.in_(chosen(own, "person", FOLLOWED)), has_label_at(Question.id, own, FOLLOWED)),
        ),
    )
