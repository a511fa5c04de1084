"""A model of a few lines for tests: words of one meaning point the same way, and every other word its own."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from forum.search.analysis import WORD, fold
from forum.search.embedding import installed

needs_extra = pytest.mark.skipif(not installed(), reason="the extra requirements-semantic.txt is not installed")

MEANINGS = {"parcel": 0, "shipment": 0, "consignment": 0, "lost": 1, "vanished": 1, "gone": 1}
DIMENSIONS = 64


class TinyModel:
    """An `Embedder`. Counts the texts that it was given."""

    name = "tiny:1"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Any:
        """See the port."""
        numpy = pytest.importorskip("numpy")
        self.texts += texts
        rows = numpy.zeros((len(texts), DIMENSIONS), numpy.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in WORD.findall(fold(text)):
                row[MEANINGS.get(word, 2 + zlib.crc32(word.encode()) % (DIMENSIONS - 2))] += 1
        return rows / numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def copy_of(file: Path, folder: Path) -> Path:
    """A copy of a file with one byte changed."""
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    changed = folder / file.name
    changed.write_bytes(content)
    return changed
