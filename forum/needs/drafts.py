"""Drafts: what somebody types at /ask is kept from word to word, for them alone, until it is posted or forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import Event
from forum.core.jobs import drop, enqueue, listener
from forum.core.permissions import require
from forum.needs import timers
from forum.needs.models import AskSession, typed
from forum.people.models import Person
from forum.posts.models import Post

SHORTEST = 10  # characters of title and text: below it nothing has been begun.
KEEP_FOR = timedelta(days=14)  # since the last word: a holiday, after which nobody remembers what it was.
LONGEST_KEY = 40  # characters
WRITER = "draft_window"  # beside the words: which window wrote them last


@dataclass(frozen=True, kw_only=True)
class DraftTimer(Event):
    """A time at which a draft may be abandoned or forgotten. It acts only if that is still to be done."""

    ask_session_id: int


def keep(
    person: Person, key: str, words: Mapping[str, Sequence[str]], *, window: str = "", seen: str = ""
) -> AskSession | None:
    """Keep what the form with that `key` holds, by field. None when there is too little, or when it has ended.

    Another draft that is open is set aside with its words; one that was set aside or abandoned is taken up again. What
    another `window` wrote since this one has `seen` it stays: this one's words become a draft of their own.
    """
    require(person, "question.ask")
    _lock(person)
    key = key_for(person, key, window, seen)
    known = _latest(person, key)
    if known is not None and known.words is None:
        return None  # Sent before it ended and arrived after: the words are where they belong.
    if known is None and len(typed(words, "title", "body")) < SHORTEST:
        return None
    draft = _open(person, key, known)
    draft.touched_at = now()
    draft.words = {field: [text.clean_source(value) for value in values] for field, values in words.items()}
    if window:
        draft.words[WRITER] = [window[:LONGEST_KEY]]
    return draft


def key_for(person: Person, key: str, window: str, seen: str) -> str:
    """Which draft a window writes: the one that it opened, or its own since another window has changed that one."""
    known = _latest(person, key)
    if not window or known is None or known.words is None:
        return key
    is_own = known.words.get(WRITER) == [window[:LONGEST_KEY]]
    return key if is_own or seen == stamp(known) else window


def stamp(draft: AskSession) -> str:
    """What a form carries to say in which state it has seen a draft."""
    return str(round(draft.touched_at.timestamp() * 1_000_000))


def kept(person: Person) -> Sequence[AskSession]:
    """What the person has begun to ask and can go on with, the latest first."""
    own = (AskSession.person_id == person.id, AskSession.words.is_not(None))
    found = db.session.scalars(select(AskSession).where(*own).order_by(AskSession.touched_at.desc()))
    return [draft for draft in found if typed(draft.words or {}, "title", "body")]


def end(person: Person, key: str, ending: str, post: Post) -> None:
    """It was posted, or deflected by a known post: the words are emptied. What was never kept is counted, too."""
    require(person, "question.ask")
    _lock(person)
    known = _latest(person, key)
    if known is None or known.ended_at is not None:
        known = _row(person, key, known)
        db.session.add(known)
    _close(known, ending)
    known.words, known.post_id = None, post.id
    if ending == "posted" and post.author_id != person.id:  # Asked without a name: counted, and nobody's.
        known.person_id, known.key = post.author_id, ""
        for timer in (abandon, forget):  # They are due by the hours of who typed it.
            drop(timer, known.id)


def discard(person: Person, key: str) -> None:
    """Throw it away; nothing happens when there is none."""
    require(person, "question.ask")
    known = _latest(person, key)
    if known is not None:
        known.words = None
        if known.ended_at is None:
            _close(known, "abandoned")


@listener(once_per="ask_session_id", atomic=True)
def abandon(event: DraftTimer) -> None:
    """Two working days without a word: it counts as abandoned. The words stay where they are."""
    draft = _timed(event)
    if draft is None or draft.ended_at is not None:
        return
    due = timers.due(timers.DRAFT, db.session.get_one(Person, draft.person_id), draft.touched_at)
    if due > now():  # Touched since: there is one timer for all touches, and it looks again.
        enqueue(abandon, event, due=due)
        return
    _close(draft, "abandoned")


@listener(once_per="ask_session_id", atomic=True)
def forget(event: DraftTimer) -> None:
    """Two weeks without a word: nobody needs the words any more."""
    draft = _timed(event)
    if draft is None or draft.words is None:
        return
    if draft.touched_at + KEEP_FOR > now():
        enqueue(forget, event, due=draft.touched_at + KEEP_FOR)
        return
    draft.words = None
    if draft.ended_at is None:
        _close(draft, "abandoned")


def _open(person: Person, key: str, known: AskSession | None) -> AskSession:
    """The open draft with that key; a new one when there is none, or when it had been ended."""
    if known is not None and known.ended_at is None:
        return known
    _set_aside(person)
    made = _row(person, key, known)
    db.session.add(made)
    db.session.flush()
    enqueue(abandon, DraftTimer(ask_session_id=made.id), due=timers.due(timers.DRAFT, person, now()))
    enqueue(forget, DraftTimer(ask_session_id=made.id), due=now() + KEEP_FOR)
    return made


def _row(person: Person, key: str, known: AskSession | None) -> AskSession:
    """A new row, which takes the place of an abandoned one: its words are kept once."""
    if known is not None:
        known.words = None
    return AskSession(person_id=person.id, key=key[:LONGEST_KEY], began_at=now(), touched_at=now())


def _set_aside(person: Person) -> None:
    own = (AskSession.person_id == person.id, AskSession.ended_at.is_(None))
    for draft in db.session.scalars(select(AskSession).where(*own)):
        _close(draft, "abandoned")
    db.session.flush()  # Before the next one is added: only one may be open.


def _close(draft: AskSession, ending: str) -> None:
    draft.ended_at, draft.ending = now(), ending


def _latest(person: Person, key: str) -> AskSession | None:
    own = (AskSession.person_id == person.id, AskSession.key == key[:LONGEST_KEY])
    return db.session.scalar(select(AskSession).where(*own).order_by(AskSession.id.desc()).limit(1))


def _timed(event: DraftTimer) -> AskSession | None:
    query = select(AskSession).where(AskSession.id == event.ask_session_id)
    return db.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _lock(person: Person) -> None:
    """Of two savings at once, from two tabs for instance, the second sees what the first did."""
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
