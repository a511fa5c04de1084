"""Which departments a moderator looks after, and what that lets them find in the queue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, select, true

from forum.core.db import db
from forum.core.permissions import allowed, require
from forum.departments.models import Department, post_department
from forum.moderation.models import Watched
from forum.people.models import Person, Role


def choose(moderator: Person, department_ids: Iterable[int]) -> None:
    """Look after these departments, and after what concerns none; after all of them when none is named."""
    require(moderator, "moderation.choose_scope")
    known = select(Department.id).where(Department.id.in_(list(department_ids)))
    chosen = sorted(db.session.scalars(known))
    db.session.execute(delete(Watched).where(Watched.person_id == moderator.id))
    db.session.add_all(Watched(person_id=moderator.id, department_id=id) for id in chosen)
    db.session.flush()


def chosen(moderator: Person) -> Sequence[int]:
    """The departments that a moderator looks after; none is all."""
    query = select(Watched.department_id).where(Watched.person_id == moderator.id).order_by(Watched.department_id)
    return db.session.scalars(query).all()


def names(moderator: Person) -> Sequence[str]:
    """What the departments are called that a moderator looks after; none is all."""
    query = select(Department.name).join(Watched, Watched.department_id == Department.id)
    return db.session.scalars(query.where(Watched.person_id == moderator.id).order_by(Department.name)).all()


def in_scope(person: Person, page_id: Any) -> Any:
    """The condition that a page with this id (a column) is somebody's to look after.

    A moderator sees the departments chosen and what concerns none; a champion the own departments alone.
    """
    its = select(post_department.c.post_id).where(post_department.c.post_id == page_id)
    if not allowed(person, "moderation.choose_scope"):
        return its.where(post_department.c.department_id.in_(person.championed)).exists()
    ids = chosen(person)
    return its.where(post_department.c.department_id.in_(ids)).exists() | ~its.exists() if ids else true()


def moderators_of(page_id: int) -> Sequence[int]:
    """The moderators who look after a page: whoever chose one of its departments, and whoever chose none."""
    here = select(post_department.c.department_id).where(post_department.c.post_id == page_id)
    departments = set(db.session.scalars(here))
    roles = select(Role.person_id).where(Role.name == "moderator", Role.until.is_(None)).distinct()
    people = sorted(db.session.scalars(roles))
    watched: dict[int, set[int]] = {}
    for row in db.session.execute(select(Watched.person_id, Watched.department_id)):
        watched.setdefault(row.person_id, set()).add(row.department_id)
    return [id for id in people if not watched.get(id) or not departments or watched[id] & departments]


def departments_of(page_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """What the departments are called that these pages concern, by page id."""
    query = select(post_department.c.post_id, Department.name)
    query = query.join(Department, Department.id == post_department.c.department_id)
    found: dict[int, list[str]] = {}
    for row in db.session.execute(query.where(post_department.c.post_id.in_(page_ids)).order_by(Department.name)):
        found.setdefault(row.post_id, []).append(row.name)
    return {id: tuple(names) for id, names in found.items()}
