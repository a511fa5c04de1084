"""From a query as it was understood to what FTS5 is asked: every term between quotes, nothing else of what was typed.

Terms come from `search/analysis.py` and hold letters, digits and `_ + - .` only. In the index, names such as `C++`
begin with `=`, and labels are written `tag=shipping`: so no word is ever taken for either.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from forum.search.analysis import codes, terms
from forum.search.query import Query

FIRST_DAY, LAST_DAY = 0, 2**40  # seconds: the ends of a period that is open


def match(query: Query, words: Iterable[str], *, every_word: bool) -> str | None:
    """What FTS5 looks for; None when the query has neither a word that can be looked for nor a label."""
    said = [_word_or_another(word, query.alternatives.get(word, ())) for word in words]
    said += [_phrase(phrase) for phrase in query.phrases]
    wanted = (_all if every_word else _any)([each for each in said if each is not None])
    wanted = _all([each for each in (wanted, labelled(_labels_of(query))) if each is not None])
    unwanted = excluded(query)
    return f"{wanted} NOT {unwanted}" if wanted and unwanted else wanted


def excluded(query: Query) -> str | None:
    """What must not stand in a document."""
    return _any([each for words in query.excluded if (each := _phrase(words)) is not None])


def labelled(labels: Mapping[str, Collection[str]]) -> str | None:
    """One value of each of these labels, of those that are asked for."""
    either = [_any([_quoted(label(name, value)) for value in values]) for name, values in labels.items()]
    return _all([each for each in either if each is not None])


def any_of(wanted: Iterable[str]) -> str | None:
    """Any of these terms."""
    return _any([_quoted(term) for term in wanted])


def beginnings(words: Iterable[str]) -> str | None:
    """Words that begin like each of these."""
    return _all([f"{_quoted(word)} *" for word in words])


def ways(word: str) -> list[list[str]]:
    """The terms by which a word is known in the index: all of one list, or of another."""
    together = list(terms(word))
    return [*([together] if together else []), *([code(each)] for each in codes(word))]


def code(token: str) -> str:
    """How the index writes a name that is no word."""
    return f"={token}"


def label(name: str, value: str) -> str:
    """How the index writes a label; whatever FTS5 would split or fold is written as a number."""
    return f"{name}=" + re.sub(r"[^\w.-]|[A-Z]", lambda found: f"={ord(found[0]):x}=", value)


def period(query: Query) -> tuple[int, int] | None:
    """From which second to before which one, or None for any time."""
    if not query.after and not query.before:
        return None
    return _seconds(query.after) if query.after else FIRST_DAY, _seconds(query.before) if query.before else LAST_DAY


def _labels_of(query: Query) -> dict[str, tuple[str, ...]]:
    return {
        "tag": query.tags,
        "department": query.departments,
        "author": query.authors,
        "state": query.states,
        "kind": query.kinds,
    }


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _word_or_another(word: str, others: Sequence[str]) -> str | None:
    """A word, or what it is also called here, which may be several words together."""
    return _any([each for each in (_word(word), *(_phrase(other) for other in others)) if each is not None])


def _word(word: str) -> str | None:
    """A word wherever it may stand; its parts all, when it has several; None for one too common to look for."""
    together = _all([_quoted(term) for term in terms(word)])
    exact = [_quoted(code(each)) for each in codes(word)]
    return _any([*exact, together] if together else exact)


def _phrase(words: str) -> str | None:
    parts = list(terms(words))
    return _quoted(" ".join(parts)) if len(parts) > 1 else _word(words)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _all(parts: Sequence[str]) -> str | None:
    return _joined(parts, " AND ")


def _any(parts: Sequence[str]) -> str | None:
    return _joined(parts, " OR ")


def _joined(parts: Sequence[str], between: str) -> str | None:
    return f"({between.join(parts)})" if len(parts) > 1 else parts[0] if parts else None
