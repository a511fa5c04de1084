"""Keeping the synonyms of the house: moderators say which words mean the same here, and take it back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import Event, publish
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.search.models import SynonymGroup
from forum.search.synonyms import key_of

LONGEST_GROUP = 400  # characters that are read
LONGEST_WORDS = 60  # characters of one word or phrase
MOST_OF_PHRASE = 5  # words: a longer phrase is written in the same way by nobody
MOST_OF_GROUP = 8  # words and phrases: each is looked for at every search for one of them
NO_WORD = re.compile(r"""[<>\[\]{}*`|~\\"“”„]""")  # signs of markup and quotation marks: nobody searches with them
BETWEEN = re.compile(r"\s*[,;=\n]\s*")


@dataclass(frozen=True, kw_only=True)
class SynonymsKept(Event):
    """A moderator said which words mean the same here; with none, that they do no longer."""

    group_id: int
    words: list[str]


def keep(person: Any, typed: str) -> SynonymGroup:
    """Let words mean the same from now on. Raises `Invalid` for what would find nothing or too much."""
    require(person, "synonym.keep")
    words = _words(typed, own_id=0)
    moment = now()
    made = SynonymGroup(words=words, added_by_id=person.id, added_at=moment, changed_by_id=person.id, changed_at=moment)
    db.session.add(made)
    db.session.flush()
    publish(SynonymsKept(group_id=made.id, words=words), actor=person)
    return made


def change(person: Any, group: SynonymGroup, typed: str) -> None:
    """Let other words stand in a group; the same ones again change nothing. Raises `Invalid` as `keep` does."""
    require(person, "synonym.keep")
    words = _words(typed, own_id=group.id)
    if words == group.words:
        return
    group.words, group.changed_by_id, group.changed_at = words, person.id, now()
    publish(SynonymsKept(group_id=group.id, words=words), actor=person)


def drop(person: Any, group: SynonymGroup) -> None:
    """Let words no longer mean the same; what was said about them stays among the events."""
    require(person, "synonym.keep")
    publish(SynonymsKept(group_id=group.id, words=[]), actor=person)
    db.session.delete(group)


def kept(person: Any) -> Sequence[SynonymGroup]:
    """All groups with who keeps them, by their first words."""
    require(person, "synonym.keep")
    who = (joinedload(SynonymGroup.added_by), joinedload(SynonymGroup.changed_by))
    groups = db.session.scalars(select(SynonymGroup).options(*who)).all()
    return sorted(groups, key=lambda group: (group.as_typed.casefold(), group.id))


def _words(typed: str, *, own_id: int) -> list[str]:
    """What was typed, as separate words and phrases, checked."""
    lines = [text.clean_line(part, LONGEST_GROUP) for part in BETWEEN.split(typed.strip())]
    words = list(dict.fromkeys(line for line in lines if line))
    if len(typed) > LONGEST_GROUP or len(words) > MOST_OF_GROUP:
        raise Invalid(
            gettext(
                "At most %(most)s words or short phrases: keep those that people really type.",
                most=MOST_OF_GROUP,
            ),
            "words",
        )
    keys = {word: _key(word) for word in words}
    same = next(((one, other) for one in words for other in words if one != other and keys[one] == keys[other]), None)
    if same:
        raise Invalid(
            gettext(
                "“%(same)s” and “%(same2)s” are the same word to a search. Leave one of them out.",
                same=same[0],
                same2=same[1],
            ),
            "words",
        )
    if len(words) < 2:
        raise Invalid("Give at least two that mean the same, with a comma between them.", "words")
    _refuse_taken(keys, own_id)
    return words


def _key(word: str) -> tuple[str, ...]:
    key = key_of(word)
    if len(word) > LONGEST_WORDS or len(word.split()) > MOST_OF_PHRASE:
        raise Invalid(
            gettext(
                "“%(most)s” is too long: a word, or a phrase of up to five words.",
                most=word[:LONGEST_WORDS],
            ),
            "words",
        )
    if sign := NO_WORD.search(word):
        raise Invalid(
            gettext(
                "“%(word)s” is not written as one would say it. Leave out the sign “%(sign)s”.", word=word, sign=sign[0]
            ),
            "words",
        )
    if not any(character.isalpha() for character in word):
        raise Invalid(
            gettext(
                "“%(word)s” has no letter, and nothing else to be called by. Leave it out, or add a word.", word=word
            ),
            "words",
        )
    if not key:
        raise Invalid(gettext("“%(word)s” is too common to be looked for. Leave it out.", word=word), "words")
    return key


def _refuse_taken(keys: dict[str, tuple[str, ...]], own_id: int) -> None:
    wanted = {key: word for word, key in keys.items()}
    for group in db.session.scalars(select(SynonymGroup).where(SynonymGroup.id != own_id).order_by(SynonymGroup.id)):
        for word in group.words:
            if (typed := wanted.get(key_of(word))) is not None:
                there = f"“{typed}” stands in “{group.as_typed}” already. Add the others there, or take it out there."
                raise Invalid(there, "words")
