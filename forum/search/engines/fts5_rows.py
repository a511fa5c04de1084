"""From documents to rows of the index: written within the transaction of whoever calls."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

from forum.search.analysis import codes, terms, words_of
from forum.search.engines.fts5_match import code, label
from forum.search.port import Document

# FTS5 is given terms that are ready: it must neither split them nor fold letters beyond a to z, which they have not.
TOKENIZER = "ascii tokenchars '_+-.='''"
# `total` counts terms, of which BM25 needs the mean.
SCHEMA = f"""
CREATE VIRTUAL TABLE posting USING fts5(title, body, answers, code, label, tokenize = "{TOKENIZER}");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(posting, row);
CREATE VIRTUAL TABLE title USING fts5(words, detail = none, prefix = '2 3', tokenize = "{TOKENIZER}");
CREATE VIRTUAL TABLE title_word USING fts5vocab(title, row);
CREATE TABLE document (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL, title TEXT NOT NULL,
    created INTEGER NOT NULL, activity INTEGER NOT NULL, votes INTEGER NOT NULL,
    worked INTEGER NOT NULL, tried INTEGER NOT NULL, facets TEXT NOT NULL
);
CREATE TABLE total (
    documents INTEGER NOT NULL, title INTEGER NOT NULL, body INTEGER NOT NULL, answers INTEGER NOT NULL
);
INSERT INTO total VALUES (0, 0, 0, 0);
"""  # noqa: S608


def add(connection: sqlite3.Connection, document: Document) -> None:
    """Add a document that the index does not hold."""
    number = number_of(document.id)
    texts = [" ".join(terms(text)) for text in (document.title, document.body, document.answers)]
    names = " ".join(map(code, codes(f"{document.title}\n{document.body}")))
    connection.execute(
        "INSERT INTO posting (rowid, title, body, answers, code, label) VALUES (?, ?, ?, ?, ?, ?)",
        (number, *texts, names, " ".join(_labels(document))),
    )
    if document.title:
        connection.execute(
            "INSERT INTO title (rowid, words) VALUES (?, ?)", (number, " ".join(words_of(document.title)))
        )
    connection.execute(
        "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            document.id,
            document.version,
            document.title,
            int(document.created.timestamp()),
            int(document.activity.timestamp()),
            document.votes,
            document.worked,
            document.tried,
            _facets(document),
        ),
    )
    _count(connection, texts, 1)


def drop(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Take documents out of the index; those that it does not hold are passed over."""
    for number in map(number_of, ids):
        texts = connection.execute("SELECT title, body, answers FROM posting WHERE rowid = ?", (number,)).fetchone()
        if texts is not None:
            _count(connection, texts, -1)
            connection.execute("DELETE FROM posting WHERE rowid = ?", (number,))
            connection.execute("DELETE FROM title WHERE rowid = ?", (number,))
            connection.execute("DELETE FROM document WHERE number = ?", (number,))


def number_of(id: str) -> int:
    """The number of a post, which is also its number here: the newest has the highest."""
    return int(id[1:])


def length(text: str) -> int:
    """How many terms a stored text has."""
    return text.count(" ") + 1 if text else 0


def _count(connection: sqlite3.Connection, texts: Collection[str], sign: int) -> None:
    connection.execute(
        "UPDATE total SET documents = documents + ?, title = title + ?, body = body + ?, answers = answers + ?",
        (sign, *(sign * length(text) for text in texts)),
    )


def _labels(document: Document) -> Iterable[str]:
    yield label("kind", document.kind)
    yield label("author", document.author)
    for name, values in (
        ("state", document.state),
        ("department", document.departments),
        ("tag", document.tags),
    ):
        yield from (label(name, value) for value in values)


def _facets(document: Document) -> str:
    """The values of each facet, in the order of `FACETS`: one text, so that the same ones are counted together."""
    return "|".join((document.kind, ",".join(document.state), ",".join(document.departments), ",".join(document.tags)))
