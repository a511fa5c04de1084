"""Objectives and stories, ready to be shown. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, joinedload

from forum.causes.linking import address as cause_address
from forum.causes.models import Cause
from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import messages, said
from forum.core.paging import PER_PAGE, Paged, after_key, next_key
from forum.departments.models import Department
from forum.objectives.models import Objective, ObjectiveLink, Reading, Story
from forum.objectives.telling import THREE, moments_of, quarter_of
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.promoting import address as practice_address
from forum.questions.asking import address as question_address
from forum.questions.models import Question

_TITLED: tuple[Any, ...] = (Question.__table__, Practice.__table__, Cause.__table__)
ADDRESSES = {"question": question_address, "practice": practice_address, "cause": cause_address}
AT_HOME = 3  # objectives on the first page: more are none
ON_PAGE = 10  # stories of one question or practice


# Units that are typed again and again, and so are said in the reader's language; any other is somebody's own words.
_TYPED = messages(
    ("a day", "a week", "a month", "a quarter", "a year", "minutes", "hours", "days", "weeks", "months", "per cent")
)
UNITS: dict[str, str] = {str(each): each for each in _TYPED}


@dataclass(frozen=True, slots=True)
class Brief:
    """One objective where it is pointed to: what is to move, and where it stands."""

    id: int
    title: str
    unit: str
    direction: str
    baseline: float
    target: float
    due_on: date
    department: str
    last: float | None
    last_on: date | None
    is_closed: bool

    @property
    def moved(self) -> bool:
        """Whether it stands better than it did."""
        return self.last is not None and is_better(self.last, self.baseline, self.direction)

    @property
    def is_reached(self) -> bool:
        """Whether it is where it was to be, or better."""
        return self.last is not None and not is_better(self.target, self.last, self.direction)


@dataclass(frozen=True, slots=True)
class Pointer:
    """A question, a practice or a cause that serves an objective, or did: who said so, and who took it back."""

    post_id: int
    kind: str
    title: str
    url: str
    by: str
    at: datetime
    removed_by: str | None
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """One story, ready to be shown."""

    id: int
    title: str
    tale: str
    outcome: str
    went: str
    by_id: int
    by: str
    department: str
    told_at: datetime
    witness: str
    witness_as: str
    is_true: bool | None
    chosen: bool
    page_id: int
    page_title: str
    page_url: str


def at_home() -> Sequence[Brief]:
    """The objectives that stand first on the first page: those whose day comes first. One statement."""
    return [_brief(row) for row in db.session.execute(_briefs().where(Objective.closed_at.is_(None)).limit(AT_HOME))]


def objectives() -> Sequence[Brief]:
    """Every objective, those that are pursued first, by their day."""
    return [_brief(row) for row in db.session.execute(_briefs())]


def brief_of(post_id: int) -> tuple[Brief, str, datetime] | None:
    """The objective that a post serves, who said so, and when."""
    query = (
        _briefs()
        .add_columns(Person.name.label("by"), ObjectiveLink.at)
        .join(ObjectiveLink, ObjectiveLink.objective_id == Objective.id)
    )
    query = query.join(Person, Person.id == ObjectiveLink.by_id)
    row = db.session.execute(query.where(ObjectiveLink.post_id == post_id, ObjectiveLink.removed_at.is_(None))).first()
    return (_brief(row), row.by, row.at) if row else None


def readings_of(objective: Objective) -> Sequence[Reading]:
    """Every reading, the latest day first, with the corrected ones where they were."""
    query = select(Reading).where(Reading.objective_id == objective.id).options(joinedload(Reading.by))
    return db.session.scalars(query.order_by(Reading.on.desc(), Reading.id.desc())).all()


def pointers_to(objective: Objective) -> Sequence[Pointer]:
    """What serves an objective, and what did, the latest first; nothing that was removed."""
    remover = aliased(Person)
    query = (
        select(
            ObjectiveLink.post_id,
            Post.kind,
            _title().label("title"),
            Person.name.label("by"),
            ObjectiveLink.at,
            remover.name.label("removed_by"),
            ObjectiveLink.removed_at,
        )
        .join(Post, Post.id == ObjectiveLink.post_id)
        .join(Person, Person.id == ObjectiveLink.by_id)
        .outerjoin(remover, remover.id == ObjectiveLink.removed_by_id)
    )
    query = _with_titles(query, ObjectiveLink.post_id).where(ObjectiveLink.objective_id == objective.id)
    rows = db.session.execute(query.where(Post.removed_at.is_(None)).order_by(ObjectiveLink.id.desc()))
    return [
        Pointer(**{**row._asdict(), "title": row.title or "", "url": _address(row.kind, row.post_id, row.title or "")})
        for row in rows
    ]


def stories_on(page_id: int) -> Sequence[Told]:
    """What colleagues told of a question or a practice, the latest first; also what still waits to be confirmed."""
    query = _stories().where(Story.page_id == page_id, Story.is_true.is_not(False))
    return [_told(row) for row in db.session.execute(query.order_by(Story.id.desc()).limit(ON_PAGE))]


def three(day: date, went: str) -> Sequence[Told]:
    """The three stories of the quarter of a day that went best, or worst: those chosen, then the latest confirmed."""
    query = _stories().where(*_in_quarter(day), Story.went == went, Story.is_true.is_(True))
    chosen_first = query.order_by(Story.chosen_at.is_(None), Story.replied_at.desc(), Story.id.desc())
    return [_told(row) for row in db.session.execute(chosen_first.limit(THREE))]


def stories(day: date, key: str | None = None) -> Paged[Told]:
    """One page of all that was told in the quarter of a day, the latest first, but what the witness denied."""
    query = _stories().where(*_in_quarter(day), Story.is_true.is_not(False))
    rows = [_told(row) for row in db.session.execute(after_key(query, key, Story.told_at, Story.id))]
    return Paged(rows[:PER_PAGE], next_key(rows, attrgetter("told_at", "id")))


def quarters() -> Sequence[date]:
    """The first day of each quarter since the first story, the latest first; at least the present one."""
    first = db.session.scalar(select(func.min(Story.told_at)).where(Story.removed_at.is_(None)))
    begin, _ = quarter_of(now().date())
    found = [begin]
    while first is not None and found[-1] > first.date():
        found.append(date(begin.year - 1, 10, 1) if begin.month == 1 else date(begin.year, begin.month - 3, 1))
        begin = found[-1]
    return found


def is_better(value: float, than: float, direction: str) -> bool:
    """Whether one figure is better than another."""
    return value < than if direction == "down" else value > than


@cache  # Made once: it stands on the first page.
def _briefs() -> Any:
    reading: Any = Reading.__table__
    latest = (
        select(reading.c.id)
        .where(reading.c.objective_id == Objective.id, reading.c.replaced_by_id.is_(None))
        .order_by(reading.c.on.desc(), reading.c.id.desc())
        .limit(1)
        .correlate(Objective)
        .scalar_subquery()
    )
    return (
        select(
            Objective.id,
            Objective.title,
            Objective.unit,
            Objective.direction,
            Objective.baseline,
            Objective.target,
            Objective.due_on,
            Objective.closed_at,
            Department.name.label("department"),
            reading.c.value.label("last"),
            reading.c.on.label("last_on"),
        )
        .join(Department, Department.id == Objective.department_id)
        .outerjoin(reading, reading.c.id == latest)
        .order_by(Objective.closed_at.is_not(None), Objective.due_on, Objective.id)
    )


def _brief(row: Any) -> Brief:
    return Brief(
        id=row.id,
        title=row.title,
        unit=said(UNITS.get(row.unit, row.unit)),
        direction=row.direction,
        baseline=row.baseline,
        target=row.target,
        due_on=row.due_on,
        department=row.department,
        last=row.last,
        last_on=row.last_on,
        is_closed=row.closed_at is not None,
    )


def _in_quarter(day: date) -> Sequence[ColumnElement[bool]]:
    begin, end = moments_of(day)
    return Story.told_at >= begin, Story.told_at < end


def _stories() -> Any:
    witness = aliased(Person)
    query = (
        select(
            Story.id,
            Story.title,
            Story.tale,
            Story.outcome,
            Story.went,
            Story.by_id,
            Person.name.label("by"),
            Department.name.label("department"),
            Story.told_at,
            witness.name.label("witness"),
            Story.witness_as,
            Story.is_true,
            Story.chosen_at,
            Story.page_id,
            Post.kind,
            _title().label("page_title"),
        )
        .join(Post, Post.id == Story.page_id)
        .join(Person, Person.id == Story.by_id)
        .join(witness, witness.id == Story.witness_id)
        .join(Department, Department.id == Story.department_id)
        .where(Post.removed_at.is_(None), Story.removed_at.is_(None))
    )
    return _with_titles(query, Story.page_id)


def _told(row: Any) -> Told:
    given = {name: value for name, value in row._asdict().items() if name not in ("kind", "chosen_at")}
    url = _address(row.kind, row.page_id, row.page_title)
    return Told(**given, chosen=row.chosen_at is not None, page_url=url)


def _title() -> Any:
    return func.coalesce(*(table.c.title for table in _TITLED))


def _with_titles(query: Any, id: Any) -> Any:
    for table in _TITLED:
        query = query.outerjoin(table, table.c.id == id)
    return query


def _address(kind: str, id: int, title: str) -> str:
    return ADDRESSES[kind](id, title)
