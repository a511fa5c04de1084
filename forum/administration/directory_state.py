"""What the page of sign-in and directory says: what is set up, whether the provider answers, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select

from forum.core.db import db
from forum.core.languages import Message
from forum.identity import current, meanings
from forum.identity.models import DirectoryEntry, Identity

PASSWORDS = {
    "on": Message("Everybody who has a password may sign in with it."),
    "administrators": Message("Only administrators may sign in with a password."),
    "off": Message("Nobody can sign in with a password."),
}


@dataclass(frozen=True)
class DirectoryState:
    """What is set up. `settings` are those of the environment, with their values; the secret's is not among them."""

    settings: list[tuple[str, str]]
    passwords: str
    linked: int
    provisioned: int
    advice: list[str]


@dataclass(frozen=True)
class Tried:
    """What came of asking the provider: what it offers, or why it cannot be used."""

    good: list[str]
    wrong: str


def directory_state() -> DirectoryState:
    """How it stands, without asking anybody outside."""
    return DirectoryState(
        settings=list(_settings()),
        passwords=PASSWORDS[current.who_has_passwords()],
        linked=db.session.scalar(select(func.count(Identity.id))) or 0,
        provisioned=db.session.scalar(
            select(func.count(DirectoryEntry.person_id)).where(DirectoryEntry.removed_at.is_(None))
        )
        or 0,
        advice=list(_advice()),
    )


def try_provider() -> Tried:
    """Ask the provider for its document and its keys, now."""
    from forum.identity.provider import Away

    provider = current.provider()
    try:
        found = provider.look_up()
        keys = provider.count_keys()
    except Away as away:
        return Tried([], f"{away.why[:1].upper()}{away.why[1:]}.")
    return Tried(
        [
            f"{found.issuer} answers, and its document is about itself.",
            f"It signs with {keys} key{'' if keys == 1 else 's'}, which could be read.",
            "Signing out there, too, is offered." if found.end_session_endpoint else "It offers no page to sign out.",
            "Its answers name their sender, so that two providers cannot be mixed up."
            if found.names_itself
            else "Its answers do not name their sender; with a single provider none can be mixed up.",
        ],
        "",
    )


def _settings() -> Iterator[tuple[str, str]]:
    settings = current_app.config
    yield "Provider", settings["PROVEN_OIDC_ISSUER"] or "none"
    if not current.is_configured():
        return
    yield "Client id", settings["PROVEN_OIDC_CLIENT_ID"]
    yield "Secret", "set" if settings["PROVEN_OIDC_CLIENT_SECRET"] else "none: a public client"
    yield "Address to register there", current.back_to()
    yield "Asked for", settings["PROVEN_OIDC_SCOPES"]
    yield "Department is read from", settings["PROVEN_OIDC_DEPARTMENT_CLAIM"] or "nowhere"
    yield "Groups are read from", settings["PROVEN_OIDC_ROLES_CLAIM"] or "nowhere: roles are given here"


def _advice() -> Iterator[str]:
    settings, told = current_app.config, meanings.directory()
    address = settings["PROVEN_ADDRESS"]
    if not current.is_configured():
        return
    if not address.startswith("https://") and not address.startswith(("http://127.0.0.1", "http://localhost")):
        yield f"PROVEN_ADDRESS is {address}. A provider sends people back over https:// only: set the real address."
    if told.default_department is None:
        yield "Whoever comes from a department that is not known here is turned away. Choose one for them below."
    if told.roles and not settings["PROVEN_OIDC_ROLES_CLAIM"]:
        yield "Groups have a meaning below, but PROVEN_OIDC_ROLES_CLAIM does not say where the provider names them."
    if settings["PROVEN_LOCAL_SIGN_IN"] == "off":
        yield (
            "While the provider is away nobody can sign in, not even you: PROVEN_LOCAL_SIGN_IN=administrators keeps a"
            " way in."
        )
