"""What came of a practice, for whoever reads its page: in a sentence, and the list behind it. Read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.events import EventRow
from forum.core.languages import gettext, messages
from forum.core.paging import PER_PAGE
from forum.departments.models import Department
from forum.people.models import Person
from forum.practices import evidence
from forum.practices.models import Practice, PracticeDepartment
from forum.practices.weighing import ledger, outcome_of

WORDS = messages({"resolved": "It worked", "partly": "Partly", "not": "It did not work", "no_reply": "No reply"})


@dataclass(frozen=True)
class Standing:
    """What may be said of a practice in a few words, and why."""

    label: str
    words: str
    since: date
    found: evidence.Tally
    everywhere: int  # how many departments there are
    fresh: str
    lacking: Sequence[str]
    level: int
    works_in: Sequence[str]
    fails_in: Sequence[str]
    is_contested: bool

    @property
    def level_words(self) -> str:
        """What the level of evidence means."""
        return evidence.LEVELS[self.level]


@dataclass(frozen=True)
class Line:
    """One outcome, as it is listed. The name stands only where that person said something, as below an answer."""

    id: int
    outcome: str
    words: str
    person: str
    department: str
    at: datetime
    version: int
    context: str
    minutes: int | None
    note: str
    counts: bool


@dataclass(frozen=True)
class Place:
    """What came of it in one department, or of one version."""

    name: str
    found: evidence.Tally
    share: float | None = None  # drawn towards that of all
    seen: str = ""


@dataclass(frozen=True)
class Change:
    """When it was labelled otherwise."""

    at: datetime
    words: str
    worked: int
    tried: int


@dataclass(frozen=True)
class Account:
    """All that came of a practice."""

    lines: Sequence[Line]
    next_key: str | None
    count: int
    silent: int
    departments: Sequence[Place]
    versions: Sequence[Place]
    changes: Sequence[Change]


def standing(practice: Practice, *, is_validated: bool) -> Standing:
    """What may be said of a practice, from what was counted last and whether peers checked it; in two statements."""
    here = (PracticeDepartment.practice_id == practice.id, Department.id == PracticeDepartment.department_id)
    columns = (Department.id, Department.name, PracticeDepartment.worked, PracticeDepartment.tried)
    known = {id: (name, worked, tried) for id, name, worked, tried in db.session.execute(select(*columns).where(*here))}
    found, fresh = practice.found, practice.freshness(now().date())
    tallies = {id: evidence.Tally(worked=worked, failed=tried - worked) for id, (_, worked, tried) in known.items()}
    return Standing(
        label=practice.label,
        words=evidence.LABELS[practice.label],
        since=practice.label_since.date(),
        found=found,
        everywhere=db.session.scalar(select(func.count()).select_from(Department)) or 0,
        fresh=fresh,
        lacking=evidence.lacking(found, is_stale=fresh == "stale"),
        level=evidence.level(practice.label, found, is_validated=is_validated, is_told=practice.is_told),
        works_in=sorted(name for name, worked, tried in known.values() if evidence.works(worked, tried)),
        fails_in=sorted(name for name, worked, tried in known.values() if evidence.fails(worked, tried)),
        is_contested=bool(evidence.contested(found, tallies)),
    )


def account(practice: Practice, key: str | None = None) -> Account:
    """The list behind the sentence: a page of outcomes, newest first, and the tables of all of them."""
    rows = ledger(practice)
    outcomes = [outcome_of(row) for row in rows]
    departments = dict(db.session.execute(select(Department.id, Department.name)).all())
    people = _names(rows)
    lines = [
        _line(row, departments, people, counts) for row, counts in zip(rows, evidence.counting(outcomes), strict=True)
    ][::-1]
    start = next((place for place, line in enumerate(lines, 1) if str(line.id) == key), 0)
    shown = lines[start : start + PER_PAGE]
    overall = evidence.tally(outcomes)
    return Account(
        lines=shown,
        next_key=str(shown[-1].id) if start + PER_PAGE < len(lines) else None,
        count=len(lines),
        silent=overall.silent,
        departments=sorted(
            (
                Place(departments[id], here, evidence.shrunken(here, overall), evidence.seen(here.worked, here.tried))
                for id, here in evidence.by_department(outcomes).items()
            ),
            key=lambda place: (-place.found.tried, place.name),
        ),
        versions=[
            Place(gettext("Version %(number)s", number=version), here)
            for version, here in evidence.by_version(outcomes).items()
        ],
        changes=_changes(practice),
    )


def _names(rows: Sequence[Any]) -> Mapping[int, str]:
    """The names of those who said something in words."""
    said = {row.person_id for row in rows if row.note or row.context}
    named = select(Person.id, Person.name).where(Person.id.in_(said))
    return dict(db.session.execute(named).all()) if said else {}


def _line(row: Any, departments: Mapping[int, str], people: Mapping[int, str], counts: bool) -> Line:
    return Line(
        id=row.id,
        outcome=row.outcome,
        words=WORDS[row.outcome],
        person=people.get(row.person_id, "") if row.note or row.context else "",
        department=departments[row.department_id],
        at=row.closed_at,
        version=row.version,
        context=row.context,
        minutes=row.minutes,
        note=row.note,
        counts=counts,
    )


def _changes(practice: Practice) -> Sequence[Change]:
    labelled = (EventRow.post_id == practice.id, EventRow.name == "PracticeLabelled")
    rows = db.session.scalars(select(EventRow).where(*labelled).order_by(EventRow.id.desc())).all()
    return [Change(row.at, evidence.LABELS[row.data["after"]], row.data["worked"], row.data["tried"]) for row in rows]
