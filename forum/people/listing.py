"""Lists of people: read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.forms import typed_id
from forum.core.languages import gettext, moment_in_words
from forum.core.paging import PER_PAGE, Paged
from forum.departments.labelling import slug_of
from forum.departments.models import Department
from forum.people.models import ROLES, Person, Role

SUGGESTED = 8  # names offered while an @ is being typed


def members_of(department: Department) -> Sequence[Person]:
    """Everybody who works in a department, by name."""
    return db.session.scalars(_here().where(Person.department_id == department.id)).all()


def champions_of(department: Department) -> Sequence[Person]:
    """Who carries practices into a department."""
    is_champion = Person.id.in_(
        select(Role.person_id).where(Role.name == "champion", Role.department_id == department.id, Role.until.is_(None))
    )
    return db.session.scalars(_here().where(is_champion)).all()


def active_with(role: str) -> Sequence[int]:
    """Ids of those here who have a role now."""
    holders = select(Role.person_id).where(Role.name == role, Role.until.is_(None))
    return db.session.scalars(select(Person.id).where(Person.left_at.is_(None), Person.id.in_(holders))).all()


def headcounts() -> dict[int, int]:
    """How many people work in each department, by id."""
    query = select(Person.department_id, func.count()).where(Person.left_at.is_(None)).group_by(Person.department_id)
    return dict(db.session.execute(query).all())


def directory(words: str = "") -> list[tuple[Department, list[Person]]]:
    """Everybody, grouped by department; with `words`, only those whose name or job title contains them.

    A name is also found without its accents, by the handle that was made of it.
    """
    query = _here().order_by(None).join(Department).order_by(Department.name, Person.name)
    if words.strip():
        query = query.where(_matches(words.strip(), Person.name, Person.job_title))
    grouped: dict[int, tuple[Department, list[Person]]] = {}
    for person in db.session.scalars(query):
        grouped.setdefault(person.department_id, (person.department, []))[1].append(person)
    return list(grouped.values())


@dataclass(frozen=True)
class Sought:
    """Which people: by a part of the name, e-mail address or handle, a department, a role and a state. Empty: all.

    A role is one of `ROLES`, or `employee` for whoever has none.
    """

    words: str = ""
    department_id: int | None = None
    role: str = ""
    state: str = ""


def everybody(sought: Sought = Sought(), after: str | None = None) -> tuple[Paged[Person], int]:
    """A page of all people ever, those who left at the end, and how many there are in all: for administrators.

    The key is the id of the last one on the page before.
    """
    query = _sought(select(Person).where(~Person.is_persona), sought)
    number = db.session.scalar(select(func.count()).select_from(query.with_only_columns(Person.id).subquery())) or 0
    has_left = Person.left_at.is_not(None)
    if last := db.session.get(Person, typed_id(after)) if after else None:
        behind = tuple_(Person.name, Person.id) > tuple_(literal(last.name), literal(last.id))
        query = query.where(and_(has_left, behind) if last.left_at else or_(has_left, behind))
    query = query.order_by(has_left, Person.name, Person.id).limit(PER_PAGE + 1)
    rows = db.session.scalars(query.options(joinedload(Person.department), selectinload(Person.roles))).all()
    return Paged(rows[:PER_PAGE], str(rows[PER_PAGE - 1].id) if len(rows) > PER_PAGE else None), number


def suggested(typed: str) -> list[dict[str, str]]:
    """People whose handle or name begins with what is being typed after an @; of who is away, until when."""
    return [
        {"handle": handle, "name": name, "department": department + away_words(until)}
        for _, handle, name, department, until in _called(typed, SUGGESTED)
    ]


def called_like(typed: str, most: int) -> list[tuple[int, str, str, str]]:
    """Id, handle, name and department of a few people whose handle or name begins with what is being typed."""
    return [(id, handle, name, department) for id, handle, name, department, _ in _called(typed, most)]


def away_words(until: date | None) -> str:
    """What stands behind a name where somebody is chosen: `, away until 3 December`; nothing for whoever is here."""
    if until is None or until < now().date():
        return ""
    return gettext(
        ", away until %(day)s", day=moment_in_words(datetime(until.year, until.month, until.day), gettext("d MMMM"))
    )


def named(typed: str, field: str) -> Person | None:
    """The colleague whose @name was typed into a field; None for an empty one. Raises `Invalid` for anybody else."""
    handle = typed.strip().removeprefix("@").casefold()
    if not handle:
        return None
    found = db.session.scalar(select(Person).where(Person.handle == handle, Person.left_at.is_(None)))
    if found is None:
        raise Invalid("Nobody here is called that. Write the name as after an @, or leave it empty.", field)
    return found


def _called(typed: str, most: int) -> Sequence[Any]:
    start = typed.strip().replace("\\", "").replace("%", "").replace("_", "")
    columns = (Person.id, Person.handle, Person.name, Department.name, Person.away_until)
    query = select(*columns).join(Department).where(Person.left_at.is_(None))
    if start:
        like = [Person.handle.ilike(f"{start}%"), Person.name.ilike(f"{start}%"), Person.name.ilike(f"% {start}%")]
        query = query.where(or_(*like))
    return db.session.execute(query.order_by(Person.name).limit(most)).all()


def _here() -> Select[Person]:
    return select(Person).where(Person.left_at.is_(None)).order_by(Person.name).options(joinedload(Person.department))


def _sought(query: Select[Person], sought: Sought) -> Select[Person]:
    if words := sought.words.strip().removeprefix("@"):
        query = query.where(_matches(words, Person.name, Person.email))
    if sought.department_id is not None:
        query = query.where(Person.department_id == sought.department_id)
    if sought.role:
        standing = select(Role.person_id).where(Role.until.is_(None))
        holds = Person.id.in_(standing.where(Role.name == sought.role) if sought.role in ROLES else standing)
        query = query.where(holds if sought.role in ROLES else ~holds)
    if sought.state:
        query = query.where(Person.left_at.is_(None) if sought.state == "active" else Person.left_at.is_not(None))
    return query


def _matches(words: str, *columns: Any) -> ColumnElement[bool]:
    found = [column.icontains(words, autoescape=True) for column in columns]
    plain = slug_of(words)
    return or_(*found, Person.handle.contains(plain, autoescape=True)) if plain else or_(*found)
