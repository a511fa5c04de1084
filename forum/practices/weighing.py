"""Every outcome is put on the scales at once: the practice carries what came of it, and the label that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, or_, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.events import PostEvent, publish
from forum.core.jobs import listener
from forum.departments.models import Department
from forum.needs.check_ins import OutcomeGiven
from forum.needs.models import CheckIn, Need
from forum.posts.models import Post
from forum.practices import evidence
from forum.practices.ageing import PracticeConfirmed, PracticeStale
from forum.practices.models import Practice, PracticeDepartment
from forum.practices.promoting import PracticePromoted

# What is read anew before it is weighed, and written then.
WEIGHED = (
    *("worked", "tried", "worked_people", "worked_departments", "last_worked_at", "low", "label", "label_since"),
    *("review_on", "review_pace", "due_on", "stale_since", "retired_at"),
)


@dataclass(frozen=True, kw_only=True)
class PracticeLabelled(PostEvent):
    """What may be said of a practice changed, by an outcome or by time: its label before and after, and the counts."""

    before: str
    after: str
    worked: int
    tried: int
    people: int
    departments: int


@dataclass(frozen=True, kw_only=True)
class PracticeContested(PostEvent):
    """A practice that works for most has come to fail in one department, of that name, with the counts there."""

    department: str
    worked: int
    tried: int


@listener(at_once=True)
def weigh_outcome(event: OutcomeGiven) -> None:
    """Somebody said how it went, or nothing: what they tried is weighed again. An answer's word counts for what was
    made of it."""
    # A local variant has no source, and is not what was made of no answer.
    made = Practice.id == event.practice_id if event.answer_id is None else Practice.source_id == event.answer_id
    for practice_id in db.session.scalars(select(Practice.id).where(made)).all():
        weigh(practice_id)


@listener(at_once=True)
def weigh_promoted(event: PracticePromoted) -> None:
    """What was tried as an answer was tried as the first version of what was made of it."""
    weigh(event.post_id)


@listener(at_once=True)
def weigh_aged(event: PracticeStale | PracticeConfirmed) -> None:
    """It counts as out of date, or does no more: what was Proven is so only while somebody looks after it."""
    weigh(event.post_id)


def weigh(practice_id: int) -> None:
    """Count all outcomes of a practice anew, and label it accordingly.

    The practice is held first: of two who reply at once, the second one counts what the first has said.
    """
    db.session.flush()
    table: Any = Practice.__table__
    db.session.execute(select(table.c.id).where(table.c.id == practice_id).with_for_update())
    practice = db.session.get_one(Practice, practice_id)
    db.session.refresh(practice, WEIGHED)
    outcomes = [outcome_of(row) for row in ledger(practice)]
    found = evidence.tally(outcomes)
    practice.worked, practice.tried, practice.low = found.worked, found.tried, found.low
    practice.worked_people, practice.worked_departments = found.people, found.departments
    practice.last_worked_at = found.last_worked_at
    departments = evidence.by_department(outcomes)
    doubts = _new_doubts(practice, found, departments)
    _put_departments(practice, departments)
    _label(practice)
    for contested_in in doubts:
        publish(contested_in)


def count_story(practice_id: int, *, is_told: bool) -> None:
    """Note whether somebody else confirmed a good story of a practice that serves an objective; nothing for others."""
    practice = db.session.get(Practice, practice_id)
    if practice is not None:
        practice.is_told = is_told


def by_version(practice: Practice) -> dict[int, evidence.Tally]:
    """What came of each version of a practice, by number."""
    return dict(evidence.by_version([outcome_of(row) for row in ledger(practice)]))


def contested(practices: Mapping[int, evidence.Tally]) -> dict[int, list[str]]:
    """The names of the departments in which each of these practices does not work although it does for most.

    Given by id with what came of it for all; in one statement.
    """
    columns = (Department.id, Department.name, PracticeDepartment.worked, PracticeDepartment.tried)
    query = select(PracticeDepartment.practice_id, *columns)
    query = query.join(Department, Department.id == PracticeDepartment.department_id).order_by(Department.name)
    here = PracticeDepartment.practice_id.in_(list(practices))
    of: dict[int, dict[int, evidence.Tally]] = {}
    names: dict[int, str] = {}
    for practice_id, id, name, worked, tried in db.session.execute(query.where(here)):
        names[id] = name
        of.setdefault(practice_id, {})[id] = evidence.Tally(worked=worked, failed=tried - worked)
    found = {id: evidence.contested(overall, of.get(id, {})) for id, overall in practices.items()}
    return {id: [names[department_id] for department_id in departments] for id, departments in found.items()}


def tallies(by: datetime) -> Mapping[int, evidence.Tally]:
    """What had come of each practice by a moment, by id; of those of which somebody had said something."""
    about = or_(CheckIn.practice_id == Practice.id, CheckIn.answer_id == Practice.source_id)
    query = _outcomes().add_columns(Practice.id.label("practice_id")).join(Practice, about)
    outcomes: dict[int, list[evidence.Outcome]] = {}
    for row in db.session.execute(query.where(Need.person_id != Post.author_id, CheckIn.closed_at <= by)):
        outcomes.setdefault(row.practice_id, []).append(outcome_of(row))
    return {id: evidence.tally(found) for id, found in outcomes.items()}


def ledger(practice: Practice) -> Sequence[Any]:
    """All that was said of a practice by others than its author, oldest first, with everything they said."""
    rows = {"practice": practice.id, "source": practice.source_id, "author": practice.author_id}
    return db.session.execute(_ledger(), rows).all()


@cache  # Made once: every reply reads it.
def _ledger() -> Any:
    about = or_(CheckIn.practice_id == bindparam("practice"), CheckIn.answer_id == bindparam("source"))
    return _outcomes().where(about, Need.person_id != bindparam("author"))


def _outcomes() -> Any:
    return (
        select(
            CheckIn.id,
            CheckIn.outcome,
            CheckIn.closed_at,
            CheckIn.context,
            CheckIn.note,
            CheckIn.minutes,
            Need.person_id,
            Need.origin,
            func.coalesce(CheckIn.department_id, Need.department_id).label("department_id"),
            func.coalesce(CheckIn.practice_version, 1).label("version"),
        )
        .join(Need, Need.id == CheckIn.need_id)
        .where(CheckIn.outcome.is_not(None))
        .order_by(CheckIn.closed_at, CheckIn.id)
    )


def outcome_of(row: Any) -> evidence.Outcome:
    """A row of the ledger as the rules take it."""
    return evidence.Outcome(row.outcome, row.person_id, row.department_id, row.version, row.closed_at)


def _new_doubts(
    practice: Practice, found: evidence.Tally, departments: Mapping[int, evidence.Tally]
) -> list[PracticeContested]:
    """For each department in which it does not work from now on, although it does for most."""
    failing = evidence.contested(found, departments)
    if not failing:
        return []
    table = PracticeDepartment
    columns = (table.department_id, table.worked, table.tried)
    known = db.session.execute(select(*columns).where(table.practice_id == practice.id)).all()
    before = {id for id, worked, tried in known if evidence.fails(worked, tried)}
    names = select(Department).where(Department.id.in_([id for id in failing if id not in before]))
    return [
        PracticeContested(
            post_id=practice.id, department=of.name, worked=departments[of.id].worked, tried=departments[of.id].tried
        )
        for of in db.session.scalars(names.order_by(Department.id))
    ]


def _put_departments(practice: Practice, departments: Mapping[int, evidence.Tally]) -> None:
    table: Any = PracticeDepartment.__table__
    db.session.execute(delete(table).where(table.c.practice_id == practice.id))
    rows = [
        {"practice_id": practice.id, "department_id": id, "worked": here.worked, "tried": here.tried}
        for id, here in departments.items()
        if here.tried
    ]
    if rows:
        db.session.execute(insert(table), rows)


def _label(practice: Practice) -> None:
    found = practice.found
    after = evidence.label(found, is_stale=practice.freshness(now().date()) == "stale")
    if after == practice.label:
        return
    before, practice.label, practice.label_since = practice.label, after, now()
    publish(
        PracticeLabelled(
            post_id=practice.id,
            before=before,
            after=after,
            worked=found.worked,
            tried=found.tried,
            people=found.people,
            departments=found.departments,
        )
    )
