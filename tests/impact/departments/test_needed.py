"""What a department needs: counts of five and more, what moves, and what nobody has written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core.clock import as_of
from forum.core.suppression import K
from forum.departments.models import Department
from forum.impact.departments.needed import FEW, MOST_QUESTIONS, SURE, Brought, fitting, profile, told, trend
from forum.impact.facts.periods import QUARTER
from forum.needs.launch import launch
from forum.people.models import Person
from forum.posts.removing import remove
from tests import factories
from tests.conftest import Browser

NUMBER = count(1)
TOPIC = ("labels", "/tags/labels", False)


def brought(**given: Any) -> Brought:
    base: dict[str, Any] = {
        "id": next(NUMBER),
        "subject_id": next(NUMBER),
        "origin": "asked",
        "moment": "solve",
        "impact": "slowed",
        "is_dated": False,
        "is_late": True,
        "cover": "",
        "title": "Where is it?",
        "accepted_answer_id": None,
    }
    return Brought(**{**base, **given})


def themed(needs: list[Brought]) -> dict[tuple[str, str, bool], set[int]]:
    return {TOPIC: {each.id for each in needs}}


def test_nothing_is_counted_of_few_people_or_few_needs() -> None:
    needs = [brought() for _ in range(5)]
    assert told(needs, themed(needs), people=5).needs == 5
    for found in (told(needs, themed(needs), people=4), told(needs[:4], themed(needs), people=9)):
        assert (found.needs, found.themes, found.moments.groups, found.impacts.groups) == (0, (), (), ())
        assert found.quoted  # what everybody may read anyway


def test_a_theme_needs_five_needs_and_tells_no_quarter_of_fewer() -> None:
    needs = [*(brought(is_late=False) for _ in range(6)), *(brought() for _ in range(2))]
    (theme,) = told(needs, themed(needs), people=5).themes
    assert (theme.needs, theme.before, theme.lately, theme.trend) == (8, "6", FEW, "not clear")
    assert told(needs, themed(needs[:4]), people=5).themes == []


@given(st.lists(st.tuples(st.sampled_from(["new", "apply", None]), st.booleans()), max_size=30), st.integers(0, 9))
def test_no_number_below_five_is_ever_told(rows: list[tuple[str | None, bool]], people: int) -> None:
    needs = [brought(moment=moment, is_late=late) for moment, late in rows]
    found = told(needs, themed(needs), people)
    numbers = [group.replied for group in found.moments.groups]
    numbers += [int(cell) for theme in found.themes for cell in (theme.before, theme.lately) if cell not in (FEW, "0")]
    assert all(number >= K for number in numbers)
    assert people >= K or not (numbers or found.needs)


@pytest.mark.parametrize(
    ("before", "lately", "words"),
    [
        (0, 0, "not clear"),
        (5, 5, "not clear"),
        (0, 5, "not clear"),
        (11, 4, "not clear"),
        (0, 6, "more"),
        (3, 12, "more"),
        (6, 0, "fewer"),
        (12, 3, "fewer"),
    ],
)
def test_a_change_is_told_when_chance_hardly_makes_it(before: int, lately: int, words: str) -> None:
    assert trend(before, lately) == words


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_change_is_that_of_a_fair_coin(before: int, lately: int) -> None:
    """As many tosses as needs: how likely are so few heads?"""
    fewest = min(before, lately)
    chance = sum(comb(before + lately, k) for k in range(fewest + 1)) / 2 ** (before + lately)
    assert (trend(before, lately) != "not clear") == (before != lately and chance < SURE)


def test_how_far_it_is_written_down_is_said_by_theme_and_of_all() -> None:
    for covers, words in (
        (["", "", "", "", ""], "Not yet"),
        (["practice", "", "", "", ""], "Partly"),
        (["practice", "practice", "proven", "", ""], "Mostly"),
        (["proven", "proven", "proven", "", ""], "Mostly, and proven"),
    ):
        needs = [brought(cover=cover) for cover in covers]
        (theme,) = told(needs, themed(needs), people=5).themes
        assert theme.cover == words


def test_what_is_not_written_down_is_listed_once_by_question_and_never_what_was_not_asked() -> None:
    same = brought(title="Asked by two")
    needs = [
        brought(title="Written down", cover="practice"),
        same,
        brought(subject_id=same.subject_id, title="Asked by two"),
        brought(origin="me_too", title="Of somebody else"),
        *(brought(title=f"Number {n}") for n in range(MOST_QUESTIONS)),
    ]
    found = told(needs, {}, people=1).unwritten
    assert [each.title for each in found] == ["Asked by two", "Number 0", "Number 1", "Number 2", "Number 3"]


def test_needs_are_read_with_topics_and_what_is_removed_is_left_out(
    kim: Person, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    asked = [factories.question(kim, f"Which label is number {n}?", tags="labels") for n in range(7)]
    factories.question(marta, "Which label is that of Finance?", tags="labels")
    factories.practice(farah, factories.answer(marta, asked[0]))
    remove(kim, asked[1])
    work_off()
    found = profile(kim.department, people=5)
    (theme,) = found.themes
    assert (theme.name, theme.needs, theme.lately, theme.before) == ("labels", 6, "6", "0")
    assert (theme.trend, theme.cover, found.needs) == ("more", "Partly", 6)
    assert [each.title for each in found.unwritten] == [f"Which label is number {n}?" for n in (6, 5, 4, 3, 2)]


def test_whether_what_helped_fits_is_told_of_five_people_when_the_quarter_is_over(
    kim: Person, marta: Person, farah: Person, sales: Department
) -> None:
    made = factories.practice(farah, factories.answer(marta, factories.question(marta)))
    others = [factories.person(None, sales) for _ in range(4)]
    begin = launch()

    def used_by(people: list[Person], *, fits: bool, weeks: int) -> None:
        for number, each in enumerate(people):
            with as_of(begin + timedelta(weeks=weeks, days=number)):
                factories.outcome(each, made, fits=fits)

    used_by(others, fits=True, weeks=1)
    with as_of(begin + 1.5 * QUARTER):
        assert fitting(sales) is None  # four people
    used_by([kim], fits=False, weeks=2)
    used_by(others, fits=False, weeks=14)
    with as_of(begin + 0.9 * QUARTER):
        assert fitting(sales) is None  # none is over
    with as_of(begin + 1.5 * QUARTER):
        assert fitting(sales) == (4, 5)
    with as_of(begin + 2.5 * QUARTER):
        assert fitting(sales) == (4, 9)
    with as_of(begin + 3.5 * QUARTER):
        assert fitting(sales) is None  # Kim's and the first ones are longer ago


def test_the_page_of_a_small_department_quotes_and_does_not_count(
    kim: Person, sales: Department, browser: Callable[[Person], Browser], work_off: Callable[[], None]
) -> None:
    for n in range(6):
        factories.question(kim, f"Which label is number {n}?", tags="labels")
    work_off()
    page = browser(kim).get("/departments/sales").text
    assert "“Which label is number 5?”" in page
    assert "6 needs in half a year" not in page
    for _ in range(4):
        factories.person(None, sales)
    assert "6 needs in half a year" in browser(kim).get("/departments/sales").text
