"""Taking an attachment in, within what one person may keep; throwing away what no text uses; letting a person go."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import and_, delete, func, select, update

from forum.attachments import storing
from forum.attachments.models import Attachment, PostAttachment
from forum.attachments.recognising import Recognised, megabytes
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.people.models import Person

UNUSED_FOR = timedelta(days=14)  # As long as what is typed is kept for somebody who comes back to it.
A_DAY = timedelta(days=1)
AT_ONCE = 200  # thrown away in one go: some seconds, with no transaction open while the storage is asked


class NoRoom(Invalid):
    """The person keeps as much as one person may."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "file")


def keep(person: Person, made: Recognised) -> Attachment:
    """A row for what was recognised, within the person's quotas; the bytes are saved afterwards. Raises `NoRoom`."""
    require(person, "attachment.upload")
    check_room(person, made.size)
    kept = Attachment(
        token=secrets.token_hex(16),
        person_id=person.id,
        kind=made.kind,
        name=made.name,
        size=made.size,
        width=made.width,
        height=made.height,
        sha256=made.sha256,
        uploaded_at=now(),
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def check_room(person: Person, size: int) -> None:
    """Raise `NoRoom` when `size` bytes more were too much for the day, or altogether."""
    # Two uploads at once are counted one after the other. SQLite has one writer anyhow.
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    own = select(func.coalesce(func.sum(Attachment.size), 0)).where(
        Attachment.person_id == person.id, Attachment.thrown_away_at.is_(None)
    )
    day, total = (current_app.config[f"PROVEN_ATTACHMENT_{name}"] for name in ("DAY", "TOTAL"))
    if db.session.scalars(own.where(Attachment.uploaded_at > now() - A_DAY)).one() + size > day:
        raise NoRoom(
            gettext(
                "You have attached a lot today: %(most)s is the most for a day. Try again tomorrow.",
                most=megabytes(day),
            )
        )
    if db.session.scalars(own).one() + size > total:
        raise NoRoom(
            gettext("Your attachments take all the room there is for one person, %(most)s.", most=megabytes(total))
        )


def give_up(token: str) -> None:
    """Forget a row whose bytes could not be saved."""
    db.session.execute(delete(Attachment).where(Attachment.token == token))


def attachments_of(person: Person) -> Sequence[Attachment]:
    """What the person uploaded and still has, latest first: for a list, and for the person's own export."""
    own = select(Attachment).where(Attachment.person_id == person.id, Attachment.thrown_away_at.is_(None))
    return db.session.scalars(own.order_by(Attachment.id.desc())).all()


def forget(person: Person) -> None:
    """Part the person from what they uploaded: what no post uses is thrown away, the rest is nobody's, without names.

    Posts stay when somebody is erased, and with them their pictures. Doing it twice does nothing more.
    """
    own = Attachment.person_id == person.id
    db.session.execute(update(Attachment).where(own, ~_is_used()).values(thrown_away_at=now(), person_id=None, name=""))
    db.session.execute(update(Attachment).where(own).values(person_id=None, name=""))


def throw_away_unused() -> None:
    """Delete what no text uses two weeks after it came, and what was thrown away; the worker does it every hour.

    First the row says so, and nobody gets it any more; then the bytes go, and last the row. So a worker that dies in
    between leaves nothing behind that the next one would not find.
    """
    with transaction():
        old = and_(Attachment.uploaded_at < now() - UNUSED_FOR, ~_is_used(), Attachment.thrown_away_at.is_(None))
        db.session.execute(update(Attachment).where(old).values(thrown_away_at=now()))
        gone = select(Attachment.token).where(Attachment.thrown_away_at.is_not(None)).order_by(Attachment.id)
        tokens = db.session.scalars(gone.limit(AT_ONCE)).all()
    storing.delete(tokens)
    with transaction():
        db.session.execute(delete(Attachment).where(Attachment.token.in_(tokens)))


def _is_used() -> Any:
    return select(PostAttachment.post_id).where(PostAttachment.attachment_id == Attachment.id).exists()
