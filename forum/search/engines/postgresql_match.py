"""From a query as it was understood to the statement that finds what matches.

What has all of some things is a join of what has each, what has any is their union; so PostgreSQL decides by how many
documents have each of them how to go about it. A statement is put together of our own words and of the numbers of
terms; whatever else was typed is a parameter of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from forum.search.analysis import codes, terms
from forum.search.engines.postgresql_rows import code, label
from forum.search.query import Query
from forum.search.ranking import rarity


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a document can have what somebody said: all of these terms, next to each other if a phrase."""

    terms: tuple[str, ...]
    is_phrase: bool = False


Ways = tuple[Way, ...]  # all ways in which a document can have one thing that was said


@dataclass(frozen=True, slots=True)
class Known:
    """What the index knows of some terms: the number of each that it has, and how many documents have it."""

    documents: int
    numbers: Mapping[str, int]
    having: Mapping[str, int]

    def rarity(self, term: str) -> float:
        """How much a term tells."""
        return rarity(self.documents, self.having.get(term, 0))

    def possible(self, said: Iterable[Ways]) -> list[Ways]:
        """What was said, in the ways that some document may have it."""
        return [tuple(way for way in ways if all(map(self.having.get, way.terms))) for ways in said]

    def at_most(self, ways: Ways) -> int:
        """In how many documents something stands, at most."""
        return sum(min(self.having[term] for term in way.terms) for way in ways)


def said(query: Query) -> list[Ways]:
    """The words and phrases of a query, and what the words are also called."""
    words = [
        (*word_ways(word), *(way for other in query.alternatives.get(word, ()) for way in phrase_ways(other)))
        for word in query.words
    ]
    return [ways for ways in (*words, *map(phrase_ways, query.phrases)) if ways]


def filters(query: Query) -> list[Ways]:
    """The filters of a query that are labels."""
    chosen = {
        "kind": query.kinds,
        "author": query.authors,
        "state": query.states,
        "department": query.departments,
        "tag": query.tags,
    }
    return [tuple(Way((label(name, value),)) for value in values) for name, values in chosen.items() if values]


def phrase_ways(words: str) -> Ways:
    """The ways in which a document can have these words next to each other."""
    parts = tuple(terms(words))
    return (Way(parts, is_phrase=True),) if len(parts) > 1 else word_ways(words)


def word_ways(word: str) -> Ways:
    """A word wherever it may stand; its parts all, when it has several; nothing for one too common to look for."""
    parts = tuple(terms(word))
    return (*(Way((code(each),)) for each in codes(word)), *([Way(parts)] if parts else []))


def names_of(said: Iterable[Ways]) -> set[str]:
    """All terms of what was said."""
    return {term for ways in said for way in ways for term in way.terms}


@dataclass(frozen=True, slots=True)
class Matching:
    """A statement that gives `document` and `score` of what matches, with its parameters."""

    sql: str
    given: Mapping[str, Any]


class Statement:
    """Puts together what matches: terms count for as much as `weights` say; `unwanted`, and what is not of the period
    of `query`, is left out by `all_of`."""

    def __init__(
        self,
        known: Known,
        *,
        weights: Mapping[str, float] | None = None,
        query: Query | None = None,
        unwanted: Iterable[Ways] = (),
    ) -> None:
        self._known = known
        self._weights = weights or {}
        self._given: dict[str, Any] = {}
        self._conditions = self._in_period(query) if query else []
        self.is_filtered = bool(self._conditions) or (query is not None and bool(filters(query)))
        self._conditions += [self._without(way) for ways in unwanted for way in ways]

    def all_of(self, wanted: Iterable[Ways], *, among: str | None = None) -> Matching:
        """Documents that have all that is wanted."""
        rarest_first = sorted(dict.fromkeys(wanted), key=self._known.at_most)
        parts = [*([among] if among else []), *(self.any_of([ways]) for ways in rarest_first)]
        every = "SELECT number AS document, 0::real AS score FROM document"
        return Matching(_joined(parts or [every], self._conditions), self._given)

    def any_of(self, wanted: Iterable[Ways]) -> str:
        """Documents that have any of what is wanted."""
        ways = dict.fromkeys(way for ways in wanted for way in ways)
        single = dict.fromkeys(way.terms[0] for way in ways if len(way.terms) == 1)
        found = [self._way(way) for way in ways if len(way.terms) > 1]
        found += [self._any_term(single)] if single else []
        if len(found) == 1:
            return found[0]
        together = " UNION ALL ".join(found)
        return f"SELECT document, sum(score) AS score FROM ({together}) AS ways GROUP BY document"  # noqa: S608

    def _way(self, way: Way) -> str:
        rarest_first = sorted(set(way.terms), key=lambda term: (self._known.having[term], term))
        beside = [f"EXISTS ({self._beside(way)})"] if way.is_phrase else []
        return _joined([self._term(term) for term in rarest_first], beside)

    def _any_term(self, terms: Collection[str]) -> str:
        """Documents that have one of these terms: one look at all of them, of which PostgreSQL knows how many it will
        find, which it does not of a union."""
        if len(terms) == 1:
            return self._term(*terms)
        numbers = ", ".join(str(self._known.numbers[term]) for term in terms)
        worth = " ".join(f"WHEN {self._known.numbers[term]} THEN {self._worth(term)}" for term in terms)
        return (
            f"SELECT document, sum(weight * CASE term {worth} END) AS score FROM posting"  # noqa: S608
            f" WHERE term IN ({numbers}) GROUP BY document"
        )

    def _term(self, term: str) -> str:
        number = self._known.numbers[term]
        return f"SELECT document, weight * {self._worth(term)} AS score FROM posting WHERE term = {number}"  # noqa: S608

    def _worth(self, term: str) -> str:
        return f"{self._known.rarity(term) * self._weights.get(term, 1.0):.4f}::real"

    def _beside(self, way: Way) -> str:
        """A row if the document has the terms next to each other."""
        text = self._give(f" {' '.join(way.terms)} ")
        return f"SELECT FROM wording WHERE wording.document = part0.document AND strpos(text, {text}) > 0"

    def _without(self, way: Way) -> str:
        if way.is_phrase:
            return f"NOT EXISTS ({self._beside(way)})"
        has_it = f"SELECT FROM ({self._way(way)}) AS unwanted"
        return f"NOT EXISTS ({has_it} WHERE unwanted.document = part0.document)"

    def _in_period(self, query: Query) -> list[str]:
        created = "(SELECT created FROM document WHERE number = part0.document)"
        ends = ((query.after, ">="), (query.before, "<"))
        return [f"{created} {comparison} {self._give(_seconds(day))}" for day, comparison in ends if day]

    def _give(self, value: Any) -> str:
        name = f"given{len(self._given)}"
        self._given[name] = value
        return f"%({name})s"


def _joined(parts: Sequence[str], conditions: Sequence[str]) -> str:
    """What all parts have in common and what meets all conditions, which know the document as that of `part0`."""
    if len(parts) == 1 and not conditions:
        return parts[0]
    names = [f"part{place}" for place in range(len(parts))]
    for_each = [f"({part}) AS {name}" for part, name in zip(parts, names, strict=True)]
    joined = " ".join([for_each[0], *(f"JOIN {part} USING (document)" for part in for_each[1:])])
    score = " + ".join(f"{name}.score" for name in names)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT document, {score} AS score FROM {joined}{where}"  # noqa: S608


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
