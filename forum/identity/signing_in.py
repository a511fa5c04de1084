"""Coming in by the organisation's identity provider: whom its subject means, and what follows from its claims."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy import select

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Forbidden, Refused
from forum.core.events import Event, publish
from forum.core.languages import gettext
from forum.departments.models import Department
from forum.identity import meanings
from forum.identity.claims import Claims
from forum.identity.models import Identity
from forum.identity.speaking import DIRECTORY
from forum.people import changing
from forum.people.joining import join, may_be_somebodys
from forum.people.models import Person
from forum.people.sign_in import end_sessions, normal_email

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class IdentityLinked(Event):
    """From now on a subject of the identity provider means this person."""

    person_id: int
    identity_id: int
    was_here: bool


@dataclass(frozen=True, kw_only=True)
class ProvisionedByProvider(Event):
    """Somebody came for the first time, by the identity provider, and an account was made."""

    person_id: int


class HasLeft(Forbidden):
    """The provider knows them; here they have left."""

    title = "You have no access here any more"
    message = "Your organisation knows you, but your access to this site has ended. Ask an administrator to let you in."


class NotKnownHere(Refused):
    """The provider says too little, or something that would make two people one."""

    status = 403
    title = "You cannot be let in yet"
    message = "Your organisation's sign-in says too little about you. Tell an administrator."


@dataclass(frozen=True)
class Entered:
    """Who came in, and whether that was by an account that was here before and is linked from now on."""

    person: Person
    was_linked: bool


def enter(claims: Claims) -> Entered:
    """The person whom proved claims mean, with the department and the roles that they say.

    Somebody new is let in; somebody who is here already is known by a verified e-mail address, once, where the
    administrators allow that. Whoever the provider says has left is deactivated and comes back as inactive: the caller
    commits that and opens no session. Raises `NotKnownHere`.
    """
    known = db.session.scalar(
        select(Identity)
        .where(Identity.issuer == claims.issuer, Identity.subject == claims.subject)
        .with_for_update(of=Identity)
    )
    was_here = _known_by_email(claims) if known is None else None
    if known is None:
        known = _link(claims, was_here or _let_in(claims), was_here=was_here is not None)
    known.used_at = now()
    person = known.person
    if person.is_active and not claims.is_active:
        changing.deactivate(DIRECTORY, person)
    elif person.is_active:
        _refresh(person, claims)
    return Entered(person, was_linked=was_here is not None)


def _known_by_email(claims: Claims) -> Person | None:
    """Whoever is here under that address and may be linked to it; None when nobody is."""
    of_address = (Person.email == normal_email(claims.email), ~Person.is_persona, Person.erased_at.is_(None))
    found = db.session.scalar(select(Person).where(*of_address))
    if found is None or not claims.email:
        return None
    linked = select(Identity.id).where(Identity.person_id == found.id, Identity.issuer == claims.issuer)
    if db.session.scalar(linked) is not None:
        # An address that was passed on: whoever has it now is not who had it then.
        raise NotKnownHere("Somebody else came in under your e-mail address before. Ask an administrator to change it.")
    if not (claims.email_is_verified and meanings.directory().links_by_email):
        raise NotKnownHere(
            "There is an account under your e-mail address already, and it is not linked with your organisation's"
            " sign-in. Ask an administrator."
        )
    return found


def _let_in(claims: Claims) -> Person:
    if not may_be_somebodys(normal_email(claims.email)):
        raise NotKnownHere("Your organisation's sign-in does not say your e-mail address. Tell an administrator.")
    department = meanings.department_of(claims.department) or meanings.directory().default_department
    if department is None:
        raise NotKnownHere(_of_no_department(claims.department))
    person = join(name=claims.name, email=claims.email, department=department, password=None)
    publish(ProvisionedByProvider(person_id=person.id), actor=DIRECTORY)
    return person


def _of_no_department(called: str) -> str:
    if not called:
        return gettext("Your organisation's sign-in does not say where you work. Tell an administrator.")
    return gettext(
        "Your organisation's sign-in says that you work in “%(department)s”. No department here is called that. Tell an"
        " administrator.",
        department=called,
    )


def _link(claims: Claims, person: Person, *, was_here: bool) -> Identity:
    made = Identity(
        issuer=claims.issuer, subject=claims.subject, person_id=person.id, person=person, linked_at=now(), used_at=now()
    )
    db.session.add(made)
    db.session.flush()
    publish(IdentityLinked(person_id=person.id, identity_id=made.id, was_here=was_here), actor=person)
    return made


def _refresh(person: Person, claims: Claims) -> None:
    department = meanings.department_of(claims.department)
    if department is not None:
        changing.move(DIRECTORY, person, department)
    if claims.roles is not None:
        _refresh_roles(person, claims.roles, person.department)


def _refresh_roles(person: Person, groups: tuple[str, ...], department: Department) -> None:
    """Give the roles that the groups say. A role that no line of the mapping names stays as it was given here."""
    standing = {(role.name, role.department_id) for role in person.roles}
    governed = meanings.governed_roles()
    wanted = {role for role in standing if role[0] not in governed} | meanings.roles_of(groups, department)
    if wanted == standing:
        return
    try:
        changing.set_roles(DIRECTORY, person, wanted)
    except changing.LastAdministrator:
        log.warning("person %s stays the last administrator, though the identity provider says otherwise", person.id)
        changing.set_roles(DIRECTORY, person, {*wanted, ("administrator", None)})
    end_sessions(person)  # A session that was opened with other rights ends; the one that begins now has the new ones.
