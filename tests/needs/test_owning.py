"""Staying with an open problem: told on the morning of the day, missed once, and a new day starts anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.core.db import db, transaction
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.needs.ledger import NotPossible, move
from forum.needs.models import Need
from forum.needs.opening import asked_need
from forum.needs.owning import name_owner, promise_again
from forum.people.changing import deactivate
from forum.people.models import Person
from forum.posts.removing import remove
from forum.questions.models import Question
from tests import factories
from tests.needs.conftest import MONDAY

Moments = Callable[[datetime], Any]
Passing = Callable[..., datetime]
THURSDAY = MONDAY + timedelta(days=3)
NEXT_MONDAY, NEXT_TUESDAY = date(2026, 11, 30), date(2026, 12, 1)


@pytest.fixture
def asked(kim: Person, finance: Any, at: Moments) -> Question:
    with at(MONDAY):
        return factories.question(kim, departments=[finance])


@pytest.fixture
def need(asked: Question, pass_time: Passing) -> Need:
    """An open problem, on Thursday morning."""
    found = asked_need(asked)
    assert found is not None
    pass_time(MONDAY, days=3)
    assert found.state == "open_problem"
    return found


@pytest.fixture
def owned(farah: Person, marta: Person, need: Need, at: Moments) -> Need:
    """Marta stays with it, and Kim hears again on Monday."""
    with at(THURSDAY):
        name_owner(farah, need, marta, NEXT_MONDAY)
    return need


def told() -> list[tuple[str, datetime]]:
    """What came of the promised days, and when."""
    names = ("WordDue", "WordMissed")
    rows = db.session.scalars(select(EventRow).where(EventRow.name.in_(names)).order_by(EventRow.id))
    return [(row.name, row.at) for row in rows]


def morning(day: date) -> datetime:
    return MONDAY + timedelta(days=(day - MONDAY.date()).days)


def test_the_owner_is_told_on_the_morning_of_the_day_and_the_moderators_once_when_it_has_passed(
    owned: Need, pass_time: Passing
) -> None:
    pass_time(THURSDAY, days=30)
    assert told() == [("WordDue", morning(NEXT_MONDAY)), ("WordMissed", morning(NEXT_TUESDAY))]


def test_a_day_on_which_nobody_works_is_told_on_the_working_day_before_it(
    farah: Person, marta: Person, need: Need, at: Moments, pass_time: Passing
) -> None:
    with at(THURSDAY):
        name_owner(farah, need, marta, date(2026, 11, 29))
    pass_time(THURSDAY, days=30)
    assert told() == [("WordDue", morning(date(2026, 11, 27))), ("WordMissed", morning(NEXT_MONDAY))]


def test_an_answer_ends_it(farah: Person, owned: Need, asked: Question, at: Moments, pass_time: Passing) -> None:
    with at(THURSDAY):
        factories.answer(farah, asked)
    pass_time(THURSDAY, days=30)
    assert told() == []


def test_a_new_day_starts_anew(marta: Person, owned: Need, at: Moments, pass_time: Passing) -> None:
    with at(THURSDAY):
        promise_again(marta, owned, "The supplier looks into it.", NEXT_TUESDAY)
    pass_time(THURSDAY, days=30)
    assert told() == [
        ("WordDue", morning(NEXT_TUESDAY)),
        ("WordMissed", morning(NEXT_TUESDAY) + timedelta(days=1)),
    ]
    assert (owned.so_far, owned.so_far_at) == ("The supplier looks into it.", THURSDAY)


def test_a_day_given_up_and_given_again_is_told_once(
    marta: Person, owned: Need, at: Moments, pass_time: Passing
) -> None:
    with at(THURSDAY):
        for day in (NEXT_TUESDAY, NEXT_MONDAY):
            promise_again(marta, owned, "Not yet.", day)
    pass_time(THURSDAY, days=30)
    assert [name for name, _ in told()] == ["WordDue", "WordMissed"]


def test_a_new_day_after_the_missed_one_is_told_again(
    marta: Person, owned: Need, at: Moments, pass_time: Passing
) -> None:
    end = pass_time(THURSDAY, days=7)
    with at(end):
        promise_again(marta, owned, "Sorry, next week.", date(2026, 12, 7))
    pass_time(end, days=30)
    assert [name for name, _ in told()] == ["WordDue", "WordMissed"] * 2


def test_a_worker_that_was_away_over_the_day_tells_only_that_it_was_missed(owned: Need, pass_time: Passing) -> None:
    pass_time(THURSDAY + timedelta(days=14), minutes=30)
    assert [name for name, _ in told()] == ["WordMissed"]


def test_whoever_promises_something_for_today_is_not_told_so(
    marta: Person, owned: Need, at: Moments, pass_time: Passing
) -> None:
    with at(THURSDAY + timedelta(hours=2)):
        promise_again(marta, owned, "This afternoon.", THURSDAY.date())
    pass_time(THURSDAY + timedelta(hours=2), days=7)
    assert told() == [("WordMissed", THURSDAY + timedelta(days=1))]


def test_whoever_is_named_for_today_is_told_at_once(
    farah: Person, marta: Person, need: Need, at: Moments, pass_time: Passing
) -> None:
    with at(THURSDAY + timedelta(hours=2)):
        name_owner(farah, need, marta, THURSDAY.date())
    pass_time(THURSDAY + timedelta(hours=2), minutes=1)
    assert told() == [("WordDue", THURSDAY + timedelta(hours=2))]


def test_an_owner_who_has_left_is_not_reminded_and_the_moderators_hear_of_it(
    marta: Person, chris: Person, owned: Need, pass_time: Passing
) -> None:
    with transaction():
        deactivate(chris, marta)
    pass_time(THURSDAY, days=30)
    assert [name for name, _ in told()] == ["WordMissed"]


def test_a_question_that_was_removed_is_nobodys_promise(
    farah: Person, owned: Need, asked: Question, pass_time: Passing
) -> None:
    with transaction():
        remove(farah, asked)
    pass_time(THURSDAY, days=30)
    assert told() == []


def test_a_need_that_came_back_has_no_owner_and_no_word_of_the_round_before(
    kim: Person, farah: Person, marta: Person, need: Need, asked: Question, at: Moments, pass_time: Passing
) -> None:
    with at(THURSDAY):
        name_owner(farah, need, marta, NEXT_MONDAY, so_far="I asked the maker.", outside=True)
        factories.answer(marta, asked)
        move(need, "open", actor=kim)
    assert (need.owner_id, need.so_far, need.so_far_at, need.asked_outside) == (None, "", None, False)
    pass_time(THURSDAY, days=30)
    assert told() == []


def test_only_the_owner_or_a_moderator_gives_another_day(
    kim: Person, chris: Person, farah: Person, owned: Need, at: Moments
) -> None:
    with at(THURSDAY):
        for person in (kim, chris):
            with pytest.raises(Forbidden):
                promise_again(person, owned, "Soon.", NEXT_TUESDAY)
        promise_again(farah, owned, "Soon.", NEXT_TUESDAY)
    assert owned.next_on == NEXT_TUESDAY


def test_nobody_gives_another_day_for_what_nobody_stays_with(farah: Person, need: Need, at: Moments) -> None:
    with at(THURSDAY), pytest.raises(NotPossible):
        promise_again(farah, need, "Soon.", NEXT_TUESDAY)


@pytest.mark.parametrize(
    ("so_far", "day", "field"),
    [
        ("  ", NEXT_MONDAY, "so_far"),
        ("Soon.", date(2026, 11, 25), "next_on"),
        ("Soon.", date(2027, 6, 1), "next_on"),
        ("Soon.", date.max, "next_on"),
    ],
)
def test_a_word_needs_words_and_a_day_to_come(
    marta: Person, owned: Need, at: Moments, so_far: str, day: date, field: str
) -> None:
    with at(THURSDAY), pytest.raises(Invalid) as refused:
        promise_again(marta, owned, so_far, day)
    assert refused.value.field == field
    assert owned.next_on == NEXT_MONDAY


def test_who_asks_outside_stays_with_it_and_says_whom_they_asked(farah: Person, need: Need, at: Moments) -> None:
    with at(THURSDAY):
        with pytest.raises(Invalid) as refused:
            name_owner(farah, need, farah, NEXT_MONDAY, outside=True)
        assert refused.value.field == "so_far"
        name_owner(farah, need, farah, NEXT_MONDAY, so_far="I asked the maker.", outside=True)
    assert (need.owner_id, need.asked_outside, need.so_far) == (farah.id, True, "I asked the maker.")
