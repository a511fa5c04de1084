"""Passwords: what is allowed, and how they are kept."""

from __future__ import annotations

from collections.abc import Container, Iterable
from threading import BoundedSemaphore

from werkzeug.security import check_password_hash, generate_password_hash

from forum.core.errors import Invalid
from forum.core.languages import ngettext
from forum.people.common_passwords import is_common

try:
    from argon2 import PasswordHasher
    from argon2.exceptions import VerificationError
except ImportError:  # No wheel for macOS on Intel: Werkzeug's scrypt takes its place there.
    PasswordHasher = None  # type: ignore[assignment,misc]

SHORTEST = 12  # characters; length is what makes guessing hopeless, so nothing else is asked for.
LONGEST = 1_024  # characters; a longer one only costs time.
AT_ONCE = 2  # hashings in one process: each takes 64 MiB, and a storm of sign-ins must not take all memory.

_hashing = BoundedSemaphore(AT_ONCE)
_argon2 = PasswordHasher() if PasswordHasher is not None else None


def check_strength(
    password: str, *, names: tuple[str, ...] = (), ours: Iterable[str] = (), listed: Container[str] = ()
) -> None:
    """Raise `Invalid` for a password that is too short, too long, or among those that are tried first.

    `names` are the person's own, `ours` what the organisation and its parts are called, `listed` what an operator has
    listed, in small letters.
    """
    if len(password) < SHORTEST:
        raise Invalid(
            ngettext(
                "At least %(num)s character: a few words in a row are easy to keep in mind.",
                "At least %(num)s characters: a few words in a row are easy to keep in mind.",
                SHORTEST,
            ),
            "password",
        )
    if len(password) > LONGEST:
        raise Invalid(ngettext("At most %(num)s character.", "At most %(num)s characters.", LONGEST), "password")
    if len(set(password)) < 5:
        raise Invalid("Use more different characters.", "password")
    plain = password.casefold()
    if any(
        name and len(name) > 3 and plain.replace(name.casefold(), "").strip("0123456789!. ") == "" for name in names
    ):
        raise Invalid("Your own name is the first thing anybody tries. Add other words.", "password")
    if plain in listed or is_common(password, ours):
        raise Invalid(
            "This is among the first that anybody tries: well-known words, dates or keys in a row. "
            "Take three or four words that do not belong together.",
            "password",
        )


def hash_password(password: str) -> str:
    """What is stored instead of the password."""
    with _hashing:
        return _argon2.hash(password) if _argon2 else generate_password_hash(password)


def rehashed(password: str, hashed: str) -> str:
    """The hash to keep of a password that is right: a new one when the present way of hashing is another."""
    if _argon2 is None or (hashed.startswith("$argon2") and not _argon2.check_needs_rehash(hashed)):
        return hashed
    return hash_password(password)


def is_right(password: str, hashed: str | None) -> bool:
    """Whether the password belongs to the hash. Takes the same time when there is no such person."""
    if len(password) > LONGEST:
        return False
    stored = hashed or _nobodys_hash()
    with _hashing:
        if not stored.startswith("$argon2"):
            return check_password_hash(stored, password) and hashed is not None
        if _argon2 is None:
            return False
        try:
            return _argon2.verify(stored, password) and hashed is not None
        except VerificationError:
            return False


_of_nobody: list[str] = []


def _nobodys_hash() -> str:
    if not _of_nobody:
        _of_nobody.append(hash_password("nobody has this password"))
    return _of_nobody[0]
