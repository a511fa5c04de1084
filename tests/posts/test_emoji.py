"""Emoji by their names."""

from __future__ import annotations

import pytest

from forum.posts.emoji import OFFERED, suggested_emoji


def test_a_name_is_found_by_its_beginning_the_shortest_first() -> None:
    assert suggested_emoji("smi")[:2] == [("smile", "😄"), ("smirk", "😏")]
    assert len(suggested_emoji("smi")) == OFFERED


def test_a_later_word_finds_it_too_after_those_that_begin_so() -> None:
    names = [name for name, _ in suggested_emoji("check")]
    assert names.index("checkered_flag") < names.index("white_check_mark")


def test_the_other_names_of_an_emoji_find_it() -> None:
    assert ("collision", "💥") in suggested_emoji("collis")


def test_a_sign_of_several_code_points_comes_whole() -> None:
    assert ("warning", "⚠️") in suggested_emoji("WARN")


@pytest.mark.parametrize("typed", ["", "s", "nothing is called that", "(", "\\", "_", "%", "<b>"])
def test_too_little_and_what_is_no_name_find_nothing(typed: str) -> None:
    assert suggested_emoji(typed) == []
