"""Whoosh behind the port: embedded, the default, comfortable to about 20,000 posts.

One process writes, all others read. Of Whoosh only terms, postings and ranking are used: not its query language, which
some inputs make run for minutes, and not its asynchronous writers, which lose errors.
"""

from __future__ import annotations

import heapq
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from whoosh.analysis import Analyzer, Token
from whoosh.fields import ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.index import EmptyIndexError, FileIndex, LockError
from whoosh.query import And, AndNot, NumericRange, Or, Phrase, Query, Require, Term
from whoosh.scoring import BM25F
from whoosh.searching import SearchContext

from forum.search import query as typed
from forum.search.analysis import codes, sketch, terms, words_of
from forum.search.engines.builds import Builds
from forum.search.engines.guard import TAKEN, guarded
from forum.search.engines.whoosh_files import SealedStorage
from forum.search.port import FACETS, Document, Health, Hit, NotNow, Page, SearchUnavailable
from forum.search.ranking import RERANKED, factor, rarity, telling
from forum.search.spelling import corrected

FORMAT = "v4"  # Raise it when the schema or the analysis changes: older indexes are then built anew.
INDEX = "MAIN"  # what Whoosh calls an index that has no other name
LOOK_EVERY = 0.5  # seconds between looks for a newer index; a post has two seconds to be found
OPEN_TRIES = 2  # Files may be replaced while we open them; Whoosh itself tries ten times, for half a second.
LOCK_WAIT = 30.0  # seconds a writer waits for another one, such as a rebuild from the command line
TIME_BUDGET = 1.0  # seconds for one search; what was found until then is shown
FACET_VALUES = 12  # shown for each facet
GRAM_LENGTHS = range(2, 9)  # letters of the beginnings of words kept for search-as-you-type
TITLE_BOOST = 1.5
MANY_WORDS = 8  # from which those that tell least are left out, when no document has all
FIELDS = {"tag": "tags", "department": "departments", "state": "state", "kind": "kind"}
SORT_FIELDS = {"newest": "created", "active": "activity", "votes": "votes"}
FIRST_DAY, LAST_DAY = 0, 2**40  # Both ends of a range are always given: an open low end matches everything here.


class TermAnalyzer(Analyzer):  # type: ignore[misc]
    """Lets Whoosh see a text the way `split` does."""

    def __init__(self, split: Callable[[str], Iterable[str]]) -> None:
        self.split = split

    def __call__(self, value: str, positions: bool = False, start_pos: int = 0, **_: Any) -> Iterator[Token]:
        """The tokens of `value`."""
        token = Token(positions=positions)
        for place, word in enumerate(self.split(value), start=start_pos):
            token.text, token.pos, token.boost, token.stopped = word, place, 1.0, False
            yield token


def grams_of(text: str) -> Iterator[str]:
    """The beginnings of every word."""
    return (word[:length] for word in words_of(text) for length in GRAM_LENGTHS if length <= len(word))


def schema() -> Schema:
    """The fields of a document."""
    return Schema(
        id=ID(unique=True, stored=True),
        version=NUMERIC(stored=True),
        title=TEXT(TermAnalyzer(terms), stored=True),
        body=TEXT(TermAnalyzer(terms)),
        answers=TEXT(TermAnalyzer(terms), phrase=False),
        code=TEXT(TermAnalyzer(codes), phrase=False),
        spelling=TEXT(TermAnalyzer(words_of), phrase=False),
        gram=TEXT(TermAnalyzer(grams_of), phrase=False),
        author=ID(),
        kind=ID(sortable=True),
        tags=KEYWORD(commas=True, sortable=True),
        departments=KEYWORD(commas=True, sortable=True),
        state=KEYWORD(commas=True, sortable=True),
        created=NUMERIC(bits=64, sortable=True),
        activity=NUMERIC(bits=64, sortable=True),
        votes=NUMERIC(sortable=True),
        worked=NUMERIC(sortable=True),
        tried=NUMERIC(sortable=True),
    )


class WhooshEngine:
    """A `SearchEngine` in a folder of its own. The folder is as trusted as code: Whoosh keeps pickles in it."""

    def __init__(self, folder: Path) -> None:
        self._builds = Builds(folder, FORMAT)
        self._segments: dict[str, bytes] = {}
        self._readers = _Readers(self._builds, self._segments)

    def index(self, documents: Iterable[Document]) -> None:
        """See the port."""
        with self._writer() as writer:
            # Within one commit Whoosh does not see what it has just written, and would keep the same document twice.
            for document in {each.id: each for each in documents}.values():
                writer.update_document(**_fields(document))
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
            found = _Matches(searcher, _whole_query(query, every_word=True))
            widened = found.total == 0 and len(query.words) + len(query.phrases) > 1
            if widened:
                found = _Matches(searcher, _whole_query(_shorter(searcher, query), every_word=False))
            best = page * per_page
            ordered = found.by_relevance(best) if query.sort == "relevance" else found.by(SORT_FIELDS[query.sort], best)
            shown = ordered[(page - 1) * per_page : best]
            return Page(
                hits=[_hit(searcher, docnum, score) for docnum, score in shown],
                total=found.total,
                facets=found.facets(),
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
            found = _Matches(searcher, Or([place for term in told for place in _places(term, wanted[term])]))
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
                searcher = _open_searcher(self._builds.current(), self._segments)
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
            with _writing(fresh, self._segments, limitmb=256) as writer:
                for done, document in enumerate(documents, start=1):
                    writer.add_document(**_fields(document))
                    on_progress(done)
        self._readers.look_again()

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        with guarded("cannot be written"), _writing(self._builds.current(), self._segments) as writer:
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
        """How the matches spread over the values of each facet, the commonest first."""
        spread: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
        for name in FACETS if self._scores else ():
            column = self._column(FIELDS[name])
            counts = Counter(value for docnum in self._scores for value in column[docnum].split(",") if value)
            spread[name] = sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))[:FACET_VALUES]
        return spread

    def _column(self, field: str) -> Any:
        return self._searcher.reader().column_reader(field)


def _hit(searcher: Any, docnum: int, score: float) -> Hit:
    stored = searcher.stored_fields(docnum)
    return Hit(stored["id"], score, stored["title"])


class _Readers:
    """The searcher of this process: its threads take turns, and it is replaced as a whole when the index is newer."""

    def __init__(self, builds: Builds, segments: dict[str, bytes]) -> None:
        self._builds = builds
        self._segments = segments
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._looked = float("-inf")

    @contextmanager
    def one(self) -> Iterator[Any]:
        """A searcher that stays open as long as the block runs. Raises `SearchUnavailable`."""
        # One search at a time: Whoosh's matchers move about in one open file, so that threads which did so together
        # would read each other's postings. It is all Python, so waiting here costs nobody any time.
        with self._turn, guarded("cannot be read"):
            held = self._take()
            try:
                yield held.searcher
            finally:
                self._give_back(held)

    def look_again(self) -> None:
        """Look for a newer index at the next search: this process has just written one."""
        self._looked = float("-inf")

    def _take(self) -> _Held:
        with self._lock:
            if self._held is None or time.monotonic() - self._looked > LOOK_EVERY:
                self._refresh()
            assert self._held is not None
            self._held.users += 1
            return self._held

    def _give_back(self, held: _Held) -> None:
        with self._lock:
            held.users -= 1
            held.close_if_done()

    def _refresh(self) -> None:
        build = self._builds.current()
        held = self._held
        if held is None or held.build != build or not held.searcher.up_to_date():
            self._held = _Held(build, _open_searcher(build, self._segments))
            if held is not None:
                held.outdated = True
                held.close_if_done()
        self._looked = time.monotonic()


class _Held:
    """A searcher with the number of searches that use it."""

    def __init__(self, build: Path, searcher: Any) -> None:
        self.build = build
        self.searcher = searcher
        self.users = 0
        self.outdated = False

    def close_if_done(self) -> None:
        """Close it when it is outdated and nobody uses it any more."""
        if self.outdated and self.users == 0:
            self.searcher.close()


def _open(folder: Path, segments: dict[str, bytes]) -> Any:
    storage = SealedStorage(folder, segments)
    opened = FileIndex(storage, indexname=INDEX)
    storage.forget_all_but(set(storage.list()))
    return opened


def _open_searcher(folder: Path, segments: dict[str, bytes]) -> Any:
    for attempt in range(OPEN_TRIES):
        try:
            return _open(folder, segments).searcher(weighting=BM25F())
        except (OSError, EmptyIndexError):
            if attempt == OPEN_TRIES - 1 or not folder.is_dir():
                raise
            time.sleep(0.02)
    raise AssertionError("unreachable")


@contextmanager
def _writing(folder: Path, segments: dict[str, bytes], **options: Any) -> Iterator[Any]:
    """A writer that commits at the end of the block, or leaves everything as it was. Waits for other writers."""
    try:
        writer = _open(folder, segments).writer(timeout=LOCK_WAIT, delay=0.05, **options)
    except LockError:
        raise NotNow(f"The search index cannot be written: {TAKEN}") from None
    lock = writer.writelock
    try:
        _sweep_strays(folder, keep=Path(writer._tempstorage.folder))
        yield writer
        writer.commit()
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise
    finally:
        _release(lock)


def _release(lock: Any) -> None:
    # A commit that failed, on a full disk for instance, leaves the lock taken: nobody could write until a restart.
    if lock is not None and lock.fd is not None:
        lock.release()


def _sweep_strays(folder: Path, *, keep: Path) -> None:
    """Delete what a writer that was killed left behind; whoever calls this holds the lock, so nobody uses it."""
    for stray in folder.glob("*.tmp"):
        if stray != keep:
            shutil.rmtree(stray, ignore_errors=True)
    for stray in folder.glob("*.toc.*"):
        stray.unlink(missing_ok=True)


def _fields(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "version": document.version,
        "title": document.title,
        "body": document.body,
        "answers": document.answers,
        "code": f"{document.title}\n{document.body}",
        "spelling": document.title,
        "gram": document.title,
        "author": document.author,
        "kind": document.kind,
        "tags": ",".join(document.tags),
        "departments": ",".join(document.departments),
        "state": ",".join(document.state),
        "created": int(document.created.timestamp()),
        "activity": int(document.activity.timestamp()),
        "votes": document.votes,
        "worked": document.worked,
        "tried": document.tried,
    }


def _whole_query(query: typed.Query, *, every_word: bool) -> Query:
    said = [_word_or_another(word, query.alternatives.get(word, ())) for word in query.words] + [
        _phrase(phrase) for phrase in query.phrases
    ]
    said = [each for each in said if each is not None]
    filters = [Or([Term(field, value) for value in values]) for field, values in _filters(query) if values]
    filters += _period(query)
    wanted: Query
    if said and filters:
        wanted = Require(And(said) if every_word else Or(said), And(filters))
    else:
        wanted = (And(said) if every_word else Or(said)) if said else And(filters)
    unwanted = [each for words in query.excluded if (each := _phrase(words)) is not None]
    return AndNot(wanted, Or(unwanted)) if unwanted else wanted


def _filters(query: typed.Query) -> list[tuple[str, tuple[str, ...]]]:
    return [
        ("tags", query.tags),
        ("departments", query.departments),
        ("author", query.authors),
        ("state", query.states),
        ("kind", query.kinds),
    ]


def _period(query: typed.Query) -> list[Query]:
    if not query.after and not query.before:
        return []
    start = _seconds(query.after) if query.after else FIRST_DAY
    end = _seconds(query.before) - 1 if query.before else LAST_DAY
    return [NumericRange("created", start, max(end, FIRST_DAY))]


def _seconds(day: date) -> int:
    return max(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()), FIRST_DAY)


def _word_or_another(word: str, others: Sequence[str]) -> Query | None:
    """A word, or what it is also called here, which may be several words together."""
    known = [each for each in (_word(word), *(_phrase(other) for other in others)) if each is not None]
    return Or(known) if len(known) > 1 else known[0] if known else None


def _word(word: str) -> Query | None:
    """A word wherever it may stand; its parts all, when it has several; None for one too common to look for."""
    parts: list[Query] = [_anywhere(term) for term in terms(word)]
    exact = [Term("code", code, boost=2.0) for code in codes(word)]
    if not parts and not exact:
        return None
    together = And(parts) if parts else None
    return Or([*exact, together]) if exact and together is not None else (together or Or(exact))


def _anywhere(term: str) -> Query:
    return Or(_places(term))


def _places(term: str, weight: float = 1.0) -> list[Query]:
    return [
        Term("title", term, boost=weight * TITLE_BOOST),
        Term("body", term, boost=weight),
        Term("answers", term, boost=weight),
    ]


def _phrase(words: str) -> Query | None:
    parts = list(terms(words))
    if len(parts) < 2:
        return _word(words)
    return Or([Phrase("title", parts, boost=TITLE_BOOST), Phrase("body", parts)])


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
