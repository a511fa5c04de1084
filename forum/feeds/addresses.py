"""The secret part of the addresses of one's feeds: made when it is asked for, made anew when it got into wrong hands.

It is shown again under the settings, so it cannot be kept as a hash. It is a random word, signed with the key that lies
outside the database: neither a copy of the database nor the key alone opens a feed.
"""

from __future__ import annotations

import secrets

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from forum.core.clock import now
from forum.core.db import db
from forum.core.jobs import listener
from forum.core.permissions import require
from forum.feeds.models import FeedAddress
from forum.people.changing import PersonLeft
from forum.people.models import Person

PURPOSE = "feeds"


def make_addresses(person: Person) -> None:
    """Make the addresses of a person's feeds; those of before stop at once."""
    require(person, "feed.address", None)
    made = {"secret": secrets.token_urlsafe(24), "made_at": now()}
    insert = sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    row = insert(FeedAddress).values(person_id=person.id, **made)
    db.session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=made))


@listener(at_once=True)
def end_addresses(event: PersonLeft) -> None:
    """Forget the address of whoever leaves: one that lay about meanwhile opens nothing when they come back."""
    db.session.execute(delete(FeedAddress).where(FeedAddress.person_id == event.person_id))


def token_of(person: Person) -> str | None:
    """The secret part of the person's addresses; None before they asked for one."""
    made = db.session.scalar(select(FeedAddress).where(FeedAddress.person_id == person.id))
    return _signer().dumps([made.id, made.secret]) if made is not None else None


def feed_addresses(person: Person) -> tuple[str, str] | None:
    """Where other programmes read: new questions and answers, and the person's own dates; None before they asked."""
    token = token_of(person)
    start = f"{current_app.config['PROVEN_ADDRESS']}/feeds/{token}"
    return (f"{start}/questions.atom", f"{start}/calendar.ics") if token is not None else None


def open_address(token: str) -> tuple[FeedAddress, Person] | None:
    """Whose feeds are at this address, if it still counts and they still work here."""
    id, secret = _read(token)
    query = select(FeedAddress, Person).join(Person, Person.id == FeedAddress.person_id)
    found = db.session.execute(query.where(FeedAddress.id == id, FeedAddress.secret == secret)).first()
    return (found[0], found[1]) if found is not None and found[1].left_at is None else None


def number_in(token: str) -> int:
    """The number of an address, by its signature alone: what requests are counted by. 0 for one that is not ours."""
    return _read(token)[0]


def _read(token: str) -> tuple[int, str]:
    try:
        id, secret = _signer().loads(token)
        return int(id), str(secret)
    except (BadData, ValueError, TypeError):
        return 0, ""


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=PURPOSE)
