"""Intervals, waiting, rates and spread, by the values that were worked out on paper and by counting slowly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from forum.core.statistics import (
    bounds,
    effective_number,
    gini,
    half_load,
    newcombe,
    rate_change,
    survival,
    wilson,
)


def some_counts() -> some.SearchStrategy[tuple[int, int]]:
    """Successes of so many, of which there is at least one."""
    return some.integers(1, 500).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n)))


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


@given(some_counts())
def test_the_share_lies_in_its_interval(counts: tuple[int, int]) -> None:
    successes, n = counts
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n + 1e-12 <= high + 2e-12 <= 1 + 2e-12


def test_a_share_has_moved_by_as_much_as_was_worked_out_on_paper() -> None:
    change = newcombe(10, 36, 32, 60)
    assert [round(value, 4) for value in change] == [0.2778, 0.5333, 0.0512, 0.4250]
    assert round(change.difference, 4) == 0.2556
    assert change.is_clear
    assert not newcombe(3, 10, 4, 10).is_clear


@given(some_counts(), some_counts())
def test_a_change_lies_in_its_interval_and_turns_round_with_the_order(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    there, back = newcombe(*before, *after), newcombe(*after, *before)
    assert there.low - 1e-9 <= there.difference <= there.high + 1e-9
    assert there.low >= -1 - 1e-9
    assert there.high <= 1 + 1e-9
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))


def test_of_88_check_ins_between_59_and_77_of_100_worked() -> None:
    low, high = bounds(52, 16, 88)
    assert (round(low, 4), round(high, 4)) == (0.5909, 0.7727)
    assert bounds(0, 0, 0) == (0, 1)


def test_waiting_counts_those_who_still_wait() -> None:
    curve = survival([0.5, 1, 2, 3, 4, 6], [2, 5, 20, 40])
    assert [(at, at_risk, ended, round(left, 4)) for at, at_risk, ended, left in curve.steps] == [
        (0.5, 10, 1, 0.9),
        (1, 9, 1, 0.8),
        (2, 8, 1, 0.7),
        (3, 6, 1, 0.5833),
        (4, 5, 1, 0.4667),
        (6, 3, 1, 0.3111),
    ]
    assert (curve.n, curve.reached(0.5), curve.reached(0.1), curve.longest_open) == (10, 4, None, 40)
    assert round(1 - curve.left(8), 4) == 0.6889
    assert curve.left(0.4) == 1


def test_a_share_is_reached_in_spite_of_how_numbers_are_kept() -> None:
    curve = survival([0.5, 1, 1.5, 2, 3, 4, 6, 9, 15], [16])
    assert (curve.reached(0.5), curve.reached(0.1)) == (3, 15)


def test_of_nobody_there_is_no_waiting() -> None:
    curve = survival([], [])
    assert (curve.steps, curve.n, curve.longest_open, curve.reached(0.5), curve.left(1)) == ((), 0, None, None, 1)


WAITS = some.lists(some.integers(0, 12).map(float), max_size=25)


@given(WAITS, WAITS)
def test_the_curve_of_waiting_is_what_counting_each_moment_finds(ended: list[float], going_on: list[float]) -> None:
    curve, left = survival(ended, going_on), 1.0
    for at in sorted(set(ended)):
        at_risk = sum(1 for wait in [*ended, *going_on] if wait >= at)
        left *= 1 - ended.count(at) / at_risk
        assert curve.left(at) == pytest.approx(left)
    assert [step.at for step in curve.steps] == sorted(set(ended))


@given(WAITS.filter(bool))
def test_where_nobody_waits_any_more_half_have_waited_no_longer_than_the_median(ended: list[float]) -> None:
    half = survival(ended, []).reached(0.5)
    assert half == sorted(ended)[(len(ended) + 1) // 2 - 1]


@pytest.mark.parametrize(
    ("before", "days_before", "after", "days_after", "ratio", "p"),
    [(14, 85, 1, 35, 0.1735, 0.0407), (12, 80, 1, 30, 0.2222, 0.0936), (6, 90, 0, 28, 0.0, 0.1969)],
)
def test_a_rate_has_moved_by_as_much_as_was_worked_out_on_paper(
    before: int, days_before: float, after: int, days_after: float, ratio: float, p: float
) -> None:
    change = rate_change(before, days_before, after, days_after)
    assert (round(change.ratio, 4), round(change.p, 4)) == (ratio, p)


@given(some.integers(1, 40), some.integers(0, 40), some.integers(1, 200), some.integers(1, 200))
def test_few_are_the_less_likely_by_chance_the_fewer_they_are(
    before: int, after: int, days_before: int, days_after: int
) -> None:
    more, fewer = (rate_change(before, days_before, k, days_after).ratio for k in (after + 1, after))
    assert fewer < more
    assert 0 <= rate_change(before, days_before, after, days_after).p <= 1 + 1e-9


LOADS = [0, 0, 0, 0, 1, 1, 2, 3, 5, 8]


def test_how_help_is_shared_out_is_what_was_worked_out_on_paper() -> None:
    assert (round(gini(LOADS), 4), half_load(LOADS)) == (0.64, 2)
    assert round(effective_number([4, 4, 2]), 4) == 2.8717


def test_what_nobody_does_is_shared_out_among_nobody() -> None:
    assert (gini([0, 0]), half_load([0, 0]), effective_number([0, 0])) == (0, 0, 0)


@given(some.lists(some.integers(0, 50), min_size=1, max_size=30).filter(any))
def test_how_help_is_shared_out_is_what_comparing_each_pair_finds(values: list[int]) -> None:
    n, total = len(values), sum(values)
    apart = sum(abs(one - other) for one in values for other in values)
    assert gini(values) == pytest.approx(apart / (2 * n * total))
    assert 1 - 1e-9 <= effective_number(values) <= len([value for value in values if value]) + 1e-9
    heaviest = sorted(values, reverse=True)
    assert sum(heaviest[: half_load(values)]) * 2 >= total > sum(heaviest[: half_load(values) - 1]) * 2
