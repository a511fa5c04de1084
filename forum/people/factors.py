"""Second factors: adding and removing them, asking for one at sign-in, and an administrator's way out when all is lost.

The first one that somebody adds brings codes for an emergency, so that nobody can lock themselves out with it. Every
change ends the person's other sessions and gives this one a new secret.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, publish
from forum.core.languages import ngettext
from forum.core.permissions import require
from forum.people import code_apps, passkeys
from forum.people.factor_models import CodeApp, Passkey, PasskeyChallenge, RecoveryCode
from forum.people.models import Person
from forum.people.recovery import codes_left, make_codes, take_recovery_code
from forum.people.requiring import has_factor, has_to_add_one
from forum.people.sign_in import end_sessions, renew_session

MOST_PASSKEYS = 10  # of one person: a laptop, a phone, a key in the drawer, and their successors
APP, PASSKEY = "app", "passkey"


@dataclass(frozen=True, kw_only=True)
class SecondFactorAdded(Event):
    """Somebody added an app or a passkey to the own account."""

    person_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class SecondFactorRemoved(Event):
    """Somebody removed an app or a passkey from the own account."""

    person_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class SecondFactorsReset(Event):
    """An administrator removed every second factor of somebody who had lost them."""

    person_id: int


class LastFactor(Refused):
    """Whoever must have one keeps one."""

    title = "Add another one first"
    message = "Your role needs a second factor, and this is your last one. Add another, then remove this."


def app_of(person: Person) -> CodeApp | None:
    """The person's app for codes, if there is one."""
    return db.session.get(CodeApp, person.id)


def add_app(person: Person, *, sealed: str, code: str) -> list[str]:
    """From now on the person's app gives codes; an earlier app gives none any more.

    `sealed` is the secret that was shown, `code` what the app makes of it. Returns new codes for an emergency if there
    are none. Raises `Invalid` for a code that does not fit.
    """
    require(person, "factor.keep", person)
    added = code_apps.app_with(person, sealed, code)
    db.session.execute(delete(CodeApp).where(CodeApp.person_id == person.id))
    db.session.add(added)
    return _added(person, APP)


def add_passkey(person: Person, *, answer: str, name: str) -> list[str]:
    """The device that gave this answer may sign for the person from now on; returns as `add_app` does.

    Raises `Invalid` for an answer that cannot be used, and for too many.
    """
    require(person, "factor.keep", person)
    added = passkeys.made(person, answer, name)
    if len(passkeys.passkeys_of(person)) >= MOST_PASSKEYS:
        raise Invalid(
            ngettext(
                "You have %(num)s passkey. Remove one that you no longer use.",
                "You have %(num)s passkeys. Remove one that you no longer use.",
                MOST_PASSKEYS,
            ),
            "name",
        )
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == added.credential_id)) is not None:
        raise passkeys.WrongPasskey()
    db.session.add(added)
    return _added(person, PASSKEY)


def remove_app(person: Person) -> None:
    """The person's app gives codes no more. Raises `LastFactor`."""
    require(person, "factor.keep", person)
    if db.session.execute(delete(CodeApp).where(CodeApp.person_id == person.id)).rowcount:  # type: ignore[attr-defined]
        _removed(person, APP)


def remove_passkey(person: Person, id: int) -> None:
    """One of the person's passkeys opens nothing any more. Raises `LastFactor`."""
    require(person, "factor.keep", person)
    removing = delete(Passkey).where(Passkey.person_id == person.id, Passkey.id == id)
    if db.session.execute(removing).rowcount:  # type: ignore[attr-defined]
        _removed(person, PASSKEY)


def reset_factors(administrator: Person, person: Person) -> None:
    """Somebody lost everything: the password alone lets them in again. Every session of theirs ends."""
    require(administrator, "factor.reset", person)
    _forget_all(person)
    end_sessions(person)
    publish(SecondFactorsReset(person_id=person.id), actor=administrator)


def take_code(owner: Person, typed: str) -> None:
    """A code of the app, or one for an emergency, taken once. Raises `WrongCode`."""
    if not code_apps.take_code(owner, typed) and not (has_factor(owner) and take_recovery_code(owner, typed)):
        raise code_apps.WrongCode()


def _added(person: Person, kind: str) -> list[str]:
    db.session.flush()
    renew_session(person)
    publish(SecondFactorAdded(person_id=person.id, kind=kind), actor=person)
    return [] if codes_left(person) else make_codes(person, person)


def _removed(person: Person, kind: str) -> None:
    if has_to_add_one(person):
        raise LastFactor()
    if not has_factor(person):
        _forget_all(person)  # Codes for an emergency stand in place of a factor, and there is none any more.
    renew_session(person)
    publish(SecondFactorRemoved(person_id=person.id, kind=kind), actor=person)


def _forget_all(person: Person) -> None:
    for kind in (CodeApp, Passkey, PasskeyChallenge, RecoveryCode):
        db.session.execute(delete(kind).where(kind.person_id == person.id))
