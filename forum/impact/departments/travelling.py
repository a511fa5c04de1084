"""Which practices a department has from elsewhere, and which of its own went out, each with what came of it there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from forum.core.db import db
from forum.departments.models import Department
from forum.posts.models import Post
from forum.practices import evidence
from forum.practices.models import Practice, PracticeDepartment
from forum.practices.promoting import address


@dataclass(frozen=True, slots=True)
class Travelled:
    """A practice away from where it was written: for how many of those who tried it there it worked."""

    title: str
    url: str
    places: tuple[str, ...]  # where it comes from, or where it went
    worked: int
    tried: int

    @property
    def works(self) -> bool:
        """Whether it was seen to work there, which is what "in use" means."""
        return evidence.works(self.worked, self.tried)


def came_in(department: Department) -> Sequence[Travelled]:
    """What people of the department tried that was written elsewhere and is in use, the most tried first."""
    here = PracticeDepartment.department_id == department.id
    query = _travelled(Department.id == Post.author_department_id).where(
        here, Post.author_department_id != department.id
    )
    rows = db.session.execute(query.order_by(PracticeDepartment.tried.desc(), Practice.id))
    return [_travel(row) for row in rows]


def went_out(department: Department) -> Sequence[Travelled]:
    """What was written in the department and tried elsewhere, the most tried first, with all places together."""
    query = _travelled(Department.id == PracticeDepartment.department_id)
    away = (Post.author_department_id == department.id, PracticeDepartment.department_id != department.id)
    found: dict[int, Travelled] = {}
    for row in db.session.execute(query.where(*away).order_by(Department.name)):
        one, so_far = _travel(row), found.get(row.id)
        if so_far is not None:
            one = replace(
                one,
                places=so_far.places + one.places,
                worked=so_far.worked + one.worked,
                tried=so_far.tried + one.tried,
            )
        found[row.id] = one
    return sorted(found.values(), key=lambda one: -one.tried)


def _travelled(named: Any) -> Any:
    columns = (Practice.id, Practice.title, Department.name, PracticeDepartment.worked, PracticeDepartment.tried)
    return (
        select(*columns)
        .join(PracticeDepartment, PracticeDepartment.practice_id == Practice.id)
        .join(Department, named)
        .where(Post.removed_at.is_(None), Practice.retired_at.is_(None), PracticeDepartment.tried > 0)
    )


def _travel(row: Any) -> Travelled:
    return Travelled(row.title, address(row.id, row.title), (row.name,), row.worked, row.tried)
