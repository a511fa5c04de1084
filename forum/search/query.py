"""What people type into the search box, understood: words, "phrases", -word, tag: dept: author: is: before: after:
sort:. Our own small grammar: nothing that is typed fails, and nothing reaches the engine's own query language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from forum.core.clock import now
from forum.core.languages import Message, gettext
from forum.search.analysis import codes, fold, terms

LONGEST = 512  # characters that are read; the rest is not a search
MOST_TERMS = 32  # different words and phrases
LONGEST_WORD = 40  # characters

STATES = ("open", "answered", "solved", "withdrawn", "accepted", "proven", "retired")
KINDS = ("question", "answer", "comment", "practice", "cause", "chat")
FACET_FIELDS = {"kind": "kinds", "state": "states", "department": "departments", "tag": "tags"}
SORTS = ("relevance", "newest", "active", "votes")

DAYS_BACK = {"today": 0, "yesterday": 1}
UNITS = {"d": 1, "w": 7, "m": 30, "y": 365}  # days; a month and a year as people mean them who look back
PERIOD = re.compile(r"(?P<count>[0-9]{1,3})(?P<unit>[dwmy])")
PART_OF_A_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")  # a year, or a month of one: they begin with their first day

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
TOKEN = re.compile(r'(?P<minus>-?)(?:(?P<operator>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


@dataclass(frozen=True)
class Query:
    """A search as it was understood. `notices` say in words what could not be."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None
    sort: str = "relevance"
    # What a word is also called here: found as well as the word itself.
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    notices: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for more than words: filters, or an order of its own."""
        filters = (self.tags, self.departments, self.authors, self.states, self.kinds, self.after, self.before)
        return any(filters) or self.sort != "relevance"

    @property
    def is_too_common(self) -> bool:
        """Whether all its words are such as stand nearly everywhere, and are not looked for."""
        words = " ".join((*self.words, *self.phrases))
        return bool(words) and not (any(terms(words)) or any(codes(words)))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for: neither words nor a filter."""
        return not any(
            (self.words, self.phrases, self.tags, self.departments, self.authors, self.states, self.kinds)
        ) and not (self.after or self.before)


def parse(text: str) -> Query:
    """Understand what was typed. Never raises; a word that is no operator we know is a word."""
    query = Query()
    for found in TOKEN.finditer(_clean(text)):
        if _size(query) >= MOST_TERMS:
            return _notice(
                query, gettext("That is a long search: the first %(most)s words of it count.", most=MOST_TERMS)
            )
        query = _take(query, found)
    if len(text) > LONGEST:
        return _notice(query, gettext("That is a long search: its first %(most)s letters count.", most=LONGEST))
    return query


def to_text(query: Query) -> str:
    """The query as somebody would type it: `parse` of it gives the same query."""
    parts = [f'"{word}"' if _is_operator(word) else word for word in query.words]
    parts += [f'"{phrase}"' for phrase in query.phrases]
    parts += [f'-"{words}"' if " " in words else f"-{words}" for words in query.excluded]
    for operator, values in (("tag", query.tags), ("dept", query.departments), ("author", query.authors)):
        parts += [f"{operator}:{value}" for value in values]
    parts += [f"is:{value}" for value in (*query.kinds, *query.states)]
    parts += [f"{name}:{when}" for name, when in (("after", query.after), ("before", query.before)) if when]
    if query.sort != "relevance":
        parts.append(f"sort:{query.sort}")
    return " ".join(parts)


def with_filter(query: Query, operator: str, value: str) -> str:
    """The query's text with one more filter, or with another sort."""
    return to_text(_take(query, _token(f"{operator}:{value}")))


def without_filter(query: Query, operator: str, value: str) -> str:
    """The query's text without one of its filters."""
    changed: dict[str, Any] = {
        name: tuple(each for each in values if each != value) if isinstance(values, tuple) else None
        for name in FIELDS[operator]
        if (values := getattr(query, name)) is not None
    }
    return to_text(replace(query, **changed))


def beside(query: Query) -> dict[str, Query]:
    """For each facet that a query filters by, the query without that filter: what one could choose there instead."""
    return {name: without(query, name) for name, field in FACET_FIELDS.items() if getattr(query, field)}


def without(query: Query, *facets: str) -> Query:
    """The query without its filters by these facets."""
    changed: dict[str, Any] = {FACET_FIELDS[name]: () for name in facets}
    return replace(query, **changed)


def day_of(written: str) -> date:
    """The day that somebody wrote: 2026-01-31, 2026-01 or 2026 for their first day, today, yesterday, or so many days
    (7d), weeks, months or years ago. Raises ValueError for anything else."""
    written = written.lower()
    if written in DAYS_BACK:
        return now().date() - timedelta(days=DAYS_BACK[written])
    if ago := PERIOD.fullmatch(written):
        return now().date() - timedelta(days=int(ago["count"]) * UNITS[ago["unit"]])
    if PART_OF_A_DATE.fullmatch(written):
        written += "-01" * (3 - len(written.split("-")))
    return date.fromisoformat(written)


FIELDS = {
    "tag": ("tags",),
    "dept": ("departments",),
    "author": ("authors",),
    "is": ("kinds", "states"),
    "after": ("after",),
    "before": ("before",),
}


def _is_operator(word: str) -> bool:
    """Whether a word that was typed in quotes would be a filter without them."""
    return ":" in word and word.partition(":")[0].lower() in OPERATORS


def _clean(text: str) -> str:
    return CONTROLS.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST]))[:LONGEST]


def _token(text: str) -> re.Match[str]:
    found = TOKEN.fullmatch(text)
    assert found is not None, text
    return found


def _take(query: Query, found: re.Match[str]) -> Query:
    operator = (found["operator"] or "").lower()
    value = found["phrase"] if found["phrase"] is not None else found["word"]
    understood = OPERATORS.get(operator)
    if understood is not None and value.strip():
        if not found["minus"]:
            return understood(query, value.strip())
        query = _notice(
            query, gettext("A filter cannot be turned round: “%(words)s” leaves out these words.", words=found[0])
        )
        understood = None
    words = value if understood is None and not operator else found[0].removeprefix("-").replace('"', " ")
    return _take_words(query, words, excluded=bool(found["minus"]), phrase=found["phrase"] is not None and not operator)


def _take_words(query: Query, words: str, *, excluded: bool, phrase: bool) -> Query:
    parts = [part[:LONGEST_WORD] for part in words.split()]
    parts = [part for part in parts if any(character.isalnum() for character in part)]
    if not parts:
        return query
    if excluded:
        return _add(query, "excluded", " ".join(parts))
    if phrase and len(parts) > 1:
        return _add(query, "phrases", " ".join(parts))
    for part in parts:
        # A word that begins like an exclusion would be read as one when the query is written out again.
        query = _add(query, "words", part.lstrip("-"))
    return query


def _add(query: Query, name: str, value: str) -> Query:
    present = getattr(query, name)
    if not value or value in present or _size(query) >= MOST_TERMS:
        return query
    return _set(query, name, (*present, value))


def _size(query: Query) -> int:
    return sum(
        map(len, (query.words, query.phrases, query.excluded, query.tags, query.departments, query.authors))
    ) + len((*query.states, *query.kinds))


def _set(query: Query, name: str, value: Any) -> Query:
    return replace(query, **{name: value})


def _label(name: str) -> Callable[[Query, str], Query]:
    def take(query: Query, value: str) -> Query:
        slug = re.sub(r"[^\w.]+", "-", fold(value)).strip("-")[:LONGEST_WORD].strip("-")
        return _add(query, name, slug) if slug else query

    return take


def _is(query: Query, value: str) -> Query:
    meant = {"unsolved": "open", "unanswered": "open", "practices": "practice", "causes": "cause", "chats": "chat"}
    value = meant.get(value.lower(), value.lower())
    if value in KINDS:
        return _add(query, "kinds", value)
    if value in STATES:
        return _add(query, "states", value)
    words = Message("“is:%(value)s” means nothing here; try is:solved, is:open, is:answered, is:practice or is:proven.")
    return _notice(query, gettext(words, value=value))


def _day(name: str) -> Callable[[Query, str], Query]:
    def take(query: Query, value: str) -> Query:
        try:
            return _set(query, name, day_of(value))
        except (ValueError, OverflowError):
            return _notice(
                query,
                gettext(
                    "“%(value)s” is not a date; write %(name)s:2026-01-31, %(name)s:2026-01, %(name)s:2026, "
                    "%(name)s:yesterday or %(name)s:7d for seven days ago.",
                    value=value,
                    name=name,
                ),
            )

    return take


def _sort(query: Query, value: str) -> Query:
    if value.lower() in SORTS:
        return replace(query, sort=value.lower())
    return _notice(query, gettext("“sort:%(value)s” is not known; try %(known)s.", value=value, known=", ".join(SORTS)))


def _notice(query: Query, words: str) -> Query:
    return replace(query, notices=(*query.notices, words))


OPERATORS: dict[str, Callable[[Query, str], Query]] = {
    "tag": _label("tags"),
    "dept": _label("departments"),
    "department": _label("departments"),
    "author": _label("authors"),
    "is": _is,
    "after": _day("after"),
    "before": _day("before"),
    "sort": _sort,
}
