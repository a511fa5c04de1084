"""What colleagues know already: in which order, with what said about it, and nothing that may not be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.answering import accept
from forum.answers.models import Answer
from forum.core import jobs
from forum.core.db import db
from forum.needs.opening import asked_need, withdraw
from forum.people.models import Person
from forum.posts.removing import remove
from forum.practices.promoting import retire
from forum.questions.merging import merge
from forum.questions.models import Question
from forum.search import known as module
from forum.search.embedding import installed
from forum.search.known import Known, known, known_question, often_concerned
from tests import factories

TYPED = "Where is the quokka ladder kept?"


@pytest.fixture
def question(kim: Person, noise: None) -> Question:
    return factories.question(kim, "Where is the quokka ladder?", tags="yard", body="I looked everywhere.")


@pytest.fixture
def answer(marta: Person, question: Question) -> Answer:
    return factories.answer(marta, question, "It hangs **behind** the gate.\n\nAsk the porter for the key.")


def ids(typed: str = TYPED, **more: Any) -> list[int]:
    return [each.id for each in known(typed, **more)]


def only(typed: str = TYPED, **more: Any) -> Known:
    (found,) = known(typed, **more)
    return found


def test_each_says_how_far_it_got_where_and_how_what_helped_begins(
    question: Question, answer: Answer, kim: Person, work_off: Callable[[], None]
) -> None:
    accept(kim, answer)
    answer.worked, answer.failed = 3, 1
    work_off()
    found = only()
    assert (found.state, found.evidence, found.departments) == ("accepted", "Worked for 3 of 4", [("sales", "Sales")])
    assert found.helps == "It hangs behind the gate. Ask the porter for the key."
    assert found.is_close
    assert "<mark>quokka</mark>" in found.title_html


def test_what_worked_is_shown_rather_than_what_has_votes(
    question: Question, answer: Answer, marta: Person, work_off: Callable[[], None]
) -> None:
    better = factories.answer(marta, question, "It was sold.")
    better.worked, answer.score = 1, 9
    work_off()
    assert only().helps == "It was sold."


def test_among_equals_practices_come_first_then_what_worked_then_what_was_accepted(
    kim: Person, marta: Person, farah: Person, noise: None, work_off: Callable[[], None]
) -> None:
    asked = [factories.question(kim, "Where is the quokka ladder?") for _ in range(3)]
    accepted, worked = (factories.answer(marta, each) for each in asked[1:])
    accept(kim, accepted)
    worked.worked = 1
    practice = factories.practice(farah, accepted, title="Where the quokka ladder is")
    work_off()
    assert ids()[:4] == [practice.id, asked[2].id, asked[1].id, asked[0].id]


def test_what_is_much_more_alike_stands_before_a_practice(
    question: Question, answer: Answer, farah: Person, work_off: Callable[[], None]
) -> None:
    practice = factories.practice(farah, answer, title="Where a ladder is kept locked")
    work_off()
    assert ids() == [question.id, practice.id]


def test_a_merged_question_is_found_by_its_wording_and_shown_as_the_other(
    question: Question, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    again = factories.question(marta, "Who took our marsupial steps?")
    merge(farah, again, question)
    work_off()
    found = only("Who took the marsupial steps?")
    assert (found.id, found.title, found.also) == (question.id, question.title, again.title)


def test_what_is_removed_is_never_shown_whatever_the_index_holds(
    question: Question, answer: Answer, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    work_off()
    remove(marta, answer)
    assert (only().helps, only().evidence) == ("", "")
    remove(farah, question)
    assert known(TYPED) == known_question(question.id) == []


def test_what_is_merged_is_never_shown_whatever_the_index_holds(
    question: Question, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    work_off()
    merge(farah, question, factories.question(marta, "Which wombat bit the porter?"))
    assert known(TYPED) == known_question(question.id) == []


def test_a_withdrawn_question_is_shown_only_to_whoever_wants_it_and_says_so(
    question: Question, kim: Person, work_off: Callable[[], None]
) -> None:
    withdraw(kim, asked_need(question))  # type: ignore[arg-type]
    work_off()
    assert known(TYPED) == []
    assert only(gone=True).state == "withdrawn"


def test_a_retired_practice_is_no_longer_offered(
    question: Question, answer: Answer, farah: Person, work_off: Callable[[], None]
) -> None:
    practice = factories.practice(farah, answer, title="Where the quokka ladder is")
    retire(farah, practice, because="It was sold.")
    work_off()
    assert ids() == [question.id]


def test_enough_is_left_to_show_when_some_were_removed(
    kim: Person, farah: Person, noise: None, work_off: Callable[[], None]
) -> None:
    asked = [factories.question(kim, "Where is the quokka ladder?") for _ in range(10)]
    work_off()
    for each in asked[5:]:
        remove(farah, each)
    assert sorted(ids()) == [each.id for each in asked[:5]]


def test_what_is_known_already_is_found_in_other_words(
    question: Question, answer: Answer, farah: Person, work_off: Callable[[], None]
) -> None:
    practice = factories.practice(farah, answer, title="Lock the ladder in the yard")
    work_off()
    assert set(ids("who has the ladder of the yard?")[:2]) == {question.id, practice.id}


@pytest.mark.parametrize("typed", ["", " ", "quokka", "\x00\x01", "? !"])
def test_less_than_two_words_are_like_nothing(typed: str, question: Question, work_off: Callable[[], None]) -> None:
    work_off()
    assert known(typed) == []


def test_it_costs_the_same_however_much_is_found(
    kim: Person,
    marta: Person,
    farah: Person,
    noise: None,
    work_off: Callable[[], None],
    statements: Callable[[], Any],
) -> None:
    def cost() -> int:
        work_off()
        with statements() as seen:
            known(TYPED)
        return len(seen)

    first = factories.question(kim, "Where is the quokka ladder?")
    factories.practice(farah, factories.answer(marta, first), title="Where the quokka ladder is")
    few = cost()
    for _ in range(8):
        factories.answer(marta, factories.question(kim, "Where is the quokka ladder?"))
    assert cost() == few == 4 + installed()  # One more tells whether meaning is switched on.


def test_a_link_holds_whatever_stands_in_the_title(kim: Person, noise: None, work_off: Callable[[], None]) -> None:
    asked = factories.question(kim, "Where is [the] quokka ladder?")
    work_off()
    assert only().link == f"[Where is \\[the\\] quokka ladder?]({only().url})"
    assert only().url.startswith(f"/questions/{asked.id}/")


def test_without_an_index_nothing_is_shown_and_it_is_built(question: Question) -> None:
    assert known(TYPED) == []
    waiting = db.session.scalars(select(jobs.Job.listener)).all()
    assert [each for each in waiting if each == "build_index"] == ["build_index"]


def test_nearness_is_measured_from_the_best_of_a_group() -> None:
    def like(score: float, rank: int) -> Known:
        given = dict.fromkeys(Known.__dataclass_fields__)
        return Known(**{**given, "id": int(score * 1000), "score": score, "rank": rank})  # type: ignore[arg-type]

    ordered = module._in_order([like(0.80, 3), like(0.76, 3), like(0.74, 0), like(0.70, 1)])
    assert [each.score for each in ordered] == [0.80, 0.76, 0.74, 0.70]


def _like(*departments: str) -> Known:
    nothing: dict[str, Any] = dict.fromkeys(field.name for field in fields(Known))
    return Known(**{**nothing, "departments": [(name.lower(), name) for name in departments]})


@pytest.mark.parametrize(
    ("hits", "proposed"),
    [
        ([_like("Sales"), _like("Sales", "Finance"), _like("Finance"), _like("Sales")], ["sales", "finance"]),
        ([_like("Sales"), _like("Finance")], []),  # Each once: that says nothing.
        ([_like("Sales"), _like("Sales"), _like(), _like(), _like(), _like()], []),  # Too few of them.
        ([], []),
    ],
)
def test_a_department_is_proposed_that_what_is_known_often_concerns(hits: list[Known], proposed: list[str]) -> None:
    assert often_concerned(hits, ["finance", "sales", "logistics"]) == proposed
