"""SQLite FTS5 behind the port: a database of its own beside the data, comfortable to 200,000 posts.

Of FTS5 only postings, phrases and bm25() are used. Its text is analysed before (search/analysis.py), so that words are
the same as for every other engine and in what is marked, and nothing that is typed reaches its query language: what is
looked for is a parameter, and statements are put together of our own words only.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forum.search import query as typed
from forum.search.analysis import words_of
from forum.search.engines.builds import Builds
from forum.search.engines.fts5_file import Readers, fill, writing
from forum.search.engines.fts5_match import any_of, beginnings, excluded, labelled, match, period, ways
from forum.search.engines.fts5_rows import add, drop, length
from forum.search.engines.guard import guarded
from forum.search.port import FACETS, Document, Health, Hit, Page, SearchUnavailable, switchable
from forum.search.query import beside
from forum.search.ranking import RERANKED, factor, rarity, telling
from forum.search.spelling import corrected

FORMAT = "fts5-4"  # Raise it when the tables or the analysis change: older indexes are then built anew.
TIME_BUDGET = 1.0  # seconds for one search; what was found until then is shown
AT_A_TIME = 2_000  # matches read between looks at the clock
LOOKED_AT = 15_000  # matches that are ranked and counted, the newest: a word that more posts have tells next to nothing
FACET_VALUES = 12  # shown for each facet
TITLE, BODY, ANSWERS, CODE, LABEL = 1.5, 1.0, 1.0, 2.0, 0.0  # what a match counts for, by where it stands
BM25 = f"-bm25(posting, {TITLE}, {BODY}, {ANSWERS}, {CODE}, {LABEL})"
K1, B = 1.2, 0.75  # the usual constants of BM25, which FTS5 has as well
CANDIDATES = 200  # of what is similar by bm25(), so many are ranked with the weights of the terms
SHORTEST_START = 2  # letters of a word that is still being typed
STARTING = 500  # titles looked at while one types, the newest
SORTS = {"relevance": BM25, "newest": "created", "active": "activity", "votes": "votes"}


class Fts5Engine:
    """A `SearchEngine` in a folder of its own, in which each build is a database."""

    def __init__(self, folder: Path) -> None:
        self._builds = Builds(folder, FORMAT)
        self._readers = Readers(self._builds)

    def index(self, documents: Iterable[Document]) -> None:
        """See the port."""
        with writing(self._builds.current()) as connection:
            for document in documents:
                drop(connection, [document.id])
                add(connection, document)

    def delete(self, ids: Collection[str]) -> None:
        """See the port."""
        with writing(self._builds.current()) as connection:
            drop(connection, ids)

    def search(self, query: typed.Query, *, page: int = 1, per_page: int = 20) -> Page:
        """See the port."""
        with self._readers.one() as connection:
            found, widened = _found(connection, query)
            wider = {} if found.partial else beside(query)
            others = {
                name: _spread(_found(connection, each, count=True)[0].facets)[name] for name, each in wider.items()
            }
            best = page * per_page
            ordered = heapq.nlargest(max(best, RERANKED), found.rows)
            if query.sort == "relevance":
                ordered = _reranked(connection, ordered[:RERANKED]) + ordered[RERANKED:]
            return Page(
                hits=_hits(connection, ordered[(page - 1) * per_page : best]),
                total=len(found.rows),
                facets=switchable(query, _spread(found.facets), others),
                terms=(*query.words, *query.phrases),
                suggestion=_spelled(connection, query) if widened or not found.rows else None,
                widened=widened and bool(found.rows),
                partial=found.partial,
                at_least=found.at_least,
            )

    def similar(
        self, wanted: Mapping[str, float], *, limit: int = 5, kinds: Collection[str] = (), exclude: Collection[str] = ()
    ) -> Sequence[Hit]:
        """See the port."""
        with self._readers.one() as connection:
            having = {term: _having(connection, term) for term in wanted}
            documents = _total(connection)[0]
            worth = {term: weight * rarity(documents, having[term]) for term, weight in wanted.items()}
            told = {term: worth[term] for term in telling(having, worth)}
            looked_for = any_of(told)
            if looked_for is None:
                return []
            labels = labelled({"kind": kinds})
            rows = connection.execute(
                f"SELECT rowid FROM posting WHERE posting MATCH ? ORDER BY {BM25} DESC, rowid DESC LIMIT ?",  # noqa: S608
                (f"{looked_for} AND {labels}" if labels else looked_for, CANDIDATES + len(exclude)),
            )
            ranked = sorted(_weighed(connection, [number for (number,) in rows], told), reverse=True)
            hits = _hits(connection, ranked[: limit + len(exclude)])
            return [hit for hit in hits if hit.id not in exclude][:limit]

    def rarity(self, terms: Collection[str]) -> Mapping[str, float]:
        """See the port."""
        with self._readers.one() as connection:
            documents = _total(connection)[0]
            return {term: rarity(documents, _having(connection, term)) for term in terms}

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[Hit]:
        """See the port."""
        looked_for = beginnings(word for word in words_of(prefix[:80]) if len(word) >= SHORTEST_START)
        if looked_for is None:
            return []
        with self._readers.one() as connection:
            rows = connection.execute(
                "SELECT rowid, words FROM title WHERE title MATCH ? ORDER BY rowid DESC LIMIT ?", (looked_for, STARTING)
            )
            # The fewer words a title has besides, the likelier it is what is being typed.
            return _hits(connection, heapq.nlargest(limit, ((1 / length(words), number) for number, words in rows)))

    def health(self) -> Health:
        """See the port."""
        try:
            with self._readers.one() as connection:
                _having(connection, "any")
                return Health(True, int(_total(connection)[0]), "The index is in order.")
        except SearchUnavailable as away:
            return Health(False, 0, str(away))

    def versions(self) -> Mapping[str, int]:
        """See the port."""
        with self._readers.one() as connection:
            return dict(connection.execute("SELECT id, version FROM document"))

    def rebuild(self, documents: Iterable[Document], *, on_progress: Callable[[int], None] = lambda done: None) -> None:
        """See the port."""
        with guarded("cannot be built"), self._builds.anew() as fresh:
            fill(fresh, documents, on_progress)

    def sweep(self) -> None:
        """See the port."""
        with guarded("cannot be swept"):
            self._builds.sweep()


@dataclass(frozen=True, slots=True)
class _Found:
    """What matches, as (what it is ordered by, number), and how often each combination of facets is among it."""

    rows: list[tuple[float, int]]
    facets: Counter[str]
    partial: bool = False
    at_least: bool = False


def _found(connection: sqlite3.Connection, query: typed.Query, *, count: bool = False) -> tuple[_Found, bool]:
    """What has all the words, else what has some of them; and whether it is the latter. To `count` only, no order is
    made, and everything is found by a query that asks for nothing."""
    found = _find(connection, query, match(query, query.words, every_word=True), count)
    if found.rows or len(query.words) + len(query.phrases) < 2:
        return found, False
    return _find(connection, query, match(query, _telling_words(connection, query), every_word=False), count), True


def _find(connection: sqlite3.Connection, query: typed.Query, looked_for: str | None, count: bool) -> _Found:
    """The newest `LOOKED_AT` matches, as far as the time allows."""
    statement, given = _statement(query, looked_for, count)
    rows: list[tuple[float, int]] = []
    facets: Counter[str] = Counter()
    if not statement:
        return _Found(rows, facets)
    started = time.monotonic()
    cursor = connection.execute(f"{statement} LIMIT {LOOKED_AT}", given)
    while some := cursor.fetchmany(AT_A_TIME):
        rows += [(score, number) for number, score, _ in some]
        facets.update(combined for _, _, combined in some)
        if time.monotonic() - started > TIME_BUDGET:
            return _Found(rows, facets, partial=True)
    return _Found(rows, facets, at_least=len(rows) == LOOKED_AT)


def _statement(query: typed.Query, looked_for: str | None, count: bool) -> tuple[str, list[Any]]:
    """The statement that finds number, order and facets of all that matches; empty when nothing is looked for, unless
    it is only to be counted."""
    conditions: list[tuple[str, list[Any]]] = []
    if looked_for:
        conditions.append(("posting MATCH ?", [looked_for]))
    elif unwanted := excluded(query):
        conditions.append(("number NOT IN (SELECT rowid FROM posting WHERE posting MATCH ?)", [unwanted]))
    if during := period(query):
        conditions.append(("created >= ? AND created < ?", [*during]))
    elif not looked_for and not count:
        return "", []
    # FTS5 gives the highest numbers first at no cost, as long as SQLite does not begin with the other table.
    source = "posting CROSS JOIN document ON number = posting.rowid" if looked_for else "document"
    by_words = looked_for and (query.words or query.phrases)
    score = SORTS[query.sort] if not count and (by_words or query.sort != "relevance") else "0.0"
    where = f" WHERE {' AND '.join(sql for sql, _ in conditions)}" if conditions else ""
    statement = f"SELECT number, {score}, facets FROM {source}{where}"  # noqa: S608
    given = [value for _, values in conditions for value in values]
    return f"{statement} ORDER BY {'posting.rowid' if looked_for else 'number'} DESC", given


def _reranked(connection: sqlite3.Connection, best: Sequence[tuple[float, int]]) -> list[tuple[float, int]]:
    """The very best, those that solved something moved up and retired ones down."""
    columns = "number, facets, worked, tried"
    became = {number: rest for number, *rest in _documents(connection, columns, (number for _, number in best))}
    return sorted(
        (
            (score * factor(facets.split("|")[1].split(","), worked, tried), number)
            for score, number in best
            for facets, worked, tried in [became[number]]
        ),
        reverse=True,
    )


def _weighed(
    connection: sqlite3.Connection, numbers: Sequence[int], told: Mapping[str, float]
) -> Iterator[tuple[float, int]]:
    """These documents with their scores by BM25, field by field, each term with what it is worth.

    FTS5's own bm25() can neither weigh terms nor tell a long title from a long thread.
    """
    documents, *totals = _total(connection)
    means = [max(total / documents, 1.0) for total in totals]
    terms = [(f" {term} ", worth * (K1 + 1)) for term, worth in told.items()]
    texts = connection.execute(
        "SELECT rowid, title, body, answers FROM posting WHERE rowid IN (SELECT value FROM json_each(?))",
        (json.dumps(numbers),),
    )
    for number, *fields in texts:
        score = 0.0
        for text, mean, boost in zip(fields, means, (TITLE, BODY, ANSWERS), strict=True):
            padded = f" {text} "  # A term twice in a row counts once: the blank between them is only there once.
            saturation = K1 * (1 - B + B * length(text) / mean)
            for term, worth in terms:
                if times := padded.count(term):
                    score += boost * worth * times / (times + saturation)
        yield score, number


def _spread(combined: Mapping[str, int]) -> dict[str, list[tuple[str, int]]]:
    """How the matches spread over the values of each facet, the commonest first."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for values, matches in combined.items():
        for name, some in zip(FACETS, values.split("|"), strict=True):
            for value in filter(None, some.split(",")):
                counts[name][value] += matches
    return {
        name: sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:FACET_VALUES]
        for name, counted in counts.items()
    }


def _hits(connection: sqlite3.Connection, ordered: Sequence[tuple[float, int]]) -> list[Hit]:
    columns = "number, id, title"
    shown = {number: rest for number, *rest in _documents(connection, columns, (number for _, number in ordered))}
    return [Hit(shown[number][0], score, shown[number][1]) for score, number in ordered]


def _documents(connection: sqlite3.Connection, columns: str, numbers: Iterable[int]) -> Iterable[Any]:
    return connection.execute(
        f"SELECT {columns} FROM document WHERE number IN (SELECT value FROM json_each(?))",  # noqa: S608
        (json.dumps(list(numbers)),),
    )


def _telling_words(connection: sqlite3.Connection, query: typed.Query) -> list[str]:
    """The words of a query that are worth looking for when any of them will do."""
    having = {word: _having_word(connection, word) for word in query.words if word not in query.alternatives}
    documents = _total(connection)[0]
    worth = {word: rarity(documents, count) for word, count in having.items()}
    # What is beyond `LOOKED_AT` is not ranked: a common word would only crowd out what the telling ones find.
    told = telling(having, worth, budget=LOOKED_AT, always=1)
    return [word for word in query.words if word in query.alternatives] + told


def _having(connection: sqlite3.Connection, term: str) -> int:
    """How many documents have a term."""
    row = connection.execute("SELECT doc FROM vocabulary WHERE term = ?", (term,)).fetchone()
    return row[0] if row else 0


def _having_word(connection: sqlite3.Connection, word: str) -> int:
    """How many documents have a word, at most."""
    return max((min(_having(connection, term) for term in way) for way in ways(word)), default=0)


def _total(connection: sqlite3.Connection) -> tuple[int, int, int, int]:
    """How many documents there are, and how many terms their titles, bodies and answers have."""
    row: tuple[int, int, int, int] = connection.execute("SELECT * FROM total").fetchone()
    return row


def _spelled(connection: sqlite3.Connection, query: typed.Query) -> str | None:
    """The query with the words that titles have in place of misspelled ones."""

    def is_known(word: str) -> bool:
        return _having_word(connection, word) > 0

    def words_like(letter: str, lengths: range) -> Iterable[tuple[str, int]]:
        return connection.execute(
            "SELECT term, doc FROM title_word WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?",
            (letter, letter + chr(0x10FFFF), lengths[0], lengths[-1]),
        )

    return corrected(query, is_known, words_like)
