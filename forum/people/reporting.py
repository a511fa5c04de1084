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
    everybody else. Whoever has left is passed over.
    """
    rows = db.session.execute(select(Person.id, Person.manager_id, Person.left_at).where(~Person.is_persona)).all()
    here, manager_of = {id for id, _, left_at in rows if left_at is None}, {id: above for id, above, _ in rows}
    above = {id: _above(id, manager_of, here) for id in here}
    managers = set(above.values())
    return {id: _level(id, above, managers) for id in here}


def _above(id: int, manager_of: Mapping[int, int | None], here: set[int]) -> int | None:
    found = manager_of[id]
    for _ in range(LONGEST):
        if found is None or found in here:
            return found
        found = manager_of[found]
    return None


def _level(id: int, above: Mapping[int, int | None], managers: set[int | None]) -> str:
    if id not in managers:
        return "front"
    manager = above[id]
    return "senior" if manager is None or above[manager] is None else "middle"


def _up(person: Person) -> Person | None:
    return db.session.get(Person, person.manager_id) if person.manager_id else None
