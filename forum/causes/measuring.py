"""What is measured of causes, each figure with the rows behind it: where they stand, how soon a word comes, who hears.

days until seen = Kaplan-Meier over all that were signalled; those without a word are still waiting
told share      = of all who were to be told of a step, those told within eight of their working hours
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.causes import counting
from forum.causes.linking import address
from forum.causes.models import OPEN, STATES, Cause, CauseStep, CauseTelling
from forum.causes.rates import Weighed
from forum.core.clock import now
from forum.core.db import db
from forum.core.statistics import Interval, Survival, survival, wilson
from forum.core.working_time import elapsed
from forum.needs.timers import DAY
from forum.people.hours import hours_of
from forum.people.models import Person
from forum.posts.models import Post

TOLD_WITHIN = timedelta(hours=8)  # working time of whoever is told: one day


@dataclass(frozen=True)
class Row:
    """One cause behind a figure: what it is, where it stands, and what it adds."""

    title: str
    url: str
    state: str
    words: str


@dataclass(frozen=True)
class Standing:
    """How many causes stand where; `n` of them are open."""

    by_state: Mapping[str, int]
    n: int
    rows: Sequence[Row]


@dataclass(frozen=True)
class Waiting:
    """After how many working days a department says that it has seen it: `median`, or None while half still wait."""

    median: float | None
    n: int
    waiting: int
    survival: Survival
    rows: Sequence[Row]


@dataclass(frozen=True)
class Told:
    """How many of those who were to be told of a step were, within a working day."""

    share: float | None
    n: int
    told: int
    interval: Interval
    rows: Sequence[Row]


@dataclass(frozen=True)
class Fix:
    """A cause before and after it was said to be fixed."""

    row: Row
    weighed: Weighed


def standing() -> Standing:
    """Where all causes stand that a department knows of, or that are suspected."""
    causes = _causes()
    count = Counter(cause.state for cause in causes)
    rows = [_row(cause, STATES[cause.state]) for cause in causes]
    return Standing({state: count[state] for state in STATES}, sum(count[state] for state in OPEN), rows)


def until_seen() -> Waiting:
    """How long departments take to say that they have seen what was signalled to them: each cause, the first time."""
    first: dict[tuple[int, str], datetime] = {}
    steps = select(CauseStep.cause_id, CauseStep.kind, CauseStep.at).order_by(CauseStep.id)
    for cause_id, kind, at in db.session.execute(steps):
        first.setdefault((cause_id, kind), at)
    ended, going_on, rows = list[float](), list[float](), list[Row]()
    for cause in _causes():
        signalled, seen = first.get((cause.id, "signalled")), first.get((cause.id, "acknowledged"))
        if signalled is None:
            continue
        days = _working_days(cause, signalled, seen or now())
        (going_on if seen is None else ended).append(days)
        rows.append(_row(cause, f"{days:.1f} working days{' so far' if seen is None else ''}"))
    found = survival(ended, going_on)
    return Waiting(found.reached(0.5), len(rows), len(going_on), found, rows)


def told(cause_ids: Collection[int] | None = None) -> Told:
    """Who heard of the steps of these causes, or of all, within eight working hours.

    A telling that is still within its time counts neither way.
    """
    causes = {cause.id: cause for cause in _causes(cause_ids)}
    query = (
        select(CauseStep.cause_id, CauseStep.at, CauseTelling.told_at, Person)
        .join(CauseStep, CauseStep.id == CauseTelling.step_id)
        .join(Person, Person.id == CauseTelling.person_id)
        .where(CauseStep.cause_id.in_(causes))
        .options(joinedload(Person.department))
    )
    in_time, all_of = Counter[int](), Counter[int]()
    for cause_id, at, told_at, person in db.session.execute(query):
        took = elapsed(hours_of(person), at, told_at or now())
        if told_at is None and took <= TOLD_WITHIN:
            continue
        all_of[cause_id] += 1
        in_time[cause_id] += told_at is not None and took <= TOLD_WITHIN
    n, kept = all_of.total(), in_time.total()
    rows = [_row(causes[id], f"{in_time[id]} of {all_of[id]} told in time") for id in causes if all_of[id]]
    return Told(kept / n if n else None, n, kept, wilson(kept, n), rows)


def fixes() -> Sequence[Fix]:
    """Every cause that was said to be fixed, with its rate before and since."""
    causes = [cause for cause in _causes() if cause.effect_on is not None]
    known = counting.found_of([cause.id for cause in causes])
    made = [(cause, counting.weighed(cause, list(known.get(cause.id, ())))) for cause in causes]
    return [Fix(_row(cause, _in_words(weighed)), weighed) for cause, weighed in made]


def _causes(ids: Collection[int] | None = None) -> Sequence[Cause]:
    query: Any = select(Cause).where(Post.removed_at.is_(None)).order_by(Cause.id)
    return db.session.scalars(query if ids is None else query.where(Cause.id.in_(ids))).all()


def _working_days(cause: Cause, start: datetime, end: datetime) -> float:
    return elapsed(counting.calendar_of(cause), start, end) / timedelta(hours=DAY)


def _row(cause: Cause, words: str) -> Row:
    return Row(cause.title, address(cause.id, cause.title), cause.state, words)


def _in_words(weighed: Weighed) -> str:
    counts = f"{weighed.before} in {weighed.days_before} working days, then {weighed.after} in {weighed.days_after}"
    return f"{counts}: too early to say" if weighed.is_early else counts
