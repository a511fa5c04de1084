"""Quoting a post: the words of it, and the field in which they stand."""

from __future__ import annotations

from typing import Any

import pytest

from forum.people.models import Person
from forum.posts.quoting import quoted
from forum.posts.removing import remove
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.pages import Page


@pytest.fixture
def thread(marta: Person) -> Question:
    return factories.question(marta, body="It fell.\n\n```\nquokka --up\n```")


@pytest.fixture
def window(browser: Any, kim: Person) -> Browser:
    return browser(kim)


def filled(window: Browser, thread: Question, quote: int) -> dict[str, str]:
    """The fields of the page that hold something when a post is quoted."""
    page = Page(window.get(f"/questions/{thread.id}?quote={quote}", follow_redirects=True)).soup
    return {field["id"]: field.text.strip() for field in page.find_all("textarea") if field.text.strip()}


def test_a_quotation_holds_every_line_and_leads_to_where_it_stands(thread: Question) -> None:
    lines = "> It fell.\n>\n> ```\n> quokka --up\n> ```"
    assert quoted(thread) == f"From [this question](/posts/{thread.id}):\n\n{lines}\n\n"


def test_it_is_given_to_whoever_is_writing_already(window: Browser, thread: Question) -> None:
    answer = window.get(f"/posts/{thread.id}/quotation")
    assert (answer.mimetype, answer.text) == ("text/plain", quoted(thread))


def test_a_quoted_question_stands_in_the_answer(window: Browser, thread: Question) -> None:
    assert filled(window, thread, thread.id) == {"body": quoted(thread).strip()}


def test_a_quoted_answer_stands_in_the_remark_below_it(window: Browser, marta: Person, thread: Question) -> None:
    answer = factories.answer(marta, thread)
    assert filled(window, thread, answer.id) == {f"comment-on-{answer.id}": quoted(answer).strip()}


def test_a_quoted_remark_stands_in_the_reply_to_it_which_is_open(
    window: Browser, marta: Person, thread: Question
) -> None:
    remarks = [factories.comment(marta, thread, f"Remark {n}.") for n in range(5)]
    assert filled(window, thread, remarks[-1].id) == {f"comment-{remarks[-1].id}": quoted(remarks[-1]).strip()}
    page = Page(window.get(f"/questions/{thread.id}?quote={remarks[-1].id}", follow_redirects=True)).soup
    assert all(box.has_attr("open") for box in page.find(id=f"comment-{remarks[-1].id}").find_parents("details"))


def test_what_is_not_on_the_page_is_not_quoted(window: Browser, marta: Person, thread: Question) -> None:
    elsewhere, gone = factories.question(marta), factories.answer(marta, thread)
    remove(marta, gone)
    assert [filled(window, thread, id) for id in (elsewhere.id, gone.id, 999_999)] == [{}, {}, {}]
    assert window.get(f"/posts/{gone.id}/quotation").status_code == 404
