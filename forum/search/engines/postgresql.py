"""PostgreSQL behind the port: an index of its own in the database of the posts, comfortable to 200,000 of them.

Of PostgreSQL tables and joins are used, not its text search, whose ranking knows no rarity and reads the text of every
match. The text is analysed before (search/analysis.py), so that words are the same as for every other engine and in
what is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from psycopg import errors
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DBAPIError

from forum.search import query as typed
from forum.search.analysis import words_of
from forum.search.engines.postgresql_builds import TIME_BUDGET, Builds, TookTooLong, cause, guarded
from forum.search.engines.postgresql_match import (
    Known,
    Matching,
    Statement,
    Way,
    Ways,
    filters,
    names_of,
    phrase_ways,
    said,
    word_ways,
)
from forum.search.engines.postgresql_read import MOST, Found, best, count, find, look_up, words_like
from forum.search.engines.postgresql_rows import LENGTHS, add, beginning, drop, number_of
from forum.search.port import Document, Health, Hit, Page, SearchUnavailable, switchable
from forum.search.query import beside
from forum.search.ranking import rarity, telling
from forum.search.spelling import corrected

LONGEST_START = 80  # characters of what is being typed


class PostgresqlEngine:
    """A `SearchEngine` in the database at `address`, in schemas whose names begin with `schema`."""

    def __init__(self, address: URL | str, schema: str = "proven_search") -> None:
        self._builds = Builds(address, schema)

    def close(self) -> None:
        """Let go of the connections."""
        self._builds.close()

    def index(self, documents: Iterable[Document]) -> None:
        """See the port."""

        def write(connection: Connection) -> None:
            drop(connection, [number_of(id) for id in latest])
            add(connection, latest.values())

        with guarded("cannot be written"):
            latest = {document.id: document for document in documents}
        self._builds.write(write)

    def delete(self, ids: Collection[str]) -> None:
        """See the port."""
        self._builds.write(lambda connection: drop(connection, [number_of(id) for id in ids]))

    def search(self, query: typed.Query, *, page: int = 1, per_page: int = 20) -> Page:
        """See the port."""
        shown = slice((page - 1) * per_page, page * per_page)
        try:
            return self._builds.read(lambda connection: _search(connection, query, shown), TIME_BUDGET)
        except TookTooLong:
            return Page([], 0, terms=(*query.words, *query.phrases), partial=True)

    def similar(
        self, wanted: Mapping[str, float], *, limit: int = 5, kinds: Collection[str] = (), exclude: Collection[str] = ()
    ) -> Sequence[Hit]:
        """See the port."""

        def ask(connection: Connection) -> list[Hit]:
            chosen = filters(typed.Query(kinds=tuple(kinds)))
            known = look_up(connection, {*wanted, *names_of(chosen)})
            chosen = known.possible(chosen)
            worth = {term: weight * known.rarity(term) for term, weight in wanted.items()}
            told = telling({term: known.having.get(term, 0) for term in wanted}, worth)
            if not told or not all(chosen):
                return []
            statement = Statement(known, weights=wanted)
            any_of = statement.any_of((Way((term,)),) for term in told)
            return best(connection, statement.all_of(chosen, among=any_of), limit + len(exclude))

        return [hit for hit in self._in_time(ask) if hit.id not in exclude][:limit]

    def rarity(self, terms: Collection[str]) -> Mapping[str, float]:
        """See the port."""
        known = self._builds.read(lambda connection: look_up(connection, terms), TIME_BUDGET)
        return {term: known.rarity(term) for term in terms}

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[Hit]:
        """See the port."""
        words = (word for word in words_of(prefix[:LONGEST_START]) if len(word) >= LENGTHS[0])
        starts: list[Ways] = [(Way((beginning(word),)),) for word in words]

        def ask(connection: Connection) -> list[Hit]:
            known = look_up(connection, names_of(starts))
            ways = known.possible(starts)
            return best(connection, Statement(known).all_of(ways), limit) if all(ways) else []

        return self._in_time(ask) if starts else []

    def health(self) -> Health:
        """See the port."""

        def ask(connection: Connection) -> int:
            connection.exec_driver_sql("SELECT FROM document, wording, posting LIMIT 0")  # Fails if one is gone.
            return look_up(connection, ()).documents

        try:
            return Health(True, self._builds.read(ask, TIME_BUDGET), "The index is in order.")
        except SearchUnavailable as away:
            return Health(False, 0, str(away))

    def versions(self) -> Mapping[str, int]:
        """See the port."""
        statement = "SELECT id, version FROM document"
        return dict(self._builds.read(lambda connection: connection.exec_driver_sql(statement).all()))

    def rebuild(self, documents: Iterable[Document], *, on_progress: Callable[[int], None] = lambda done: None) -> None:
        """See the port."""
        self._builds.rebuild(documents, on_progress)

    def sweep(self) -> None:
        """See the port. Nothing is left: a rebuild drops the schema that it takes the place of."""

    def _in_time(self, ask: Callable[[Connection], list[Hit]]) -> list[Hit]:
        """What is found, or nothing if it takes too long: it is only an offer."""
        try:
            return self._builds.read(ask, TIME_BUDGET)
        except TookTooLong:
            return []


def _search(connection: Connection, query: typed.Query, shown: slice) -> Page:
    unwanted = [phrase_ways(words) for words in query.excluded]
    known = look_up(connection, names_of([*said(query), *filters(query), *unwanted]))
    found, widened = Found(), len(query.words) + len(query.phrases) > 1
    for matching, best_first in _ways_to_match(query, known):
        found = find(connection, query.sort, matching, shown.stop, best_first=best_first)
        if found.total:
            widened = best_first
            break
    suggestion = _spelled(connection, query) if widened or not found.total else None
    return Page(
        hits=found.hits[shown],
        total=found.total,
        facets=switchable(query, found.facets, _others(connection, query, known)),
        terms=(*query.words, *query.phrases),
        suggestion=suggestion,
        widened=widened and found.total > 0,
        at_least=found.total == MOST,
    )


def _ways_to_match(query: typed.Query, known: Known, *, count: bool = False) -> Iterator[tuple[Matching, bool]]:
    """What has all the words, then what has some of them, each with whether it is the latter; nothing when some word
    or filter is nowhere. To be counted only, a query may ask for nothing."""
    words, chosen = known.possible(said(query)), known.possible(filters(query))
    if not all(chosen):
        return
    unwanted = known.possible(phrase_ways(words) for words in query.excluded)
    if all(words) and (words or count or Statement(known, query=query).is_filtered):
        yield Statement(known, query=query, unwanted=unwanted).all_of([*words, *chosen]), False
    if len(query.words) + len(query.phrases) > 1 and (told := _telling(words, known)):
        statement = Statement(known, query=query, unwanted=unwanted)
        yield statement.all_of(chosen, among=statement.any_of(told)), True


def _others(connection: Connection, query: typed.Query, known: Known) -> dict[str, Sequence[tuple[str, int]]]:
    """What else could be chosen of each facet by which the query filters; nothing when counting it takes too long. The
    last thing that is asked: after it the connection may be of no use."""
    try:
        return {name: _counted(connection, name, wider, known) for name, wider in beside(query).items()}
    except DBAPIError as error:
        if not isinstance(cause(error), errors.QueryCanceled):
            raise
        return {}


def _counted(connection: Connection, facet: str, query: typed.Query, known: Known) -> Sequence[tuple[str, int]]:
    """How what is found spreads over the values of a facet."""
    for matching, best_first in _ways_to_match(query, known, count=True):
        if counted := count(connection, facet, matching, best_first=best_first):
            return counted
    return []


def _telling(said: Sequence[Ways], known: Known) -> list[Ways]:
    """What is worth looking for when any of it will do."""
    having = {place: known.at_most(ways) for place, ways in enumerate(said)}
    worth = {place: rarity(known.documents, count) for place, count in having.items()}
    return [said[place] for place in telling(having, worth, budget=MOST, always=1)]


def _spelled(connection: Connection, query: typed.Query) -> str | None:
    """The query with the words that titles have in place of misspelled ones."""

    def is_known(word: str) -> bool:
        ways = word_ways(word)
        return any(look_up(connection, names_of([ways])).possible([ways]))

    return corrected(query, is_known, lambda letter, lengths: words_like(connection, letter, lengths))
