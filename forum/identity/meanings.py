"""What the words of the provider and of the directory mean here: which department, which roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from forum.core import text
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import Event, publish
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.departments.labelling import slug_of
from forum.departments.models import Department
from forum.identity.models import Directory
from forum.people.models import ROLES, ROLES_OF_A_DEPARTMENT, Person

LONGEST = 10_000  # characters of one list; some hundred departments fit


@dataclass(frozen=True, kw_only=True)
class DirectoryConfigured(Event):
    """An administrator said what the words of the provider and the directory mean."""

    default_department_id: int | None
    links_by_email: bool


def directory() -> Directory:
    """How the words are understood; as nobody has said anything yet, before anybody has."""
    return db.session.get(Directory, 1) or Directory(id=1, departments="", roles="", links_by_email=False)


def configure(
    administrator: Person, *, default: Department | None, departments: str, roles: str, links_by_email: bool
) -> None:
    """Say what the words mean. Raises `Invalid` for a line that says nothing, with that line."""
    require(administrator, "directory.configure")
    departments, roles = (text.clean_source(each).strip()[:LONGEST] for each in (departments, roles))
    known = {each.slug for each in db.session.scalars(select(Department))}
    for line, _, meant in _pairs(departments, "departments"):
        if slug_of(meant) not in known:
            raise Invalid(
                gettext("“%(line)s”: there is no department called %(meant)s.", line=line, meant=meant), "departments"
            )
    for line, _, meant in _pairs(roles, "roles"):
        name, of = _role(meant)
        if name not in ROLES:
            raise Invalid(
                gettext(
                    "“%(line)s”: there is no role called %(role)s. There are %(roles)s.",
                    line=line,
                    role=name,
                    roles=", ".join(ROLES),
                ),
                "roles",
            )
        if of and (name not in ROLES_OF_A_DEPARTMENT or slug_of(of) not in known):
            raise Invalid(
                gettext("“%(line)s”: nobody can be %(role)s of %(department)s.", line=line, role=name, department=of),
                "roles",
            )
    row = db.session.get(Directory, 1) or Directory(id=1)
    row.default_department_id = default.id if default else None
    row.departments, row.roles, row.links_by_email = departments, roles, links_by_email
    db.session.add(row)
    db.session.flush()
    db.session.expire(row, ["default_department"])
    publish(
        DirectoryConfigured(default_department_id=row.default_department_id, links_by_email=links_by_email),
        actor=administrator,
    )


def department_of(word: str) -> Department | None:
    """The department that is meant by a word: by a line that says so, or because it is called that here."""
    if not word:
        return None
    meant = {key_of(said): here for _, said, here in _pairs(directory().departments, "departments")}
    return _called(meant.get(key_of(word), word))


def roles_of(words: Iterable[str], department: Department) -> set[tuple[str, int | None]]:
    """The roles that somebody of that department has by these groups; a group that no line names means nothing."""
    groups = {key_of(word) for word in words}
    found: set[tuple[str, int | None]] = set()
    for _, said, meant in _pairs(directory().roles, "roles"):
        if key_of(said) not in groups:
            continue
        name, of = _role(meant)
        if name not in ROLES_OF_A_DEPARTMENT:
            found.add((name, None))
        elif (at := _called(of) if of else department) is not None:
            found.add((name, at.id))
    return found


def governed_roles(by: Iterable[str] | None = None) -> set[str]:
    """The names of the roles that groups decide about, any or these alone; every other is given and taken here."""
    groups = None if by is None else {key_of(word) for word in by}
    lines = _pairs(directory().roles, "roles")
    return {_role(meant)[0] for _, said, meant in lines if groups is None or key_of(said) in groups}


def key_of(word: str) -> str:
    """A word as it is compared: neither its case nor the blanks in it count."""
    return " ".join(word.split()).casefold()


def _called(name: str) -> Department | None:
    return db.session.scalar(select(Department).where(Department.slug == slug_of(name)))


def _pairs(lines: str, field: str) -> Iterator[tuple[str, str, str]]:
    """Every line that is not empty: (line, their word, ours)."""
    for line in filter(None, (line.strip() for line in lines.splitlines())):
        said, equals, meant = (part.strip() for part in line.rpartition("="))
        if not (said and equals and meant):
            raise Invalid(
                gettext("“%(line)s”: write their word, an equals sign and ours, like “Vertrieb = Sales”.", line=line),
                field,
            )
        yield line, said, meant


def _role(meant: str) -> tuple[str, str]:
    name, _, of = meant.partition(" of ")
    return name.strip().casefold(), of.strip()
