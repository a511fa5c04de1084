"""Rates of causes: the three worked examples, and what holds for every count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.causes.rates import (
    CHANCE_WANTED,
    DAYS_WANTED,
    ONE_OCCURRENCE,
    RATIO_WANTED,
    Occurrence,
    days_ago,
    days_later,
    is_enough,
    occurrences,
    rank,
    weigh,
    working_days,
)
from forum.core.working_time import calendar_from

MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
OFFICE = calendar_from(None)
struck = st.builds(
    Occurrence,
    person_id=st.integers(1, 4),
    at=st.integers(0, 300).map(lambda days: MOMENT - timedelta(days=days)),
    weight=st.integers(1, 3),
)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("before", "days_before", "after", "days_after", "ratio", "chance", "verdict"),
    [
        (14, 85, 1, 35, 0.1735, 0.0407, "verified"),
        (12, 80, 1, 30, 0.2222, 0.0936, "verified"),
        (6, 90, 0, 28, 0.0, 0.1969, "early"),
        (6, 90, 0, 40, 0.0, 0.1101, "not"),  # rarer, and too few to tell
    ],
)
def test_a_fix_is_weighed_as_worked_by_hand(
    before: int, days_before: int, after: int, days_after: int, ratio: float, chance: float, verdict: str
) -> None:
    found = weigh(before, days_before, after, days_after)
    assert found.change is not None
    assert found.change.ratio == pytest.approx(ratio, abs=5e-5)
    assert found.change.p == pytest.approx(chance, abs=5e-5)
    assert found.verdict == verdict


def test_nothing_is_compared_where_there_was_nothing_before() -> None:
    assert weigh(0, 20, 0, 40).change is None
    assert weigh(0, 20, 0, 40).verdict == "not"


@given(st.integers(1, 60), st.integers(1, 200), st.integers(0, 60), st.integers(1, 200))
def test_what_is_verified_keeps_every_rule_and_is_never_undone_by_fewer(k0: int, t0: int, k1: int, t1: int) -> None:
    found = weigh(k0, t0, k1, t1)
    assert found.change is not None
    if found.is_verified:
        assert t1 >= DAYS_WANTED
        assert found.change.ratio <= RATIO_WANTED
        assert found.change.p <= CHANCE_WANTED
        assert k1 == 0 or weigh(k0, t0, k1 - 1, t1).is_verified


@given(st.lists(struck))
def test_of_one_person_two_that_count_are_six_weeks_apart(found: list[Occurrence]) -> None:
    counted = occurrences(found)
    assert {each.person_id for each in counted} == {each.person_id for each in found}
    for person in {each.person_id for each in counted}:
        mine = [each.at for each in counted if each.person_id == person]
        assert all(later - earlier >= ONE_OCCURRENCE for earlier, later in pairwise(mine))


def test_three_needs_of_two_people_are_enough_and_of_one_are_not() -> None:
    def at(days_before: int, person: int) -> Occurrence:
        return Occurrence(person, MOMENT - timedelta(days=days_before))

    assert is_enough([at(80, 1), at(2, 1), at(1, 2)], MOMENT)
    assert not is_enough([at(89, 1), at(45, 1), at(1, 1)], MOMENT)
    assert not is_enough([at(95, 1), at(2, 1), at(1, 2)], MOMENT)
    assert not is_enough([at(3, 1), at(2, 1), at(1, 2)], MOMENT)  # The same trouble, asked twice.


def test_open_causes_stand_by_needs_times_their_median_weight_then_by_people() -> None:
    blocking = [Occurrence(person, MOMENT, 3) for person in (1, 2)]
    slowing = [Occurrence(person, MOMENT, 2) for person in (1, 2, 3)]
    assert rank(blocking, MOMENT) == (6.0, 2)
    assert rank(slowing, MOMENT) == (6.0, 3)
    assert rank([], MOMENT) == (0.0, 0)


@given(days, st.integers(0, 200))
def test_so_many_working_days_lie_between_a_day_and_so_many_earlier_or_later(day: date, number: int) -> None:
    assert working_days(OFFICE, days_ago(OFFICE, day, number), day) == number
    assert working_days(OFFICE, day, days_later(OFFICE, day, number)) == number
