"""The norm in one line: how many colleagues had a need solved here. Said only where most had, and of five or more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from forum.core.db import db
from forum.core.suppression import K
from forum.needs.models import CheckIn, Need
from forum.people.models import Person


@dataclass(frozen=True, slots=True)
class Norm:
    """Of so many colleagues, so many had a need solved here."""

    solved: int
    colleagues: int
    everywhere: bool  # of the whole organisation; otherwise of one department

    @property
    def is_one(self) -> bool:
        """Whether it is one: most do it, and nobody can be singled out. Whatever few do is never held up to anybody."""
        return self.colleagues >= K and self.solved * 2 > self.colleagues


def norm_for(person: Person) -> Norm | None:
    """What somebody for whom nothing was solved here yet may like to know; nothing for everybody else.

    Of the own department where most had something solved, otherwise of everybody; None where neither is a norm.
    """
    others = (Person.left_at.is_(None), Person.id != person.id)
    counts = (func.count(case((had_one_solved(), 1))), func.count())
    # In one statement, as everybody asks it at every look; all of the organisation are counted for few.
    near = select(*counts, _solved(person.id)).where(Person.department_id == person.department_id, *others)
    solved, colleagues, had_one = db.session.execute(near).one()
    if had_one:
        return None
    found = Norm(solved, colleagues, everywhere=False)
    if not found.is_one:
        found = Norm(*db.session.execute(select(*counts).where(*others)).one(), everywhere=True)
    return found if found.is_one else None


def had_one_solved() -> ColumnElement[bool]:
    """Whether a person of the statement around it has said at any check-in that it worked."""
    return _solved(Person.id)


def _solved(person_id: Any) -> ColumnElement[bool]:
    worked = select(CheckIn.id).join(Need, Need.id == CheckIn.need_id)
    return worked.where(Need.person_id == person_id, CheckIn.outcome == "resolved").exists()
