"""Links in mails that let somebody say whether it worked without signing in: signed for that one thing, for a while."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from forum.core.db import db
from forum.core.errors import Refused
from forum.needs.models import CheckIn
from forum.people.persona_links import works_here

VALID = 60 * 24 * 3600  # seconds: the ten working days of a check-in, and as long again for a late reply


class NoLongerValid(Refused):
    """Forged, cut short or too old."""

    status = 404
    title = "This link does not work"
    message = "It is too old or was not copied whole. Sign in, and you find the question among your own."


def token_for(check_in_id: int, person_id: int) -> str:
    """What the address of a link ends with that is mailed to a person: they alone can reply by it."""
    return str(_serializer().dumps([check_in_id, person_id]))


def check_in(token: str) -> CheckIn:
    """The check-in of a link. Raises `NoLongerValid`."""
    try:
        id, person_id = _serializer().loads(token, max_age=VALID)
    except BadSignature:
        raise NoLongerValid() from None
    found = db.session.get(CheckIn, id)
    if found is None or found.need.person_id != person_id:  # The need may have gone to somebody else since.
        raise NoLongerValid()
    if not works_here(person_id):  # A link is worth no more than a session, which ended.
        raise NoLongerValid()
    return found


def _serializer() -> URLSafeTimedSerializer:
    assert current_app.secret_key is not None
    return URLSafeTimedSerializer(current_app.secret_key, salt="did-it-work")
