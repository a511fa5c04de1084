"""What moved, and what took effect meanwhile: the figures of objectives, for whoever wants to check them.

Nothing here says how much of a movement is owed to what: several things happen at once, and nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from forum.causes.linking import address as cause_address
from forum.causes.measuring import standing_by
from forum.causes.models import FIXED, Cause
from forum.core.db import db
from forum.core.languages import Message, gettext, listed, number
from forum.core.moments import had_happened, had_not_happened
from forum.objectives.listing import is_better
from forum.objectives.models import Objective, ObjectiveLink, Reading
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.promoting import address

Row = TypeVar("Row")
# What a mark says of what took effect.
BECAME = Message("became a best practice")
STOPPED = Message("was fixed, and has stopped")
SAID_FIXED = Message("was said to be fixed")


@dataclass(frozen=True)
class Measure(Generic[Row]):
    """A figure, of how many it speaks, and the rows that it was counted from."""

    figure: int
    n: int
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Point:
    """A reading that stands."""

    on: date
    value: float
    note: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The day on which something that serves an objective took effect. `words` is a message."""

    on: date
    title: str
    url: str
    words: str
    is_fix: bool = False

    @property
    def name(self) -> str:
        """What took effect, in the reader's language."""
        return gettext("The fix of: %(title)s", title=self.title) if self.is_fix else self.title


@dataclass(frozen=True)
class Movement:
    """How one objective moved since it was stated, with what took effect meanwhile."""

    objective_id: int
    title: str
    unit: str
    direction: str
    baseline: float
    target: float
    points: Sequence[Point]
    marks: Sequence[Mark]

    @property
    def last(self) -> float | None:
        """The latest reading; None where there is none."""
        return self.points[-1].value if self.points else None

    @property
    def is_reached(self) -> bool:
        """Whether it is where it was to be, or better."""
        return self.last is not None and not is_better(self.target, self.last, self.direction)

    @property
    def moved(self) -> bool:
        """Whether it stands better than it did."""
        return self.last is not None and is_better(self.last, self.baseline, self.direction)

    @property
    def words(self) -> str:
        """How it moved, in half a sentence: "moved from 9 to 2 while … took effect"."""
        if self.last is None:
            return gettext("stood at %(first)s; nothing has been read off since", first=number(self.baseline))
        if self.last == self.baseline:
            return gettext("stands at %(last)s, as it did", last=number(self.last))
        moved = {"first": number(self.baseline), "last": number(self.last)}
        if during := [mark.name for mark in self.marks if mark.on <= self.points[-1].on]:
            return gettext(
                "moved from %(first)s to %(last)s while %(titles)s took effect", titles=in_words(during), **moved
            )
        return gettext("moved from %(first)s to %(last)s", **moved)


def movements(by: datetime | None = None) -> Measure[Movement]:
    """F18: of all objectives that have a reading, how many stand better than when they were stated; or, with a moment,
    what was known of that by then."""
    stated = select(Objective).where(had_happened(Objective.stated_at, by))
    rows = _movements(db.session.scalars(stated.order_by(Objective.due_on, Objective.id)).all(), by)
    read = [row for row in rows if row.points]
    return Measure(sum(row.moved for row in read), len(read), rows)


def movement_of(objective: Objective) -> Movement:
    """How one objective moved."""
    return _movements([objective])[0]


def serving() -> Measure[Any]:
    """Of all practices in use, how many serve an objective; the rows are (id, title, id of the objective or None)."""
    standing = (ObjectiveLink.post_id == Practice.id) & ObjectiveLink.removed_at.is_(None)
    query = select(Practice.id, Practice.title, ObjectiveLink.objective_id).outerjoin(ObjectiveLink, standing)
    in_use = (Post.removed_at.is_(None), Practice.retired_at.is_(None))
    rows = db.session.execute(query.where(*in_use).order_by(Practice.id)).all()
    return Measure(sum(row.objective_id is not None for row in rows), len(rows), rows)


def in_words(titles: Sequence[str]) -> str:
    """Titles as a sentence lists them: “A”, “B” and “C”."""
    return listed(gettext("“%(words)s”", words=title) for title in titles)


def _movements(objectives: Sequence[Objective], by: datetime | None = None) -> Sequence[Movement]:
    ids = [objective.id for objective in objectives]
    points, marks = _points(ids, by), _marks(ids, by)
    return [
        Movement(
            objective_id=each.id,
            title=each.title,
            unit=each.unit,
            direction=each.direction,
            baseline=each.baseline,
            target=each.target,
            points=points[each.id],
            marks=marks[each.id],
        )
        for each in objectives
    ]


def _points(ids: Sequence[int], by: datetime | None) -> dict[int, list[Point]]:
    found: dict[int, list[Point]] = {id: [] for id in ids}
    better = aliased(Reading)  # A corrected reading stood until then.
    standing = (Reading.objective_id.in_(ids), had_happened(Reading.at, by), had_not_happened(better.at, by))
    query = select(Reading.objective_id, Reading.on, Reading.value, Reading.note).where(*standing)
    query = query.outerjoin(better, better.id == Reading.replaced_by_id)
    for id, on, value, note in db.session.execute(query.order_by(Reading.on, Reading.id)):
        found[id].append(Point(on, value, note))
    return found


def _marks(ids: Sequence[int], by: datetime | None) -> dict[int, list[Mark]]:
    """When what serves each objective took effect: a practice on the day on which it was promoted, a cause on the day
    from which on it should not strike any more."""
    found: dict[int, list[Mark]] = {id: [] for id in ids}
    for objective_id, mark in sorted([*_promoted(ids, by), *_fixed(ids, by)], key=lambda each: each[1].on):
        found[objective_id].append(mark)
    return found


def _linked(ids: Sequence[int], by: datetime | None) -> tuple[ColumnElement[bool], ...]:
    standing = (had_happened(ObjectiveLink.at, by), had_not_happened(ObjectiveLink.removed_at, by))
    return ObjectiveLink.objective_id.in_(ids), *standing, Post.removed_at.is_(None)


def _promoted(ids: Sequence[int], by: datetime | None) -> Iterator[tuple[int, Mark]]:
    query = (
        select(ObjectiveLink.objective_id, Practice.id, Practice.title, Post.created_at)
        .join(Practice, Practice.id == ObjectiveLink.post_id)
        .where(*_linked(ids, by), had_happened(Post.created_at, by))
    )
    for objective_id, id, title, created_at in db.session.execute(query.order_by(Post.created_at, Practice.id)):
        yield objective_id, Mark(created_at.date(), title, address(id, title), BECAME)


def _fixed(ids: Sequence[int], by: datetime | None) -> Iterator[tuple[int, Mark]]:
    query = (
        select(ObjectiveLink.objective_id, Cause.id, Cause.title, Cause.state, Cause.effect_on)
        .join(Cause, Cause.id == ObjectiveLink.post_id)
        .where(*_linked(ids, by))
    )
    past = standing_by(by) if by else {}
    for objective_id, id, title, now_state, now_effect_on in db.session.execute(query.order_by(Cause.id)):
        state, effect_on = (now_state, now_effect_on) if by is None else past.get(id, ("suspected", None))
        if state not in FIXED or effect_on is None:
            continue
        words = STOPPED if state == "verified" else SAID_FIXED
        yield objective_id, Mark(effect_on, title, cause_address(id, title), words, is_fix=True)
