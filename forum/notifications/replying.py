"""Replying by mail: which news can be replied to, what the reply becomes, and the address that it goes to.

The address says of which note it is and proves that it was made here: a fingerprint of note, person and event, to
which nobody has the key. So nothing is kept of it, and it is worth nothing once the note is gone.
"""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta
from hmac import compare_digest

from flask import current_app

from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import LANGUAGES, gettext, messages, speaking
from forum.core.paging import LARGEST_ID
from forum.core.sealing import fingerprint
from forum.notifications.models import Mail, Notification

VALID = timedelta(days=30)  # from the mail on: who replies later than that goes to the thread
PURPOSE = "reply by mail"
MARK = 15  # bytes of the fingerprint, which make 24 letters and digits: nobody tries out 120 bits
TOKEN = re.compile(r"([a-z2-7]{24})([1-9][0-9]{0,9})")
# What is told of a text that somebody wrote. All other news asks for a press of a button, or for nothing.
ASKS = ("QuestionAsked", "PersonInvited")
TELLS = ("AnswerGiven", "CommentWritten", "PostEdited")
REMARKED = ("question", "answer", "comment", "practice")
# By what the reply becomes, and whether it is without the name of whoever writes it.
WORDS = messages(
    {
        "answer": "Reply to this mail to answer.",
        "answer unnamed": "Reply to this mail to answer without your name.",
        "comment": "Reply to this mail to comment on what %(name)s wrote.",
        "comment unnamed": "Reply to this mail to comment, without your name, on what %(name)s wrote.",
    }
)
KNOWN_BY = 4  # words of such a line: further ones may stand in the next line where a programme broke it


def becomes(event: str, post_kind: str | None) -> str:
    """What a reply to news of that event about a post of that kind becomes: "answer", "comment", or nothing."""
    if event in ASKS and post_kind == "question":
        return "answer"
    return "comment" if event in TELLS and post_kind in REMARKED else ""


def words_for(reply: str, name: str, *, unnamed: bool) -> str:
    """What the mail says of it. It is also the line by which the mail is known again where a reply quotes it."""
    return gettext(WORDS[f"{reply} unnamed" if unnamed else reply], name=name)


def first_words() -> tuple[str, ...]:
    """What these lines begin with, in every language."""
    begun = set()
    for code in LANGUAGES:
        with speaking(code):
            begun |= {" ".join(words_for(kind, "", unnamed=False).split()[:KNOWN_BY]) for kind in ("answer", "comment")}
    return tuple(sorted(begun))


def address_for(note_id: int, person_id: int, event_id: int) -> str:
    """The address that replies to a mail with this note go to; nothing where no mail is taken."""
    local, _, host = current_app.config["PROVEN_REPLY_ADDRESS"].partition("@")
    return f"{local}+{_mark(note_id, person_id, event_id)}{note_id}@{host}" if host else ""


def token_in(address: str) -> str:
    """The token of such an address; nothing if it is none of ours."""
    local, _, host = current_app.config["PROVEN_REPLY_ADDRESS"].partition("@")
    start, end = f"{local}+", f"@{host}"
    given = address.strip().lower()
    return given[len(start) : -len(end)] if host and given.startswith(start) and given.endswith(end) else ""


def note_of(token: str) -> Notification | None:
    """The note of a token; None if it is not ours, the note is gone, or the mail is older than `VALID`."""
    found = TOKEN.fullmatch(token)
    note = db.session.get(Notification, int(found[2])) if found and int(found[2]) <= LARGEST_ID else None
    if found is None or note is None or now() - _mailed_at(note) > VALID:
        return None
    return note if compare_digest(found[1], _mark(note.id, note.person_id, note.event_id)) else None


def _mark(note_id: int, person_id: int, event_id: int) -> str:
    # Person and event, too: SQLite gives the number of a note that was deleted to another one.
    whole = bytes.fromhex(fingerprint(f"{note_id} {person_id} {event_id}", PURPOSE))
    return base64.b32encode(whole[:MARK]).decode().lower()


def _mailed_at(note: Notification) -> datetime:
    mail = db.session.get(Mail, note.mail_id) if note.mail_id else None
    return (mail.done_at if mail else None) or note.created_at
