"""Intervals, by the values that were worked out on paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from forum.core.statistics import wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (1, 1, 0.2065, 1.0000),
        (3, 3, 0.4385, 1.0000),
        (4, 5, 0.3755, 0.9638),
        (5, 5, 0.5655, 1.0000),
        (6, 7, 0.4869, 0.9743),
        (7, 8, 0.5291, 0.9776),
        (1, 5, 0.0362, 0.6245),
        (8, 10, 0.4902, 0.9433),
        (9, 10, 0.5958, 0.9821),
        (9, 11, 0.5230, 0.9486),
        (10, 10, 0.7225, 1.0000),
        (14, 20, 0.4810, 0.8545),
        (18, 20, 0.6990, 0.9721),
        (1, 8, 0.0224, 0.4709),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson_gives_the_values_worked_out_on_paper(successes: int, n: int, low: float, high: float) -> None:
    interval = wilson(successes, n)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(some.integers(1, 500).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n))))
def test_the_share_lies_in_its_interval(counts: tuple[int, int]) -> None:
    successes, n = counts
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n + 1e-12 <= high + 2e-12 <= 1 + 2e-12
