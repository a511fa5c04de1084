"""Synonyms of the house: what else a word is called here, for searching and for finding what was asked before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from threading import local

from sqlalchemy import select

from forum.core.db import db
from forum.search.analysis import WORD, terms
from forum.search.models import SynonymGroup

WEIGHT = 0.5  # of what a word is also called, beside the word itself
REWORDINGS = 4  # of one text: each is compared with every candidate


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A word or phrase of a group: its terms, and the other ways to say it, as they are written."""

    terms: tuple[str, ...]
    others: tuple[str, ...]


def alternatives(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What each of these words is also called here, by word; each word of a phrase stands for the whole phrase."""
    placed = [(term, word) for word in words for term in terms(word)]
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for start, end, phrase in _phrases([term for term, _ in placed]):
        for _, word in placed[start:end]:
            found[word].update(dict.fromkeys(phrase.others))
    return {word: tuple(others) for word, others in found.items()}


def rewordings(text: str) -> list[str]:
    """The text, and the text with one word or phrase at a time as it is also called here; the first few."""
    placed = [(term, found.span()) for found in WORD.finditer(text) for term in terms(found[0])]
    said = (
        text[: placed[start][1][0]] + other + text[placed[end - 1][1][1] :]
        for start, end, phrase in _phrases([term for term, _ in placed])
        for other in phrase.others
    )
    return [text, *islice(said, REWORDINGS)]


def expand(wanted: Mapping[str, float], said: Sequence[str]) -> dict[str, float]:
    """Weighted terms of a text and, each with a share of a smaller weight, those that only its rewordings have."""
    expanded = dict(wanted)
    for other in said:
        added = [term for term in dict.fromkeys(terms(other)) if term not in wanted]
        for term in added:
            expanded[term] = max(expanded.get(term, 0.0), WEIGHT / len(added))
    return expanded


def key_of(words: str) -> tuple[str, ...]:
    """By what a word or phrase is found: two with the same key are the same to a search."""
    return tuple(terms(words))


def _phrases(said: Sequence[str]) -> Iterator[tuple[int, int, _Phrase]]:
    """Every phrase of a group that stands in these terms: where it begins, where it ends, and which it is."""
    starting = _starting()
    for start, first in enumerate(said):
        for phrase in starting.get(first, ()):
            end = start + len(phrase.terms)
            if tuple(said[start:end]) == phrase.terms:
                yield start, end, phrase


class _Kept(local):
    """The groups as this thread saw them last, by first term, and how the table was then."""

    state: Sequence[tuple[int, datetime]] = ()
    starting: Mapping[str, Sequence[_Phrase]] = {}


_kept = _Kept()


def _starting() -> Mapping[str, Sequence[_Phrase]]:
    """The phrases as they are now, by first term; taken apart again only when somebody, anywhere, changed the table."""
    # Of every group: the newest change alone says nothing once the clock was set back.
    changes = select(SynonymGroup.id, SynonymGroup.changed_at).order_by(SynonymGroup.id)
    state = [(id, changed_at) for id, changed_at in db.session.execute(changes)]
    if _kept.state != state:
        groups = db.session.scalars(select(SynonymGroup.words).order_by(SynonymGroup.id)).all()
        _kept.starting, _kept.state = _taken_apart(groups), state
    return _kept.starting


def _taken_apart(groups: Sequence[Sequence[str]]) -> dict[str, list[_Phrase]]:
    starting: dict[str, list[_Phrase]] = defaultdict(list)
    for words in groups:
        for word in words:
            key = key_of(word)
            if key:
                starting[key[0]].append(_Phrase(key, tuple(other for other in words if other != word)))
    return dict(starting)
