"""What means much the same, whatever its words: asked beside the engine, where an administrator has switched it on.

    score = 1 - √((1 - words) · (1 - cosine))

where `words` is the score of forum.search.similar: what speaks against a match is what both leave open. So either of
them is enough when it is sure, and neither needs a weight. docs/search.md has what was measured.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from flask import Flask, current_app
from sqlalchemy import Boolean, column, select, table

from forum.core.db import db
from forum.search import vectors
from forum.search.embedding import Embedder, EmbedderUnavailable, installed, packaged
from forum.search.port import Document

if TYPE_CHECKING:
    from forum.search.matrix import Matrix, Near

log = logging.getLogger(__name__)

MEANT = 0.4  # cosine from which a match needs no word in common
FAR = 0.3  # cosine below which words that stand somewhere in the text make no match
REST = 600.0  # seconds without a model that failed: what is broken stays so for a while
TITLED = "qp"  # questions and practices have titles; of other documents nothing is compared


class Source(Protocol):
    """What near documents are looked for in."""

    def near(
        self, text: str, *, limit: int, kinds: Collection[str], exclude: Collection[str], also: Iterable[str]
    ) -> Sequence[Near]:
        """The documents that mean most nearly the same, and those called `also`. Never raises for want of a model."""

    def index(self, documents: Iterable[Document], gone: Collection[str]) -> None:
        """Take in documents that changed, and drop others."""


class Meaning:
    """The vectors that the database keeps, by the model of the extra; nothing while it is off, missing or broken."""

    def __init__(self, model: Callable[[], Embedder] = packaged, is_there: Callable[[], bool] = installed) -> None:
        self._model = model
        self._held = vectors.Held()
        self._rests_until = float("-inf")
        self.is_there = is_there

    def near(
        self, text: str, *, limit: int, kinds: Collection[str], exclude: Collection[str], also: Iterable[str]
    ) -> Sequence[Near]:
        """See `Source`."""

        def look(embedder: Embedder) -> Sequence[Near]:
            return _near(embedder, self._held.matrix(embedder), text, limit, kinds, exclude, also)

        return self._safely(look) or ()

    def index(self, documents: Iterable[Document], gone: Collection[str]) -> None:
        """See `Source`."""

        def take(embedder: Embedder) -> None:
            vectors.drop(gone)
            vectors.keep(embedder, {each.id: each.title.split("\n") for each in documents if each.id[0] in TITLED})

        self._safely(take)

    @property
    def embedder(self) -> Embedder:
        """The model. Raises `EmbedderUnavailable`."""
        return self._model()

    def _safely(self, act: Callable[[Embedder], Any]) -> Any:
        """What `act` gives, or None while there is no model; that is logged, and no error to anybody."""
        if time.monotonic() < self._rests_until or not self.is_there() or not switched_on():
            return None
        try:
            return act(self.embedder)
        except EmbedderUnavailable as away:
            log.warning("searching by words alone: %s", away)
            self._rests_until = time.monotonic() + REST
            return None


class Fixed:
    """Vectors that are given, for measuring; none at all means words alone."""

    def __init__(self, embedder: Embedder | None = None, matrix: Matrix | None = None) -> None:
        self._embedder = embedder
        self._matrix = matrix

    def near(
        self, text: str, *, limit: int, kinds: Collection[str], exclude: Collection[str], also: Iterable[str]
    ) -> Sequence[Near]:
        """See `Source`."""
        if self._embedder is None or self._matrix is None:
            return ()
        return _near(self._embedder, self._matrix, text, limit, kinds, exclude, also)

    def index(self, documents: Iterable[Document], gone: Collection[str]) -> None:
        """Nothing: they are given."""


def attach(app: Flask) -> None:
    """Give the application its source of meaning."""
    app.extensions["meaning"] = Meaning()


def current() -> Source:
    """The source of the current application."""
    found: Source = current_app.extensions["meaning"]
    return found


@contextmanager
def measured_with(source: Source) -> Iterator[None]:
    """Look in another source meanwhile. For commands: every thread of the process sees it."""
    usual = current_app.extensions["meaning"]
    current_app.extensions["meaning"] = source
    try:
        yield
    finally:
        current_app.extensions["meaning"] = usual


def switched_on() -> bool:
    """Whether an administrator has switched it on."""
    return bool(db.session.scalar(select(column("uses_meaning", Boolean)).select_from(table("organisation"))))


def fused(words: float, cosine: float) -> float:
    """One score, 0 to 1, of what two texts have in common by words and by meaning."""
    return 1 - math.sqrt((1 - words) * (1 - min(max(cosine, 0.0), 1.0)))


def candidates(
    text: str, *, limit: int, kinds: Collection[str], exclude: Collection[str], also: Iterable[str]
) -> Mapping[str, Near]:
    """By their ids, the documents that mean most nearly the same and those called `also`; none where it is off."""
    found = current().near(text, limit=limit, kinds=kinds, exclude=exclude, also=also)
    return {each.document: each for each in found}


def _near(
    embedder: Embedder,
    matrix: Matrix,
    text: str,
    limit: int,
    kinds: Collection[str],
    exclude: Collection[str],
    also: Iterable[str],
) -> Sequence[Near]:
    vector = embedder.embed([text])[0]
    return [*matrix.of(vector, also), *matrix.nearest(vector, limit=limit, kinds=kinds, exclude=exclude)]
