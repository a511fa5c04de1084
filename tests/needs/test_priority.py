"""The order of those who wait: the values worked out on paper, what moves it, and that the rows follow it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import delete, update

from forum.answers.answering import accept, withdraw_acceptance
from forum.answers.models import Answer
from forum.core.db import db
from forum.needs import check_ins
from forum.needs.models import IMPACTS, Need, Promise
from forum.needs.opening import asked_need, share, withdraw
from forum.needs.priority import SCALE, drifted_places, mend_places, place_waiting, priority, reasons
from forum.people.models import Person
from forum.posts.votes import cast
from forum.posts.writing import write
from forum.questions.asking import ask
from forum.questions.models import LONGEST_WAIT, Question
from tests import factories
from tests.needs.conftest import MONDAY

Moments = Callable[[datetime], Any]

ON_PAPER = {
    "A": (priority("blocked", 2), 3.75),
    "B": (priority("slowed", 12, 3), 7.5),
    "C": (priority("curious", 40), 3.0),
    "D": (priority("blocked", 1, 1, came_back=True), 6.328),
}
WAITS = (0.0, 0.5, 2.0, 8.0, 15.9, LONGEST_WAIT)
OTHERS = (0, 1, 2, 3, 10)
EITHER = (False, True)


def test_the_values_are_those_worked_out_on_paper() -> None:
    assert {name: round(value, 3) for name, (value, _) in ON_PAPER.items()} == {
        name: on_paper for name, (_, on_paper) in ON_PAPER.items()
    }


def test_the_order_is_the_one_worked_out_on_paper() -> None:
    assert sorted(ON_PAPER, key=lambda name: -ON_PAPER[name][0]) == ["B", "D", "A", "C"]


def test_more_of_anything_that_counts_stands_higher() -> None:
    for impact, waited, others, back, mine in product(IMPACTS, WAITS, OTHERS, EITHER, EITHER):
        lower = priority(impact, waited, others, came_back=back, mine=mine)
        for wait in (each for each in WAITS if each > waited):
            assert priority(impact, wait, others, came_back=back, mine=mine) > lower
        for more in (each for each in OTHERS if each > others):
            assert priority(impact, waited, more, came_back=back, mine=mine) > lower
        for heavier in (each for each in IMPACTS if IMPACTS[each] > IMPACTS[impact]):
            assert priority(heavier, waited, others, came_back=back, mine=mine) > lower
        assert back or priority(impact, waited, others, came_back=True, mine=mine) > lower
        assert mine or priority(impact, waited, others, came_back=back, mine=True) == pytest.approx(1.2 * lower)


def test_beyond_two_working_days_waiting_counts_for_no_more() -> None:
    assert priority("slowed", 400) == priority("slowed", LONGEST_WAIT)


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (0, "waits less than an hour"),
        (1, "waits 1 hour"),
        (7.9, "waits 7 hours"),
        (8, "waits 1 day"),
        (15.9, "waits 1 day"),
        (16, "waits since 23 November 2026"),
    ],
)
def test_the_wait_is_said_in_hours_then_in_days_and_then_by_its_day(waited: float, words: str) -> None:
    assert reasons("blocked", waited, 1, came_back=False, since=MONDAY) == ["blocked", words]


def test_no_hour_is_told_of_whoever_asked_without_a_name() -> None:
    """The thread says the half-day; hours of waiting beside it would say when."""
    for came_back, words in ((False, "waits less than a day"), (True, "asked again less than a working day ago")):
        told = [reasons(None, waited, 1, came_back=came_back, since=MONDAY, unnamed=True) for waited in (0, 1, 7.9)]
        assert told == [[words]] * 3


def test_the_reasons_name_what_the_order_counts() -> None:
    again = ["blocked", "asked again 1 working day ago", "4 people need it"]
    assert reasons("blocked", 9, 4, came_back=True, since=MONDAY) == again
    assert reasons("slowed", 0.5, 1, came_back=True, since=MONDAY) == [
        "slowed down",
        "asked again less than an hour ago",
    ]
    assert reasons(None, LONGEST_WAIT, 1, came_back=True, since=MONDAY) == ["asked again on 23 November 2026"]


# What the rows say


def asked_by(person: Person, impact: str = "slowed") -> Question:
    return ask(
        person,
        title="Where do the returned pallets go?",
        body=write("I looked."),
        departments=[person.department_id],
        tags="",
        diagnosis={"impact": impact},
    )


@pytest.fixture
def asked(kim: Person, at: Moments) -> Question:
    """Kim is blocked from Monday nine o'clock on."""
    with at(MONDAY):
        return asked_by(kim, "blocked")


def kept(question: Question) -> tuple[float, float]:
    db.session.refresh(question, ["priority", "waited", "waits", "confirmed"])
    return question.priority / SCALE, question.waited


def test_a_question_has_its_place_at_once(asked: Question) -> None:
    assert kept(asked) == (3.0, 0.0)


def test_whoever_shares_it_moves_it_up_at_once_and_down_again(asked: Question, marta: Person, at: Moments) -> None:
    with at(MONDAY + timedelta(hours=2)):
        need = share(marta, asked)
        assert kept(asked) == (4.688, 2.0)
        withdraw(marta, need)
        assert kept(asked) == (3.75, 2.0)


def test_as_time_passes_the_worker_moves_it_up_by_working_hours(asked: Question, at: Moments) -> None:
    db.session.commit()
    heights = []
    for later in (timedelta(hours=2), timedelta(hours=9), timedelta(hours=23), timedelta(days=1, hours=2)):
        with at(MONDAY + later):
            place_waiting()
        heights.append(kept(asked)[1])
    assert heights == [2.0, 8.0, 8.0, 10.0]


def test_what_has_waited_longest_is_left_alone(asked: Question, at: Moments, statements: Callable[[], Any]) -> None:
    db.session.commit()
    with at(MONDAY + timedelta(days=30)):
        place_waiting()
        assert kept(asked) == (9.0, LONGEST_WAIT)
        db.session.commit()
        with statements() as seen:
            place_waiting()
    assert not [each for each in seen if each.startswith("UPDATE")]


def test_what_did_not_work_waits_from_now_on_and_stands_higher(
    kim: Person, marta: Person, asked: Question, at: Moments
) -> None:
    with at(MONDAY + timedelta(days=1)):
        tried(kim, marta, asked, "not")
        assert (kept(asked), asked.waits) == ((4.5, 0.0), True)


@pytest.mark.parametrize(
    ("outcome", "confirmed"), [("resolved", True), ("partly", True), ("not", False), ("no_reply", False)]
)
def test_only_the_askers_word_confirms(
    kim: Person, marta: Person, asked: Question, at: Moments, outcome: str, confirmed: bool
) -> None:
    with at(MONDAY):
        tried(kim, marta, asked, outcome)
    kept(asked)
    assert asked.confirmed is confirmed


def test_what_came_back_is_no_longer_confirmed(kim: Person, marta: Person, asked: Question, at: Moments) -> None:
    with at(MONDAY):
        tried(kim, marta, asked, "resolved")
        check_ins.came_back(kim, the_need(asked))
    kept(asked)
    assert (asked.waits, asked.confirmed) == (True, False)


def test_where_nobody_here_had_the_need_the_mark_has_to_do(kim: Person, marta: Person, farah: Person) -> None:
    question = factories.question(kim)
    forget(the_need(question))
    answer = factories.answer(marta, question)
    accept(farah, answer)
    kept(question)
    assert question.confirmed
    withdraw_acceptance(farah, answer)
    kept(question)
    assert not question.confirmed


def test_a_question_without_a_need_counts_as_curious_and_waiting_long() -> None:
    table: Any = Question.__table__
    assert table.c.priority.default.arg == SCALE * priority("curious", LONGEST_WAIT)
    assert table.c.waited.default.arg == LONGEST_WAIT


def test_votes_play_no_part(asked: Question, marta: Person, farah: Person, at: Moments) -> None:
    with at(MONDAY):
        for person in (marta, farah):
            cast(person, asked, 1)
    assert kept(asked) == (3.0, 0.0)
    assert drifted_places() == []


def test_what_drifted_is_found_and_mended(kim: Person, asked: Question, at: Moments) -> None:
    with at(MONDAY):
        fine = asked_by(kim)
        table: Any = Question.__table__
        db.session.execute(update(table).where(table.c.id == asked.id).values(priority=7, confirmed=True))
        assert drifted_places() == [asked.id]
        assert mend_places() == 1
        assert (kept(asked), asked.confirmed) == ((3.0, 0.0), False)
        assert kept(fine) == (2.0, 0.0)
        assert (drifted_places(), mend_places()) == ([], 0)


def the_need(question: Question) -> Need:
    return asked_need(question) or pytest.fail("no need")


def forget(need: Need) -> None:
    db.session.execute(delete(Promise).where(Promise.need_id == need.id))
    db.session.delete(need)
    db.session.flush()


def tried(asker: Person, helper: Person, question: Question, outcome: str) -> Answer:
    given = factories.answer(helper, question)
    accept(asker, given)
    check_in = check_ins.latest_of(the_need(question)) or pytest.fail("no check-in")
    if outcome != "no_reply":
        check_ins.reply(asker, check_in, outcome)
    return given
