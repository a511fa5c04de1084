"""Pages of moderation: what stands in a place of its own, and who is shown what."""

from __future__ import annotations

from collections.abc import Callable

from forum.answers.models import Answer
from forum.moderation import intervening
from forum.people.models import Person
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser

SignIn = Callable[[Person], Browser]


def test_a_hidden_answer_leaves_a_place_with_the_word_that_says_why_and_no_text(
    browser: SignIn, farah: Person, kim: Person, question: Question, answer: Answer
) -> None:
    intervening.hide(farah, answer, reason="private", words="It names a customer.")
    page = browser(kim).get(f"/questions/{question.id}", follow_redirects=True).text
    assert "An answer is hidden" in page
    assert "Tells what is private or confidential" in page
    assert "quokka" not in page
    assert "names a customer" not in page
    assert "quokka" not in browser(kim).get(f"/posts/{answer.id}/state").text


def test_its_author_reads_text_reason_and_words_there(
    browser: SignIn, farah: Person, marta: Person, answer: Answer
) -> None:
    intervening.hide(farah, answer, reason="private", words="It names a customer.")
    page = browser(marta).get(f"/posts/{answer.id}", follow_redirects=True).text
    for told in ("quokka", "tells what is private", "It names a customer.", "Send again", "looks at it"):
        assert told in page, told


def test_a_hidden_question_leads_to_why_it_is_hidden(
    browser: SignIn, farah: Person, kim: Person, marta: Person
) -> None:
    hidden = factories.question(kim, "How do I spy on my neighbour?")
    intervening.hide(farah, hidden, reason="hurtful")
    page = browser(marta).get(f"/questions/{hidden.id}/how-do-i-spy", follow_redirects=True).text
    assert "A moderator hid this question" in page
    assert "neighbour" not in page


def test_a_hidden_comment_leaves_a_place_too(browser: SignIn, farah: Person, kim: Person, answer: Answer) -> None:
    made = factories.comment(kim, answer, "You zebra.")
    intervening.hide(farah, made, reason="hurtful")
    page = browser(kim).get(f"/questions/{answer.question_id}", follow_redirects=True).text
    assert "A comment is hidden" in page
    assert "zebra" not in page


def test_a_locked_page_says_why_and_offers_no_form(
    browser: SignIn, farah: Person, kim: Person, question: Question, answer: Answer
) -> None:
    intervening.lock(farah, question, reason="heated")
    window = browser(kim)
    page = window.get(f"/questions/{question.id}", follow_redirects=True).text
    assert "it got heated" in page
    assert "Post answer" not in page
    assert "Post comment" not in page
    refused = window.post(f"/questions/{question.id}/answers", data={"body": "One more thing."})
    assert (refused.status_code, "This page is locked" in refused.text) == (409, True)


def test_a_flag_that_says_too_little_comes_back_with_what_was_typed(
    browser: SignIn, kim: Person, answer: Answer
) -> None:
    page = browser(kim).post(f"/posts/{answer.id}/flag", data={"words": "Look at line two."})
    assert page.status_code == 422
    assert "Choose what is wrong with it." in page.text
    assert "Look at line two." in page.text
