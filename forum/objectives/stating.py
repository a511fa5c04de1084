"""Stating an objective and reading off where it stands: by whoever answers for the department, and kept for good."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, publish
from forum.core.languages import Message, ngettext
from forum.core.permissions import require
from forum.departments.models import Department
from forum.objectives.models import DIRECTIONS, Objective, Reading
from forum.people.models import Person

LONGEST = 120  # characters of what is to move
LONGEST_UNIT = 40
LONGEST_NOTE = 300
LARGEST = 1e12  # Beyond it nobody reads a figure, and a slip of the hand is likelier than a fact.


@dataclass(frozen=True, kw_only=True)
class ObjectiveStated(Event):
    """Somebody who answers for a department said what they want to move."""

    objective_id: int


@dataclass(frozen=True, kw_only=True)
class ReadingEntered(Event):
    """Somebody read off where an objective stands; `replaces` the reading that was wrong, or nothing."""

    objective_id: int
    reading_id: int
    replaces: int | None = None


@dataclass(frozen=True, kw_only=True)
class ObjectiveClosed(Event):
    """An objective is no longer pursued, or was reached."""

    objective_id: int


def state(
    person: Person,
    department: Department,
    *,
    title: str,
    unit: str,
    direction: str,
    baseline: str,
    target: str,
    due_on: date | None,
) -> Objective:
    """State what a department wants to move, in which unit, from where, to where and by when.

    Figures are given as typed. Raises `Invalid` with the field at fault.
    """
    require(person, "objective.state", department)
    if direction not in DIRECTIONS:
        raise Invalid("Say whether less or more is better.", "direction")
    start, goal = number(baseline, "baseline"), number(target, "target")
    if goal == start or (goal < start) != (direction == "down"):
        if direction == "down":
            raise Invalid("With “down” the target lies below today.", "target")
        raise Invalid("With “up” the target lies above today.", "target")
    if due_on is None or due_on <= now().date():
        raise Invalid("Choose a day that is still to come.", "due_on")
    made = Objective(
        title=_line(title, LONGEST, "title", Message("Say in a few words what is to move: “mis-shipped orders”.")),
        unit=_line(unit, LONGEST_UNIT, "unit", Message("Say what is counted: “a month”, “days”, “per cent”.")),
        direction=direction,
        baseline=start,
        target=goal,
        due_on=due_on,
        department_id=department.id,
        by_id=person.id,
        stated_at=now(),
        word="",
    )
    db.session.add(made)
    db.session.flush()
    publish(ObjectiveStated(objective_id=made.id), actor=person)
    return made


def enter(person: Person, objective: Objective, *, value: str, on: date | None, note: str = "") -> Reading:
    """Write down what the figure was on a day, today or before. Raises `Invalid` with the field at fault."""
    require(person, "objective.own", objective)
    made = _enter(person, objective, value, on, note)
    publish(ReadingEntered(objective_id=objective.id, reading_id=made.id), actor=person)
    return made


def correct(person: Person, reading: Reading, *, value: str, on: date | None, note: str) -> Reading:
    """Put another reading in the place of a wrong one, which stays readable. Say what was wrong in the note."""
    require(person, "objective.own", reading)
    db.session.refresh(reading, ["replaced_by_id"], with_for_update={"of": Reading.__table__})
    if reading.replaced_by_id is not None:
        raise Refused("This reading was corrected already. Correct the one that took its place.")
    if not text.clean_line(note, LONGEST_NOTE):
        raise Invalid("Say in a few words what was wrong.", "note")
    made = _enter(person, reading.objective, value, on, note)
    reading.replaced_by_id = made.id
    happened = ReadingEntered(objective_id=made.objective_id, reading_id=made.id, replaces=reading.id)
    publish(happened, actor=person)
    return made


def close(person: Person, objective: Objective, word: str = "") -> None:
    """Say that an objective is no longer pursued, or reached, in a line. Twice is once."""
    require(person, "objective.own", objective)
    if objective.closed_at is None:
        objective.closed_at, objective.word = now(), text.clean_line(word, LONGEST_NOTE)
        publish(ObjectiveClosed(objective_id=objective.id), actor=person)


def number(typed: str, field: str) -> float:
    """A figure as people type it: 3.8, 3,8 or 12. Raises `Invalid` with the field for anything else."""
    try:
        value = float(typed.strip().replace(",", "."))
    except ValueError:
        value = math.nan
    if not abs(value) <= LARGEST:
        raise Invalid("A figure, such as 9 or 3.8.", field)
    return value


def _enter(person: Person, objective: Objective, value: str, on: date | None, note: str) -> Reading:
    if objective.closed_at is not None:
        raise Refused("This objective is closed. State a new one to go on with it.")
    if on is None or on > now().date():
        raise Invalid("Choose the day on which it was read: today, or one before.", "on")
    made = Reading(
        objective_id=objective.id,
        value=number(value, "value"),
        on=on,
        note=text.clean_line(note, LONGEST_NOTE),
        by_id=person.id,
        at=now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def _line(typed: str, longest: int, field: str, wanted: str) -> str:
    line = text.clean_line(typed, longest + 1)
    if not line:
        raise Invalid(wanted, field)
    if len(line) > longest:
        raise Invalid(
            ngettext("At most %(num)s character, please.", "At most %(num)s characters, please.", longest), field
        )
    return line
