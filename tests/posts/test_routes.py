"""What can be done to any post, as a browser does it with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.models import Answer
from forum.core.db import db
from forum.people.models import Person
from forum.posts.models import Comment, Post
from forum.posts.removing import remove
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.pages import Page, words_of

SignIn = Callable[[Person], Browser]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def question(kim: Person) -> Question:
    return factories.question(kim, "Where is the long ladder?", body="It was here.")


@pytest.fixture
def here(question: Question) -> str:
    return f"/questions/{question.id}/where-is-the-long-ladder"


@pytest.fixture
def answer(marta: Person, question: Question) -> Answer:
    return factories.answer(marta, question, "Behind the door.")


def score(post: Post) -> int:
    return db.session.get_one(Post, post.id, populate_existing=True).score


def comments() -> list[Comment]:
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))


# Votes


def test_pressing_the_buttons_votes_changes_and_withdraws(
    browser: SignIn, marta: Person, here: str, question: Question
) -> None:
    window = browser(marta)

    def press(label: str) -> int:
        button = Page(window.get(here)).post(question.id).find("button", attrs={"aria-label": label})
        window.post(f"/posts/{question.id}/vote", data={"value": button["value"]})  # type: ignore[index]
        return score(question)

    assert [press("This helps"), press("This does not help"), press("This does not help")] == [1, -1, 0]


def test_the_page_shows_which_button_one_has_pressed(
    browser: SignIn, marta: Person, farah: Person, here: str, question: Question
) -> None:
    browser(marta).post(f"/posts/{question.id}/vote", data={"value": "1"})

    def pressed(person: Person) -> list[str]:
        buttons = Page(browser(person).get(here)).post(question.id).select("button[aria-pressed=true]")
        return [str(button["aria-label"]) for button in buttons]

    assert (pressed(marta), pressed(farah)) == (["This helps"], [])


def test_nobody_finds_a_button_at_their_own_post_or_gets_a_vote_through(
    browser: SignIn, kim: Person, here: str, question: Question
) -> None:
    window = browser(kim)
    assert not Page(window.get(here)).has_form(f"/posts/{question.id}/vote")
    assert window.post(f"/posts/{question.id}/vote", data={"value": "1"}).status_code == 403
    assert score(question) == 0


@pytest.mark.parametrize("value", ["2", "", "up", "-1.0", "１"])
def test_a_vote_of_another_value_is_refused(value: str, browser: SignIn, marta: Person, question: Question) -> None:
    assert browser(marta).post(f"/posts/{question.id}/vote", data={"value": value}).status_code == 400
    assert score(question) == 0


def test_a_comment_is_not_voted_on(browser: SignIn, marta: Person, kim: Person, question: Question) -> None:
    comment = factories.comment(kim, question)
    assert browser(marta).post(f"/posts/{comment.id}/vote", data={"value": "1"}).status_code == 409


def test_the_part_that_comes_back_says_the_same_as_the_page(
    browser: SignIn, marta: Person, here: str, question: Question
) -> None:
    window = browser(marta)
    part = Page(window.post(f"/posts/{question.id}/vote", data={"value": "1"}, headers=FRAGMENT))
    page = Page(window.get(here))
    place = f"vote-{question.id}"
    assert part.soup.find("html") is None
    assert words_of(part.soup.find(id=place)) == words_of(page.soup.find(id=place)) == "1 vote"


# Comments


def test_a_comment_is_written_and_the_browser_goes_to_it(
    browser: SignIn, marta: Person, here: str, question: Question
) -> None:
    window = browser(marta)
    answer = window.post(f"/posts/{question.id}/comments", data={"body": "The *red* one?"})
    (made,) = comments()
    assert (answer.status_code, answer.location) == (303, f"{here}#post-{made.id}")
    assert "The red one?" in words_of(Page(window.get(here)).post(made.id))


def test_a_reply_stands_inside_what_it_replies_to(
    browser: SignIn, kim: Person, marta: Person, here: str, answer: Answer
) -> None:
    first = factories.comment(kim, answer, "Which door?")
    window = browser(marta)
    window.post(f"/posts/{answer.id}/comments", data={"body": "The blue one.", "reply_to": first.id})
    reply = comments()[-1]
    page = Page(window.get(here))
    assert page.post(first.id).find(id=f"post-{reply.id}") is not None
    assert page.post(answer.id).find(id=f"post-{first.id}") is not None


@pytest.mark.parametrize("body", ["", " \n ", "x" * 5_001], ids=["nothing", "blanks", "too much"])
def test_a_refused_comment_comes_back_with_its_text_and_its_place(
    body: str, browser: SignIn, kim: Person, marta: Person, question: Question
) -> None:
    first = factories.comment(kim, question)
    page = Page(browser(marta).post(f"/posts/{question.id}/comments", data={"body": body, "reply_to": first.id}))
    assert page.status == 422
    assert page.form(f"/posts/{question.id}/comments") == {"body": body, "reply_to": str(first.id)}
    assert page.soup.find("textarea", attrs={"aria-invalid": "true"}) is not None
    assert len(comments()) == 1


@pytest.mark.parametrize("gone", ["removed", "of another post", "never there"])
def test_a_reply_to_what_is_gone_keeps_its_text_and_stands_by_itself_when_sent_again(
    gone: str, browser: SignIn, kim: Person, marta: Person, question: Question
) -> None:
    elsewhere = factories.question(kim)
    first = factories.comment(kim, elsewhere if gone == "of another post" else question)
    if gone == "removed":
        remove(kim, first)
    id = first.id if gone != "never there" else 10**12
    window, address = browser(marta), f"/posts/{question.id}/comments"
    page = Page(window.post(address, data={"body": "Good question.", "reply_to": id}))
    assert page.status == 422
    assert page.form(address) == {"body": "Good question."}
    assert window.post(address, data=page.form(address)).status_code == 303
    assert (comments()[-1].body, comments()[-1].reply_to_id) == ("Good question.", None)


def test_a_comment_on_a_comment_would_be_shown_nowhere_and_is_refused(
    browser: SignIn, kim: Person, marta: Person, question: Question
) -> None:
    first = factories.comment(kim, question)
    assert browser(marta).post(f"/posts/{first.id}/comments", data={"body": "Lost."}).status_code == 422
    assert comments() == [first]


def test_the_comments_that_come_back_are_those_of_the_page(
    browser: SignIn, kim: Person, marta: Person, here: str, question: Question
) -> None:
    factories.comment(kim, question, "Which one?")
    window = browser(marta)
    part = Page(window.post(f"/posts/{question.id}/comments", data={"body": "The red one."}, headers=FRAGMENT))
    page = Page(window.get(here))
    place = f"comments-{question.id}"
    part.soup.find(class_="flash").extract()  # type: ignore[union-attr]  # What was done just now is said once.
    assert words_of(part.soup.find(id=place)) == words_of(page.soup.find(id=place))
    assert "The red one." in part.words


def test_a_comment_is_mended_by_its_author_and_says_so(
    browser: SignIn, kim: Person, marta: Person, here: str, question: Question
) -> None:
    comment = factories.comment(marta, question, "Teh red one?")
    address = f"/comments/{comment.id}/edit"
    assert browser(kim).get(address).status_code == 403
    window = browser(marta)
    answer = window.post(address, data={**Page(window.get(address)).form(), "body": "The red one?"})
    assert (answer.status_code, answer.location) == (303, f"/questions/{question.id}#post-{comment.id}")
    assert "edited" in words_of(Page(window.get(here)).post(comment.id))


def test_a_comment_does_not_grow_into_an_answer_by_editing(browser: SignIn, marta: Person, question: Question) -> None:
    comment = factories.comment(marta, question)
    window, address = browser(marta), f"/comments/{comment.id}/edit"
    page = Page(window.post(address, data={"body": "x" * 5_001, "version": "1"}))
    assert (page.status, page.problems) == (422, ["body"])


def test_of_two_edits_of_a_comment_at_once_the_second_keeps_both_texts(
    browser: SignIn, marta: Person, question: Question
) -> None:
    comment = factories.comment(marta, question, "A")
    window, address = browser(marta), f"/comments/{comment.id}/edit"
    form = Page(window.get(address)).form()
    window.post(address, data={**form, "body": "Theirs"})
    page = Page(window.post(address, data={**form, "body": "Mine"}))
    assert (page.status, page.form()["body"]) == (409, "Mine")
    assert "Theirs" in page.words


# Addresses


def test_the_short_address_of_any_post_leads_to_its_place(
    browser: SignIn, kim: Person, farah: Person, here: str, question: Question, answer: Answer
) -> None:
    comment = factories.comment(kim, answer)
    practice = factories.practice(farah, answer)
    remark = factories.comment(kim, practice)
    window = browser(kim)
    assert {id: window.get(f"/posts/{id}").location for id in (question.id, answer.id, comment.id, remark.id)} == {
        question.id: here,
        answer.id: f"/questions/{question.id}#post-{answer.id}",
        comment.id: f"/questions/{question.id}#post-{comment.id}",
        remark.id: f"/practices/{practice.id}#post-{remark.id}",
    }
    assert window.get("/posts/999999").status_code == 404


# Removing


def test_an_answer_is_removed_and_the_next_page_undoes_it(
    browser: SignIn, marta: Person, here: str, question: Question, answer: Answer
) -> None:
    window = browser(marta)
    gone = window.post(f"/posts/{answer.id}/removal")
    assert (gone.status_code, gone.location) == (303, f"/questions/{question.id}")
    page = Page(window.get(here))
    assert "The answer is removed." in page.words
    assert "Behind the door." not in page.words
    back = window.post(f"/posts/{answer.id}/restoration", data=page.form(f"/posts/{answer.id}/restoration"))
    assert back.location == f"/questions/{question.id}#post-{answer.id}"
    assert "Behind the door." in Page(window.get(here)).words


def test_a_removed_question_is_gone_with_its_page_and_comes_back_whole(
    browser: SignIn, kim: Person, here: str, question: Question
) -> None:
    window = browser(kim)
    assert window.post(f"/posts/{question.id}/removal").location == "/questions"
    assert Page(window.get("/questions")).has_form(f"/posts/{question.id}/restoration")
    assert window.get(here).status_code == 404
    window.post(f"/posts/{question.id}/restoration")
    assert Page(window.get(here)).title == "Where is the long ladder?"


def test_what_others_build_on_stays_and_it_is_said_why(
    browser: SignIn, kim: Person, here: str, question: Question, answer: Answer
) -> None:
    page = Page(browser(kim).post(f"/posts/{question.id}/removal"))
    assert page.status == 409
    assert "Colleagues have answered or built on this" in page.words
    assert browser(kim).get(here).status_code == 200


def test_what_others_wrote_is_neither_removed_nor_restored(
    browser: SignIn, kim: Person, marta: Person, here: str, answer: Answer
) -> None:
    assert not Page(browser(kim).get(here)).has_form(f"/posts/{answer.id}/removal")
    assert browser(kim).post(f"/posts/{answer.id}/removal").status_code == 403
    remove(marta, answer)
    assert browser(kim).post(f"/posts/{answer.id}/restoration").status_code == 403


def test_nothing_can_be_done_to_a_removed_post(browser: SignIn, marta: Person, farah: Person, answer: Answer) -> None:
    remove(marta, answer)
    window = browser(farah)
    for deed in ("vote", "thanks", "comments", "rollback", "removal", "promotion"):
        sent = window.post(f"/posts/{answer.id}/{deed}", data={"value": "1", "body": "Hm.", "number": "1"})
        assert (deed, sent.status_code) == (deed, 404)
    assert window.get(f"/posts/{answer.id}/history").status_code == 404


# History


def test_the_history_shows_who_changed_which_words_and_why(
    browser: SignIn, marta: Person, kim: Person, answer: Answer
) -> None:
    window, address = browser(marta), f"/answers/{answer.id}/edit"
    form = Page(window.get(address)).form()
    window.post(address, data={**form, "body": "Behind the blue door.", "reason": "There are two doors."})
    page = Page(browser(kim).get(f"/posts/{answer.id}/history"))
    newest = page.soup.find(attrs={"aria-labelledby": "revision-2"})
    assert "Marta Silva" in words_of(newest)
    assert "There are two doors." in words_of(newest)
    assert words_of(newest.find("ins")) == "[added: blue ]"  # type: ignore[union-attr]
    assert page.soup.find(id="revision-1") is not None


def test_markup_in_the_history_is_shown_and_not_obeyed(browser: SignIn, kim: Person) -> None:
    question = factories.question(kim, "What does <b>this</b> do?", body="<script>alert(1)</script>")
    answer = browser(kim).get(f"/posts/{question.id}/history")
    assert "<script>alert(1)" not in answer.text
    assert "<script>alert(1)</script>" in Page(answer).words


def test_a_moderator_goes_back_to_an_earlier_text(
    browser: SignIn, kim: Person, farah: Person, here: str, question: Question
) -> None:
    window, address = browser(kim), f"/questions/{question.id}/edit"
    form = Page(window.get(address)).form()
    window.post(address, data={**form, "title": "Everything is rotten here", "body": "Rotten, I say."})
    back = browser(farah).post(f"/posts/{question.id}/rollback", data={"number": "1"})
    assert (back.status_code, back.location) == (303, f"/posts/{question.id}/history")
    page = Page(window.get(here))
    assert page.title == "Where is the long ladder?"
    assert "It was here." in page.words
    history = Page(window.get(f"/posts/{question.id}/history"))
    assert "Back to version 1" in history.words
    assert "Rotten" in history.words


def test_nobody_else_goes_back(browser: SignIn, kim: Person, question: Question) -> None:
    window, address = browser(kim), f"/questions/{question.id}/edit"
    window.post(address, data={**Page(window.get(address)).form(), "body": "Elsewhere now."})
    assert not Page(window.get(f"/posts/{question.id}/history")).has_form(f"/posts/{question.id}/rollback")
    assert window.post(f"/posts/{question.id}/rollback", data={"number": "1"}).status_code == 403
    assert db.session.get_one(Post, question.id).body == "Elsewhere now."


@pytest.mark.parametrize("number", ["0", "7", "", "one", "9223372036854775808"])
def test_a_version_that_never_was_is_not_gone_back_to(
    number: str, browser: SignIn, farah: Person, question: Question
) -> None:
    assert browser(farah).post(f"/posts/{question.id}/rollback", data={"number": number}).status_code == 404


# Preview


@pytest.mark.parametrize("field", ["body", "problem"])
def test_a_preview_is_what_the_page_will_show(field: str, browser: SignIn, kim: Person, question: Question) -> None:
    source = (
        f"See #{question.id} and @kim-tran:\n\n- [x] done\n\n```python\nprint(1)\n```\n\nA note[^1].\n\n[^1]: Small."
    )
    typed: dict[str, Any] = {"preview": field, field: source}
    stored = factories.question(kim, body=source)
    assert stored.html in browser(kim).post("/preview", data=typed, headers=FRAGMENT).text


def test_the_preview_of_nothing_says_so(browser: SignIn, kim: Person) -> None:
    assert "Nothing to show yet" in browser(kim).post("/preview", data={"body": "  "}, headers=FRAGMENT).text


def test_a_preview_never_carries_a_script(browser: SignIn, kim: Person) -> None:
    answer = browser(kim).post("/preview", data={"body": '<img src=x onerror="alert(1)"><script>alert(2)</script>'})
    assert Page(answer).soup.find(["script", "img"]) is None
