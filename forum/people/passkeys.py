"""Passkeys: a device signs what we ask it to, for this site alone. The one place that knows the WebAuthn library.

A site has one address for passkeys, `PROVEN_ADDRESS`: a browser gives no signature for another one, which is why
passkeys cannot be phished.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import webauthn
from flask import current_app
from sqlalchemy import delete, select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from forum.core import text
from forum.core.clock import real_now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.sealing import fingerprint
from forum.people.factor_models import Passkey, PasskeyChallenge
from forum.people.models import Person

log = logging.getLogger(__name__)

# What a device is asked for, and so what its signature is good for.
ADD, FACTOR, SIGN_IN, CONFIRM = "add", "factor", "sign-in", "confirm"
PATIENCE = timedelta(minutes=5)  # to find the key, and a finger for it
NAME_LENGTH = 40  # characters
LONGEST = 20_000  # characters of an answer; a signature has some hundreds
LOOPBACK = ("127.0.0.1", "0.0.0.0", "::1", "::")  # noqa: S104  (compared with, not listened on)


class WrongPasskey(Invalid):
    """The same words whatever is wrong with an answer; the log says more."""

    def __init__(self) -> None:
        super().__init__(
            "That passkey was not accepted. Try again, and choose one that you added to your account.", "credential"
        )


def origin() -> str:
    """The address at which passkeys work. A browser knows none for a number, so this machine is called localhost."""
    parts = urlsplit(current_app.config["PROVEN_ADDRESS"])
    if parts.hostname not in LOOPBACK:
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}://localhost" + (f":{parts.port}" if parts.port else "")


def passkeys_of(person: Person) -> Sequence[Passkey]:
    """The person's passkeys, in the order in which they were added."""
    return db.session.scalars(select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.id)).all()


def ask_to_add(person: Person, organisation: str) -> str:
    """What a browser needs to make a new passkey, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=_party(),
        rp_name=f"Proven, {organisation}",
        user_id=_handle_of(person),
        user_name=person.email,
        user_display_name=person.name,
        exclude_credentials=_descriptors(person),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return _remember(options, ADD, person)


def ask_to_sign(purpose: str, person: Person | None) -> str:
    """What a browser needs to sign with one of the person's passkeys; with any that it has, where nobody said who."""
    whole = UserVerificationRequirement.REQUIRED if purpose == SIGN_IN else UserVerificationRequirement.PREFERRED
    options = webauthn.generate_authentication_options(
        rp_id=_party(), allow_credentials=_descriptors(person) if person else None, user_verification=whole
    )
    return _remember(options, purpose, person)


def made(person: Person, answer: str, name: str) -> Passkey:
    """The new passkey of a browser's answer, not yet added. Raises `WrongPasskey`."""
    found = _read(answer)
    challenge = _take(found, ADD, person)
    try:
        verified = webauthn.verify_registration_response(
            credential=found, expected_challenge=challenge, expected_rp_id=_party(), expected_origin=origin()
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _refusal(error) from error
    return Passkey(
        person_id=person.id,
        name=text.clean_line(name, NAME_LENGTH) or "Passkey",
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=bytes_to_base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
        added_at=real_now(),
    )


def take_signature(answer: str, purpose: str, person: Person | None = None) -> Person:
    """Whoever signed. Raises `WrongPasskey` for another one than `person`, and for a signature that was sent before."""
    found = _read(answer)
    challenge = _take(found, purpose, person)
    query = select(Passkey).where(Passkey.credential_id == str(found.get("id", ""))).with_for_update()
    key = db.session.scalar(query.execution_options(populate_existing=True))
    owner = db.session.get(Person, key.person_id) if key else None
    if key is None or owner is None or not owner.is_active or (person is not None and owner.id != person.id):
        raise WrongPasskey()
    _check_handle(found, owner)
    try:
        verified = webauthn.verify_authentication_response(
            credential=found,
            expected_challenge=challenge,
            expected_rp_id=_party(),
            expected_origin=origin(),
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
            require_user_verification=purpose == SIGN_IN,  # It stands for the password, too.
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _refusal(error) from error
    key.sign_count, key.last_used_at = verified.new_sign_count, real_now()
    return owner


def forget_old_challenges() -> None:
    """Delete what no device has signed in time; the worker does it now and then."""
    db.session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < real_now()))


def _party() -> str:
    return urlsplit(origin()).hostname or ""


def _handle_of(person: Person) -> bytes:
    """What a device calls the person: nothing that anybody could read a name or a number from."""
    return bytes.fromhex(fingerprint(str(person.id), "passkey handle"))


def _descriptors(person: Person) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential_id)) for key in passkeys_of(person)]


def _remember(options: Any, purpose: str, person: Person | None) -> str:
    db.session.add(
        PasskeyChallenge(
            challenge=bytes_to_base64url(options.challenge),
            purpose=purpose,
            person_id=person.id if person else None,
            expires_at=real_now() + PATIENCE,
        )
    )
    return options_to_json(options)


def _read(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer) if len(answer) <= LONGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise WrongPasskey()
    return found


def _take(found: dict[str, Any], purpose: str, person: Person | None) -> bytes:
    """The challenge that the answer is to, taken once. Only a challenge of ours is looked for, so it may name it."""
    try:
        data = json.loads(base64url_to_bytes(found["response"]["clientDataJSON"]))
        named = str(data["challenge"])
        challenge = base64url_to_bytes(named)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise WrongPasskey() from None
    whose = PasskeyChallenge.person_id == person.id if person else PasskeyChallenge.person_id.is_(None)
    ours = (PasskeyChallenge.challenge == named, PasskeyChallenge.purpose == purpose, whose)
    taking = delete(PasskeyChallenge).where(*ours, PasskeyChallenge.expires_at >= real_now())
    if db.session.execute(taking).rowcount != 1:  # type: ignore[attr-defined]
        raise WrongPasskey()
    return challenge


def _check_handle(found: dict[str, Any], owner: Person) -> None:
    handle = found["response"].get("userHandle")
    try:
        fits = not handle or base64url_to_bytes(str(handle)) == _handle_of(owner)
    except ValueError:
        fits = False
    if not fits:
        raise WrongPasskey()


def _refusal(error: Exception) -> WrongPasskey:
    log.warning("a passkey was refused: %s", error)
    return WrongPasskey()
