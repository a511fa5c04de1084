"""What are you doing about it? Said in one sentence, asked about once, reminded once; only its maker can tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.commitments import committing, listing
from forum.commitments.models import REPORTED, Commitment
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid, Refused
from forum.core.events import EventRow
from forum.needs.models import CheckIn
from forum.people.hours import go_away
from forum.people.models import Person
from forum.posts.removing import remove, restore
from forum.practices.promoting import retire
from forum.practices.using import try_it
from tests import factories
from tests.needs.conftest import MONDAY, at, office_hours, pass_time

__all__ = ["at", "office_hours", "pass_time"]

Moments = Callable[[datetime], Any]
FRIDAY = date(2026, 11, 27)


@pytest.fixture
def practice(kim: Person, marta: Person, farah: Person, at: Moments) -> Any:
    with at(MONDAY):
        return factories.practice(farah, factories.answer(marta, factories.question(kim)))


def plan(person: Person, page: Any, **given: Any) -> Commitment:
    said = {"occasion": "an order is released", "deed": "read the ship-to back", "due_on": FRIDAY, **given}
    return committing.undertake(person, page, **said)


@pytest.fixture
def made(kim: Person, practice: Any, at: Moments) -> Commitment:
    with at(MONDAY):
        return plan(kim, practice)


def told(name: str) -> list[Any]:
    return [row.data for row in db.session.scalars(select(EventRow).where(EventRow.name == name).order_by(EventRow.id))]


def test_it_is_asked_about_when_the_day_is_over_once_more_and_then_left(
    made: Commitment, pass_time: Callable[..., datetime]
) -> None:
    pass_time(MONDAY, days=4, hours=14)  # Friday at eleven in the evening
    assert (made.state, told("CommitmentDue")) == ("made", [])
    end = pass_time(MONDAY + timedelta(days=4, hours=14), days=3)
    assert made.state == "due"
    assert made.asked_at == MONDAY + timedelta(days=7)
    pass_time(end, days=30)
    assert [each["reminder"] for each in told("CommitmentDue")] == [False, True]
    assert made.state == "no_reply"


def test_whoever_is_away_is_asked_when_they_are_back(
    kim: Person, made: Commitment, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    with at(MONDAY):
        go_away(kim, kim, date(2026, 12, 4))
    pass_time(MONDAY, days=30)
    assert made.asked_at == datetime(2026, 12, 7, 9, tzinfo=MONDAY.tzinfo)


def test_what_was_not_told_in_time_can_be_told_late_and_once(
    kim: Person, made: Commitment, pass_time: Callable[..., datetime], at: Moments
) -> None:
    end = pass_time(MONDAY, days=60)
    with at(end):
        committing.report(kim, made, "kept")
        assert made.state == "kept"
        with pytest.raises(committing.ReportedBefore):
            committing.report(kim, made, "dropped", word="No, I did not.")


def test_it_can_be_told_before_the_day_and_is_not_asked_about_then(
    kim: Person, made: Commitment, pass_time: Callable[..., datetime], at: Moments
) -> None:
    with at(MONDAY):
        committing.report(kim, made, "partly", word="Two orders of three.")
    pass_time(MONDAY, days=60)
    assert told("CommitmentDue") == []
    assert (made.state, made.word) == ("partly", "Two orders of three.")


def test_letting_it_go_needs_a_reason_and_nothing_else(kim: Person, made: Commitment) -> None:
    with pytest.raises(Invalid) as refused:
        committing.report(kim, made, "dropped", word="  ")
    assert refused.value.field == "word"
    committing.report(kim, made, "dropped", word="The press was moved.", worked="resolved")
    assert made.state == "dropped"
    assert db.session.scalars(select(CheckIn)).all() == []


def test_only_whoever_made_it_can_tell(marta: Person, farah: Person, made: Commitment) -> None:
    for person in (marta, farah):
        with pytest.raises(Forbidden):
            committing.report(person, made, "kept")


def test_whether_a_practice_worked_becomes_one_of_its_outcomes(kim: Person, made: Commitment, practice: Any) -> None:
    committing.report(kim, made, "kept", word="Nothing came back.", worked="resolved", minutes=20)
    check_in = db.session.scalars(select(CheckIn)).one()
    assert (check_in.practice_id, check_in.outcome, check_in.minutes, check_in.note) == (
        practice.id,
        "resolved",
        20,
        "Nothing came back.",
    )
    assert check_in.practice_version == practice.version


def test_the_words_of_a_private_one_do_not_stand_among_the_outcomes(kim: Person, practice: Any) -> None:
    made = plan(kim, practice, is_private=True, due_on=now().date())
    committing.report(kim, made, "kept", word="My boss shouts less.", worked="resolved")
    check_in = db.session.scalars(select(CheckIn)).one()
    assert (check_in.outcome, check_in.note, made.word) == ("resolved", "", "My boss shouts less.")


def test_neither_its_author_nor_what_is_retired_gets_an_outcome_by_a_commitment(
    kim: Person, marta: Person, farah: Person, practice: Any
) -> None:
    own = plan(marta, practice, due_on=now().date())
    late = plan(kim, practice, due_on=now().date())
    committing.report(marta, own, "kept", worked="resolved")
    retire(farah, practice, because="Gone.")
    committing.report(kim, late, "kept", worked="resolved")
    assert (own.state, late.state) == ("kept", "kept")
    assert db.session.scalars(select(CheckIn)).all() == []
    with pytest.raises(Refused):
        plan(kim, practice, due_on=now().date())


def test_whoever_is_trying_it_already_counts_once(kim: Person, practice: Any) -> None:
    try_it(kim, practice)
    committing.report(kim, plan(kim, practice, due_on=now().date()), "kept", worked="resolved")
    assert [each.outcome for each in db.session.scalars(select(CheckIn))] == ["resolved"]


def test_on_a_question_there_is_nothing_to_count(kim: Person, marta: Person) -> None:
    made = plan(kim, factories.question(marta), due_on=now().date())
    committing.report(kim, made, "kept", worked="resolved")
    assert db.session.scalars(select(CheckIn)).all() == []


def test_a_refused_outcome_leaves_the_commitment_as_it_was(kim: Person, made: Commitment) -> None:
    with pytest.raises(Invalid), db.session.begin_nested():
        committing.report(kim, made, "kept", worked="nonsense")
    db.session.refresh(made)
    assert made.state == "made"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"occasion": " "}, "occasion"),
        ({"deed": "x"}, "deed"),
        ({"due_on": None}, "due_on"),
        ({"due_on": FRIDAY - timedelta(days=7)}, "due_on"),
        ({"due_on": date(2027, 3, 1)}, "due_on"),
    ],
)
def test_half_a_plan_and_a_day_too_far_are_refused(
    said: dict[str, Any], field: str, kim: Person, practice: Any, at: Moments
) -> None:
    with at(MONDAY), pytest.raises(Invalid) as refused:
        plan(kim, practice, **said)
    assert refused.value.field == field


def test_what_the_form_says_already_is_not_said_twice(kim: Person, practice: Any, at: Moments) -> None:
    with at(MONDAY):
        made = plan(kim, practice, occasion="When an order is released,", deed="I will read it back.")
    assert (made.occasion, made.deed) == ("an order is released", "read it back")


def test_the_last_day_is_sixty_working_days_ahead(kim: Person, practice: Any, at: Moments) -> None:
    with at(MONDAY):
        assert plan(kim, practice, due_on=date(2027, 2, 12)).due_on == date(2027, 2, 12)
        with pytest.raises(Invalid):
            plan(kim, practice, due_on=date(2027, 2, 13))


def test_nobody_does_it_together_with_themselves_or_with_somebody_who_has_left(
    kim: Person, marta: Person, practice: Any, at: Moments
) -> None:
    marta.left_at = MONDAY
    for partner in (kim, marta):
        with at(MONDAY), pytest.raises(Invalid) as refused:
            plan(kim, practice, partner=partner)
        assert refused.value.field == "partner"


def test_whom_it_was_done_with_confirms_it_once_it_is_told(kim: Person, marta: Person, practice: Any) -> None:
    made = plan(kim, practice, partner=marta, due_on=now().date())
    with pytest.raises(Refused):
        committing.confirm(marta, made)
    committing.report(kim, made, "kept")
    with pytest.raises(Forbidden):
        committing.confirm(kim, made)
    committing.confirm(marta, made)
    committing.confirm(marta, made)
    assert len(told("CommitmentConfirmed")) == 1


def test_a_private_one_is_seen_by_its_maker_and_whoever_does_it_with_them(
    kim: Person, marta: Person, farah: Person, practice: Any
) -> None:
    plan(kim, practice, partner=marta, is_private=True, due_on=now().date())
    seen = {person.id: len(listing.on_page(person, practice.id)) for person in (kim, marta, farah)}
    assert seen == {kim.id: 1, marta.id: 1, farah.id: 0}
    assert listing.commitments(farah, "all").rows == []
    assert listing.commitments(kim, "all").rows == []
    assert len(listing.commitments(marta).rows) == 1


def test_nothing_is_asked_on_a_removed_page_until_it_is_back(
    farah: Person, made: Commitment, practice: Any, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    with at(MONDAY):
        remove(farah, practice)
    end = pass_time(MONDAY, days=20)
    assert told("CommitmentDue") == []
    with at(end):
        restore(farah, practice)
    pass_time(end, days=3)
    assert [each["reminder"] for each in told("CommitmentDue")] == [False]


@pytest.mark.parametrize("ending", REPORTED)
def test_what_was_told_stays_whatever_timers_come_late(ending: str, kim: Person, made: Commitment) -> None:
    committing.report(kim, made, ending, word="That is how it went.")
    timer = committing.CommitmentTimer(commitment_id=made.id)
    for step in (committing.ask_about, committing.remind_of, committing.give_up_asking) * 2:
        step.run(timer)
    db.session.refresh(made)
    assert (made.state, told("CommitmentDue"), len(told("CommitmentReported"))) == (ending, [], 1)
    with pytest.raises(committing.ReportedBefore):
        committing.report(kim, made, "kept")


def test_a_timer_that_comes_twice_asks_once(made: Commitment, at: Moments) -> None:
    timer = committing.CommitmentTimer(commitment_id=made.id)
    with at(MONDAY + timedelta(days=7)):
        for step in (committing.ask_about, committing.ask_about, committing.remind_of, committing.remind_of):
            step.run(timer)
    assert [each["reminder"] for each in told("CommitmentDue")] == [False, True]
