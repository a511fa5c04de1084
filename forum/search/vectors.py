"""Vectors of titles and of merged wordings, kept in the database: made once by whoever indexes, read by every process.

Nothing here loads numpy before there is a model, so a site without the extra never does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary, UniqueConstraint, delete, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model, db, transaction
from forum.search.embedding import Embedder

if TYPE_CHECKING:
    from forum.search.matrix import Matrix

LOOK_EVERY = 2.0  # seconds between looks for newer vectors
AT_ONCE = 500  # rows in one statement: under the number of values that any database takes


class Vector(Model):
    """What a wording of a question or practice means to a model: `halves` are its numbers, two bytes each."""

    __tablename__ = "vector"
    # An id is never given twice, so that a row that was replaced is known by it.
    __table_args__ = (UniqueConstraint("model", "document", "place"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str]
    document: Mapped[str]  # as the index calls it: q17, p57
    place: Mapped[int]  # 0 is its title, the others are those of merged questions
    wording: Mapped[str]
    halves: Mapped[bytes] = mapped_column(LargeBinary)


def keep(embedder: Embedder, wordings: Mapping[str, Sequence[str]]) -> int:
    """See to it that these documents have vectors of these wordings and of no others. Returns how many were made.

    What has not changed is left alone, so asking twice costs nothing. Opens transactions of its own, and none while the
    model works. Raises `EmbedderUnavailable`.
    """
    wanted = {(document, place): each for document, lines in wordings.items() for place, each in enumerate(lines)}
    had = select(Vector.id, Vector.document, Vector.place, Vector.wording).where(
        Vector.model == embedder.name, Vector.document.in_(list(wordings))
    )
    known = {(document, place): (id, wording) for id, document, place, wording in db.session.execute(had)}
    gone = [id for key, (id, wording) in known.items() if wanted.get(key) != wording]
    new = [key for key, wording in wanted.items() if key not in known or known[key][1] != wording]
    if not gone and not new:
        return 0
    to_bytes = _matrix().to_bytes
    made = embedder.embed([wanted[key] for key in new]) if new else ()
    rows = [
        {"model": embedder.name, "document": key[0], "place": key[1], "wording": wanted[key], "halves": to_bytes(row)}
        for key, row in zip(new, made, strict=True)
    ]
    with transaction():
        db.session.execute(delete(Vector).where(Vector.id.in_(gone)))
        # Another worker may have been as fast: what it made is as good, and goes first.
        twice = [Vector.model == embedder.name, Vector.document.in_({key[0] for key in new})]
        here = set(db.session.execute(select(Vector.document, Vector.place).where(*twice)).all())
        fresh = [row for row in rows if (row["document"], row["place"]) not in here]
        if fresh:
            db.session.execute(insert(Vector), fresh)
    return len(new)


def drop(documents: Collection[str]) -> None:
    """Forget documents that are no longer shown. Opens a transaction of its own if there is anything to forget."""
    here = Vector.document.in_(list(documents))
    if documents and db.session.scalar(select(Vector.id).where(here).limit(1)) is not None:
        with transaction():
            db.session.execute(delete(Vector).where(here))


def prune(model: str, documents: Collection[str]) -> None:
    """Forget the vectors of other models, and of all documents but these."""
    names = db.session.scalars(select(Vector.document).where(Vector.model == model).distinct())
    gone = sorted(set(names) - set(documents))
    for start in range(0, len(gone), AT_ONCE):
        drop(gone[start : start + AT_ONCE])
    if db.session.scalar(select(Vector.id).where(Vector.model != model).limit(1)) is not None:
        with transaction():
            db.session.execute(delete(Vector).where(Vector.model != model))


def load(embedder: Embedder, held: Matrix | None = None) -> Matrix:
    """All vectors of a model; of one that is held already only those that came since are read."""
    matrix = _matrix()
    held = held or matrix.empty(embedder.dimensions)
    ours = Vector.model == embedder.name
    keys = set(db.session.scalars(select(Vector.id).where(ours)))
    columns = (Vector.id, Vector.document, Vector.place, Vector.wording, Vector.halves)
    # By what is missing and not by the highest id: a lower one may become visible later than a higher one.
    missing = sorted(keys - {row.key for row in held.rows})
    came = [
        (matrix.Row(*row), halves)
        for start in range(0, len(missing), AT_ONCE)
        for *row, halves in db.session.execute(
            select(*columns).where(Vector.id.in_(missing[start : start + AT_ONCE])).order_by(Vector.id)
        )
    ]
    return held.changed(keys, came)


class Held:
    """The vectors of this process: read when they are first needed, and again when there are others."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._matrix: Matrix | None = None
        self._state: tuple[Any, ...] = ()
        self._looked = float("-inf")

    def matrix(self, embedder: Embedder) -> Matrix:
        """The present vectors of a model, about two seconds old; nobody waits for whoever reads newer ones."""
        held = self._matrix
        is_fresh = held is not None and time.monotonic() - self._looked <= LOOK_EVERY
        if not is_fresh and self._turn.acquire(blocking=held is None):
            try:
                held = self._read(embedder)
            finally:
                self._turn.release()
        return held  # type: ignore[return-value]  # Without one it was waited for and read.

    def _read(self, embedder: Embedder) -> Matrix:
        state = self._present(embedder)
        if self._matrix is None or state != self._state:
            same = self._matrix if self._state[:1] == state[:1] else None
            self._matrix, self._state = load(embedder, same), state
        self._looked = time.monotonic()
        return self._matrix

    def _present(self, embedder: Embedder) -> tuple[Any, ...]:
        counted = select(func.count(), func.max(Vector.id)).where(Vector.model == embedder.name)
        return (embedder.name, *db.session.execute(counted).one())


def _matrix() -> Any:
    return import_module("forum.search.matrix")  # By name: it loads numpy.
