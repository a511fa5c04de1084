"""Beginnings of a text, after a slash."""

from __future__ import annotations

from forum.posts.blocks import BLOCKS, suggested_blocks
from forum.posts.writing import write


def test_a_slash_alone_offers_all_and_a_beginning_what_fits() -> None:
    assert [name for name, _ in suggested_blocks("")] == list(BLOCKS)
    assert [name for name, _ in suggested_blocks("TA")] == ["table"]
    assert suggested_blocks("nothing") == []


def test_the_table_is_one_for_a_reader() -> None:
    assert "<table>" in write(BLOCKS["table"]).html
