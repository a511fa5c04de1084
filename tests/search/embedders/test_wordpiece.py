"""A text is cut into the pieces that the model was trained with, whatever is in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.search.embedders.wordpiece import LONGEST_WORD, WordPiece, words
from forum.search.query import LONGEST

PIECES = WordPiece(["[UNK]", "[CLS]", "[SEP]", "un", "##like", "##ly", "parcel", "?", "the"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The parcel?", [8, 6, 7]),
        ("unlikely", [3, 4, 5]),
        ("THE\tpárcel", [8, 6]),
        ("the zebra", [8, 0]),
        ("x" * (LONGEST_WORD + 1), [0]),
        ("", []),
    ],
)
def test_a_text_is_cut_into_the_longest_known_pieces(text: str, expected: list[int]) -> None:
    assert PIECES.ids(text, 20) == [1, *expected, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't", ["don", "'", "t"]),
        ("a_b $5", ["a", "_", "b", "$", "5"]),
        ("€5", ["€5"]),
        ("价格", ["价", "格"]),
        ("a\x00b\u200bc", ["abc"]),
        ("Ünïcode", ["unicode"]),
    ],
)
def test_punctuation_and_chinese_stand_alone_and_accents_go(text: str, expected: list[str]) -> None:
    assert list(words(text)) == expected


@given(st.text(max_size=LONGEST), st.integers(2, 40))
def test_any_text_gives_so_many_pieces_at_most(text: str, most: int) -> None:
    ids = PIECES.ids(text, most)
    assert ids[0] == 1
    assert ids[-1] == 2
    assert len(ids) <= most
