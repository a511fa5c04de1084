"""The fields of a document in a Whoosh index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from whoosh.analysis import Analyzer, Token
from whoosh.fields import ID, KEYWORD, NUMERIC, TEXT, Schema

from forum.search.analysis import codes, terms, words_of
from forum.search.port import Document

GRAM_LENGTHS = range(2, 9)  # letters of the beginnings of words kept for search-as-you-type


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


def fields_of(document: Document) -> dict[str, Any]:
    """A document as Whoosh keeps it."""
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
