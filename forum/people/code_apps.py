"""Codes of an app: a new one every half minute (TOTP), each taken once. The one place that knows pyotp and segno."""

from __future__ import annotations

import hmac
import logging

import pyotp
import segno
from sqlalchemy import select

from forum.core.clock import real_now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.sealing import CannotOpen, open_sealed, seal
from forum.people.factor_models import CodeApp
from forum.people.models import Person

log = logging.getLogger(__name__)

ISSUER_LENGTH = 80  # characters that stand above the code in the app
STEP = 30  # seconds that a code stands, as every app has it
SLACK = 1  # steps before and after: a phone's clock may go half a minute wrong, and typing takes its time.
SECRET_LENGTH = 32  # characters of base32: 160 bits, what the standard asks for


class WrongCode(Invalid):
    """Whether it is wrong, too old or used: the same words."""

    def __init__(self) -> None:
        super().__init__("That code is wrong, too old or was used before. Type the one that is shown now.", "code")


def new_secret(person: Person) -> str:
    """A secret for an app of that person, sealed: it goes to the browser and comes back with the first code."""
    return seal(pyotp.random_base32(SECRET_LENGTH), _purpose(person))


def secret_of(person: Person, sealed: str) -> str:
    """The secret, as one types it into an app. Raises `Invalid` for one that was not sealed for this person."""
    try:
        return open_sealed(sealed, _purpose(person))
    except CannotOpen:
        raise Invalid("This page is too old. Open it again and scan the new picture.") from None


def app_with(person: Person, sealed: str, code: str) -> CodeApp:
    """The app that made `code` of the secret that was shown. Raises `Invalid`, and `WrongCode` when it does not fit."""
    step = _step_of(secret_of(person, sealed), code, after=-1)
    if step is None:
        raise WrongCode()
    return CodeApp(person_id=person.id, sealed_secret=sealed, added_at=real_now(), last_step=step)


def picture_of(person: Person, secret: str, organisation: str) -> str:
    """A picture for an app to scan, as the address of an image."""
    issuer = f"Proven, {organisation}"[:ISSUER_LENGTH]  # A picture holds only so much.
    address = pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=issuer)
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff"))


def take_code(owner: Person, code: str) -> bool:
    """Whether it is the code of the person's app, and was not taken before; it is from now on."""
    query = select(CodeApp).where(CodeApp.person_id == owner.id).with_for_update()
    app = db.session.scalar(query.execution_options(populate_existing=True))
    if app is None:
        return False
    try:
        step = _step_of(open_sealed(app.sealed_secret, _purpose(owner)), code, after=app.last_step)
    except CannotOpen:
        log.error("the code app of person %s was sealed with another secret key: reset their second factor", owner.id)
        return False
    if step is None:
        return False
    app.last_step = step
    return True


def _step_of(secret: str, typed: str, *, after: int) -> int | None:
    code = "".join(typed.split())
    totp, today = pyotp.TOTP(secret), int(real_now().timestamp()) // STEP
    steps = (step for step in range(today - SLACK, today + SLACK + 1) if step > after)
    fitting = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
    return max(fitting, default=None)


def _purpose(person: Person) -> str:
    return f"code app of person {person.id}"
