"""Asking for a colleague: nothing changes until they say yes, and then whatever an asker is asked, they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.answering import accept
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.departments.following import following
from forum.needs import check_ins, handing_over, inviting
from forum.needs.ledger import NotPossible, history
from forum.needs.models import AnswerInvitation, Handover, Need
from forum.needs.opening import asked_need, need_of, share, withdraw
from forum.people.changing import deactivate
from forum.people.models import Person
from forum.posts.models import Vote
from forum.posts.removing import remove
from forum.posts.thanks import thank, thanks_for
from forum.posts.votes import cast, drifted_scores
from forum.questions.models import Question
from tests import factories
from tests.needs.conftest import MONDAY

Moments = Callable[[datetime], Any]


@pytest.fixture
def ola(finance: Any) -> Person:
    """Writes down what Kim asks on the phone."""
    return factories.person("Ola Mensah", finance)


@pytest.fixture
def asked(ola: Person, at: Moments) -> Question:
    with at(MONDAY):
        return factories.question(ola, "Where is the long ladder?")


@pytest.fixture
def handover(ola: Person, kim: Person, asked: Question, at: Moments) -> Handover:
    with at(MONDAY):
        return handing_over.offer(ola, asked, kim)


def the_need(question: Question) -> Need:
    found = asked_need(question)
    assert found is not None
    db.session.refresh(found)
    return found


def test_an_offer_changes_nothing(ola: Person, asked: Question, handover: Handover) -> None:
    assert (asked.author_id, the_need(asked).person_id) == (ola.id, ola.id)
    assert handover.agreed is None


def test_agreeing_makes_question_and_need_the_colleagues_with_their_department(
    kim: Person, ola: Person, sales: Any, asked: Question, handover: Handover
) -> None:
    handing_over.agree(kim, handover)
    db.session.refresh(asked)
    need = the_need(asked)
    assert (asked.author_id, asked.author_department_id) == (kim.id, sales.id)
    assert (need.person_id, need.department_id, need.state) == (kim.id, sales.id, "open")
    assert [following(person, "question", asked.id)[0] for person in (kim, ola)] == ["watching"] * 2


def test_the_handover_is_a_step_of_the_needs_history(
    kim: Person, ola: Person, asked: Question, handover: Handover
) -> None:
    handing_over.agree(kim, handover)
    steps = [(step.who, step.department, step.after, step.facts) for step in history(the_need(asked))]
    assert steps == [
        ("Ola Mensah", "Finance", "open", {}),
        ("Kim Tran", "Sales", "open", {"handed_over_by": ola.id}),
    ]


def test_from_then_on_the_colleague_accepts_and_replies_and_the_typist_does_not(
    kim: Person, ola: Person, marta: Person, asked: Question, handover: Handover
) -> None:
    answer = factories.answer(marta, asked)
    handing_over.agree(kim, handover)
    db.session.expire_all()
    with pytest.raises(Forbidden):
        accept(ola, answer)
    accept(kim, answer)
    check_in = check_ins.latest_of(the_need(asked))
    assert check_in is not None
    with pytest.raises(Forbidden):
        check_ins.reply(ola, check_in, "resolved")
    check_ins.reply(kim, check_in, "resolved")
    assert the_need(asked).state == "resolved"


def test_a_check_in_that_was_asked_is_asked_of_the_colleague_too(
    kim: Person,
    ola: Person,
    marta: Person,
    asked: Question,
    handover: Handover,
    at: Moments,
    pass_time: Callable[..., Any],
) -> None:
    with at(MONDAY):
        accept(ola, factories.answer(marta, asked))
    pass_time(MONDAY, days=3)
    with at(MONDAY + timedelta(days=3)):
        handing_over.agree(kim, handover)
    told = select(EventRow).where(EventRow.name == "CheckInAsked").order_by(EventRow.id)
    assert [row.data["person_id"] for row in db.session.scalars(told)] == [ola.id, kim.id]


def test_a_check_in_still_to_come_asks_the_colleague_alone(
    kim: Person,
    ola: Person,
    marta: Person,
    asked: Question,
    handover: Handover,
    at: Moments,
    pass_time: Callable[..., Any],
) -> None:
    with at(MONDAY):
        accept(ola, factories.answer(marta, asked))
        handing_over.agree(kim, handover)
    pass_time(MONDAY, days=3)
    told = select(EventRow).where(EventRow.name == "CheckInAsked").order_by(EventRow.id)
    assert [row.data["person_id"] for row in db.session.scalars(told)] == [kim.id]


def test_declining_changes_nothing_and_is_the_last_word(
    kim: Person, ola: Person, asked: Question, handover: Handover
) -> None:
    handing_over.decline(kim, handover)
    handing_over.decline(kim, handover)
    assert (asked.author_id, the_need(asked).person_id, handover.agreed) == (ola.id, ola.id, False)
    with pytest.raises(NotPossible):
        handing_over.agree(kim, handover)
    declined = select(EventRow).where(EventRow.name == "OfferDeclined")
    assert len(db.session.scalars(declined).all()) == 1


def test_agreeing_twice_is_agreeing_once(kim: Person, asked: Question, handover: Handover) -> None:
    handing_over.agree(kim, handover)
    handing_over.agree(kim, handover)
    agreed = select(EventRow).where(EventRow.name == "NeedHandedOver")
    assert len(db.session.scalars(agreed).all()) == 1
    with pytest.raises(NotPossible):
        handing_over.decline(kim, handover)


def test_nobody_but_the_colleague_replies(
    ola: Person, marta: Person, farah: Person, chris: Person, handover: Handover
) -> None:
    for person in (ola, marta, farah, chris):
        for reply in (handing_over.agree, handing_over.decline):
            with pytest.raises(Forbidden):
                reply(person, handover)


def test_only_whoever_asked_hands_it_over(kim: Person, marta: Person, farah: Person, asked: Question) -> None:
    for person in (marta, farah):
        with pytest.raises(Forbidden):
            handing_over.offer(person, asked, kim)


def test_it_is_offered_neither_to_oneself_nor_to_somebody_who_left(
    kim: Person, ola: Person, chris: Person, asked: Question
) -> None:
    deactivate(chris, kim)
    for colleague in (ola, kim):
        with pytest.raises(Invalid) as refused:
            handing_over.offer(ola, asked, colleague)
        assert refused.value.field == "colleague"


def test_whoever_left_meanwhile_cannot_agree(kim: Person, chris: Person, handover: Handover) -> None:
    deactivate(chris, kim)
    with pytest.raises(Forbidden):
        handing_over.agree(kim, handover)


def test_what_was_removed_or_is_no_longer_needed_is_not_taken_over(
    kim: Person, ola: Person, asked: Question, handover: Handover
) -> None:
    withdraw(ola, the_need(asked))
    with pytest.raises(NotPossible):
        handing_over.agree(kim, handover)
    db.session.rollback()


def test_a_removed_question_is_not_taken_over(kim: Person, ola: Person, asked: Question, handover: Handover) -> None:
    remove(ola, asked)
    with pytest.raises(NotPossible):
        handing_over.agree(kim, handover)


def test_nobody_votes_on_or_thanks_for_what_has_become_their_own(
    kim: Person, marta: Person, asked: Question, handover: Handover
) -> None:
    cast(kim, asked, 1)
    cast(marta, asked, 1)
    thank(kim, asked, "Good question.")
    handing_over.agree(kim, handover)
    db.session.refresh(asked)
    assert asked.score == 1
    assert db.session.scalars(select(Vote.person_id)).all() == [marta.id]
    assert thanks_for([asked.id]) == {}
    assert drifted_scores() == {}


def test_having_the_same_need_gives_way_to_having_it(kim: Person, asked: Question, handover: Handover) -> None:
    share(kim, asked)
    handing_over.agree(kim, handover)
    shared = need_of(kim, asked, "me_too")
    assert shared is not None
    assert (shared.state, the_need(asked).state) == ("withdrawn", "open")


def test_a_shared_need_that_is_being_tried_is_not_asked_about_any_more(
    kim: Person,
    ola: Person,
    marta: Person,
    asked: Question,
    handover: Handover,
    at: Moments,
    pass_time: Callable[..., Any],
) -> None:
    with at(MONDAY):
        shared = share(kim, asked)
        accept(ola, factories.answer(marta, asked))
    pass_time(MONDAY, days=3)
    assert shared.state == "due"
    with at(MONDAY + timedelta(days=3)):
        handing_over.agree(kim, handover)
    pass_time(MONDAY + timedelta(days=3), days=20)
    db.session.refresh(shared)
    assert shared.state == "withdrawn"
    check_in = check_ins.latest_of(shared)
    assert check_in is not None
    assert (check_in.closed_at is None, check_in.outcome) == (False, None)


def test_whoever_is_to_say_whether_it_is_theirs_is_not_asked_to_answer_it(
    kim: Person, marta: Person, asked: Question, handover: Handover, sales: Any, finance: Any, at: Moments
) -> None:
    for person in (kim, marta):
        person.password_hash = "x"
    asked.departments = [sales, finance]
    db.session.flush()
    with at(MONDAY):
        inviting.invite_three(asked.id)
    assert db.session.scalars(select(AnswerInvitation.person_id)).all() == [marta.id]


def test_an_invitation_and_a_claim_of_the_colleague_end(ola: Person, kim: Person, asked: Question, at: Moments) -> None:
    with at(MONDAY):
        invitation = inviting.invite_person(the_need(asked), asked, kim, step="hint", reason="Kim knows ladders")
        assert invitation is not None
        inviting.claim(kim, asked)
        handing_over.agree(kim, handing_over.offer(ola, asked, kim))
    db.session.refresh(invitation)
    assert invitation.reply == "moot"
    assert inviting.standing_claim(asked.id) is None


def test_what_the_typist_found_out_since_ends_the_waiting(
    kim: Person, ola: Person, asked: Question, handover: Handover
) -> None:
    factories.answer(ola, asked, "Behind the boiler.")
    assert the_need(asked).state == "open"
    handing_over.agree(kim, handover)
    db.session.refresh(asked)
    assert (the_need(asked).state, asked.waits) == ("answered", False)
