"""Groups of a directory: who is in which, and the roles that this means here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, publish
from forum.core.jobs import listener
from forum.core.permissions import require
from forum.identity import meanings
from forum.identity.models import DirectoryGroup, DirectoryMembership
from forum.identity.provisioning import LARGEST_ID, known
from forum.identity.speaking import DIRECTORY
from forum.people import changing
from forum.people.changing import PersonMoved
from forum.people.models import Person

MOST_MEMBERS = 5_000  # of one group: what gives a role is small, and "everybody" means nothing here


@dataclass(frozen=True, kw_only=True)
class GroupChangedByDirectory(Event):
    """A directory made, changed or removed a group; with which token. Roles that change by it have their own events."""

    group_id: int
    token_id: int
    deed: str


class GroupTaken(Refused):
    """A name means one group."""

    message = "There is a group with that displayName or externalId already."


@dataclass(frozen=True)
class SaidOfGroup:
    """What a directory says of a group. No members at all means that it says nothing of them, so that they stay."""

    name: str
    external_id: str | None
    members: frozenset[str] | None


@dataclass(frozen=True)
class Group:
    """A group as a directory is told of it."""

    row: DirectoryGroup
    members: Sequence[tuple[int, str]]


def find(id: str) -> Group | None:
    """The group with that id."""
    if not (id.isascii() and id.isdecimal() and len(id) <= 10 and int(id) <= LARGEST_ID):
        return None
    row = db.session.get(DirectoryGroup, int(id))
    return None if row is None else _with_members([row])[0]


def page(attribute: str, value: str, *, start: int, count: int) -> tuple[int, Sequence[Group]]:
    """How many groups there are, and `count` of them from the one with number `start`, which is 1 at the beginning.

    Of those whose `attribute`, "displayName" or "externalId", is the value; of all where it is empty.
    """
    query = select(DirectoryGroup).order_by(DirectoryGroup.id)
    if attribute == "externalId":
        query = query.where(DirectoryGroup.external_id == value)
    elif attribute:
        query = query.where(DirectoryGroup.name_key == meanings.key_of(value))
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = db.session.scalars(query.offset(start - 1).limit(count)).all() if count else []
    return total, _with_members(rows)


def create(said: SaidOfGroup, *, token_id: int) -> Group:
    """Make a group. Raises `GroupTaken`, `Invalid` and `LastAdministrator`."""
    require(DIRECTORY, "person.provision")
    row = DirectoryGroup(since=now())
    _name(row, said)
    db.session.add(row)
    db.session.flush()
    _put_in(row, said.members or frozenset())
    _refresh(_people_in(row), {row.name})
    _say(row, token_id, "made")
    return _with_members([row])[0]


def change(group: Group, said: SaidOfGroup, *, token_id: int) -> Group:
    """Make a group what the directory says. Raises `GroupTaken`, `Invalid` and `LastAdministrator`."""
    require(DIRECTORY, "person.provision")
    row, before = group.row, group.row.name
    were = set(_people_in(row))
    _name(row, said)
    if said.members is not None:
        _put_in(row, said.members)
    _refresh(were | set(_people_in(row)), {before, row.name})
    _say(row, token_id, "changed")
    return _with_members([row])[0]


def remove(group: Group, *, token_id: int) -> None:
    """A group is no more: whoever had a role by it alone has it no longer. Raises `LastAdministrator`."""
    require(DIRECTORY, "person.provision")
    row = group.row
    were = _people_in(row)
    db.session.execute(delete(DirectoryMembership).where(DirectoryMembership.group_id == row.id))
    _refresh(were, {row.name})
    _say(row, token_id, "removed")
    db.session.delete(row)
    db.session.flush()


@listener(at_once=True)
def follow_move(event: PersonMoved) -> None:
    """Somebody changed department: what a group means for one's own department is of the new one now."""
    groups = select(func.count()).where(DirectoryMembership.person_id == event.person_id)
    if db.session.scalar(groups):
        _refresh([event.person_id])


def _say(row: DirectoryGroup, token_id: int, deed: str) -> None:
    publish(GroupChangedByDirectory(group_id=row.id, token_id=token_id, deed=deed), actor=DIRECTORY)


def _name(row: DirectoryGroup, said: SaidOfGroup) -> None:
    row.name, row.name_key, row.external_id = said.name, meanings.key_of(said.name), said.external_id
    with db.session.no_autoflush:
        same = DirectoryGroup.name_key == row.name_key
        if row.external_id is not None:
            same |= DirectoryGroup.external_id == row.external_id
        others = select(DirectoryGroup.id).where(same)
        if row.id is not None:
            others = others.where(DirectoryGroup.id != row.id)
        if db.session.scalar(others.limit(1)) is not None:
            raise GroupTaken()


def _put_in(row: DirectoryGroup, members: Collection[str]) -> None:
    """Have exactly these people in a group."""
    if len(members) > MOST_MEMBERS:
        raise Invalid(f"At most {MOST_MEMBERS:,} members: only groups that mean a role are of use here.", "members")
    wanted = {int(id) for id in members if id.isascii() and id.isdecimal() and len(id) <= 9}
    here = set(db.session.scalars(known().with_only_columns(Person.id).where(Person.id.in_(wanted)).order_by(None)))
    if len(here) < len(members):
        strange = next(iter(sorted(members - {str(id) for id in here})))  # type: ignore[operator]
        raise Invalid(f"There is no User with the id {strange!r} who could be a member.", "members")
    standing = set(_people_in(row))
    gone = (DirectoryMembership.group_id == row.id, DirectoryMembership.person_id.in_(standing - here))
    db.session.execute(delete(DirectoryMembership).where(*gone))
    db.session.add_all(DirectoryMembership(group_id=row.id, person_id=id) for id in sorted(here - standing))
    db.session.flush()


def _people_in(row: DirectoryGroup) -> Sequence[int]:
    members = select(DirectoryMembership.person_id).where(DirectoryMembership.group_id == row.id)
    return db.session.scalars(members).all()


def _refresh(person_ids: Iterable[int], names: Collection[str] = ()) -> None:
    """Give and take the roles that lines name for groups we know, and for `names`; every other role stays."""
    governed = meanings.governed_roles([*names, *db.session.scalars(select(DirectoryGroup.name))])
    of = select(DirectoryGroup.name).join(DirectoryMembership, DirectoryMembership.group_id == DirectoryGroup.id)
    for id in sorted(set(person_ids)):
        person = db.session.get_one(Person, id)
        groups = db.session.scalars(of.where(DirectoryMembership.person_id == id)).all()
        standing = {(role.name, role.department_id) for role in person.roles}
        others = {role for role in standing if role[0] not in governed}
        wanted = others | meanings.roles_of(groups, person.department)
        if wanted != standing:
            changing.set_roles(DIRECTORY, person, wanted)


def _with_members(rows: Sequence[DirectoryGroup]) -> list[Group]:
    told = known().join(DirectoryMembership, DirectoryMembership.person_id == Person.id)
    query = told.with_only_columns(DirectoryMembership.group_id, Person.id, Person.name)
    found: dict[int, list[tuple[int, str]]] = {row.id: [] for row in rows}
    for group_id, person_id, name in db.session.execute(query.where(DirectoryMembership.group_id.in_(found))):
        found[group_id].append((person_id, name))
    return [Group(row, found[row.id]) for row in rows]
