"""What a provider says about somebody, whatever the names under which it says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forum.core import text

LONGEST = 255  # characters of a subject, as the standard has it
# Ways to sign in of which each is, or implies, a second factor (RFC 8176).
STRONG = {"mfa", "otp", "hwk", "swk", "sc", "fpt", "face", "iris", "vbm", "pop"}


@dataclass(frozen=True)
class Names:
    """Under which names a provider says what; an empty one is not looked at. A dot leads into an object."""

    department: str
    roles: str
    active: str


@dataclass(frozen=True)
class Claims:
    """Who signed in. `roles` is None where the provider does not say them, which is not the same as none."""

    issuer: str
    subject: str
    email: str
    email_is_verified: bool
    name: str
    department: str
    roles: tuple[str, ...] | None
    is_active: bool
    is_strong: bool

    @classmethod
    def of(cls, said: Mapping[str, Any], names: Names) -> Claims:
        """The claims that a proved token holds."""
        email = _line(said.get("email"))
        return cls(
            issuer=str(said["iss"]),
            subject=str(said["sub"])[:LONGEST],
            email=email,
            email_is_verified=said.get("email_verified") in (True, "true"),
            name=_line(said.get("name")) or _two_names(said) or _line(said.get("preferred_username")) or email,
            department=_line(_find(said, names.department)),
            roles=_words(_find(said, names.roles)) if names.roles else None,
            is_active=_find(said, names.active) not in (False, "false", "False"),
            is_strong=bool(STRONG.intersection(_words(said.get("amr")))),
        )


def is_incomplete(said: Mapping[str, Any], names: Names) -> bool:
    """Whether something is missing that the provider's user info may hold."""
    wanted = [name for name in (names.department, names.roles, names.active) if name]
    return not said.get("email") or not said.get("name") or any(_find(said, name) is None for name in wanted)


def _find(said: Mapping[str, Any], name: str) -> Any:
    if not name or name in said:
        return said.get(name)
    found: Any = said
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _line(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    return text.clean_line(value, LONGEST) if isinstance(value, str) else ""


def _words(value: Any) -> tuple[str, ...]:
    found = value if isinstance(value, list) else [value]
    return tuple(each for each in found if isinstance(each, str))


def _two_names(said: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (_line(said.get("given_name")), _line(said.get("family_name")))))
