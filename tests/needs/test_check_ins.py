"""Did it work? Asked once, reminded once, then left; only whoever has the need can say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.answering import accept, withdraw_acceptance
from forum.answers.models import Answer
from forum.core.db import db, transaction
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.needs import check_ins, links
from forum.needs.ledger import NotPossible, history
from forum.needs.models import CheckIn, Need
from forum.needs.opening import asked_need, share, withdraw
from forum.needs.tried import remarks_on
from forum.people import changing
from forum.people.hours import go_away
from forum.people.models import Person
from forum.posts.removing import remove, restore
from tests import factories
from tests.conftest import Browser
from tests.needs.conftest import MONDAY

Moments = Callable[[datetime], Any]


@pytest.fixture
def asked(kim: Person, at: Moments) -> Any:
    with at(MONDAY):
        return factories.question(kim)


@pytest.fixture
def need(asked: Any) -> Need:
    found = asked_need(asked)
    assert found is not None
    return found


@pytest.fixture
def tried(kim: Person, marta: Person, asked: Any, need: Need, at: Moments) -> CheckIn:
    """Kim has accepted Marta's answer on Monday and is trying it."""
    with at(MONDAY):
        accept(kim, factories.answer(marta, asked))
    found = check_ins.latest_of(need)
    assert found is not None
    return found


def latest(of: Need) -> CheckIn:
    found = check_ins.latest_of(of)
    assert found is not None
    return found


def the_need(asked: Any) -> Need:
    found = asked_need(asked)
    assert found is not None
    return found


def asked_times() -> int:
    return len(db.session.scalars(select(EventRow).where(EventRow.name == "CheckInAsked")).all())


def test_accepting_plans_to_ask_after_three_working_days(need: Need, tried: CheckIn) -> None:
    assert need.state == "trying"
    assert tried.due_at == MONDAY + timedelta(days=2, hours=8)


def test_it_is_asked_on_the_day_reminded_once_and_then_left(
    need: Need, tried: CheckIn, pass_time: Callable[..., datetime]
) -> None:
    pass_time(MONDAY, days=3)
    assert need.state == "due"
    assert asked_times() == 1
    pass_time(MONDAY + timedelta(days=3), days=3)
    assert asked_times() == 2
    pass_time(MONDAY + timedelta(days=6), days=10)
    assert asked_times() == 2
    assert (need.state, tried.outcome) == ("no_reply", "no_reply")


def test_a_worker_that_was_away_for_a_week_asks_once(
    need: Need, tried: CheckIn, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    pass_time(MONDAY + timedelta(days=30), hours=1)
    assert asked_times() == 1
    assert need.state == "due"


@pytest.mark.parametrize(("outcome", "state"), [("resolved", "resolved"), ("partly", "partly"), ("not", "open")])
def test_the_reply_moves_the_need(kim: Person, need: Need, tried: CheckIn, outcome: str, state: str) -> None:
    check_ins.reply(kim, tried, outcome, minutes=30, note="as you said")
    assert (need.state, tried.outcome, tried.minutes) == (state, outcome, 30)


def test_not_opens_the_need_again_and_the_answer_carries_it(
    kim: Person, asked: Any, need: Need, tried: CheckIn
) -> None:
    check_ins.reply(kim, tried, "not")
    assert need.round == 2
    db.session.refresh(asked)
    assert asked.waits
    answer = db.session.get_one(Answer, tried.answer_id)
    assert (answer.worked, answer.failed) == (0, 1)


def test_partly_opens_it_again_only_if_wished(kim: Person, need: Need, tried: CheckIn) -> None:
    check_ins.reply(kim, tried, "partly", still_open=True)
    assert need.state == "open"


def test_nobody_replies_for_somebody_else(farah: Person, marta: Person, chris: Person, tried: CheckIn) -> None:
    for person in (farah, marta, chris):
        with pytest.raises(Forbidden):
            check_ins.reply(person, tried, "resolved")


def test_what_is_said_with_the_outcome_stands_with_the_answer(
    kim: Person, farah: Person, asked: Any, need: Need, tried: CheckIn
) -> None:
    answer = db.session.get_one(Answer, tried.answer_id)
    assert remarks_on([answer]) == {}
    check_ins.reply(kim, tried, "not", note="The form has changed.")
    (remark,) = remarks_on([answer])[answer.id]
    assert (remark.outcome, remark.note, remark.person) == ("not", "The form has changed.", "Kim Tran")


def test_a_second_reply_is_told_that_it_came_second(kim: Person, tried: CheckIn) -> None:
    check_ins.reply(kim, tried, "resolved")
    with pytest.raises(NotPossible):
        check_ins.reply(kim, tried, "not")


def test_a_late_reply_still_counts(kim: Person, need: Need, tried: CheckIn, pass_time: Callable[..., datetime]) -> None:
    pass_time(MONDAY, days=20)
    check_ins.reply(kim, tried, "resolved")
    assert need.state == "resolved"


def test_what_came_back_is_the_same_need_in_its_next_round(kim: Person, need: Need, tried: CheckIn) -> None:
    check_ins.reply(kim, tried, "resolved")
    check_ins.came_back(kim, need)
    assert (need.state, need.round) == ("open", 2)


def test_a_withdrawn_acceptance_is_not_asked_about_and_can_be_given_again(
    kim: Person, asked: Any, need: Need, tried: CheckIn, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    answer = db.session.get_one(Answer, tried.answer_id)
    with at(MONDAY):
        withdraw_acceptance(kim, answer)
    assert need.state == "answered"
    with at(MONDAY):
        accept(kim, answer)
    assert need.state == "trying"
    pass_time(MONDAY, days=3)
    assert asked_times() == 1


def test_an_answer_that_was_removed_is_not_asked_about_until_it_is_back(
    farah: Person, need: Need, tried: CheckIn, at: Moments
) -> None:
    answer = db.session.get_one(Answer, tried.answer_id)
    with at(MONDAY):
        remove(farah, answer)
        assert need.state == "open"
        restore(farah, answer)
    assert need.state == "trying"


def test_an_answer_that_fails_for_somebody_with_the_same_need_is_looked_for_again_and_only_once(
    kim: Person,
    marta: Person,
    farah: Person,
    asked: Any,
    tried: CheckIn,
    at: Moments,
    pass_time: Callable[..., datetime],
) -> None:
    with at(MONDAY):
        farahs = share(farah, asked)
        accept(kim, factories.answer(marta, asked, "The other way round."))
        check_ins.reply(farah, latest(farahs), "not")
        db.session.refresh(asked)
        assert (farahs.state, farahs.round, asked.waits) == ("open", 2, True)
        check_ins.reply(kim, latest(the_need(asked)), "not")
    assert (the_need(asked).state, farahs.state) == ("open", "merged")
    later = pass_time(MONDAY, days=4)
    escalated = db.session.scalars(select(EventRow.data).where(EventRow.name == "Escalated")).all()
    assert sorted(data["step"] for data in escalated) == ["champions", "others", "owner"]
    with at(later):
        factories.answer(factories.person("Ben", marta.department), asked)
    assert (the_need(asked).state, farahs.state) == ("answered", "answered")


def test_whoever_needs_it_no_more_is_not_asked(
    kim: Person, need: Need, tried: CheckIn, pass_time: Callable[..., datetime]
) -> None:
    withdraw(kim, need)
    pass_time(MONDAY, days=20)
    assert (need.state, asked_times()) == ("withdrawn", 0)


def test_without_its_only_answer_a_question_waits_again_until_that_is_back(
    kim: Person, farah: Person, marta: Person, asked: Any, need: Need
) -> None:
    factories.answer(kim, asked, "I am still looking.")
    given = factories.answer(marta, asked)
    remove(farah, given)
    db.session.refresh(asked)
    assert (need.state, need.round, asked.waits) == ("open", 2, True)
    restore(farah, given)
    db.session.refresh(asked)
    assert (need.state, asked.waits) == ("answered", False)


def test_restoring_an_older_answer_does_not_end_the_waiting_for_a_better_one(
    kim: Person, farah: Person, marta: Person, asked: Any, need: Need, tried: CheckIn
) -> None:
    failed = db.session.get_one(Answer, tried.answer_id)
    check_ins.reply(kim, tried, "not")
    remove(farah, failed)
    restore(farah, failed)
    assert need.is_waiting


def test_the_day_one_will_try_it_on_is_the_day_after_which_one_is_asked(
    kim: Person, tried: CheckIn, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    with at(MONDAY):
        check_ins.try_on(kim, tried, date(2026, 12, 1))
    evening = pass_time(MONDAY, days=8, hours=8)
    assert asked_times() == 0, "at five o'clock of the day itself"
    pass_time(evening, hours=16)
    assert asked_times() == 1, "at nine the next morning"


def test_a_day_that_is_past_is_refused(kim: Person, tried: CheckIn, at: Moments) -> None:
    with at(MONDAY), pytest.raises(Invalid):
        check_ins.try_on(kim, tried, date(2026, 11, 22))


def test_whoever_has_the_same_need_is_asked_too(
    kim: Person, farah: Person, marta: Person, asked: Any, at: Moments
) -> None:
    with at(MONDAY):
        shared = share(farah, asked)
        accept(kim, factories.answer(marta, asked))
    assert shared.state == "trying"


def test_the_history_tells_every_step(kim: Person, need: Need, tried: CheckIn) -> None:
    check_ins.reply(kim, tried, "not")
    assert [(step.before, step.after) for step in history(need)] == [
        ("", "open"),
        ("open", "answered"),
        ("answered", "trying"),
        ("trying", "due"),
        ("due", "open"),
    ]


def asked_on() -> list[tuple[datetime, bool]]:
    rows = db.session.scalars(select(EventRow).where(EventRow.name == "CheckInAsked").order_by(EventRow.id))
    return [(row.at, row.data["reminder"]) for row in rows]


def test_whoever_is_away_is_asked_reminded_and_given_up_only_when_they_are_back(
    kim: Person, need: Need, tried: CheckIn, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    with at(MONDAY):
        go_away(kim, kim, date(2026, 11, 29))
    pass_time(MONDAY, days=20)
    back = MONDAY + timedelta(days=7)
    assert asked_on() == [(back, False), (back + timedelta(days=1, hours=8), True)]
    assert tried.closed_at == back + timedelta(days=4, hours=8)


def test_whoever_leaves_after_the_reminder_has_a_day_to_reply_when_they_are_back(
    kim: Person, need: Need, tried: CheckIn, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    reminded = pass_time(MONDAY, days=5)
    assert len(asked_on()) == 2
    with at(reminded):
        go_away(kim, kim, date(2026, 12, 13))
    pass_time(reminded, days=40)
    assert tried.closed_at == MONDAY + timedelta(days=21, hours=8)


def test_a_reminder_that_waited_leaves_the_time_to_reply(
    kim: Person, need: Need, tried: CheckIn, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    asked = pass_time(MONDAY, days=3)
    assert len(asked_on()) == 1
    with at(asked):
        go_away(kim, kim, date(2026, 12, 13))
    pass_time(asked, days=40)
    back = MONDAY + timedelta(days=21)
    assert asked_on()[-1] == (back, True)
    assert tried.closed_at == back + timedelta(days=2, hours=8)


@pytest.mark.parametrize("unnamed", [False, True], ids=["by name", "without a name"])
def test_a_link_in_a_mail_ends_with_the_account(
    unnamed: bool, kim: Person, marta: Person, chris: Person, client: Browser
) -> None:
    question = factories.question(kim, unnamed=unnamed)
    accept(kim.owner_among(question), factories.answer(marta, question, "Under the quokka."))
    tried = db.session.scalars(select(CheckIn)).one()
    address = f"/did-it-work/{links.token_for(tried.id, tried.need.person_id)}"
    db.session.commit()
    assert "Under the quokka." in client.get(address).text
    with transaction():
        changing.deactivate(chris, kim)
    for answer in (client.get(address), client.post(address, data={"outcome": "resolved"})):
        assert answer.status_code == 404
        assert "quokka" not in answer.text
