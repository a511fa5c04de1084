"""Quarters of thirteen weeks, counted from launch."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from forum.impact.facts.periods import QUARTER, before, chosen, periods, quarters, together
from tests.impact.worlds import LAUNCH


def test_a_year_and_a_day_has_five_quarters_and_three_half_years() -> None:
    offered = periods(LAUNCH, LAUNCH + 4 * QUARTER + timedelta(days=1))
    assert [each.key for each in offered] == ["all", "h3", "h2", "h1", "q5", "q4", "q3", "q2", "q1"]
    assert [each.name for each in offered][-2:] == ["Months 4–6", "Months 1–3"]


def test_the_latest_whole_quarter_is_shown_first() -> None:
    second, third = LAUNCH + QUARTER + timedelta(days=30), LAUNCH + 2 * QUARTER
    assert chosen(periods(LAUNCH, second), None, second).key == "q1"
    assert chosen(periods(LAUNCH, third), "nonsense", third).key == "q2"
    assert chosen(periods(LAUNCH, LAUNCH), None, LAUNCH).key == "q1"
    assert chosen(periods(LAUNCH, second), "all", second).key == "all"


def test_two_periods_that_follow_each_other_are_one_too() -> None:
    offered = {each.key: each for each in periods(LAUNCH, LAUNCH + 3 * QUARTER)}
    both = together(offered["q2"], offered["q3"])
    assert (both.name, both.begin, both.end) == ("Months 4–9", offered["q2"].begin, offered["q3"].end)
    assert together(offered["h1"], offered["h2"]).name == "Months 1–12"
    assert together(None, offered["q1"]) is offered["q1"]


def test_a_period_is_compared_with_the_one_before_of_its_kind() -> None:
    offered = periods(LAUNCH, LAUNCH + 3 * QUARTER)
    found = {each.key: before(offered, each) for each in offered}
    assert {key: each.key if each else None for key, each in found.items()} == {
        "all": None,
        "h2": "h1",
        "h1": None,
        "q4": "q3",
        "q3": "q2",
        "q2": "q1",
        "q1": None,
    }


def test_months_are_thirds_and_count_on() -> None:
    offered = {each.key: each for each in periods(LAUNCH, LAUNCH + 3 * QUARTER)}
    assert [month.name for month in offered["q2"].months()] == ["Month 4", "Month 5", "Month 6"]
    assert offered["h2"].months()[0].name == "Month 7"
    assert len(offered["all"].months()) == 12


@given(st.timedeltas(timedelta(), timedelta(days=2_000)), st.timedeltas(timedelta(), timedelta(days=2_000)))
def test_every_moment_since_launch_lies_in_exactly_one_quarter(one: timedelta, other: timedelta) -> None:
    moment, until = LAUNCH + min(one, other), LAUNCH + max(one, other)
    assert sum(moment in each for each in quarters(LAUNCH, until)) == 1
    assert sum(moment in each for each in periods(LAUNCH, until)) == 3
