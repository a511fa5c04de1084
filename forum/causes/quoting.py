"""Quotes of an evidence pack: the words somebody used, shown only while that person agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.causes import counting
from forum.causes.answering import voice_of
from forum.causes.models import Cause, CauseVoice
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.people.models import Person

LONGEST = 300  # characters


@dataclass(frozen=True, kw_only=True)
class QuoteAsked(PostEvent):
    """Somebody is asked whether their words may stand in the evidence."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class QuoteAnswered(PostEvent):
    """Somebody said whether they may be quoted."""

    person_id: int
    agreed: bool


class AskedBefore(Refused):
    """Whoever has said no is not asked again."""

    message = "This person has been asked. They can still agree, or give you other words."


def ask_to_quote(person: Person, cause: Cause, whom: Person, words: str) -> None:
    """Ask somebody whose need is linked whether these words of theirs may be quoted; of oneself that is the answer.

    Raises `Invalid` with the field at fault, or `AskedBefore`.
    """
    require(person, "cause.ask_to_quote", cause)
    words = text.clean_line(words, LONGEST)
    if len(words) < 10:
        raise Invalid("Take a sentence of what they wrote.", "words")
    if whom.id not in counting.linked_people(cause.id):
        raise Invalid("Only whoever has a need that is linked can be quoted.", "whom")
    voice = voice_of(cause, whom)
    if voice.quote and whom.id != person.id:
        raise AskedBefore()
    voice.quote, voice.quote_asked_by_id = words, person.id
    voice.agreed_at = now() if whom.id == person.id else None
    if whom.id != person.id:
        publish(QuoteAsked(post_id=cause.id, person_id=whom.id), actor=person)


def answer(person: Person, cause: Cause, *, agreed: bool) -> None:
    """Let oneself be quoted, or not, or no longer."""
    require(person, "cause.speak", cause)
    voice = voice_of(cause, person)
    voice.agreed_at = now() if agreed and voice.quote else None
    publish(QuoteAnswered(post_id=cause.id, person_id=person.id, agreed=agreed), actor=person)


def quotes_of(cause: Cause) -> Sequence[CauseVoice]:
    """What may be quoted now."""
    agreed = (CauseVoice.cause_id == cause.id, CauseVoice.agreed_at.is_not(None), CauseVoice.not_mine_at.is_(None))
    query = select(CauseVoice).where(*agreed).order_by(CauseVoice.agreed_at, CauseVoice.id)
    return db.session.scalars(query.options(joinedload(CauseVoice.person))).all()
