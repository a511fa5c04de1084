"""A story is told by one and confirmed by another; with an objective it lifts a Proven practice to the last level."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core.clock import as_of, now
from forum.core.errors import Forbidden, Invalid, Refused
from forum.objectives import listing
from forum.objectives.linking import link, unlink
from forum.objectives.models import Objective, Story
from forum.objectives.telling import choose, moments_of, put_back, quarter_of, reply, tell, withdraw
from forum.people.models import Person
from forum.practices.models import Practice
from forum.practices.outcomes import standing
from tests import factories

HAPPENED: dict[str, Any] = {"title": "The box", "tale": "It was late.", "outcome": "It came.", "went": "well"}


def told(person: Person, page: Any, witness: Person, **given: Any) -> Story:
    return tell(person, page, witness=witness, **{**HAPPENED, "witness_as": "concerned", **given})


@pytest.fixture
def proven(practice: Practice) -> Practice:
    for n in range(5):
        factories.outcome(factories.person(f"User {n}"), practice)
    return practice


def level(practice: Practice) -> int:
    return standing(practice, is_validated=True).level


def test_a_proven_practice_reaches_the_last_level_by_an_objective_and_a_confirmed_story(
    kim: Person, anna: Person, proven: Practice, objective: Objective
) -> None:
    assert level(proven) == 3
    story = told(kim, proven, anna, witness_as="manager")
    link(kim, proven, objective)
    assert level(proven) == 3
    reply(anna, story, is_true=True)
    assert level(proven) == 4
    unlink(kim, proven)
    assert level(proven) == 3
    link(kim, proven, objective)
    assert level(proven) == 4
    withdraw(kim, story)
    assert level(proven) == 3


def test_neither_a_bad_story_nor_a_denied_one_nor_one_of_what_is_not_proven_lifts_anything(
    kim: Person, anna: Person, farah: Person, proven: Practice, objective: Objective
) -> None:
    young = factories.practice(farah, factories.answer(anna, factories.question(kim)))
    for page in (proven, young):
        link(kim, page, objective)
    reply(anna, told(kim, proven, anna, went="badly"), is_true=True)
    reply(anna, told(kim, proven, anna), is_true=False, words="It was somebody else.")
    reply(anna, told(kim, young, anna), is_true=True)
    assert (level(proven), level(young)) == (3, 1)


def test_only_the_witness_says_whether_it_is_so_and_says_it_once(
    kim: Person, marta: Person, farah: Person, practice: Practice
) -> None:
    story = told(kim, practice, marta)
    for person in (kim, farah):
        with pytest.raises(Forbidden):
            reply(person, story, is_true=True)
    with pytest.raises(Invalid):
        reply(marta, story, is_true=None)
    with pytest.raises(Invalid):
        reply(marta, story, is_true=False, words=" ")
    reply(marta, story, is_true=True)
    with pytest.raises(Refused):
        reply(marta, story, is_true=False, words="Or not.")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"went": "so-so"}, "went"),
        ({"title": " "}, "title"),
        ({"tale": ""}, "tale"),
        ({"outcome": ""}, "outcome"),
        ({"witness": None}, "witness"),
        ({"witness_as": "guess"}, "witness_as"),
        ({"witness_as": "manager"}, "witness"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    kim: Person, marta: Person, practice: Practice, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        tell(kim, practice, **{**HAPPENED, "witness": marta, "witness_as": "concerned", **wrong})
    assert refused.value.field == field


def test_nobody_is_their_own_witness(kim: Person, practice: Practice) -> None:
    with pytest.raises(Invalid):
        told(kim, practice, kim)


def test_a_moderator_chooses_three_of_a_quarter_and_they_stand_first(
    kim: Person, marta: Person, farah: Person, practice: Practice
) -> None:
    stories = [told(kim, practice, marta, title=f"Story {n}") for n in range(5)]
    with pytest.raises(Refused):
        choose(farah, stories[0])
    for each in stories[:4]:
        reply(marta, each, is_true=True)
    today = now().date()
    assert {each.title for each in listing.three(today, "well")} == {"Story 1", "Story 2", "Story 3"}
    for each in stories[:3]:
        choose(farah, each)
    assert {each.title for each in listing.three(today, "well")} == {"Story 0", "Story 1", "Story 2"}
    with pytest.raises(Refused):
        choose(farah, stories[3])
    put_back(farah, stories[1])
    choose(farah, stories[3])
    with pytest.raises(Forbidden):
        choose(kim, stories[1])
    assert len(listing.stories(today).rows) == 5


def test_quarters_go_back_to_the_first_story(kim: Person, marta: Person, practice: Practice) -> None:
    assert len(listing.quarters()) == 1
    with as_of(now() - timedelta(days=400)):
        old = told(kim, practice, marta)
    days = listing.quarters()
    assert days == sorted(days, reverse=True)
    assert quarter_of(old.told_at.date())[0] == days[-1]
    assert len(days) in (5, 6)


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_a_day_lies_in_its_quarter_which_ends_where_the_next_begins(day: date) -> None:
    first, following = quarter_of(day)
    assert first <= day < following
    assert (first.day, first.month % 3) == (1, 1)
    assert quarter_of(following - timedelta(days=1)) == (first, following)
    assert quarter_of(following)[0] == following
    begin, end = moments_of(day)
    assert begin <= datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC) < end


def test_stories_are_told_to_their_witness_and_the_answer_to_their_teller(
    kim: Person, marta: Person, practice: Practice, browser: Callable[[Person], Any], work_off: Callable[[], None]
) -> None:
    story = told(kim, practice, marta)
    work_off()
    assert "Is it so?" in browser(marta).get("/inbox").text
    reply(marta, story, is_true=False, words="It was Tuesday.")
    work_off()
    assert "Is it so?" not in browser(marta).get("/inbox").text
    assert "says that it was otherwise" in browser(kim).get("/inbox").text
