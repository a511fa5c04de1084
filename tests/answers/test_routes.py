"""Answering and accepting, as a browser does it with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.models import Answer
from forum.core.db import db
from forum.people.models import Person
from forum.posts.removing import remove
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.pages import Page, words_of

SignIn = Callable[[Person], Browser]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def question(kim: Person) -> Question:
    return factories.question(kim, "Where is the long ladder?")


@pytest.fixture
def here(question: Question) -> str:
    return f"/questions/{question.id}/where-is-the-long-ladder"


@pytest.fixture
def two(marta: Person, question: Question) -> list[Answer]:
    return [factories.answer(marta, question, "Behind the door."), factories.answer(marta, question, "In the yard.")]


# Answering


def test_an_answer_is_posted_and_the_browser_goes_to_it(
    browser: SignIn, marta: Person, here: str, question: Question
) -> None:
    window = browser(marta)
    answer = window.post(f"/questions/{question.id}/answers", data={"body": "Behind the *blue* door."})
    posted = db.session.scalars(select(Answer)).one()
    assert (answer.status_code, answer.location) == (303, f"/questions/{question.id}#post-{posted.id}")
    page = Page(window.get(here))
    assert "Behind the blue door." in words_of(page.post(posted.id))
    assert "Answered" in page.words


@pytest.mark.parametrize("unnamed", ["", "y"], ids=["by name", "without a name"])
def test_an_answer_is_posted_once(unnamed: str, browser: SignIn, marta: Person, question: Question) -> None:
    browser(marta).post(f"/questions/{question.id}/answers", data={"body": "Behind the door.", "unnamed": unnamed})
    authors = db.session.scalars(select(Person).join(Answer, Answer.author_id == Person.id)).all()
    assert [each.is_persona for each in authors] == [bool(unnamed)]


@pytest.mark.parametrize("body", ["", "  \n", "x" * 30_001], ids=["nothing", "blanks", "too much"])
def test_a_refused_answer_comes_back_with_its_text(
    body: str, browser: SignIn, marta: Person, here: str, question: Question
) -> None:
    page = Page(browser(marta).post(f"/questions/{question.id}/answers", data={"body": body}))
    assert (page.status, page.problems) == (422, ["body"])
    assert page.title == "Where is the long ladder?"
    assert page.form(f"/questions/{question.id}/answers") == {"body": body}


def test_the_preview_of_an_answer_is_what_will_be_stored(browser: SignIn, marta: Person, question: Question) -> None:
    window, typed = browser(marta), {"body": "See `ladder.txt`:\n\n1. up\n2. down"}
    answer = window.post(f"/questions/{question.id}/answers", data={**typed, "preview": "body"})
    assert db.session.scalars(select(Answer)).all() == []
    assert Page(answer).form(f"/questions/{question.id}/answers") == typed
    window.post(f"/questions/{question.id}/answers", data=typed)
    assert db.session.scalars(select(Answer)).one().html in answer.text


def test_a_removed_question_takes_no_answer(browser: SignIn, kim: Person, marta: Person, question: Question) -> None:
    remove(kim, question)
    assert browser(marta).post(f"/questions/{question.id}/answers", data={"body": "Too late."}).status_code == 404
    assert db.session.scalars(select(Answer)).all() == []


def test_a_stranger_is_asked_to_sign_in_and_answers_nothing(client: Browser, question: Question) -> None:
    assert client.post(f"/questions/{question.id}/answers", data={"body": "Me!"}).status_code == 401
    assert db.session.scalars(select(Answer)).all() == []


# Accepting


def test_the_asker_accepts_and_the_page_says_who_and_that_it_is_solved(
    browser: SignIn, kim: Person, here: str, two: list[Answer]
) -> None:
    window = browser(kim)
    assert window.post(f"/answers/{two[0].id}/acceptance").status_code == 303
    page = Page(window.get(here))
    assert "Accepted solution marked by Kim Tran, who asked" in words_of(page.post(two[0].id))
    assert words_of(page.soup.find(id="question-state")) == "Accepted"
    assert "Accepted solution" not in words_of(page.post(two[1].id))


def test_a_moderator_accepts_in_the_askers_place_and_the_page_says_so(
    browser: SignIn, farah: Person, here: str, two: list[Answer]
) -> None:
    window = browser(farah)
    assert "Accept in the asker's place" in words_of(Page(window.get(here)).post(two[0].id))
    window.post(f"/answers/{two[0].id}/acceptance")
    assert "marked by the moderator Farah Aziz in the asker's place" in words_of(Page(window.get(here)).post(two[0].id))


def test_the_asker_changes_the_choice_and_takes_it_back(
    browser: SignIn, kim: Person, here: str, two: list[Answer]
) -> None:
    window = browser(kim)

    def accepted() -> list[int]:
        page = Page(window.get(here))
        return [answer.id for answer in two if "Accepted solution" in words_of(page.post(answer.id))]

    window.post(f"/answers/{two[0].id}/acceptance")
    window.post(f"/answers/{two[1].id}/acceptance")
    assert accepted() == [two[1].id]
    window.post(f"/answers/{two[1].id}/acceptance/withdrawal")
    assert accepted() == []
    window.post(f"/answers/{two[0].id}/acceptance")
    assert accepted() == [two[0].id]


def test_every_step_stands_in_the_history_with_who_and_in_whose_place(
    browser: SignIn, kim: Person, farah: Person, question: Question, two: list[Answer]
) -> None:
    browser(farah).post(f"/answers/{two[0].id}/acceptance")
    browser(kim).post(f"/answers/{two[1].id}/acceptance")
    browser(kim).post(f"/answers/{two[1].id}/acceptance/withdrawal")
    page = Page(browser(kim).get(f"/posts/{question.id}/history"))
    trail = [
        words_of(step).rsplit(",", 1)[0].strip() for step in page.soup.select('[aria-labelledby="trail-title"] li')
    ]
    assert trail == [
        f"Farah Aziz accepted answer {two[0].id} in the asker's place",
        f"Kim Tran withdrew the acceptance of answer {two[0].id}",
        f"Kim Tran accepted answer {two[1].id}",
        f"Kim Tran withdrew the acceptance of answer {two[1].id}",
    ]


def test_a_colleague_finds_no_button_and_is_refused(
    browser: SignIn, marta: Person, here: str, two: list[Answer]
) -> None:
    window = browser(marta)
    page = Page(window.get(here))
    for action in ("acceptance", "acceptance/withdrawal"):
        assert not page.has_form(f"/answers/{two[0].id}/{action}")
        assert window.post(f"/answers/{two[0].id}/{action}").status_code == 403
    assert "Accepted" not in Page(window.get(here)).words


def test_what_was_accepted_stands_below_what_worked_for_others(
    browser: SignIn, kim: Person, here: str, two: list[Answer]
) -> None:
    window = browser(kim)
    window.post(f"/answers/{two[0].id}/acceptance")
    two[1].worked = 3
    db.session.commit()
    page = Page(window.get(here))
    assert page.posts()[1:] == [two[1].id, two[0].id]
    assert "Accepted solution" in words_of(page.post(two[0].id))


def test_a_part_that_is_swapped_in_says_the_same_as_the_page(
    browser: SignIn, kim: Person, here: str, two: list[Answer]
) -> None:
    window = browser(kim)
    part = Page(window.post(f"/answers/{two[0].id}/acceptance", headers=FRAGMENT))
    page = Page(window.get(here))
    assert part.status == 200
    assert part.soup.find("html") is None
    assert words_of(part.soup.find(id="answers")) == words_of(page.soup.find(id="answers"))
    assert words_of(part.soup.find(id="question-state")) == words_of(page.soup.find(id="question-state"))


def test_a_refusal_says_the_same_in_a_part_as_on_a_page(browser: SignIn, marta: Person, two: list[Answer]) -> None:
    address = f"/answers/{two[0].id}/acceptance"
    part = Page(browser(marta).post(address, headers=FRAGMENT))
    page = Page(browser(marta).post(address))
    assert part.status == page.status == 403
    assert part.soup.find("html") is None
    assert "You may not do this. If you think you should, ask a moderator." in part.words
    assert "You may not do this. If you think you should, ask a moderator." in page.words


def test_an_answer_that_was_removed_cannot_be_accepted(
    browser: SignIn, kim: Person, marta: Person, two: list[Answer]
) -> None:
    remove(marta, two[0])
    assert browser(kim).post(f"/answers/{two[0].id}/acceptance").status_code == 404


def test_the_mark_goes_with_an_answer_that_a_moderator_removes_and_comes_back_with_it(
    browser: SignIn, kim: Person, farah: Person, here: str, two: list[Answer]
) -> None:
    browser(kim).post(f"/answers/{two[0].id}/acceptance")
    window = browser(farah)
    window.post(f"/posts/{two[0].id}/removal")
    assert words_of(Page(window.get(here)).soup.find(id="question-state")) == "Answered"
    window.post(f"/posts/{two[0].id}/restoration")
    assert words_of(Page(window.get(here)).soup.find(id="question-state")) == "Accepted"


# Mending


def test_of_two_tabs_the_second_is_refused_with_both_texts(
    browser: SignIn, marta: Person, farah: Person, here: str, two: list[Answer]
) -> None:
    address = f"/answers/{two[0].id}/edit"
    first, second = browser(marta), browser(farah)
    mine, theirs = Page(first.get(address)).form(), Page(second.get(address)).form()
    second.post(address, data={**theirs, "body": "Behind the green door."})
    page = Page(first.post(address, data={**mine, "body": "Behind the blue door."}))
    assert page.status == 409
    assert "Behind the green door." in page.words
    assert page.form()["body"] == "Behind the blue door."
    saved: Any = first.post(address, data=page.form())
    assert saved.location == f"/questions/{two[0].question_id}#post-{two[0].id}"
    assert "Behind the blue door." in Page(first.get(here)).words


def test_only_the_author_and_moderators_open_the_form(
    browser: SignIn, kim: Person, marta: Person, farah: Person, two: list[Answer]
) -> None:
    answers = {person.name: browser(person).get(f"/answers/{two[0].id}/edit") for person in (kim, marta, farah)}
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "Kim Tran": 403,
        "Marta Silva": 200,
        "Farah Aziz": 200,
    }
    assert browser(kim).post(f"/answers/{two[0].id}/edit", data={"body": "No.", "version": "1"}).status_code == 403


def test_a_refused_edit_keeps_what_was_typed(browser: SignIn, marta: Person, two: list[Answer]) -> None:
    window, address = browser(marta), f"/answers/{two[0].id}/edit"
    typed = {**Page(window.get(address)).form(), "body": "", "reason": "It was wrong."}
    page = Page(window.post(address, data=typed))
    assert (page.status, page.problems, page.form()) == (422, ["body"], typed)


def test_an_answer_is_not_edited_under_another_kinds_address(browser: SignIn, kim: Person, question: Question) -> None:
    assert browser(kim).get(f"/answers/{question.id}/edit").status_code == 404
    assert browser(kim).get(f"/comments/{question.id}/edit").status_code == 404


def test_a_mark_that_is_drawn_in_place_is_also_said(browser: SignIn, kim: Person, marta: Person) -> None:
    answer = factories.answer(marta, factories.question(kim))
    part = Page(browser(kim).post(f"/answers/{answer.id}/acceptance", headers={"HX-Request": "true"}))
    assert words_of(part.soup.find(id="said")) == "Marked as the accepted solution."
