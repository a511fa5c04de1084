"""Nominating: who may, what the system proposes by itself, who decides, and what a refusal means for the next time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from forum.answers.answering import accept, edit_answer
from forum.answers.models import Answer
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.languages import speaking
from forum.needs import check_ins
from forum.needs.models import Need
from forum.needs.opening import share
from forum.nominations import listing as nominations
from forum.nominations.models import Nomination
from forum.nominations.nominating import (
    PEOPLE_HELPED,
    Decided,
    NominatedBefore,
    RefusedBefore,
    latest_of,
    nominate,
    refuse,
)
from forum.people.models import Person
from forum.posts.removing import remove
from forum.posts.writing import write
from forum.practices.promoting import PromotedBefore
from forum.questions.merging import merge
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

WHY = "Everybody who packs should do it."


@pytest.fixture
def question(kim: Person, noise: None) -> Any:
    return factories.question(kim, "How do we label the boxes?")


@pytest.fixture
def answer(marta: Person, question: Any) -> Answer:
    return factories.answer(marta, question, "On two sides.")


def worked_for(person: Person, answer: Answer, outcome: str = "resolved") -> None:
    """The person has the need of the answer's question, tries the answer and says how it went."""
    question = answer.question
    need = db.session.scalar(select(Need).where(Need.question_id == question.id, Need.person_id == person.id))
    if need is None:
        need = share(person, question)
    if question.accepted_answer_id != answer.id:
        accept(db.session.get_one(Person, question.author_id), answer)
    db.session.refresh(need)
    check_in = check_ins.latest_of(need) or check_ins.plan(need, answer=answer)
    check_ins.reply(person, check_in, outcome)


def waiting_ids(moderator: Person) -> list[int]:
    return [row.post_id for row in nominations.waiting(moderator).rows]


def test_anybody_nominates_an_answer_with_a_line_why(kim: Person, farah: Person, answer: Answer) -> None:
    made = nominate(kim, answer, why=f"  {WHY}\n")
    assert (made.by_id, made.why, made.decided_at) == (kim.id, WHY, None)
    [row] = nominations.waiting(farah).rows
    assert (row.post_id, row.by, row.author) == (answer.id, "Kim Tran", "Marta Silva")
    assert row.evidence == ("Nobody has said yet whether it works",)


def test_the_whole_answer_is_there_where_it_is_decided(
    kim: Person, marta: Person, farah: Person, question: Any, browser: Callable[[Person], Browser]
) -> None:
    nominate(kim, factories.answer(marta, question, "word " * 200 + "\n\n- **quokka**"), why=WHY)
    db.session.commit()
    whole = Page(browser(farah).get("/practices/nominations")).soup.select_one("details .prose li strong")
    assert whole is not None
    assert whole.text == "quokka"


def test_a_nomination_says_why(kim: Person, answer: Answer) -> None:
    with pytest.raises(Invalid) as refusal:
        nominate(kim, answer, why=" ok ")
    assert refusal.value.field == "why"


def test_an_answer_waits_once_whoever_nominates_it(kim: Person, marta: Person, answer: Answer) -> None:
    nominate(kim, answer, why=WHY)
    with pytest.raises(NominatedBefore):
        nominate(marta, answer, why=WHY)


def test_what_is_a_practice_is_not_nominated(kim: Person, farah: Person, answer: Answer) -> None:
    factories.practice(farah, answer)
    with pytest.raises(PromotedBefore):
        nominate(kim, answer, why=WHY)


def test_one_success_is_luck_and_two_people_make_a_proposal(
    kim: Person, farah: Person, sales: Any, answer: Answer
) -> None:
    worked_for(kim, answer)
    assert latest_of(answer) is None
    worked_for(factories.person("Lars Holm", sales), answer)
    proposed = latest_of(answer)
    assert proposed is not None
    assert (proposed.by_id, proposed.why) == (None, "It met the need of 2 colleagues")
    with speaking("de"):
        assert proposed.because == "Sie hat bei 2 Personen geholfen"
    [row] = nominations.waiting(farah).rows
    assert row.evidence == ("Worked for 2 of 2",)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outcomes=st.lists(st.sampled_from(["resolved", "partly", "not"]), min_size=1, max_size=4))
def test_it_is_proposed_exactly_when_enough_different_people_were_helped(outcomes: list[str], app: Any) -> None:
    asker, helper = factories.person(), factories.person()
    answer = factories.answer(helper, factories.question(asker))
    people = [asker, *(factories.person() for _ in outcomes[1:])]
    accept(asker, answer)
    for person in people[1:]:
        share(person, answer.question)
    for person, outcome in zip(people, outcomes, strict=True):
        need = db.session.scalars(select(Need).where(Need.person_id == person.id)).one()
        check_ins.reply(person, check_ins.latest_of(need) or check_ins.plan(need, answer=answer), outcome)
    assert (latest_of(answer) is not None) == (outcomes.count("resolved") >= PEOPLE_HELPED)


def test_the_accepted_answer_to_what_was_merged_three_times_is_proposed(
    kim: Person, marta: Person, farah: Person, question: Any, answer: Answer
) -> None:
    accept(kim, answer)
    for _ in range(2):
        merge(farah, factories.question(marta), question)
    assert latest_of(answer) is None
    merge(farah, factories.question(marta), question)
    proposed = latest_of(answer)
    assert proposed is not None
    assert "4 times" in proposed.why


def test_what_the_system_proposed_becomes_the_nomination_of_whoever_takes_it_up(
    kim: Person, sales: Any, answer: Answer
) -> None:
    worked_for(kim, answer)
    worked_for(factories.person(None, sales), answer)
    nominate(kim, answer, why=WHY)
    [only] = db.session.scalars(select(Nomination)).all()
    assert (only.by_id, only.why) == (kim.id, WHY)


def test_only_a_moderator_who_did_not_write_it_decides(
    kim: Person, marta: Person, farah: Person, chris: Person, question: Any, answer: Answer
) -> None:
    made = nominate(kim, answer, why=WHY)
    for person in (kim, marta, chris):
        with pytest.raises(Forbidden):
            refuse(person, made, reason="unproved", words="Only one has tried it.")
    own = factories.answer(farah, question)
    theirs = nominate(kim, own, why=WHY)
    with pytest.raises(Forbidden):
        refuse(farah, theirs, reason="unproved", words="Only one has tried it.")
    with pytest.raises(Forbidden):
        factories.practice(farah, own)


def test_a_refusal_has_a_reason_of_the_list_and_words(kim: Person, farah: Person, answer: Answer) -> None:
    made = nominate(kim, answer, why=WHY)
    for given_, field in (
        ({"reason": "", "words": "Not yet."}, "reason"),
        ({"reason": "other", "words": " "}, "words"),
    ):
        with pytest.raises(Invalid) as refusal:
            refuse(farah, made, **given_)
        assert refusal.value.field == field
    refuse(farah, made, reason="unproved", words="Let two more try it.")
    assert (made.decision, made.reason, made.words) == ("refused", "unproved", "Let two more try it.")
    assert made.decided_by_id == farah.id
    assert waiting_ids(farah) == []


def test_of_two_decisions_the_second_is_told(kim: Person, farah: Person, answer: Answer) -> None:
    made = nominate(kim, answer, why=WHY)
    refuse(farah, made, reason="unproved", words="Let two more try it.")
    with pytest.raises(Decided):
        refuse(farah, made, reason="unproved", words="Let two more try it.")


def test_what_was_refused_is_not_proposed_again_by_the_system(
    kim: Person, farah: Person, sales: Any, answer: Answer
) -> None:
    refuse(farah, nominate(kim, answer, why=WHY), reason="one_case", words="It fits our boxes only.")
    worked_for(kim, answer)
    for _ in range(3):
        worked_for(factories.person(None, sales), answer)
    assert waiting_ids(farah) == []
    assert db.session.scalar(select(func.count(Nomination.id))) == 1


def test_a_person_nominates_again_once_the_text_or_what_became_of_it_changed(
    kim: Person, marta: Person, farah: Person, answer: Answer
) -> None:
    refuse(farah, nominate(kim, answer, why=WHY), reason="unclear", words="Which two sides?")
    with pytest.raises(RefusedBefore):
        nominate(kim, answer, why=WHY)
    edit_answer(marta, answer, write("On the two long sides."), seen=1)
    again = nominate(kim, answer, why=WHY)
    refuse(farah, again, reason="unproved", words="Let somebody try it.")
    with pytest.raises(RefusedBefore):
        nominate(kim, answer, why=WHY)
    worked_for(kim, answer)
    assert nominate(kim, answer, why=WHY).decided_at is None


def test_a_promotion_settles_the_nomination(kim: Person, farah: Person, answer: Answer) -> None:
    made = nominate(kim, answer, why=WHY)
    factories.practice(farah, answer, title="Label boxes on two sides")
    db.session.refresh(made)
    assert (made.decision, made.decided_by_id) == ("promoted", farah.id)
    assert waiting_ids(farah) == []
    [row] = nominations.decided(farah)
    assert (row.title, row.by, row.promoted) == ("Label boxes on two sides", "Kim Tran", True)


def test_the_oldest_comes_first_and_what_was_removed_waits_for_nobody(
    kim: Person, marta: Person, farah: Person, question: Any, answer: Answer
) -> None:
    later, gone = factories.answer(marta, question), factories.answer(marta, question)
    for each in (answer, gone, later):
        nominate(kim, each, why=WHY)
    remove(marta, gone)
    assert waiting_ids(farah) == [answer.id, later.id]


def test_employees_do_not_see_the_queue(kim: Person) -> None:
    for listed in (nominations.waiting, nominations.decided):
        with pytest.raises(Forbidden):
            listed(kim)


def test_what_somebody_wrote_stays_in_their_words(kim: Person, answer: Answer) -> None:
    nominated = nominate(kim, answer, why="It met the need of 2 colleagues")
    with speaking("de"):
        assert nominated.because == "It met the need of 2 colleagues"
