"""Taking a reply that came by mail: whose it is, what it becomes, and posting it once, by the verbs of the site."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from forum.answers.answering import answer
from forum.answers.models import Answer
from forum.attachments.recognising import Recognised
from forum.attachments.taking_in import line_of, look_at, take_in
from forum.attachments.using import SaysWhoMadeIt
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Limited, Refused
from forum.core.events import EventRow
from forum.core.rate_limits import is_within, post_limit, upload_limit
from forum.core.sealing import fingerprint
from forum.core.text import MAX_SOURCE
from forum.incoming.models import ReceivedMail
from forum.incoming.own_name import tells_who
from forum.incoming.reading import File, Letter, OwnPart, own_part, read
from forum.incoming.refusing import LATER, NO_SUCH_ADDRESS, NOT_ALLOWED, NotTaken, refused, unreadable
from forum.notifications.digests import addressee
from forum.notifications.models import Notification
from forum.notifications.reading import read_thread
from forum.notifications.replying import becomes, note_of, token_in
from forum.people.models import Person
from forum.posts.comments import LONGEST, comment
from forum.posts.models import Comment, Post
from forum.posts.voices import voice_in
from forum.posts.writing import Written, write
from forum.questions.models import Question

log = logging.getLogger(__name__)

PURPOSE = "mail that was taken"
NO_SUCH = "No mail is taken at this address. Reply to a mail that says you can, within 30 days of it."
GONE = "What this replies to is not there any more: it was removed, hidden or put together with something else."
OF_SOMEBODY_ELSE = (
    "This address takes replies from the mailbox that the mail went to, and from no other. Send it from there."
)
NAMED = (
    "Your name or address stands in this reply, or in a file with it, and it would be shown without your name. "
    "Take it out, the signature too, and send it again."
)
SHOWN = "picture"  # What its file is called is not shown: it may say who took it. Its author can say what it shows.


@dataclass(frozen=True)
class Place:
    """Where a reply goes: `on` is a question to answer, or what is remarked on; `voice` is as whom."""

    becomes: str
    page: Post
    on: Post
    reply_to: Comment | None
    voice: Person


def receive(data: bytes, to: str = "") -> None:
    """Post the reply that is in this mail; `to` is the address it came to, where the mail server says it.

    The same mail twice is posted once, and one that a machine wrote is let fall. Raises `NotTaken`.
    """
    letter = read(data)
    if letter.by_machine:
        log.info("A mail that a machine wrote was let fall.")
        return
    note = _note(letter, to)
    reader = _reader(note)
    if not letter.is_from(reader.email):
        raise NotTaken(NOT_ALLOWED, OF_SOMEBODY_ELSE)
    key = fingerprint(f"{note.id} {note.event_id} {letter.mark}", PURPOSE)
    if db.session.scalar(select(ReceivedMail.id).where(ReceivedMail.fingerprint == key)) is not None:
        return
    try:
        _post_once(note, reader, letter, key)
    except Refused as why:
        raise refused(why) from why


def _note(letter: Letter, to: str) -> Notification:
    tokens = filter(None, map(token_in, [to] if to else letter.addressees))
    note = next((note for token in tokens if (note := note_of(token)) is not None), None)
    if note is None:
        raise NotTaken(NO_SUCH_ADDRESS, NO_SUCH)
    return note


def _reader(note: Notification) -> Person:
    """Whose mailbox the mail went to, for as long as they work here."""
    reader = addressee(db.session.get_one(Person, note.person_id))
    if reader is None or not reader.is_active:
        raise NotTaken(NO_SUCH_ADDRESS, NO_SUCH)
    return reader


def _post_once(note: Notification, reader: Person, letter: Letter, key: str) -> None:
    place = _place(note, reader)
    if not is_within(post_limit(), f"person {reader.id}", "mail"):
        raise Limited("You have written a lot in a short time. Send it again in a few minutes.")
    own = own_part(letter, reader.name)
    if place.voice.is_persona and tells_who(own.words, reader):
        raise unreadable(NAMED)
    body = _body(own, place, reader)
    with transaction():
        if _claim(key):
            now_there = _place(note, reader)
            if now_there.voice.id != place.voice.id:  # They have taken a persona there, which was not looked at.
                raise NotTaken(LATER, "Something changed while this was read. It is tried again.")
            _post(now_there, body)
            read_thread(reader, note.page_id, until=note.id)


def _post(place: Place, body: Written) -> None:
    if isinstance(place.on, Question) and place.becomes == "answer":
        answer(place.voice, place.on, body)
    else:
        comment(place.voice, place.on, body, page_id=place.page.id, reply_to=place.reply_to)


def _place(note: Notification, reader: Person) -> Place:
    """Where the reply goes as things stand now: a question may have been merged, a comment removed."""
    post = _standing(note.post_id)
    event = db.session.get_one(EventRow, note.event_id)
    kind, reply_to = becomes(event.name, post.kind), None
    if not kind:
        raise NotTaken(NO_SUCH_ADDRESS, NO_SUCH)
    on = page = post
    if kind == "answer" and isinstance(post, Question) and post.merged_into_id:
        on = page = _standing(post.merged_into_id)
    if isinstance(post, Comment):
        reply_to, on, page = post, _standing(post.on_id), _standing(post.page_id)
    elif isinstance(post, Answer):
        page = _standing(post.question_id)
    voice = voice_in(reader, page)
    if note.person_id not in (reader.id, voice.id):
        raise NotTaken(NOT_ALLOWED, GONE)  # Told without a name, it is never posted under the name.
    return Place(kind, page, on, reply_to, voice)


def _standing(id: int | None) -> Post:
    shown = select(Post).where(Post.id == id, Post.removed_at.is_(None)).execution_options(populate_existing=True)
    post = db.session.scalar(shown)
    if post is None:
        raise NotTaken(NOT_ALLOWED, GONE)
    return post


def _claim(key: str) -> bool:
    """Whether this mail is taken now for the first time."""
    insert = sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    row = insert(ReceivedMail).values(fingerprint=key, day=now().date())
    return db.session.scalar(row.on_conflict_do_nothing().returning(ReceivedMail.id)) is not None


def _body(own: OwnPart, place: Place, reader: Person) -> Written:
    """The text with a line for each file, which is kept before: its bytes are saved with no lock meanwhile."""
    longest = LONGEST if place.becomes == "comment" else MAX_SOURCE
    write(own.words, at_least=0, at_most=longest)  # Before the work: what is too long costs none.
    looked_at = [_looked_at(number, file, place, reader) for number, file in enumerate(own.files, start=1)]
    lines = [line_of(take_in(reader, made), SHOWN) for made in looked_at]
    return write("\n\n".join(filter(None, [own.words, *lines])), at_most=longest)


def _looked_at(number: int, file: File, place: Place, reader: Person) -> Recognised:
    unnamed = place.voice.is_persona
    if not is_within(upload_limit(), f"person {reader.id}", "mailed files"):
        raise Limited("You have added many files in a short time. Send it again later.")
    # A name of a file may be that of a person, and this line stands in the log of the mail server.
    what = f"File {number} of this mail" if unnamed or not file.name else f"The file {file.name}"
    try:
        made = look_at(reader, file.data, file.name)
    except Refused as why:
        raise refused(why, f"{what} cannot be added: ", " Send the reply without it.") from why
    if unnamed and made.kind == "pdf":
        raise SaysWhoMadeIt()
    if unnamed and not made.width and tells_who(made.data.decode(errors="replace"), reader):
        raise unreadable(NAMED)
    return made
