"""Who reports to whom: levels, the way up, and no circles."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.people import changing
from forum.people.changing import put_under
from forum.people.models import Person
from forum.people.reporting import leads, levels, one_level_up, reports_of
from tests import factories


@pytest.fixture
def line(chris: Person, sales: Any) -> list[Person]:
    """Five people, each of whom reports to the one before."""
    people = [factories.person(of=sales) for _ in range(5)]
    for above, below in pairwise(people):
        put_under(chris, below, above)
    db.session.flush()
    return people


def test_the_two_top_levels_are_senior_the_last_is_the_front_and_the_rest_between(
    line: list[Person], sales: Any
) -> None:
    alone = factories.person(of=sales)
    found = levels()
    assert [found[person.id] for person in line] == ["senior", "senior", "middle", "middle", "front"]
    assert found[alone.id] == "front"


def test_whoever_has_left_is_passed_over_on_the_way_up(line: list[Person], chris: Person) -> None:
    changing.deactivate(chris, line[1])
    assert one_level_up(line[2]) == line[0]
    assert one_level_up(line[0]) is None
    found = levels()
    assert line[1].id not in found
    assert [found[person.id] for person in (line[0], line[2], line[3], line[4])] == [
        "senior",
        "senior",
        "middle",
        "front",
    ]


def test_reports_are_those_directly_below_who_still_work_here(line: list[Person], chris: Person, sales: Any) -> None:
    other = factories.person("Aaron Alder", of=sales)
    put_under(chris, other, line[0])
    assert set(reports_of(line[0])) == {line[1], other}
    changing.deactivate(chris, other)
    assert reports_of(line[0]) == [line[1]]


def test_a_manager_leads_those_below_their_reports_too(line: list[Person], kim: Person) -> None:
    assert leads(line[0], line[4])
    assert not leads(line[4], line[0])
    assert not leads(line[0], kim)


@pytest.mark.parametrize("above", [0, 1, 4])
def test_nobody_comes_to_report_to_themselves(above: int, line: list[Person], chris: Person) -> None:
    with pytest.raises(Invalid) as refused:
        put_under(chris, line[0], line[above])
    assert refused.value.field == "manager"


def test_a_circle_that_got_in_all_the_same_has_an_end(line: list[Person], kim: Person) -> None:
    line[0].manager_id = line[4].id
    for person in line:
        assert one_level_up(person) is not None
    assert not leads(kim, line[2])


def test_only_an_administrator_says_who_reports_to_whom(kim: Person, farah: Person, marta: Person) -> None:
    for person in (kim, farah):
        with pytest.raises(Forbidden):
            put_under(person, marta, None)
