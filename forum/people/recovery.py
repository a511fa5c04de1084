"""Codes for an emergency: ten, shown once, each good for one sign-in when the device is lost."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from forum.core.clock import real_now
from forum.core.db import db
from forum.core.events import Event, publish
from forum.core.permissions import require
from forum.core.sealing import fingerprint
from forum.people.factor_models import RecoveryCode
from forum.people.models import Person

HOW_MANY = 10
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"  # nothing that looks like another, and no vowels: no code is a word
LENGTH = 16  # characters of a code: 76 bits, and the key of the fingerprints lies outside the database
GROUP = 4  # characters between two dashes


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(Event):
    """Somebody was given new codes for an emergency; the earlier ones no longer work."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(Event):
    """A code for an emergency let somebody in, or confirmed who they are; so many are left."""

    person_id: int
    left: int


def make_codes(person: Person, whose: Person) -> list[str]:
    """New codes in place of all earlier ones; this is the only time that they can be read."""
    require(person, "factor.keep", whose)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == whose.id))
    codes = [_in_groups("".join(secrets.choice(ALPHABET) for _ in range(LENGTH))) for _ in range(HOW_MANY)]
    db.session.add_all(RecoveryCode(person_id=whose.id, fingerprint=_fingerprint(whose, code)) for code in codes)
    publish(RecoveryCodesMade(person_id=whose.id), actor=person)
    return codes


def take_recovery_code(owner: Person, typed: str) -> bool:
    """Whether it is one of the person's codes that was not used yet; it is from now on."""
    unused = (RecoveryCode.fingerprint == _fingerprint(owner, typed), RecoveryCode.used_at.is_(None))
    taking = update(RecoveryCode).where(*unused).values(used_at=real_now())
    if db.session.execute(taking).rowcount != 1:  # type: ignore[attr-defined]
        return False
    publish(RecoveryCodeUsed(person_id=owner.id, left=codes_left(owner)), actor=owner)
    return True


def codes_left(person: Person) -> int:
    """How many codes still work."""
    unused = (RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).where(*unused)) or 0


def are_theirs(person: Person, codes: Iterable[str]) -> bool:
    """Whether all of them are codes of that person: nothing else is given back as a file."""
    fingerprints = {_fingerprint(person, code) for code in codes}
    query = select(func.count()).where(RecoveryCode.fingerprint.in_(fingerprints))
    return bool(fingerprints) and db.session.scalar(query) == len(fingerprints)


def _fingerprint(person: Person, code: str) -> str:
    plain = "".join(filter(str.isalnum, code)).upper()
    return fingerprint(plain, f"recovery code of person {person.id}")


def _in_groups(plain: str) -> str:
    return "-".join(plain[start : start + GROUP] for start in range(0, len(plain), GROUP))
