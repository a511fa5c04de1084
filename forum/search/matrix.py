"""Vectors held in memory and compared with one: an exact scan. Importing this module loads numpy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy

Near = tuple[str, str, float]  # a document, which of its wordings is nearest, and the cosine of the two


class Matrix:
    """The wordings of documents with their vectors, in rows of length 1. Never changed once it is made."""

    def __init__(self, keys: Sequence[int], documents: Sequence[str], wordings: Sequence[str], rows: Any) -> None:
        self.keys = keys
        self._documents = documents
        self._wordings = wordings
        self._rows = rows
        self._places: dict[str, list[int]] = {}
        for place, document in enumerate(documents):
            self._places.setdefault(document, []).append(place)

    def __len__(self) -> int:
        return len(self._documents)

    def nearest(self, vector: Any, *, limit: int, kinds: Collection[str], exclude: Collection[str]) -> list[Near]:
        """The documents nearest to a vector, best first, of these kinds (all, if none is given)."""
        cosines = self._rows @ vector
        initials = {kind[0] for kind in kinds}
        found: dict[str, Near] = {}
        for place in _best_first(cosines, limit):
            document = self._documents[place]
            if document not in found and document not in exclude and (not initials or document[0] in initials):
                found[document] = (document, self._wordings[place], float(cosines[place]))
                if len(found) == limit:
                    break
        return list(found.values())

    def of(self, vector: Any, documents: Iterable[str]) -> list[Near]:
        """How near these documents are to a vector; those that have none are left out."""
        near = []
        for document in documents:
            if places := self._places.get(document):
                cosines = self._rows[places] @ vector
                best = int(cosines.argmax())
                near.append((document, self._wordings[places[best]], float(cosines[best])))
        return near

    def changed(self, keys: Sequence[int], fresh: Sequence[tuple[int, str, str, bytes]]) -> Matrix:
        """The matrix with these keys only, and with the fresh rows as they are stored."""
        wanted = set(keys)
        stay = [place for place, key in enumerate(self.keys) if key in wanted]
        added = [from_bytes(halves) for *_, halves in fresh]
        return Matrix(
            [*(self.keys[place] for place in stay), *(key for key, *_ in fresh)],
            [*(self._documents[place] for place in stay), *(document for _, document, *_ in fresh)],
            [*(self._wordings[place] for place in stay), *(wording for _, _, wording, _ in fresh)],
            numpy.concatenate([self._rows[stay], *([numpy.stack(added)] if added else [])]),
        )


def empty(dimensions: int) -> Matrix:
    """A matrix without rows."""
    return Matrix([], [], [], numpy.empty((0, dimensions), numpy.float32))


def to_bytes(row: Any) -> bytes:
    """A vector as it is stored: half as large, and no cosine differs by more than 0.001."""
    stored: bytes = row.astype("<f2").tobytes()
    return stored


def from_bytes(stored: bytes) -> Any:
    """A stored vector."""
    return numpy.frombuffer(stored, "<f2").astype(numpy.float32)


def _best_first(cosines: Any, limit: int) -> Iterable[int]:
    """All places, the best first; of many only the best are sorted until more are asked for."""
    some = 8 * limit
    if len(cosines) > some:
        best = numpy.argpartition(-cosines, some)[:some]
        yield from best[numpy.argsort(-cosines[best], kind="stable")].tolist()
    yield from numpy.argsort(-cosines, kind="stable").tolist()
