"""Whoosh behind the port: embedded, the default, comfortable to about 20,000 posts.

One process writes, all others read. Of Whoosh only terms, postings and ranking are used: not its query language, which
some inputs make run for minutes, and not its asynchronous writers, which lose errors.
"""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex
from whoosh.query import And, Or, Query, Term
from whoosh.searching import SearchContext

from forum.search import query as typed
from forum.search.analysis import sketch, terms, words_of
from forum.search.engines.builds import Builds
from forum.search.engines.guard import guarded
from forum.search.engines.whoosh_files import SealedStorage
from forum.search.engines.whoosh_match import FIELDS, places, whole_query
from forum.search.engines.whoosh_readers import INDEX, Readers, open_searcher, writing
from forum.search.engines.whoosh_schema import GRAM_LENGTHS, fields_of, schema
from forum.search.port import FACETS, Document, Health, Hit, Page, SearchUnavailable, switchable
from forum.search.query import beside
from forum.search.ranking import RERANKED, factor, rarity, telling
from forum.search.spelling import corrected

FORMAT = "v5"  # Raise it when the schema or the analysis changes: older indexes are then built anew.
TIME_BUDGET = 1.0  # seconds for one search; what was found until then is shown
FACET_VALUES = 12  # shown for each facet
MANY_WORDS = 8  # from which those that tell least are left out, when no document has all
SORT_FIELDS = {"newest": "created", "active": "activity", "votes": "votes"}


class WhooshEngine:
    """A `SearchEngine` in a folder of its own. The folder is as trusted as code: Whoosh keeps pickles in it."""

    def __init__(self, folder: Path) -> None:
        self._builds = Builds(folder, FORMAT)
        self._segments: dict[str, bytes] = {}
        self._readers = Readers(self._builds, self._segments)

    def index(self, documents: Iterable[Document]) -> None:
        """See the port."""
        with self._writer() as writer:
            # Within one commit Whoosh does not see what it has just written, and would keep the same document twice.
            for document in {each.id: each for each in documents}.values():
                writer.update_document(**fields_of(document))
        self._readers.look_again()

    def delete(self, ids: Collection[str]) -> None:
        """See the port."""
        with self._writer() as writer:
            for id in ids:
                writer.delete_by_term("id", id)
        self._readers.look_again()

    def search(self, query: typed.Query, *, page: int = 1, per_page: int = 20) -> Page:
        """See the port."""
        with self._readers.one() as searcher:
            found, widened = _found(searcher, query)
            wider = {} if found.partial else beside(query)
            others = {name: _found(searcher, each, everything=True)[0].spread(name) for name, each in wider.items()}
            best = page * per_page
            ordered = found.by_relevance(best) if query.sort == "relevance" else found.by(SORT_FIELDS[query.sort], best)
            shown = ordered[(page - 1) * per_page : best]
            return Page(
                hits=[_hit(searcher, docnum, score) for docnum, score in shown],
                total=found.total,
                facets=switchable(query, found.facets(), others),
                terms=(*query.words, *query.phrases),
                suggestion=_spelled(searcher, query) if widened or not found.total else None,
                widened=widened and found.total > 0,
                partial=found.partial,
            )

    def similar(
        self, wanted: Mapping[str, float], *, limit: int = 5, kinds: Collection[str] = (), exclude: Collection[str] = ()
    ) -> Sequence[Hit]:
        """See the port."""
        with self._readers.one() as searcher:
            told = _telling_terms(searcher, wanted)
            found = _Matches(searcher, Or([place for term in told for place in places(term, wanted[term])]))
            return list(islice((hit for hit in found.hits(kinds) if hit.id not in exclude), limit))

    def rarity(self, terms: Collection[str]) -> Mapping[str, float]:
        """See the port."""
        with self._readers.one() as searcher:
            documents = searcher.doc_count()
            return {term: rarity(documents, _frequency(searcher, term)) for term in terms}

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[Hit]:
        """See the port."""
        starts = [word[: GRAM_LENGTHS[-1]] for word in words_of(prefix[:80]) if len(word) >= GRAM_LENGTHS[0]]
        if not starts:
            return []
        with self._readers.one() as searcher:
            found = _Matches(searcher, And([Term("gram", start) for start in starts]))
            return list(islice(found.hits(), limit))

    def health(self) -> Health:
        """See the port."""
        try:
            with guarded("cannot be read"):  # As it is on the disk: what this process holds may be better than that.
                searcher = open_searcher(self._builds.current(), self._segments)
                with closing(searcher):
                    return Health(True, searcher.doc_count(), "The index is in order.")
        except SearchUnavailable as away:
            return Health(False, 0, str(away))

    def versions(self) -> Mapping[str, int]:
        """See the port."""
        with self._readers.one() as searcher:
            return {stored["id"]: stored["version"] for stored in searcher.reader().all_stored_fields()}

    def rebuild(self, documents: Iterable[Document], *, on_progress: Callable[[int], None] = lambda done: None) -> None:
        """See the port."""
        with guarded("cannot be built"), self._builds.anew() as fresh:
            FileIndex.create(SealedStorage(fresh, self._segments), schema(), INDEX)
            with writing(fresh, self._segments, limitmb=256) as writer:
                for done, document in enumerate(documents, start=1):
                    writer.add_document(**fields_of(document))
                    on_progress(done)
        self._readers.look_again()

    def sweep(self) -> None:
        """See the port."""
        with guarded("cannot be swept"):
            self._builds.sweep()

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        with guarded("cannot be written"), writing(self._builds.current(), self._segments) as writer:
            yield writer


class _Matches:
    """Every document that a query matches, with its score, collected within the time budget.

    Collected here and not by Whoosh's own search, whose short cuts trip over nested groups (AssertionError).
    """

    def __init__(self, searcher: Any, query: Query) -> None:
        self._searcher = searcher
        self.partial = False
        self._scores: dict[int, float] = {}
        started = time.monotonic()
        context = SearchContext(weighting=searcher.weighting)
        for leaf, offset in searcher.leaf_searchers():
            matcher = query.matcher(leaf, context)
            while matcher.is_active():
                self._scores[matcher.id() + offset] = matcher.score()
                matcher.next()
                if len(self._scores) % 256 == 0 and time.monotonic() - started > TIME_BUDGET:
                    self.partial = True
                    return

    @property
    def total(self) -> int:
        """How many documents match."""
        return len(self._scores)

    def by_relevance(self, count: int) -> list[tuple[int, float]]:
        """The best `count`; of the very best, those that solved something are moved up and retired ones down."""
        if not self._scores:  # An empty index has no columns either.
            return []
        ordered = heapq.nlargest(max(count, RERANKED), self._scores.items(), key=_by_score)
        states, worked, tried = self._column("state"), self._column("worked"), self._column("tried")
        best = [
            (docnum, score * factor(states[docnum].split(","), worked[docnum], tried[docnum]))
            for docnum, score in ordered[:RERANKED]
        ]
        return sorted(best, key=_by_score, reverse=True) + ordered[RERANKED:]

    def by(self, field: str, count: int) -> list[tuple[int, float]]:
        """The `count` with the highest values of a numeric field."""
        if not self._scores:
            return []
        column = self._column(field)
        order = heapq.nlargest(count, self._scores, key=lambda docnum: (column[docnum], docnum))
        return [(docnum, self._scores[docnum]) for docnum in order]

    def hits(self, kinds: Collection[str] = ()) -> Iterator[Hit]:
        """Best first, of these kinds only if any are given."""
        column = self._column("kind") if kinds and self._scores else None
        for docnum, score in sorted(self._scores.items(), key=_by_score, reverse=True):
            if column is None or column[docnum] in kinds:
                yield _hit(self._searcher, docnum, score)

    def facets(self) -> dict[str, list[tuple[str, int]]]:
        """How the matches spread over the values of each facet."""
        return {name: self.spread(name) for name in FACETS}

    def spread(self, facet: str) -> list[tuple[str, int]]:
        """How the matches spread over the values of a facet, the commonest first."""
        if not self._scores:
            return []
        column = self._column(FIELDS[facet])
        counts = Counter(value for docnum in self._scores for value in column[docnum].split(",") if value)
        return sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))[:FACET_VALUES]

    def _column(self, field: str) -> Any:
        return self._searcher.reader().column_reader(field)


def _found(searcher: Any, query: typed.Query, *, everything: bool = False) -> tuple[_Matches, bool]:
    """What has all the words, else what has some of them; and whether it is the latter."""
    found = _Matches(searcher, whole_query(query, every_word=True, everything=everything))
    if found.total or len(query.words) + len(query.phrases) < 2:
        return found, False
    return _Matches(searcher, whole_query(_shorter(searcher, query), every_word=False)), True


def _hit(searcher: Any, docnum: int, score: float) -> Hit:
    stored = searcher.stored_fields(docnum)
    return Hit(stored["id"], score, stored["title"])


def _by_score(scored: tuple[int, float]) -> tuple[float, int]:
    return scored[1], scored[0]


def _shorter(searcher: Any, query: typed.Query) -> typed.Query:
    """The query without the words that tell least, when there are so many that looking for each takes long."""
    if len(query.words) <= MANY_WORDS:
        return query
    told = set(_telling_terms(searcher, sketch(" ".join(query.words))))
    return replace(query, words=tuple(word for word in query.words if told & set(terms(word)))) if told else query


def _telling_terms(searcher: Any, wanted: Mapping[str, float]) -> list[str]:
    having = {term: _frequency(searcher, term) for term in wanted}
    documents = searcher.doc_count()
    return telling(having, {term: weight * rarity(documents, having[term]) for term, weight in wanted.items()})


def _frequency(searcher: Any, term: str) -> int:
    """In how many documents a term stands, at most: one that has it in several fields is counted for each."""
    having = sum(searcher.doc_frequency(field, term) for field in ("title", "body", "answers"))
    return min(having, searcher.doc_count())


def _spelled(searcher: Any, query: typed.Query) -> str | None:
    """The query with the words that titles have in place of misspelled ones."""

    def is_known(word: str) -> bool:
        return any(_frequency(searcher, term) for term in terms(word))

    def words_like(letter: str, lengths: range) -> Iterator[tuple[str, int]]:
        for written, info in searcher.reader().iter_prefix("spelling", letter):
            word = written.decode()
            if len(word) in lengths:
                yield word, info.doc_frequency()

    return corrected(query, is_known, words_like)
