"""Outcomes are weighed when they are given: by whom, of what, and what time changes afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.answering import accept
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.core.events import EventRow
from forum.needs.check_ins import latest_of, reply
from forum.needs.opening import asked_need
from forum.notifications.models import Notification
from forum.people.models import Person
from forum.practices.ageing import become_stale, confirm
from forum.practices.models import Practice, PracticeDepartment
from forum.practices.promoting import retire, revise, texts_of
from forum.practices.using import OwnPractice, UsedNoMore, try_it, trying, used
from forum.practices.weighing import weigh
from tests import factories
from tests.conftest import Browser
from tests.pages import Page


@pytest.fixture
def question(kim: Person, noise: None) -> Any:
    return factories.question(kim, "How do we label the boxes?")


@pytest.fixture
def answer(marta: Person, question: Any) -> Any:
    return factories.answer(marta, question, "On two sides.")


@pytest.fixture
def practice(farah: Person, answer: Any) -> Practice:
    return factories.practice(farah, answer, title="Label boxes on two sides")


@pytest.fixture
def proven(practice: Practice, sales: Any, finance: Any) -> Practice:
    for department in (sales, sales, sales, finance, finance):
        factories.outcome(factories.person(of=department), practice)
    return practice


def labels() -> list[tuple[str, str]]:
    rows = db.session.scalars(select(EventRow).where(EventRow.name == "PracticeLabelled").order_by(EventRow.id))
    return [(row.data["before"], row.data["after"]) for row in rows]


def counts(practice: Practice) -> tuple[int, int, int, int]:
    return practice.worked, practice.tried, practice.worked_people, practice.worked_departments


def test_five_colleagues_of_two_departments_make_it_proven_in_the_deed_of_the_fifth(proven: Practice) -> None:
    assert (counts(proven), proven.label, round(proven.low, 4)) == ((5, 5, 5, 2), "proven", 0.5655)
    assert labels() == [("too_early", "promising"), ("promising", "proven")]


def test_failures_take_it_away_and_more_successes_bring_it_back(proven: Practice, finance: Any) -> None:
    factories.outcome(factories.person(of=finance), proven, "not")
    assert (counts(proven), proven.label) == ((5, 6, 5, 2), "promising")
    factories.outcome(factories.person(of=finance), proven)
    factories.outcome(factories.person(of=finance), proven)
    assert proven.label == "proven"
    assert labels()[-2:] == [("proven", "promising"), ("promising", "proven")]


def test_a_failure_in_a_second_department_proves_nothing(practice: Practice, sales: Any, finance: Any) -> None:
    for _ in range(9):
        factories.outcome(factories.person(of=sales), practice)
    factories.outcome(factories.person(of=finance), practice, "not")
    assert (counts(practice), practice.label) == ((9, 10, 9, 1), "promising")


def test_partly_is_no_success_and_is_counted(practice: Practice, sales: Any) -> None:
    factories.outcome(factories.person(of=sales), practice, "partly")
    assert counts(practice) == (0, 1, 0, 0)


def test_what_became_of_the_answer_it_was_made_of_counts_as_its_first_version(
    kim: Person, farah: Person, question: Any, answer: Any
) -> None:
    accept(kim, answer)
    need = asked_need(question)
    assert need is not None
    check_in = latest_of(need)
    assert check_in is not None
    reply(kim, check_in, "resolved", context="A blue box")
    made = factories.practice(farah, answer)
    assert counts(made) == (1, 1, 1, 1)


def test_an_answer_that_is_tried_after_it_became_a_practice_counts_at_once(
    kim: Person, question: Any, answer: Any, practice: Practice
) -> None:
    accept(kim, answer)
    need = asked_need(question)
    assert need is not None
    check_in = latest_of(need)
    assert check_in is not None
    reply(kim, check_in, "not")
    assert counts(practice) == (0, 1, 0, 0)


def test_the_departments_are_those_of_the_moment(practice: Practice, sales: Any, finance: Any) -> None:
    person = factories.person(of=sales)
    factories.outcome(person, practice)
    person.department_id = finance.id
    factories.outcome(person, practice, "not")
    rows = db.session.scalars(select(PracticeDepartment).order_by(PracticeDepartment.department_id))
    assert {(row.department_id, row.worked, row.tried) for row in rows} == {(sales.id, 1, 1), (finance.id, 0, 1)}


def test_the_third_time_within_90_days_is_kept_and_not_counted(practice: Practice, kim: Person) -> None:
    for _ in range(3):
        factories.outcome(kim, practice)
    assert counts(practice) == (2, 2, 1, 1)
    with as_of(now() + timedelta(days=91)):
        factories.outcome(kim, practice)
    assert counts(practice) == (3, 3, 1, 1)


def test_a_new_version_keeps_what_was_said_of_the_old_one(practice: Practice, kim: Person) -> None:
    factories.outcome(kim, practice)
    factories.outcome(kim, practice)
    revise(kim, practice, texts_of({**practice.texts, "body": "On three sides."}), seen=1)
    made = factories.outcome(kim, practice, "not")
    assert (made.practice_version, counts(practice)) == (2, (2, 3, 1, 1))


def test_whoever_knew_it_does_not_say_that_it_works(practice: Practice, marta: Person) -> None:
    with pytest.raises(OwnPractice):
        used(marta, practice, "resolved")
    with pytest.raises(OwnPractice):
        try_it(marta, practice)


def test_nobody_begins_with_what_is_retired_but_whoever_tries_it_may_say_how_it_went(
    practice: Practice, farah: Person, kim: Person, chris: Person
) -> None:
    try_it(kim, practice)
    retire(farah, practice, because="No more.")
    with pytest.raises(UsedNoMore):
        used(chris, practice, "resolved")
    used(kim, practice, "not")
    assert counts(practice) == (0, 1, 0, 0)


def test_what_one_is_trying_is_closed_by_saying_how_it_went(practice: Practice, kim: Person) -> None:
    pending = try_it(kim, practice, (now() + timedelta(days=9)).date())
    assert try_it(kim, practice) is pending
    assert trying(kim, practice) is pending
    assert used(kim, practice, "resolved", minutes=20, context="  A  blue box ", note="Easy.") is pending
    assert (pending.outcome, pending.minutes, pending.context, pending.note) == ("resolved", 20, "A blue box", "Easy.")
    assert trying(kim, practice) is None


def test_it_is_due_later_for_having_worked(practice: Practice, kim: Person) -> None:
    with as_of(now() + timedelta(days=170)):
        factories.outcome(kim, practice)
    assert practice.due_on == practice.last_worked_at.date() + timedelta(days=90)  # type: ignore[union-attr]
    assert not practice.is_due(practice.review_on)


def test_what_counts_as_out_of_date_is_proven_no_more_and_looking_at_it_again_brings_it_back(
    proven: Practice, farah: Person
) -> None:
    become_stale(proven, "overdue")
    assert (proven.label, proven.found.tried >= 5) == ("promising", True)
    confirm(farah, proven)
    assert proven.label == "proven"


def test_weighing_again_writes_nothing_where_nothing_changed(proven: Practice) -> None:
    db.session.commit()
    before = labels()
    weigh(proven.id)
    assert labels() == before


def test_whoever_wrote_it_and_whoever_keeps_it_hear_that_it_is_proven_or_no_more(
    practice: Practice, marta: Person, sales: Any, finance: Any, work_off: Callable[[], None]
) -> None:
    def told() -> list[str]:
        rows = select(Notification.event_id).where(Notification.person_id == marta.id)
        events = select(EventRow).where(EventRow.id.in_(rows), EventRow.name == "PracticeLabelled")
        return [row.data["after"] for row in db.session.scalars(events.order_by(EventRow.id))]

    for department in (sales, sales, sales, finance, finance):
        factories.outcome(factories.person(of=department), practice)
    work_off()
    assert told() == ["proven"]
    factories.outcome(factories.person(of=finance), practice, "not")
    work_off()
    assert told() == ["proven", "promising"]


def test_whoever_keeps_what_works_for_most_hears_once_where_it_does_not(
    practice: Practice, sales: Any, finance: Any, work_off: Callable[[], None], browser: Callable[[Person], Browser]
) -> None:
    def contested() -> list[tuple[str, int, int]]:
        rows = db.session.scalars(select(EventRow).where(EventRow.name == "PracticeContested"))
        return [(row.data["department"], row.data["worked"], row.data["tried"]) for row in rows]

    for _ in range(6):
        factories.outcome(factories.person(of=sales), practice)
    for _ in range(2):
        factories.outcome(factories.person(of=finance), practice, "not")
    assert contested() == []
    for _ in range(2):
        factories.outcome(factories.person(of=finance), practice, "not")
    assert contested() == [("Finance", 0, 3)]
    work_off()
    notes = select(Notification.person_id).join(EventRow, EventRow.id == Notification.event_id)
    assert db.session.scalars(notes.where(EventRow.name == "PracticeContested")).all() == [practice.owner_id]
    page = Page(browser(db.session.get_one(Person, practice.owner_id)).get("/inbox"))
    assert "Does not work in Finance: it worked there for 0 of 3. Find out what is different there" in page.words
