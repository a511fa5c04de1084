"""Who reports to whom, and what follows from it: how near to the front somebody works, and who is one level up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from forum.core.db import db
from forum.people.models import Person

LEVELS = ("front", "middle", "senior")
LONGEST = 50  # steps up a line of managers; no organisation is that deep, so it ends where two report to each other


def one_level_up(person: Person) -> Person | None:
    """Whoever the person reports to, or above them the first who still works here; None at the top."""
    above = _up(person)
    for _ in range(LONGEST):
        if above is None or above.left_at is None:
            return above
        above = _up(above)
    return None


def reports_of(person: Person) -> Sequence[Person]:
    """Who reports to the person and still works here, by name."""
    here = select(Person).where(Person.manager_id == person.id, Person.left_at.is_(None))
    return db.session.scalars(here.order_by(Person.name)).all()


def leads(person: Person, other: Person) -> bool:
    """Whether the other reports to the person, directly or through others."""
    above = _up(other)
    for _ in range(LONGEST):
        if above is None or above.id == person.id:
            return above is not None
        above = _up(above)
    return False


def levels() -> Mapping[int, str]:
    """How near to the front everybody who works here is, by id.

    Senior: at the top, or directly below it, with people of their own. Middle: others to whom somebody reports. Front:
    everybody else.
    """
    columns = select(Person.id, Person.manager_id).where(Person.left_at.is_(None))
    manager_of = dict(db.session.execute(columns).all())
    managers = set(manager_of.values())
    return {id: _level(id, manager_of, managers) for id in manager_of}


def _level(id: int, manager_of: Mapping[int, int | None], managers: set[int | None]) -> str:
    if id not in managers:
        return "front"
    above = manager_of[id]
    return "senior" if above is None or manager_of.get(above) is None else "middle"


def _up(person: Person) -> Person | None:
    return db.session.get(Person, person.manager_id) if person.manager_id else None
