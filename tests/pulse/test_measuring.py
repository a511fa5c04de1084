"""F17, and what of it may be shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core.clock import as_of
from forum.people.models import Person
from forum.people.quarters import LENGTH
from forum.pulse.measuring import TOGETHER, Favour, rounds
from forum.pulse.replying import reply
from tests import factories
from tests.pulse.conftest import BEGAN, ask_until, invitation_of


def test_the_example_worked_by_hand() -> None:
    favour = Favour(16, 22, 40)
    assert favour.share == pytest.approx(0.7273, abs=5e-5)
    assert favour.interval == pytest.approx((0.5185, 0.8685), abs=5e-5)
    assert favour.response == 0.55
    assert favour.bounds == pytest.approx((0.40, 0.85))
    assert favour.is_thin


@given(numbers=st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)).map(sorted))
def test_the_bounds_hold_whatever_the_silent_think(numbers: list[int]) -> None:
    favourable, replied, invited = numbers
    favour = Favour(favourable, replied, invited)
    for silent in range(invited - replied + 1):
        if invited:
            low, high = favour.bounds
            assert low - 1e-9 <= (favourable + silent) / invited <= high + 1e-9
    assert favour.may_be_shown == (replied >= 5)


def answer(people: list[Person], values: list[int]) -> None:
    with as_of(BEGAN + timedelta(days=61)):
        for person, value in zip(people, values, strict=True):
            reply(person, invitation_of(person), {1: value})


def test_a_round_is_shown_when_it_is_over_and_not_before(team: list[Person]) -> None:
    ask_until(3)
    answer(team[:6], [5, 4, 4, 1, 2, 5])
    with as_of(BEGAN + LENGTH - timedelta(days=1)):
        assert rounds() == []
    with as_of(BEGAN + LENGTH):
        (round,) = rounds()
    item = round.items[0]
    assert (round.invited, round.replied, item.favour) == (10, 6, Favour(4, 6, 10))
    assert [each.favour.may_be_shown for each in round.items] == [True, False, False, False, False]


def test_a_group_of_which_few_replied_takes_the_next_smallest_with_it(team: list[Person]) -> None:
    ask_until(3)
    answer(team[:9], [5, 4, 4, 1, 2, 5, 5, 5, 5])
    with as_of(BEGAN + LENGTH):
        groups = rounds()[0].items[0].groups
    assert (groups.groups, groups.joined) == ((), None)
    assert set(groups.hidden) == {"Large", TOGETHER}


def test_large_groups_are_shown_and_small_departments_as_one(team: list[Person]) -> None:
    more = [factories.person(None, factories.department(f"Tiny {number}")) for number in range(3)]
    ask_until(3)
    answer([*team[:6], *team[6:9], *more], [5, 4, 4, 1, 2, 5, 5, 1, 5, 4, 1, 2])
    with as_of(BEGAN + LENGTH):
        groups = rounds()[0].items[0].groups
    assert [(group.name, group.favourable, group.replied, group.members) for group in groups.groups] == [
        ("Large", 4, 6, 6),
        (TOGETHER, 3, 6, 7),
    ]


def test_below_five_replies_not_even_the_departments_are_looked_at(team: list[Person]) -> None:
    ask_until(3)
    answer(team[:4], [5, 5, 5, 5])
    with as_of(BEGAN + LENGTH):
        item = rounds()[0].items[0]
    assert not item.favour.may_be_shown
    assert (item.groups.groups, item.groups.hidden, item.change) == ((), (), None)
