"""Taking back what one has just posted: off the page, its words in the form again, and nobody was mailed of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.answers.answering import accept, drifted_counts
from forum.answers.models import Answer
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.core.errors import Forbidden
from forum.needs.inviting import claim
from forum.needs.opening import share
from forum.notifications.models import Notification
from forum.people.models import Person
from forum.posts.models import Comment, Post
from forum.posts.removing import remove
from forum.posts.taking_back import TAKE_BACK_FOR, ReactedTo, TooLate, take_back, taken_back
from forum.posts.thanks import thank
from forum.posts.votes import cast
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]


def test_it_is_off_the_page_and_its_counters_follow(kim: Person, marta: Person, noise: None) -> None:
    question = factories.question(kim)
    answer = factories.answer(marta, question)
    take_back(marta, answer)
    db.session.refresh(question)
    assert (answer.removed_at is not None, question.answer_count, drifted_counts()) == (True, 0, {})
    take_back(kim, question)
    assert question.removed_at is not None


def test_after_a_while_it_stays(kim: Person) -> None:
    with as_of(now() - TAKE_BACK_FOR - timedelta(seconds=1)):
        question = factories.question(kim)
    with pytest.raises(TooLate):
        take_back(kim, question)
    assert question.removed_at is None


def test_whoever_wrote_without_a_name_has_as_long(kim: Person) -> None:
    question = factories.question(kim, unnamed=True)  # Its own time says the half-day only.
    voice = db.session.get_one(Person, question.author_id)
    with as_of(now() + TAKE_BACK_FOR + timedelta(seconds=1)), pytest.raises(TooLate):
        take_back(voice, question)
    take_back(voice, question)
    assert taken_back(kim, question.id, "question") is question


@pytest.mark.parametrize(
    "react",
    [
        lambda marta, question: factories.answer(marta, question),
        lambda marta, question: factories.comment(marta, question),
        lambda marta, question: cast(marta, question, 1),
        lambda marta, question: thank(marta, question),
        lambda marta, question: share(marta, question),
        lambda marta, question: claim(marta, question),
    ],
)
def test_a_question_that_somebody_reacted_to_stays(
    kim: Person, marta: Person, work_off: Callable[[], None], react: Callable[[Person, Question], object]
) -> None:
    question = factories.question(kim)
    work_off()
    react(marta, question)
    with pytest.raises(ReactedTo):
        take_back(kim, question)


def test_an_accepted_answer_and_a_comment_with_a_reply_stay(kim: Person, marta: Person) -> None:
    answer = factories.answer(marta, factories.question(kim))
    comment = factories.comment(marta, answer)
    factories.comment(kim, answer, reply_to=comment)
    with pytest.raises(ReactedTo):
        take_back(marta, comment)
    accept(kim, answer)
    with pytest.raises(ReactedTo):
        take_back(marta, answer)


def test_nobody_takes_back_what_others_wrote_not_even_a_moderator(kim: Person, marta: Person, farah: Person) -> None:
    question = factories.question(kim)
    for person in (marta, farah):
        with pytest.raises(Forbidden):
            take_back(person, question)


def test_only_its_author_gets_the_words_of_what_its_author_took_off_the_page(
    kim: Person, marta: Person, farah: Person
) -> None:
    mine, moderated, standing = factories.question(kim), factories.question(kim), factories.question(kim)
    take_back(kim, mine)
    remove(farah, moderated)
    assert taken_back(kim, mine.id, "question") is mine
    for person, post, kind in [
        (marta, mine, "question"),
        (farah, mine, "question"),
        (kim, mine, "answer"),
        (kim, moderated, "question"),
        (kim, standing, "question"),
    ]:
        assert taken_back(person, post.id, kind) is None
    assert taken_back(kim, 0, "question") is None


def test_nobody_is_told_of_it_any_more(kim: Person, marta: Person, work_off: Callable[[], None]) -> None:
    answer = factories.answer(marta, factories.question(kim))
    work_off()
    unread = select(func.count()).where(Notification.post_id == answer.id, Notification.read_at.is_(None))
    assert db.session.scalar(unread)
    take_back(marta, answer)
    assert db.session.scalar(unread) == 0


# As a browser does it


def posted(window: Browser, address: str, **data: object) -> Page:
    """The page after something was posted."""
    return Page(window.get(window.post(address, data=data).location))


def latest(kind: type[Post]) -> Post:
    return db.session.scalars(select(kind).order_by(kind.id.desc()).limit(1)).one()


def test_a_question_comes_back_into_the_form_with_all_that_was_said(
    browser: SignIn, kim: Person, work_off: Callable[[], None]
) -> None:
    window = browser(kim)
    said = {"title": "Where is the long ladder?", "body": "It was *here*.", "departments": [kim.department_id]}
    page = posted(window, "/ask", **said, tags="ladders", impact="blocked", similar_seen="yes")
    undo = f"/posts/{latest(Question).id}/taking-back"
    assert page.has_form(undo)
    work_off()
    again = Page(window.get(window.post(undo).location))
    kept = {"tags": "ladders ", "impact": "blocked", "departments": str(kim.department_id)}
    assert again.form("/ask") == again.form("/ask") | said | kept
    assert "Taken back" in again.words


def test_an_answer_and_a_comment_come_back_where_they_were_written(browser: SignIn, kim: Person, marta: Person) -> None:
    question, window = factories.question(kim), browser(marta)
    posted(window, f"/questions/{question.id}/answers", body="Behind the *door*.")
    at = window.post(f"/posts/{latest(Answer).id}/taking-back").location
    assert Page(window.get(at)).form(f"/questions/{question.id}/answers")["body"] == "Behind the *door*."
    posted(window, f"/posts/{question.id}/comments", body="Which *one*?")
    at = window.post(f"/posts/{latest(Comment).id}/taking-back").location
    assert Page(window.get(at)).form(f"/posts/{question.id}/comments")["body"] == "Which *one*?"


def test_nobody_else_finds_the_words_by_the_address(browser: SignIn, kim: Person, marta: Person) -> None:
    question = factories.question(kim, "Where is the long ladder?")
    take_back(kim, question)
    db.session.commit()
    assert "long ladder" not in browser(marta).get(f"/ask?again={question.id}").text


def test_a_refusal_says_why_and_what_can_be_done(browser: SignIn, kim: Person, marta: Person) -> None:
    question = factories.question(kim)
    factories.answer(marta, question)
    db.session.commit()
    refused = browser(kim).post(f"/posts/{question.id}/taking-back")
    assert refused.status_code == 409
    assert "Somebody has reacted to it already" in refused.text


def test_a_practice_is_not_posted_by_one_press_and_not_taken_back(
    browser: SignIn, kim: Person, farah: Person, marta: Person
) -> None:
    practice = factories.practice(farah, factories.answer(marta, factories.question(kim)))
    db.session.commit()
    assert browser(farah).post(f"/posts/{practice.id}/taking-back").status_code == 404
