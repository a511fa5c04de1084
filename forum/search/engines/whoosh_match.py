"""From a query as it was understood to one of Whoosh."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from whoosh.query import And, AndNot, Every, NumericRange, Or, Phrase, Query, Require, Term

from forum.search import query as typed
from forum.search.analysis import codes, terms

TITLE_BOOST = 1.5
FIELDS = {"tag": "tags", "department": "departments", "state": "state", "kind": "kind"}
FIRST_DAY, LAST_DAY = 0, 2**40  # Both ends of a range are always given: an open low end matches everything here.


def whole_query(query: typed.Query, *, every_word: bool, everything: bool = False) -> Query:
    """What has every word of a query, or any, with its phrases, filters and period, and without what is excluded.

    Nothing when it asks for nothing, or `everything`.
    """
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
        wanted = And(said) if every_word else Or(said)
    if not said:
        wanted = And(filters) if filters or not everything else Every()
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
    return Or(places(term))


def places(term: str, weight: float = 1.0) -> list[Query]:
    """A term in each of the fields where it may stand."""
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
