"""Answering and accepting: the asker's word, with a trail."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask

from forum.answers.answering import (
    accept,
    answers_of,
    drifted_counts,
    mend_counts,
    standing_acceptance,
    trail,
    withdraw_acceptance,
)
from forum.answers.models import Acceptance, Answer
from forum.core.db import db, transaction
from forum.core.errors import Forbidden
from forum.people.models import Person
from forum.posts.votes import cast
from forum.questions.models import Question
from tests import factories


@pytest.fixture
def question(kim: Person, noise: None) -> Any:
    return factories.question(kim)


@pytest.fixture
def two_answers(marta: Person, question: Any) -> list[Answer]:
    return [factories.answer(marta, question, "Try this."), factories.answer(marta, question, "Or that.")]


def test_an_answer_counts_and_makes_the_question_answered(marta: Person, question: Any) -> None:
    assert question.state == "open"
    factories.answer(marta, question)
    assert (question.state, question.answer_count) == ("answered", 1)


def test_the_asker_accepts_and_the_question_is_solved(kim: Person, question: Any, two_answers: list[Answer]) -> None:
    accept(kim, two_answers[0])
    assert question.state == "accepted"
    standing = standing_acceptance(question.id)
    assert standing is not None
    assert (standing.by_id, standing.in_askers_place) == (kim.id, False)


def test_accepting_another_replaces_the_earlier_choice(kim: Person, question: Any, two_answers: list[Answer]) -> None:
    accept(kim, two_answers[0])
    accept(kim, two_answers[1])
    assert question.accepted_answer_id == two_answers[1].id
    assert [step.withdrawn_by_id for step in trail(question.id)] == [kim.id, None]


def test_accepting_again_changes_nothing(kim: Person, question: Any, two_answers: list[Answer]) -> None:
    accept(kim, two_answers[0])
    accept(kim, two_answers[0])
    assert len(trail(question.id)) == 1


def test_an_acceptance_can_be_withdrawn_and_given_again(kim: Person, question: Any, two_answers: list[Answer]) -> None:
    for _ in range(3):
        accept(kim, two_answers[0])
        withdraw_acceptance(kim, two_answers[0])
    assert question.state == "answered"
    assert len(trail(question.id)) == 3
    accept(kim, two_answers[0])
    assert question.state == "accepted"


def test_withdrawing_what_was_not_accepted_does_nothing(kim: Person, question: Any, two_answers: list[Answer]) -> None:
    accept(kim, two_answers[0])
    withdraw_acceptance(kim, two_answers[1])
    assert question.accepted_answer_id == two_answers[0].id


def test_a_stranger_neither_accepts_nor_withdraws(marta: Person, kim: Person, two_answers: list[Answer]) -> None:
    with pytest.raises(Forbidden):
        accept(marta, two_answers[0])
    accept(kim, two_answers[0])
    with pytest.raises(Forbidden):
        withdraw_acceptance(marta, two_answers[0])


def test_a_moderator_accepts_in_the_askers_place_and_it_says_so(
    farah: Person, question: Any, two_answers: list[Answer]
) -> None:
    accept(farah, two_answers[0])
    standing = standing_acceptance(question.id)
    assert standing is not None
    assert standing.in_askers_place


def test_the_accepted_answer_is_not_pinned_above_a_better_one(
    kim: Person, question: Any, two_answers: list[Answer]
) -> None:
    accept(kim, two_answers[0])
    assert [answer.id for answer in answers_of(question)] == [two_answers[0].id, two_answers[1].id]
    cast(kim, two_answers[1], 1)
    assert [answer.id for answer in answers_of(question)] == [two_answers[1].id, two_answers[0].id]


def test_of_many_acceptances_at_once_exactly_one_stands(app: Flask, kim: Person, question: Any) -> None:
    answers = [factories.answer(factories.person(), question) for _ in range(6)]
    db.session.commit()
    question_id, person_id = question.id, kim.id

    def choose(answer_id: int) -> None:
        with app.app_context(), transaction():
            accept(db.session.get_one(Person, person_id), db.session.get_one(Answer, answer_id))

    threads = [threading.Thread(target=choose, args=(answer.id,)) for answer in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    standing = db.session.query(Acceptance).filter_by(question_id=question_id, withdrawn_at=None).all()
    assert len(standing) == 1
    assert db.session.get_one(Question, question_id, populate_existing=True).accepted_answer_id == standing[0].answer_id


def test_counters_that_drifted_are_found_and_mended(kim: Person, question: Any, two_answers: list[Answer]) -> None:
    table = Question.__table__
    db.session.execute(db.update(table).where(table.c.id == question.id).values(answer_count=9))
    assert drifted_counts() == {question.id: {"answer_count": 2, "accepted_answer_id": None, "times_asked": 1}}
    assert mend_counts() == 1
    assert drifted_counts() == {}
