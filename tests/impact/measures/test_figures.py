"""What is said of shares and changes, and of too few for either."""

from __future__ import annotations

import pytest

from forum.impact.measures.figures import Figure, moved, of


def share(successes: int, n: int) -> Figure:
    return Figure("a", "A", "", "need", range(n), "", successes=successes)


def test_below_five_there_is_no_percentage() -> None:
    assert (of(3, 4), of(3, 5), of(0, 0)) == ("3 of 4", "3 of 5 (60 %)", "0 of 0")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (share(10, 36), share(32, 60), "up from 28 % to 53 %, by 5 to 43 in 100"),
        (share(32, 60), share(10, 36), "down from 53 % to 28 %, by 5 to 43 in 100"),
        (share(10, 36), share(11, 36), "no clear change"),
        (share(4, 4), share(0, 60), ""),
        (None, share(0, 60), ""),
    ],
)
def test_a_change_stands_with_its_bounds_or_is_none(before: Figure | None, after: Figure, words: str) -> None:
    assert moved(before, after) == words
