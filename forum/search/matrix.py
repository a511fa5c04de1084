"""Vectors held in memory and compared with one: an exact scan. Importing this module loads numpy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import numpy


class Row(NamedTuple):
    """A wording of a document: the title (`place` 0), or one that was merged into it."""

    key: int
    document: str
    place: int
    wording: str


class Near(NamedTuple):
    """A document, its wordings on one line each, and the cosine of the nearest of them."""

    document: str
    title: str
    cosine: float


class Matrix:
    """The wordings of documents with their vectors, in rows of length 1. Never changed once it is made."""

    def __init__(self, rows: Sequence[Row], vectors: Any) -> None:
        self.rows = rows
        self._vectors = vectors
        self._places: dict[str, list[int]] = {}
        for place in sorted(range(len(rows)), key=lambda place: rows[place].place):
            self._places.setdefault(rows[place].document, []).append(place)

    def nearest(self, vector: Any, *, limit: int, kinds: Collection[str], exclude: Collection[str]) -> list[Near]:
        """The documents nearest to a vector, best first, of these kinds (all, if none is given)."""
        cosines = self._vectors @ vector
        initials = {kind[0] for kind in kinds}
        found: dict[str, Near] = {}
        for place in _best_first(cosines, limit):
            document = self.rows[place].document
            if document in found or document in exclude or (initials and document[0] not in initials):
                continue
            found[document] = self._near(document, cosines[place])
            if len(found) == limit:
                break
        return list(found.values())

    def of(self, vector: Any, documents: Iterable[str]) -> list[Near]:
        """How near these documents are to a vector; those that are not here are left out."""
        known = [document for document in documents if document in self._places]
        return [self._near(each, (self._vectors[self._places[each]] @ vector).max()) for each in known]

    def changed(self, keys: Collection[int], fresh: Sequence[tuple[Row, bytes]]) -> Matrix:
        """The rows that have one of these keys, and the fresh ones with their vectors as they are stored."""
        stay = [place for place, row in enumerate(self.rows) if row.key in keys]
        added = [from_bytes(halves) for _, halves in fresh]
        return Matrix(
            [*(self.rows[place] for place in stay), *(row for row, _ in fresh)],
            numpy.concatenate([self._vectors[stay], *([numpy.stack(added)] if added else [])]),
        )

    def _near(self, document: str, cosine: Any) -> Near:
        title = "\n".join(self.rows[place].wording for place in self._places[document])
        return Near(document, title, float(cosine))


def empty(dimensions: int) -> Matrix:
    """A matrix without rows."""
    return Matrix([], numpy.empty((0, dimensions), numpy.float32))


def to_bytes(vector: Any) -> bytes:
    """A vector as it is stored: half as large, and no cosine differs by more than 0.001."""
    stored: bytes = vector.astype("<f2").tobytes()
    return stored


def from_bytes(stored: bytes) -> Any:
    """A stored vector."""
    return numpy.frombuffer(stored, "<f2").astype(numpy.float32)


def _best_first(cosines: Any, limit: int) -> Iterable[int]:
    """All places, the best first; of many only the best are sorted unless more are asked for."""
    some = 8 * limit
    if len(cosines) > some:
        best = numpy.argpartition(-cosines, some)[:some]
        yield from best[numpy.argsort(-cosines[best], kind="stable")].tolist()
    yield from numpy.argsort(-cosines, kind="stable").tolist()
