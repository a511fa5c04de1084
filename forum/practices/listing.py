"""The library: lists of practices, read-only, columns instead of objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.web import PER_PAGE, Paged, after_key, next_key
from forum.departments.labelling import labels_of
from forum.departments.models import Department, Tag, post_department, post_tag
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.promoting import address

STATES = {"current": "In use", "due": "Due for review", "stale": "Out of date", "retired": "Retired"}


@dataclass(frozen=True, slots=True)
class Row:
    """One practice in a list, ready to be shown: all that its card depends on, so that a card drawn can be kept."""

    id: int
    title: str
    url: str
    problem_excerpt: str
    author_id: int
    author_name: str
    owner_id: int
    owner_name: str
    review_on: date
    due: bool
    retired: bool
    stale: bool
    challenged: bool
    version: int
    created_at: datetime
    departments: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]


def library(*, state: str = "current", department: str = "", tag: str = "", key: str | None = None) -> Paged[Row]:
    """One page of the library, newest first: practices in `state`, of a department and with a tag (slugs) if given."""
    conditions: list[ColumnElement[bool]] = [_in_state(state)]
    if department:
        conditions.append(_labelled(post_department, Department, "department_id", department))
    if tag:
        conditions.append(_labelled(post_tag, Tag, "tag_id", tag))
    return page(conditions, key)


def of_department(department: Department, limit: int) -> Sequence[Row]:
    """The newest practices in use that concern a department."""
    return page([_in_state("current"), _labelled(post_department, Department, "department_id", department.slug)]).rows[
        :limit
    ]


def of_tag(tag: Tag, limit: int) -> Sequence[Row]:
    """The newest practices in use with a tag."""
    return page([_in_state("current"), _labelled(post_tag, Tag, "tag_id", tag.slug)]).rows[:limit]


def of_person(person: Person) -> Sequence[Row]:
    """Practices somebody wrote or looks after."""
    return page([or_(Post.author_id == person.id, Practice.owner_id == person.id)]).rows


def newest(limit: int) -> list[tuple[str, str]]:
    """The practices promoted last and still in use: (address, title)."""
    return [(address(id, title), title) for id, title in db.session.execute(_newest(), {"limit": limit})]


@cache  # Made once: it stands beside every list of questions.
def _newest() -> Any:
    return (
        select(Practice.id, Practice.title)
        .where(Post.removed_at.is_(None), Practice.retired_at.is_(None))
        .order_by(Practice.id.desc())
        .limit(bindparam("limit"))
    )


def counts() -> dict[int, int]:
    """Practices in use, by department id."""
    rows = db.session.execute(
        select(post_department.c.department_id, func.count())
        .join(Practice, Practice.id == post_department.c.post_id)
        .where(Post.removed_at.is_(None), Practice.retired_at.is_(None))
        .group_by(post_department.c.department_id)
    )
    return dict(rows.all())


def choices() -> list[tuple[int, str]]:
    """Every practice in use, to choose a successor from: (id, title)."""
    rows = db.session.execute(
        select(Practice.id, Practice.title)
        .where(Post.removed_at.is_(None), Practice.retired_at.is_(None))
        .order_by(Practice.title)
    )
    return [(id, title) for id, title in rows]


def page(conditions: Sequence[ColumnElement[bool]], key: str | None = None) -> Paged[Row]:
    """Practices that meet all conditions, newest first, `PER_PAGE` at a time."""
    owner = aliased(Person)
    query = (
        select(
            Practice.id,
            Practice.title,
            Practice.problem,
            Practice.review_on,
            Practice.retired_at,
            Practice.stale_since,
            Post.version,
            Post.challenged_at,
            Post.created_at,
            Person.id.label("author_id"),
            Person.name.label("author_name"),
            owner.id.label("owner_id"),
            owner.name.label("owner_name"),
        )
        .join(Person, Person.id == Post.author_id)
        .join(owner, owner.id == Practice.owner_id)
        .where(Post.removed_at.is_(None), *conditions)
    )
    found_rows = db.session.execute(after_key(query, key, Post.created_at, Practice.id)).all()
    departments, tags = labels_of([found.id for found in found_rows])
    rows = [_row(found, tuple(departments[found.id]), tuple(tags[found.id])) for found in found_rows]
    return Paged(rows[:PER_PAGE], next_key(rows, attrgetter("created_at", "id")))


def _row(found: Any, departments: tuple[tuple[str, str], ...], tags: tuple[str, ...]) -> Row:
    return Row(
        id=found.id,
        title=found.title,
        url=f"/practices/{found.id}/retired" if found.retired_at else address(found.id, found.title),
        problem_excerpt=text.excerpt(found.problem, 160),
        author_id=found.author_id,
        author_name=found.author_name,
        owner_id=found.owner_id,
        owner_name=found.owner_name,
        review_on=found.review_on,
        due=found.retired_at is None and found.review_on <= now().date(),
        retired=found.retired_at is not None,
        stale=found.retired_at is None and found.stale_since is not None,
        challenged=found.retired_at is None and found.challenged_at is not None,
        version=found.version,
        created_at=found.created_at,
        departments=departments,
        tags=tags,
    )


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "retired":
        return Practice.retired_at.is_not(None)
    if state == "stale":
        return and_(Practice.retired_at.is_(None), Practice.stale_since.is_not(None))
    if state == "due":
        return and_(Practice.retired_at.is_(None), Practice.review_on <= now().date())
    return Practice.retired_at.is_(None)


def _labelled(table: Any, label: Any, column: str, slug: str) -> ColumnElement[bool]:
    return exists().where(table.c.post_id == Practice.id, table.c[column] == label.id, label.slug == slug)
