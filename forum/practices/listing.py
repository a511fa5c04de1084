"""The library: lists of practices, read-only, columns instead of objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import messages
from forum.core.paging import PER_PAGE, Paged, after_key, next_key, rank_of, read_key, sort_by_key
from forum.departments.labelling import labels_of
from forum.departments.models import Department, Tag, post_department, post_tag
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices import evidence
from forum.practices.models import Practice, PracticeDepartment
from forum.practices.promoting import address
from forum.practices.weighing import contested

SHELVES = {"tried": Practice.tried >= evidence.ENOUGH, "new": Practice.tried < evidence.ENOUGH}
FINE = 1_000_000  # What a practice is worth in the library, as a whole number: by it a page of the list ends.
OUTCOMES = messages({"proven": "Proven", "unused": "Not used yet"})
STATES = messages({"current": "In use", "due": "Due for review", "stale": "Out of date", "retired": "Retired"})


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
    due_on: date
    due: bool
    retired: bool
    stale: bool
    challenged: bool
    version: int
    created_at: datetime
    departments: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
    label: str
    worked: int
    tried: int
    places: int  # departments in which it worked
    here: str = ""  # what the reader's department knows of it: "works", "fails" or nothing yet
    rank: int = 0
    fails_in: tuple[str, ...] = ()  # departments in which it does not work although it does for most


def library(
    *,
    state: str = "current",
    department: str = "",
    tag: str = "",
    form: str = "",
    cost: str = "",
    outcomes: str = "",
    shelf: str = "",
    reader: Person | None = None,
    key: str | None = None,
) -> Paged[Row]:
    """One page of the library: practices in `state`, of a department and with a tag (slugs) if given, of a
    form, with `cost` "0" those that cost nothing, with `outcomes` "proven" or "unused" only such, of one of the
    `SHELVES` or of both.

    On the shelf of what was tried, what surely works, is in date and works in the reader's department comes first; else
    the newest.
    """
    conditions = [*_filters(state, department, tag, form, cost, outcomes), *([SHELVES[shelf]] if shelf else [])]
    return page(conditions, key, reader=reader, best_first=shelf == "tried")


def shelves(
    *,
    department: str = "",
    tag: str = "",
    form: str = "",
    cost: str = "",
    outcomes: str = "",
    reader: Person | None = None,
) -> tuple[Paged[Row], Paged[Row]]:
    """The beginnings of both shelves of what is in use: tried, and new. Filters are those of `library`."""
    conditions = _filters("current", department, tag, form, cost, outcomes)
    tried = _found([*conditions, SHELVES["tried"]], None, reader, best_first=True)
    new = _found([*conditions, SHELVES["new"]], None, reader, best_first=False)
    rows = _rows([*tried, *new])
    return _paged(rows[: len(tried)], "rank"), _paged(rows[len(tried) :], "created_at")


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


def page(
    conditions: Sequence[ColumnElement[bool]],
    key: str | None = None,
    *,
    reader: Person | None = None,
    best_first: bool = False,
) -> Paged[Row]:
    """Practices that meet all conditions, `PER_PAGE` at a time, newest first or, `best_first`, by what they are worth
    to the reader."""
    rows = _rows(_found(conditions, key, reader, best_first=best_first))
    return _paged(rows, "rank" if best_first else "created_at")


def _filters(state: str, department: str, tag: str, form: str, cost: str, outcomes: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_in_state(state)]
    if department:
        conditions.append(_labelled(post_department, Department, "department_id", department))
    if tag:
        conditions.append(_labelled(post_tag, Tag, "tag_id", tag))
    if form:
        conditions.append(Practice.form == form)
    if cost == "0":
        conditions.append(Practice.is_free.is_(True))
    if outcomes:
        conditions.append(Practice.label == "proven" if outcomes == "proven" else Practice.tried == 0)
    return conditions


def _found(
    conditions: Sequence[ColumnElement[bool]], key: str | None, reader: Person | None, *, best_first: bool
) -> Sequence[Any]:
    owner, today = aliased(Person), now().date()
    rank = _rank(today)
    of_reader = and_(
        PracticeDepartment.practice_id == Practice.id,
        PracticeDepartment.department_id == (reader.department_id if reader else None),
    )
    query = (
        select(
            Practice.id,
            Practice.title,
            Practice.problem,
            Practice.due_on,
            Practice.retired_at,
            Practice.label,
            Practice.worked,
            Practice.tried,
            Practice.worked_departments,
            PracticeDepartment.worked.label("worked_here"),
            PracticeDepartment.tried.label("tried_here"),
            rank.label("rank"),
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
        .outerjoin(PracticeDepartment, of_reader)
        .where(Post.removed_at.is_(None), *conditions)
    )
    if best_first:
        behind = read_key(key, rank_of)
        query = sort_by_key(query, rank, Practice.id, behind=bool(behind)).params(behind)
    else:
        query = after_key(query, key, Post.created_at, Practice.id)
    return db.session.execute(query).all()


def _rows(found_rows: Sequence[Any]) -> list[Row]:
    departments, tags = labels_of([found.id for found in found_rows])
    against = contested(
        {found.id: evidence.Tally(worked=found.worked, failed=found.tried - found.worked) for found in found_rows}
    )
    return [
        replace(_row(found, tuple(departments[found.id]), tuple(tags[found.id])), fails_in=tuple(against[found.id]))
        for found in found_rows
    ]


def _paged(rows: Sequence[Row], place: str) -> Paged[Row]:
    return Paged(rows[:PER_PAGE], next_key(rows, attrgetter(place, "id")))


def _rank(today: date) -> Any:
    """What a practice is worth in the library, as `evidence.worth` has it, in whole numbers."""
    weight, here, tried = evidence.FRESHNESS, PracticeDepartment.worked, PracticeDepartment.tried
    fresh = case(
        (Practice.retired_at.is_not(None), weight["retired"]),
        (Practice.stale_since.is_not(None), weight["stale"]),
        (Practice.due_on > today, weight["in date"]),
        else_=weight["due"],
    )
    match = case(
        (and_(here >= evidence.WORKED_HERE, 3 * here >= 2 * tried), evidence.MATCH["works"]),
        (and_(tried >= evidence.FAILED_HERE, 2 * here < tried), evidence.MATCH["fails"]),
        else_=evidence.MATCH[""],
    )
    return cast(func.round(Practice.low * fresh * match * FINE), Integer)


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
        due_on=found.due_on,
        due=found.retired_at is None and found.due_on <= now().date(),
        retired=found.retired_at is not None,
        stale=found.retired_at is None and found.stale_since is not None,
        challenged=found.retired_at is None and found.challenged_at is not None,
        version=found.version,
        created_at=found.created_at,
        departments=departments,
        tags=tags,
        label=found.label,
        worked=found.worked,
        tried=found.tried,
        places=found.worked_departments,
        here=evidence.seen(found.worked_here or 0, found.tried_here or 0),
        rank=found.rank,
    )


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "retired":
        return Practice.retired_at.is_not(None)
    if state == "stale":
        return and_(Practice.retired_at.is_(None), Practice.stale_since.is_not(None))
    if state == "due":
        return and_(Practice.retired_at.is_(None), Practice.due_on <= now().date())
    return Practice.retired_at.is_(None)


def _labelled(table: Any, label: Any, column: str, slug: str) -> ColumnElement[bool]:
    return exists().where(table.c.post_id == Practice.id, table.c[column] == label.id, label.slug == slug)
