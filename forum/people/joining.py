"""How people come: the first administrator sets the organisation up, the others follow an invitation."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from forum.core import text
from forum.core.clock import now
from forum.core.config import kept_secret
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid, Refused
from forum.core.events import Event, publish
from forum.core.permissions import require
from forum.departments.labelling import slug_of
from forum.departments.models import Department
from forum.people.models import Invitation, Membership, Organisation, Person, Role
from forum.people.passwords import hash_password
from forum.people.sign_in import check_new_password, hash_token, normal_email, set_password

NAME_LENGTH = 80  # characters
EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,190}")  # Enough to catch a slip; only a mail proves an address.
NOBODYS = (
    ".invalid"  # A domain that never exists: personas have such addresses, imported authors, and who was taken out.
)


@dataclass(frozen=True, kw_only=True)
class PersonJoined(Event):
    """Somebody new is here."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class ColleagueLetIn(Event):
    """An administrator made a link by which somebody new may come in."""

    department_id: int


@dataclass(frozen=True, kw_only=True)
class JoinLinkRenewed(Event):
    """An administrator made a new link for somebody who was invited; the old one stopped."""

    department_id: int


@dataclass(frozen=True, kw_only=True)
class JoinLinkWithdrawn(Event):
    """An administrator took an invitation back before anybody followed it."""

    department_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordLinkMade(Event):
    """An administrator made a link by which somebody chooses a new password."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class OrganisationRenamed(Event):
    """The organisation is called something else."""


class NoLongerOpen(Refused):
    """An invitation works once and for some days."""

    title = "This link no longer works"
    message = "It was used, replaced or is too old. Ask an administrator for a new one."


class WaitsNoLonger(Refused):
    """Only an invitation that nobody has followed yet is withdrawn or renewed."""

    title = "This invitation does not wait any more"
    message = "It was used, renewed or withdrawn, or its days are over. Make a new one if it is still needed."


def organisation() -> Organisation | None:
    """The organisation, or None before it has been set up."""
    return db.session.scalar(select(Organisation))


def found(name: str, *, is_demo: bool = False) -> Organisation:
    """Set up the organisation. Raises `Forbidden` when there is one already."""
    if organisation() is not None:
        raise Forbidden("This site has been set up already. Go to the sign-in page.")
    name = text.clean_line(name, NAME_LENGTH)
    if not name:
        raise Invalid("What is your organisation called?", "organisation")
    founded = Organisation(id=1, name=name, is_demo=is_demo, founded_at=now())
    db.session.add(founded)
    db.session.flush()
    return founded


def setup_key() -> str:
    """What proves that somebody can read the server's console: asked for once, at the first run."""
    return kept_secret(current_app.config["PROVEN_DATA"] / "setup-key")


def rename(administrator: Person, name: str) -> None:
    """Call the organisation something else. Raises `Invalid` for no name at all."""
    require(administrator, "organisation.edit")
    name = text.clean_line(name, NAME_LENGTH)
    if not name:
        raise Invalid("An organisation needs a name.", "name")
    db.session.scalars(select(Organisation)).one().name = name
    publish(OrganisationRenamed(), actor=administrator)


def add_departments(names: Sequence[str]) -> list[Department]:
    """Make the first departments, one per different name. Raises `Invalid` when there is none."""
    cleaned = {slug: line for name in names if (slug := slug_of(line := text.clean_line(name, 60)))}
    if not cleaned:
        raise Invalid("Name at least one department, one on each line.", "departments")
    made = [Department(slug=slug, name=name, description="", calendar={}) for slug, name in cleaned.items()]
    db.session.add_all(made)
    db.session.flush()
    return made


def join(*, name: str, email: str, department: Department, password: str | None, handle: str | None = None) -> Person:
    """Make a person of the organisation. Raises `Invalid` with the field at fault.

    Without a password (an import, the demo before its sign-ins) nobody can sign in as that person.
    """
    name, email = text.clean_line(name, NAME_LENGTH), normal_email(email)
    if not name:
        raise Invalid("How shall colleagues call you?", "name")
    if not EMAIL.fullmatch(email):
        raise Invalid("Write an e-mail address, like kim@example.org.", "email")
    if db.session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise Invalid("Somebody with that e-mail address is here already. Look under People.", "email")
    if password is not None:
        check_new_password(password, (name, *name.split(), email.split("@")[0]))
    person = Person(
        handle=_free_handle(handle or name),
        name=name,
        email=email,
        password_hash=None if password is None else hash_password(password),
        department_id=department.id,
        department=department,
        job_title="",
        about="",
        joined_at=now(),
        roles=[],
    )
    db.session.add(person)
    db.session.flush()
    db.session.add(Membership(person_id=person.id, department_id=department.id, since=now()))
    publish(PersonJoined(person_id=person.id), actor=person)
    return person


def first_administrator(person: Person) -> None:
    """Give the person who sets the site up the administrator's role; works only while nobody has it."""
    if db.session.scalar(select(Role.id).where(Role.name == "administrator")) is not None:
        raise Forbidden()
    db.session.add(Role(person_id=person.id, name="administrator", since=now()))
    db.session.flush()
    db.session.expire(person, ["roles"])


def invite(administrator: Person, *, email: str, department: Department | None) -> str:
    """Invite somebody; returns the secret of the link. An earlier invitation to that address no longer works."""
    require(administrator, "person.invite")
    email, department = check_new_email(email), check_department(department)
    publish(ColleagueLetIn(department_id=department.id), actor=administrator)
    return _let_in(administrator, email, department.id)


def renew_invitation(administrator: Person, invitation: Invitation) -> str:
    """A new link in place of one that was lost; returns its secret. The old one stops. Raises `WaitsNoLonger`."""
    require(administrator, "person.invite")
    email, department_id = check_new_email(invitation.email), _still_waiting(invitation)
    publish(JoinLinkRenewed(department_id=department_id), actor=administrator)
    return _let_in(administrator, email, department_id)


def withdraw_invitation(administrator: Person, invitation: Invitation) -> None:
    """Let the link of an invitation lead nowhere from now on. Raises `WaitsNoLonger`."""
    require(administrator, "person.invite")
    department_id = _still_waiting(invitation)
    invitation.expires_at = now()
    publish(JoinLinkWithdrawn(department_id=department_id), actor=administrator)


def check_new_email(email: str) -> str:
    """The address as it is kept. Raises `Invalid` if nobody can be reached there, or a colleague has it already."""
    email = normal_email(email)
    if not may_be_somebodys(email):
        raise Invalid("Write an e-mail address, like kim@example.org.", "email")
    if db.session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise Invalid("Somebody with that e-mail address is here already. Look under People.", "email")
    return email


def check_department(department: Department | None) -> Department:
    """The department that was chosen. Raises `Invalid` for none."""
    if department is None:
        raise Invalid("Choose the department of the new colleague.", "department")
    return department


def may_be_somebodys(email: str) -> bool:
    """Whether it looks like an address that somebody can be reached under."""
    return EMAIL.fullmatch(email) is not None and not email.endswith(NOBODYS)


def let_choose_password(administrator: Person, person: Person) -> str:
    """A link with which somebody who forgot the password chooses a new one; returns its secret."""
    require(administrator, "person.invite")
    publish(PasswordLinkMade(person_id=person.id), actor=administrator)
    return _send(administrator, email=person.email, person_id=person.id)


def open_invitation(token: str) -> Invitation:
    """The invitation of a link. Raises `NoLongerOpen` for one that is used, too old or never was."""
    found = db.session.scalar(select(Invitation).where(Invitation.token_hash == hash_token(token)))
    if found is None or found.used_at is not None or found.expires_at <= now():
        raise NoLongerOpen()
    return found


def accept_invitation(token: str, *, name: str, password: str) -> Person:
    """Come in by an invitation, once."""
    invitation = _use(token)
    if invitation.department is None:
        raise NoLongerOpen()
    return join(name=name, email=invitation.email, department=invitation.department, password=password)


def choose_password(token: str, password: str) -> Person:
    """Choose a new password by a link, once; every session of the person ends."""
    invitation = _use(token)
    person = db.session.get(Person, invitation.person_id) if invitation.person_id else None
    if person is None or not person.is_active:
        raise NoLongerOpen()
    set_password(person, password)
    return person


def open_invitations() -> Sequence[Invitation]:
    """Invitations that somebody may still follow, latest first."""
    still = (Invitation.used_at.is_(None), Invitation.expires_at > now(), Invitation.person_id.is_(None))
    return db.session.scalars(select(Invitation).where(*still).order_by(Invitation.sent_at.desc())).all()


def _still_waiting(invitation: Invitation) -> int:
    """The department of an invitation that somebody may still follow, which nobody else uses or changes meanwhile."""
    locked = select(Invitation).where(Invitation.id == invitation.id).with_for_update(of=Invitation)
    db.session.scalar(locked.execution_options(populate_existing=True))
    is_over = invitation.used_at is not None or invitation.expires_at <= now()
    if is_over or invitation.person_id is not None or invitation.department_id is None:
        raise WaitsNoLonger()
    return invitation.department_id


def _let_in(administrator: Person, email: str, department_id: int) -> str:
    waiting = select(Invitation).where(Invitation.email == email, Invitation.used_at.is_(None))
    for earlier in db.session.scalars(waiting):
        earlier.expires_at = now()
    return _send(administrator, email=email, department_id=department_id)


def _send(administrator: Person, **what: object) -> str:
    token = secrets.token_urlsafe(24)
    days = current_app.config["PROVEN_INVITATION_DAYS"]
    db.session.add(
        Invitation(
            token_hash=hash_token(token),
            invited_by_id=administrator.id,
            sent_at=now(),
            expires_at=now() + timedelta(days=days),
            **what,
        )
    )
    return token


def _use(token: str) -> Invitation:
    query = select(Invitation).where(Invitation.token_hash == hash_token(token)).with_for_update(of=Invitation)
    db.session.scalar(query.execution_options(populate_existing=True))
    invitation = open_invitation(token)
    invitation.used_at = now()
    return invitation


def _free_handle(wanted: str) -> str:
    base = slug_of(wanted, 30) or "colleague"
    taken = set(db.session.scalars(select(Person.handle).where(Person.handle.like(f"{base}%"))))
    return next(handle for n in range(len(taken) + 1) if (handle := f"{base}-{n + 1}" if n else base) not in taken)
