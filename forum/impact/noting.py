"""Did we measure the right things? A moderator says so of each quarter, under their name."""

from __future__ import annotations

from dataclasses import dataclass

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import Event, publish
from forum.core.languages import ngettext
from forum.core.permissions import require
from forum.impact.facts.periods import Period
from forum.impact.models import QuarterNote
from forum.people.models import Person

LONGEST = 2_000  # characters: a few sentences that a meeting reads


@dataclass(frozen=True, kw_only=True)
class QuarterNoted(Event):
    """A moderator said of a quarter whether the right things were measured."""

    note_id: int


def note(moderator: Person, quarter: Period, words: str) -> QuarterNote:
    """Keep what a moderator says of a quarter. What was said before stays below it."""
    require(moderator, "impact.note")
    said = text.clean_source(words).strip()
    if not said:
        raise Invalid("Write a sentence: what did the figures show, and what did they miss?", "words")
    if len(said) > LONGEST:
        raise Invalid(
            ngettext("At most %(num)s character, please.", "At most %(num)s characters, please.", LONGEST), "words"
        )
    made = QuarterNote(begins_on=quarter.begin.date(), words=said, by_id=moderator.id, at=now())
    db.session.add(made)
    db.session.flush()
    publish(QuarterNoted(note_id=made.id), actor=moderator)
    return made
