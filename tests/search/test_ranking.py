"""In which order what was found is shown, and what is said of it."""

from __future__ import annotations

import pytest

from forum.practices import evidence
from forum.search.ranking import FRESHNESS, factor, moved


def test_only_what_its_words_alone_would_not_have_put_there_was_moved() -> None:
    assert moved([12.0, 11.0, 10.0], [1.3, 1.0, 1.0]) == [1, 0, 0]
    assert moved([14.0, 11.0, 10.0], [1.1, 1.0, 1.0]) == [0, 0, 0]
    assert moved([11.0, 10.0, 9.0], [1.0, 1.0, 0.5]) == [0, 0, -1]
    assert moved([], []) == []


@pytest.mark.parametrize(
    ("states", "worked", "tried", "product"),
    [
        (["practice", "proven"], 9, 10, 0.5958),
        (["practice", "proven", "due"], 18, 20, 0.6990 * 0.6),
        (["practice"], 3, 3, 0.4385),
        (["practice"], 14, 20, 0.4810),
        (["practice"], 0, 0, 0.0),
    ],
)
def test_among_practices_that_match_as_well_result_and_freshness_decide_as_in_the_library(
    states: list[str], worked: int, tried: int, product: float
) -> None:
    untried = factor(["practice"], 0, 0)
    assert factor(states, worked, tried) / untried == pytest.approx((0.5 + 0.5 * product) / 0.5, abs=1e-4)


def test_what_is_out_of_date_or_retired_comes_after_whatever_matches_as_well() -> None:
    assert factor(["practice", "retired"], 10, 10) < factor(["practice", "stale"], 10, 10) < factor(["open"], 0, 0)
    assert factor(["practice"], 0, 0) > factor(["solved"], 0, 0) > factor(["open"], 0, 0)


def test_freshness_weighs_the_same_in_search_and_in_the_library() -> None:
    assert {**FRESHNESS, "in date": 1.0} == evidence.FRESHNESS
