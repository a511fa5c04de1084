"""The one way in for a picture or file, however it is sent: within the quotas, scanned, recognised, made anew, kept."""

from __future__ import annotations

import re

from forum.attachments import storing
from forum.attachments.keeping import check_room, give_up, keep
from forum.attachments.models import Attachment
from forum.attachments.recognising import Recognised, recognise
from forum.attachments.scanning import scan
from forum.core.db import transaction
from forum.core.errors import Refused
from forum.people.models import Person


def look_at(person: Person, data: bytes, name: str) -> Recognised:
    """What was sent, as it may be kept. Takes seconds, so never inside a transaction. Raises what refuses it."""
    with transaction():
        check_room(person, len(data))  # Before the work, so that a full quota costs none.
    scan(data)
    return recognise(data, name)


def take_in(person: Person, recognised: Recognised) -> Attachment:
    """Keep what was looked at. Raises `NoRoom`, or what the storage says."""
    with transaction():
        kept = keep(person, recognised)
    try:
        storing.save(kept.token, recognised.data)
    except Refused:
        with transaction():
            give_up(kept.token)
        raise
    return kept


def line_of(attachment: Attachment, alt: str) -> str:
    """The Markdown that shows a picture, or links a file."""
    words = re.sub(r"([\[\]\\])", r"\\\1", alt if attachment.is_picture else attachment.file_name)
    return f"{'!' if attachment.is_picture else ''}[{words}]({attachment.address})"
