"""What a directory does to accounts: it makes, changes and ends them, in the name of the organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, publish
from forum.core.permissions import require
from forum.departments.models import Department
from forum.identity import meanings
from forum.identity.models import DirectoryEntry
from forum.identity.speaking import DIRECTORY
from forum.people import changing
from forum.people.joining import join, may_be_somebodys
from forum.people.models import Person
from forum.people.sign_in import normal_email

LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class ProvisionedByDirectory(Event):
    """A directory made, changed or removed an account; with which token. What changed has events of its own."""

    person_id: int
    token_id: int
    deed: str


class Taken(Refused):
    """A name or an address means one person."""

    message = "Somebody with that userName, externalId or e-mail address is here already."


@dataclass(frozen=True)
class Said:
    """What a directory says of somebody. None means that it says nothing of it, so that it stays as it is."""

    user_name: str
    external_id: str | None
    name: str
    email: str
    job_title: str | None
    department: str | None
    manager: str | None
    says_manager: bool
    is_active: bool | None


@dataclass(frozen=True)
class Account:
    """Somebody as a directory is told of them."""

    person: Person
    user_name: str
    external_id: str | None


def find(id: str) -> Account | None:
    """The account with that id; None also for one that the directory removed."""
    if not (id.isascii() and id.isdecimal() and len(id) <= 10 and int(id) <= LARGEST_ID):
        return None
    row = db.session.execute(known().where(Person.id == int(id))).one_or_none()
    return None if row is None else _account(row[0], row[1])


def page(attribute: str, value: str, *, start: int, count: int) -> tuple[int, Sequence[Account]]:
    """How many accounts there are, and `count` of them from the one with number `start`, which is 1 at the beginning.

    Of those whose `attribute`, "userName" or "externalId", is the value; of all where it is empty.
    """
    query = known()
    if attribute == "externalId":
        query = query.where(DirectoryEntry.external_id == value)
    elif attribute:
        by_address = (DirectoryEntry.person_id.is_(None), Person.email == normal_email(value))
        query = query.where(or_(DirectoryEntry.user_key == _key(value), by_address[0] & by_address[1]))
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = db.session.execute(query.offset(start - 1).limit(count)).all() if count else []
    return total, [_account(row[0], row[1]) for row in rows]


def known() -> Select[Person, DirectoryEntry]:
    """Everybody of whom a directory is told, with what it calls them: nothing is told by any other query.

    Neither a persona nor whoever was taken out is anybody whom it could change, end or let back in.
    """
    return (
        select(Person, DirectoryEntry)
        .outerjoin(DirectoryEntry, DirectoryEntry.person_id == Person.id)
        .where(DirectoryEntry.removed_at.is_(None), ~Person.is_persona, Person.erased_at.is_(None))
        .order_by(Person.id)
        .options(joinedload(Person.department))
    )


def create(said: Said, *, token_id: int) -> Account:
    """Make an account; one that the directory removed before is taken up again. Raises `Taken` and `Invalid`."""
    require(DIRECTORY, "person.provision")
    entry = db.session.scalar(select(DirectoryEntry).where(DirectoryEntry.user_key == _key(said.user_name)))
    if entry is None:
        person = _make(said)
        entry = _call(person, said)
    elif entry.removed_at is None:
        raise Taken()
    else:
        person = db.session.get_one(Person, entry.person_id)
        entry.removed_at = None
        if not person.is_active and said.is_active is None:
            changing.reactivate(DIRECTORY, person)
    _change(person, entry, said)
    publish(ProvisionedByDirectory(person_id=person.id, token_id=token_id, deed="made"), actor=DIRECTORY)
    return Account(person, entry.user_name, entry.external_id)


def change(account: Account, said: Said, *, token_id: int) -> Account:
    """Make an account what the directory says. Raises `Taken`, `Invalid` and `LastAdministrator`."""
    require(DIRECTORY, "person.provision")
    entry = db.session.get(DirectoryEntry, account.person.id) or _call(account.person, said)
    _change(account.person, entry, said)
    publish(ProvisionedByDirectory(person_id=account.person.id, token_id=token_id, deed="changed"), actor=DIRECTORY)
    return Account(account.person, entry.user_name, entry.external_id)


def remove(account: Account, *, token_id: int) -> None:
    """End an account for good, as far as the directory goes: the person leaves, and what they wrote stays."""
    require(DIRECTORY, "person.provision")
    person = account.person
    if person.is_active:
        changing.deactivate(DIRECTORY, person)
    entry = db.session.get(DirectoryEntry, person.id) or _add(person, account.user_name, account.external_id)
    entry.removed_at = now()
    entry.external_id = None  # Free for whoever the directory means by it next.
    publish(ProvisionedByDirectory(person_id=person.id, token_id=token_id, deed="removed"), actor=DIRECTORY)


def _account(person: Person, entry: DirectoryEntry | None) -> Account:
    return Account(person, entry.user_name if entry else person.email, entry.external_id if entry else None)


def _make(said: Said) -> Person:
    _check_address(said.email)
    return join(name=said.name, email=said.email, department=_department(said), password=None)


def _department(said: Said) -> Department:
    found = meanings.department_of(said.department or "") or meanings.directory().default_department
    if found is None:
        raise Invalid(
            f"No department here is called {said.department!r}, and there is none for whoever has no other: an"
            " administrator names one under Sign-in and directory.",
            "department",
        )
    return found


def _call(person: Person, said: Said) -> DirectoryEntry:
    return _add(person, said.user_name, said.external_id)


def _add(person: Person, user_name: str, external_id: str | None) -> DirectoryEntry:
    entry = DirectoryEntry(
        person_id=person.id, user_name=user_name, user_key=_key(user_name), external_id=external_id, since=now()
    )
    _check_names(entry)
    db.session.add(entry)
    db.session.flush()
    return entry


def _change(person: Person, entry: DirectoryEntry, said: Said) -> None:
    entry.user_name, entry.user_key, entry.external_id = said.user_name, _key(said.user_name), said.external_id
    _check_names(entry)
    _check_address(said.email, person)
    person.email = normal_email(said.email)
    job_title = person.job_title if said.job_title is None else said.job_title
    changing.describe(DIRECTORY, person, name=said.name, job_title=job_title, about=person.about)
    if said.department and (department := meanings.department_of(said.department)) is not None:
        changing.move(DIRECTORY, person, department)
    if said.says_manager:
        changing.put_under(DIRECTORY, person, _manager(said.manager))
    if person.is_active and said.is_active is False:
        changing.deactivate(DIRECTORY, person)
    elif said.is_active and not person.is_active:
        changing.reactivate(DIRECTORY, person)


def _manager(id: str | None) -> Person | None:
    if id is None:
        return None
    found = find(id)
    if found is None:
        raise Invalid(f"There is no User with the id {id!r} who could be the manager.", "manager")
    return found.person


def _check_names(entry: DirectoryEntry) -> None:
    with db.session.no_autoflush:
        same = [DirectoryEntry.user_key == entry.user_key]
        if entry.external_id is not None:
            same.append(DirectoryEntry.external_id == entry.external_id)
        others = select(DirectoryEntry.person_id).where(or_(*same), DirectoryEntry.person_id != entry.person_id)
        if db.session.scalar(others.limit(1)) is not None:
            raise Taken()


def _check_address(email: str, of: Person | None = None) -> None:
    address = normal_email(email)
    if not may_be_somebodys(address):
        raise Invalid("A User needs an e-mail address: in emails, or as userName.", "emails")
    with db.session.no_autoflush:
        holder = db.session.scalar(select(Person.id).where(Person.email == address))
    if holder is not None and (of is None or holder != of.id):
        raise Taken()


def _key(user_name: str) -> str:
    return user_name.strip().casefold()
