"""Openness, its baseline and band, gaps, threads and loads: worked examples, and properties against slow plain ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import permutations
from random import Random
from statistics import fmean, pvariance, quantiles

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.impact.silos import mixing
from forum.impact.silos.mixing import Help, Thread

A, B, C = 1, 2, 3
SMALL = {A: 3, B: 2, C: 3}
NORTHWICK = dict(enumerate((6, 5, 6, 4, 4, 7, 4, 4), 1))


def table(*rows: tuple[int, ...]) -> dict[tuple[int, int], int]:
    """A matrix written as it is read: a row for each asking department."""
    return {(a, b): times for a, row in enumerate(rows, 1) for b, times in enumerate(row, 1) if times}


WORKED = table((6, 1, 1), (2, 3, 0), (0, 1, 6))

people = st.integers(1, 7)
some_helps = st.lists(st.tuples(people, people, st.integers(1, 3)), min_size=1, max_size=8).map(
    lambda drawn: [Help(0, 0, asker, answerer, times) for asker, answerer, times in drawn if asker != answerer]
)


def test_a_quarter_that_crosses_is_a_third_of_what_would_by_chance() -> None:
    found = mixing.openness(WORKED, SMALL)
    assert (found.total, found.crossing) == (20, 5)
    assert (found.share, found.ei, found.by_chance, found.ei_by_chance) == (0.25, -0.5, 0.75, 0.5)
    assert found.openness == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("crossing", "total", "share", "ei", "openness"),
    [(10, 36, 0.278, -0.444, 0.312), (32, 60, 0.533, 0.067, 0.599)],
)
def test_the_two_quarters_of_northwick_are_as_open_as_worked_by_hand(
    crossing: int, total: int, share: float, ei: float, openness: float
) -> None:
    found = mixing.openness({(1, 1): total - crossing, (1, 2): crossing}, NORTHWICK)
    assert found.by_chance == pytest.approx(0.8910, abs=5e-5)
    assert found.ei_by_chance == pytest.approx(0.7821, abs=5e-5)
    assert (found.share, found.ei, found.openness) == pytest.approx((share, ei, openness), abs=5e-4)


def test_expected_numbers_and_shades_are_as_worked_by_hand() -> None:
    of = mixing.expected(WORKED, SMALL)
    assert of[A, A] == pytest.approx(2.2857, abs=5e-5)
    assert of[C, A] == pytest.approx(3.0)
    assert mixing.ratio(WORKED[A, A], of[A, A]) == pytest.approx(2.33, abs=5e-3)
    assert mixing.ratio(0, of[C, A]) == pytest.approx(0.14, abs=5e-3)


def test_who_asks_and_gets_nothing_from_where_two_were_expected_is_a_gap() -> None:
    assert mixing.gaps(WORKED, SMALL) == [((C, A), pytest.approx(3.0)), ((B, C), pytest.approx(15 / 7))]


@given(st.dictionaries(st.integers(1, 6), st.integers(0, 8), min_size=1), some_helps)
def test_what_is_expected_of_a_row_adds_up_to_what_it_asked(sizes: dict[int, int], helps: list[Help]) -> None:
    departments = sorted(id for id, size in sizes.items() if size)
    if sum(sizes.values()) < 2 or not departments:
        return
    found = Counter({(departments[each.asker_id % len(departments)], departments[0]): each.times for each in helps})
    of = mixing.expected(found, sizes)
    for asking in departments:
        asked = sum(times for (row, _), times in found.items() if row == asking)
        assert sum(of[asking, other] for other in sizes) == pytest.approx(asked)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=4))
def test_the_chance_of_working_together_is_that_of_all_pairs(sizes: list[int]) -> None:
    labels = [department for department, size in enumerate(sizes) for _ in range(size)]
    pairs = list(permutations(range(len(labels)), 2))
    slow = fmean(labels[one] == labels[other] for one, other in pairs) if pairs else 0.0
    assert mixing.together(dict(enumerate(sizes)), 2) == pytest.approx(slow)


@settings(max_examples=30)
@given(st.lists(st.integers(1, 3), min_size=2, max_size=3).filter(lambda sizes: 2 <= sum(sizes) <= 7), some_helps)
def test_mean_and_variance_are_those_of_every_dealing_there_is(sizes: list[int], helps: list[Help]) -> None:
    """Against dealing the departments in all possible ways, one after the other."""
    n = sum(sizes)
    helps = [each for each in helps if max(each.asker_id, each.answerer_id) <= n]
    inside = [stay(labels, helps) for labels in set(permutations(labels_of(dict(enumerate(sizes)))))]
    by_pair: Counter[tuple[int, int]] = Counter()
    for each in helps:
        low, high = sorted((each.asker_id, each.answerer_id))
        by_pair[low, high] += each.times
    total = sum(by_pair.values())
    assert fmean(inside) == pytest.approx(total * mixing.together(dict(enumerate(sizes)), 2))
    assert mixing._variance(by_pair, dict(enumerate(sizes))) == pytest.approx(pvariance(inside), abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_the_band_is_what_two_thousand_dealings_show(seed: int) -> None:
    chance = Random(seed)
    helps = [Help(0, 0, *chance.sample(range(1, 41), 2)) for _ in range(36 + 12 * seed)]
    labels, total, shares = labels_of(NORTHWICK), len(helps), []
    for _ in range(2_000):
        chance.shuffle(labels)
        shares.append(1 - stay(labels, helps) / total)
    edges = quantiles(shares, n=40)
    assert mixing.band(helps, NORTHWICK) == pytest.approx((edges[0], edges[-1]), abs=0.03)


def labels_of(sizes: Mapping[int, int]) -> list[int]:
    return [department for department, size in sizes.items() for _ in range(size)]


def stay(labels: Sequence[int], helps: Sequence[Help]) -> int:
    """How many answers stay inside when person 1 works in the first of these departments, and so on."""
    return sum(each.times for each in helps if labels[each.asker_id - 1] == labels[each.answerer_id - 1])


def test_whoever_does_not_say_where_they_work_is_counted_aside() -> None:
    helps = [Help(None, B, 7, 8, 2), Help(A, B, 1, 2)]
    assert mixing.matrix(helps) == {(A, B): 1}
    assert mixing.undisclosed(helps) == 2
    assert mixing.band(helps, SMALL) == mixing.band(helps[1:], SMALL)
    assert mixing.breadth(helps, 8) == 0
    assert mixing.single_threads([Help(None, B, 7, 8, 5)]) == []


def test_one_person_who_gave_four_of_five_is_a_single_thread() -> None:
    helps = [Help(A, B, 1, 2, 3), Help(A, B, 4, 2, 1), Help(A, B, 1, 3, 1)]
    assert mixing.single_threads(helps) == [Thread(A, B, 2, 4, 5)]
    assert mixing.single_threads([*helps, Help(A, B, 1, 3, 1)]) == []


def test_two_answers_and_help_at_home_are_no_thread() -> None:
    assert mixing.single_threads([Help(A, B, 1, 2, 2), Help(A, A, 1, 3, 9)]) == []


def test_breadth_counts_other_departments_as_if_help_were_spread_evenly() -> None:
    helps = [Help(B, A, 4, 1, 4), Help(C, A, 5, 1, 4), Help(4, A, 6, 1, 2), Help(A, A, 2, 1, 30), Help(B, A, 4, 9, 5)]
    assert mixing.breadth(helps, 1) == pytest.approx(2.8717, abs=5e-5)


def test_two_of_ten_gave_half() -> None:
    helps = [Help(A, B, 90, person, times) for person, times in enumerate((1, 1, 2, 3, 5, 8))]
    assert mixing.carriers(helps) == (2, 6)


@pytest.mark.parametrize("sizes", [{}, {A: 0}, {A: 1}, {A: 5}])
def test_an_organisation_without_others_breaks_nothing(sizes: dict[int, int]) -> None:
    helps = [Help(A, A, 1, 2)]
    found = mixing.matrix(helps)
    assert 0 <= mixing.openness(found, sizes).openness <= 1
    low, high = mixing.band(helps, sizes)
    assert 0 <= low <= high <= 1
    assert mixing.gaps(found, sizes) == []
