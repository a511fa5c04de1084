"""What is known of causes for whoever counts them: where they stand, how soon a word came, who heard of each step.

Figures are made of it in impact/measures/changed.py; here it is read, in a few statements, however many there are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from forum.causes import counting
from forum.causes.linking import address
from forum.causes.models import FIXED, Cause, CauseStep, CauseTelling
from forum.causes.rates import Weighed
from forum.core.clock import now
from forum.core.db import db
from forum.core.moments import had_happened
from forum.core.working_time import calendar_from, elapsed
from forum.departments.models import Department
from forum.needs.timers import DAY
from forum.people.models import Person
from forum.posts.models import Post

TOLD_WITHIN = timedelta(hours=8)  # working time of whoever is told: one day
STATE_AFTER = {"recurred": "acknowledged", "challenged": "signalled"}  # of steps whose kind is no state


@dataclass(frozen=True, slots=True)
class Known:
    """One cause. `days` are working days of its department until it said that it has seen it, or so far."""

    id: int
    title: str
    url: str
    state: str
    department_id: int
    signalled_at: datetime | None  # first
    seen_at: datetime | None  # first
    days: float = 0.0
    effect_on: date | None = None
    weighed: Weighed | None = None  # before and since the fix, where one was claimed


@dataclass(frozen=True, slots=True)
class Telling:
    """Somebody was to be told of a step of a cause. `in_time` is None while that can still be done in time."""

    id: int
    cause_id: int
    at: datetime
    in_time: bool | None


@dataclass(frozen=True, slots=True)
class Told:
    """How many of those who were to be told of a step were, within a working day."""

    n: int
    told: int


def known(by: datetime | None = None) -> Sequence[Known]:
    """Every cause that was not removed, the oldest first; as it is, or stood at a moment (which is now meanwhile)."""
    there = (Post.removed_at.is_(None), had_happened(Post.created_at, by))
    causes = db.session.scalars(select(Cause).where(*there).order_by(Cause.id)).all()
    steps, past = _first_steps(by), standing_by(by) if by else {}
    stands = {
        cause.id: past.get(cause.id, ("suspected", None)) if by else (cause.state, cause.effect_on) for cause in causes
    }
    fixed = {id: effect_on for id, (_, effect_on) in stands.items() if effect_on is not None}
    found = counting.found_of(fixed, by)
    return [
        Known(
            id=cause.id,
            title=cause.title,
            url=address(cause.id, cause.title),
            state=stands[cause.id][0],
            department_id=cause.department_id,
            signalled_at=(signalled := steps.get((cause.id, "signalled"))),
            seen_at=(seen := steps.get((cause.id, "acknowledged"))),
            days=_working_days(cause, signalled, seen or now()) if signalled else 0.0,
            effect_on=fixed.get(cause.id),
            weighed=counting.weighed(cause, list(found.get(cause.id, ())), effect_on=fixed[cause.id])
            if cause.id in fixed
            else None,
        )
        for cause in causes
    ]


def standing_by(moment: datetime) -> Mapping[int, tuple[str, date | None]]:
    """Where each cause stood at a moment, and from which day on it was said not to strike any more, by id; without
    those that had taken no step."""
    steps = select(CauseStep.cause_id, CauseStep.kind, CauseStep.on).where(had_happened(CauseStep.at, moment))
    return {
        id: (STATE_AFTER.get(kind, kind), on if kind in FIXED else None)
        for id, kind, on in db.session.execute(steps.order_by(CauseStep.id))
    }


def tellings(cause_ids: Collection[int] | None = None, by: datetime | None = None) -> Sequence[Telling]:
    """Everybody who was to be told of a step of these causes, or of all."""
    query: Any = (
        select(CauseStep.cause_id, CauseStep.at, CauseTelling.told_at, Person.calendar, Department.calendar.label("of"))
        .join(CauseStep, CauseStep.id == CauseTelling.step_id)
        .join(Person, Person.id == CauseTelling.person_id)
        .join(Department, Department.id == Person.department_id)
        .join(Post, Post.id == CauseStep.cause_id)
        .where(Post.removed_at.is_(None), had_happened(CauseStep.at, by))
        .order_by(CauseTelling.step_id, CauseTelling.person_id)
    )
    if cause_ids is not None:
        query = query.where(CauseStep.cause_id.in_(cause_ids))
    return [
        Telling(number, row.cause_id, row.at, _in_time(row.calendar or row.of, row.at, _known_by(row.told_at, by)))
        for number, row in enumerate(db.session.execute(query), 1)
    ]


def told(cause_ids: Collection[int] | None = None) -> Told:
    """Who heard of the steps of these causes, or of all, in time; who still can hear counts neither way."""
    over = [each.in_time for each in tellings(cause_ids) if each.in_time is not None]
    return Told(len(over), sum(over))


def _known_by(at: datetime | None, by: datetime | None) -> datetime | None:
    return None if at is None or (by is not None and at > by) else at


def _first_steps(by: datetime | None) -> dict[tuple[int, str], datetime]:
    first: dict[tuple[int, str], datetime] = {}
    steps = select(CauseStep.cause_id, CauseStep.kind, CauseStep.at).where(had_happened(CauseStep.at, by))
    for cause_id, kind, at in db.session.execute(steps.order_by(CauseStep.id)):
        first.setdefault((cause_id, kind), at)
    return first


def _working_days(cause: Cause, start: datetime, end: datetime) -> float:
    return elapsed(counting.calendar_of(cause), start, end) / timedelta(hours=DAY)


def _in_time(calendar: Any, at: datetime, told_at: datetime | None) -> bool | None:
    until = told_at or now()
    # Working time is never longer than time: nearly all are told at once, and need no calendar.
    soon = until - at <= TOLD_WITHIN or elapsed(calendar_from(calendar), at, until) <= TOLD_WITHIN
    if not soon:
        return False
    return True if told_at else None
