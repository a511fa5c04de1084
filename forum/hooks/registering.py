"""Hooks are registered by an administrator, switched off and on, tried, and removed."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select

from forum.core import text
from forum.core.clock import now
from forum.core.config import is_safe_to_fetch
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, publish
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.core.sealing import seal
from forum.hooks.models import ADDRESS, KINDS, SECRET, Delivery, Hook
from forum.people.models import Person

NAME_LENGTH = 80  # characters
ADDRESS_LENGTH = 2_000  # characters
MOST = 20  # hooks: each is told of everything it wants by a request of its own
SHOWN = 10  # deliveries of each


class HooksOff(Refused):
    """The operator has not switched them on."""

    message = "Web hooks are switched off. Your operator switches them on with PROVEN_HOOKS."


@dataclass(frozen=True, kw_only=True)
class HookRegistered(Event):
    """An administrator lets an address be told of what happens."""

    hook_id: int


@dataclass(frozen=True, kw_only=True)
class HookSwitched(Event):
    """A hook was switched off or on: by an administrator, or by nobody after it had failed again and again."""

    hook_id: int
    on: bool


@dataclass(frozen=True, kw_only=True)
class HookRemoved(Event):
    """An administrator removed a hook with what is known of its deliveries."""

    hook_id: int


@dataclass(frozen=True, kw_only=True)
class HookTried(Event):
    """An administrator had a test sent to a hook."""

    hook_id: int


def register(
    administrator: Person, *, name: str, address: str, kinds: Collection[str], department_ids: Collection[int]
) -> tuple[Hook, str]:
    """Register an address; returns the hook and the secret it is signed with, which nobody is shown again.

    Raises `Invalid` with the field at fault, `HooksOff` where the operator has not switched hooks on.
    """
    require(administrator, "hook.keep")
    if current_app.config["PROVEN_HOOKS"] == "off":
        raise HooksOff()
    name, address = text.clean_line(name, NAME_LENGTH), address.strip()
    if not name:
        raise Invalid("Give it a name, such as the channel it leads to.", "name")
    if not is_address(address):
        raise Invalid("Paste the whole address that the chat gave you. It begins with https://.", "address")
    chosen = [kind for kind in KINDS if kind in kinds]
    if not chosen:
        raise Invalid("Choose at least one thing to be told.", "kinds")
    if len(all_hooks()) >= MOST:
        raise Invalid(gettext("There are %(most)s web hooks already. Remove one first.", most=MOST), "name")
    secret = secrets.token_urlsafe(32)
    made = Hook(
        name=name,
        host=urlsplit(address).hostname,
        sealed_address=seal(address, ADDRESS),
        sealed_secret=seal(secret, SECRET),
        kinds=chosen,
        department_ids=sorted(department_ids),
        made_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    publish(HookRegistered(hook_id=made.id), actor=administrator)
    return made, secret


def is_address(address: str) -> bool:
    """Whether something may be sent there as far as the address itself tells: over TLS, unless inside is allowed."""
    if len(address) > ADDRESS_LENGTH or not address.isascii():
        return False
    inside = current_app.config["PROVEN_HOOKS"] == "inside"
    return is_safe_to_fetch(address.replace("http://", "https://", 1) if inside else address)


def switch(administrator: Person, hook: Hook, *, on: bool) -> None:
    """Let it be told again, from nothing that failed before; or no more."""
    require(administrator, "hook.keep")
    if on != (hook.off_at is None):
        hook.off_at, hook.gave_up, hook.failures = (None if on else now()), False, 0
        publish(HookSwitched(hook_id=hook.id, on=on), actor=administrator)


def remove(administrator: Person, hook: Hook) -> None:
    """Forget a hook, its address and its deliveries."""
    require(administrator, "hook.keep")
    publish(HookRemoved(hook_id=hook.id), actor=administrator)
    db.session.delete(hook)


def all_hooks() -> Sequence[Hook]:
    """Every hook, as they came."""
    return db.session.scalars(select(Hook).order_by(Hook.id)).all()


def latest(hook: Hook) -> Sequence[Delivery]:
    """What was sent to a hook last, the latest first."""
    query = select(Delivery).where(Delivery.hook_id == hook.id).order_by(Delivery.id.desc()).limit(SHOWN)
    return db.session.scalars(query).all()
