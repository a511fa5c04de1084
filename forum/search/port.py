"""All that the rest of the application knows of a search engine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from forum.search.query import FACET_FIELDS, Query

FACETS = tuple(FACET_FIELDS)


class SearchUnavailable(Exception):
    """The index is missing, damaged, or cannot be written; the message says which, and what helps. It is derived data:
    whatever is wrong with it, nothing is lost."""


class NotNow(SearchUnavailable):
    """The index is as it was, but cannot be changed at present: no room, no right, or somebody else changes it."""


class Building(NotNow):
    """Another process builds the index already: wait for it."""


@dataclass(frozen=True, slots=True)
class Document:
    """One post as the index knows it. `id` is the first letter of the kind and the number of the post: q17, a42.

    Only questions and practices have a `title`, with the titles of merged questions on further lines; `answers` is
    what was answered to a question. It `worked` for so many of those who `tried` it.
    """

    id: str
    kind: str
    thread: int
    title: str
    body: str
    answers: str
    departments: tuple[str, ...]
    tags: tuple[str, ...]
    author: str
    state: tuple[str, ...]
    created: datetime
    activity: datetime
    votes: int
    version: int
    worked: int = 0
    tried: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found, the best match having the highest score. `title` is its title as it was indexed."""

    id: str
    score: float
    title: str = ""

    @property
    def post_id(self) -> int:
        """The number of the post."""
        return int(self.id[1:])


@dataclass(frozen=True, slots=True)
class Page:
    """What a search found: one page of hits, how many there are, and how they spread.

    A facet by which the query filters is counted as if it did not, so that one sees what else could be chosen; what is
    chosen is always among its values. `terms` are the words to mark in excerpts. `widened` says that no document had
    all the words, so those with some are shown. `partial` says that time ran out and there may be more. `at_least`
    says that so many match that not all of them were looked at: total and facets are at least what they say.
    """

    hits: Sequence[Hit]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    terms: Sequence[str] = ()
    suggestion: str | None = None
    widened: bool = False
    partial: bool = False
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the index can be searched, and how many documents it holds."""

    ok: bool
    documents: int
    message: str


def switchable(
    query: Query, facets: Mapping[str, Sequence[tuple[str, int]]], others: Mapping[str, Sequence[tuple[str, int]]]
) -> dict[str, Sequence[tuple[str, int]]]:
    """The facets of what was found, those by which the query filters with `others`: their values as they would be
    without that filter, and whatever is chosen."""
    together: dict[str, Sequence[tuple[str, int]]] = dict(facets)
    for name, counted in others.items():
        own, there = dict(facets.get(name, ())), {value for value, _ in counted}
        chosen = [(value, own.get(value, 0)) for value in getattr(query, FACET_FIELDS[name]) if value not in there]
        together[name] = sorted([*counted, *chosen], key=lambda each: (-each[1], each[0]))
    return together


class SearchEngine(Protocol):
    """A search engine. Every method may be called from any thread; reading ones from any process.

    All raise `SearchUnavailable` when the index cannot be used, and no error of the engine itself.
    """

    def index(self, documents: Iterable[Document]) -> None:
        """Add documents, replacing those with the same id. When it returns, they are kept."""

    def delete(self, ids: Collection[str]) -> None:
        """Drop the documents with these ids; unknown ones are ignored."""

    def search(self, query: Query, *, page: int = 1, per_page: int = 20) -> Page:
        """The documents that have all the words and meet all filters; with some of the words when none has all."""

    def similar(
        self, wanted: Mapping[str, float], *, limit: int = 5, kinds: Collection[str] = (), exclude: Collection[str] = ()
    ) -> Sequence[Hit]:
        """The documents that have most of these terms, best first; of `kinds` only, if given.

        `wanted` are terms as `analysis.terms` makes them, each with its weight. Of many, those that tell least may be
        left out.
        """

    def rarity(self, terms: Collection[str]) -> Mapping[str, float]:
        """How much each term tells: see `ranking.rarity`."""

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[Hit]:
        """Questions and practices whose titles have words that begin like those typed so far."""

    def health(self) -> Health:
        """Whether the index can be used. Never raises."""

    def versions(self) -> Mapping[str, int]:
        """Every document's id and the version that was indexed."""

    def rebuild(self, documents: Iterable[Document], *, on_progress: Callable[[int], None] = ...) -> None:
        """Build a new index beside the old one and put it in its place when it is whole; readers notice nothing.

        `on_progress` is told how many documents are done. Raises `Building` when another process does this already.
        """

    def sweep(self) -> None:
        """Delete what is left of earlier builds, once every reader has had time to move on. Raises `Building`."""
