"""What may be shown of a table without telling what one of a few has said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from forum.core.suppression import Group, K, shown

LARGE = [Group("Customer Service", 6, 6), Group("IT", 5, 5)]


def test_small_groups_that_are_enough_together_are_shown_as_one() -> None:
    table = shown([*LARGE, Group("Finance", 4, 3), Group("Marketing", 4, 2)])
    assert list(table.groups) == LARGE
    assert table.joined == Group("Finance, Marketing", 8, 5)
    assert not table.hidden


def test_small_groups_that_are_too_few_together_are_hidden_with_the_next_smallest() -> None:
    table = shown([*LARGE, Group("Finance", 4, 3), Group("Marketing", 4, 1)])
    assert list(table.groups) == LARGE[:1]
    assert table.joined is None
    assert table.hidden == ("Finance", "Marketing", "IT")


def test_one_small_group_is_not_found_by_subtracting_the_others() -> None:
    table = shown([*LARGE, Group("Finance", 4, 3)])
    assert list(table.groups) == LARGE[:1]
    assert table.hidden == ("Finance", "IT")


def test_a_group_without_anybody_hides_nothing() -> None:
    assert list(shown([*LARGE, Group("Closed", 0, 0)]).groups) == LARGE


def test_where_all_are_small_nothing_is_shown() -> None:
    assert not shown([Group("Finance", 4, 1)]).groups


GROUPS = some.lists(
    some.integers(0, 12).flatmap(lambda members: some.tuples(some.just(members), some.integers(0, members))),
    max_size=8,
).map(lambda sizes: [Group(str(number), *size) for number, size in enumerate(sizes)])


@given(GROUPS)
def test_nothing_that_is_shown_or_left_over_is_about_few(groups: list[Group]) -> None:
    table = shown(groups)
    told = [*table.groups, *([table.joined] if table.joined else [])]
    assert all(group.replied >= K and group.members >= K for group in told)
    names = [name for group in told for name in group.name.split(", ")] + list(table.hidden)
    assert sorted(names) == sorted(group.name for group in groups if group.members)
    left_over = sum(group.replied for group in groups) - sum(group.replied for group in told)
    if table.hidden and told:
        assert left_over >= K
