"""What is new in a thread: in the lists, on its page, and while the page is open."""

from __future__ import annotations

from typing import Any

import pytest

from forum.people.models import Person
from forum.posts.voices import voice_in
from forum.questions.asking import address
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.pages import Page, words_of

IN_PLACE = {"HX-Request": "true"}


@pytest.fixture
def thread(marta: Person) -> Question:
    return factories.question(marta, "Where is the quokka ladder?")


@pytest.fixture
def here(thread: Question) -> str:
    return address(thread.id, thread.title)


@pytest.fixture
def window(browser: Any, kim: Person) -> Browser:
    return browser(kim)


def badges(window: Browser, address: str = "/questions?tab=active") -> list[str]:
    """What a list says to be new."""
    return [words_of(each) for each in Page(window.get(address)).soup.select(".row .badge--new")]


def test_a_list_says_how_much_is_new_in_a_thread_that_was_opened(
    window: Browser, marta: Person, thread: Question, here: str
) -> None:
    factories.question(marta)
    window.get(here)
    assert badges(window) == []
    factories.comment(marta, factories.answer(marta, thread))
    assert badges(window) == ["Go to 2 new"]
    assert badges(window, f"/people/{marta.id}/{marta.handle}") == ["Go to 2 new"]
    assert (
        badges(window, f"/departments/{marta.department.slug}") == ["Go to 2 new"] * 2
    )  # It waits, and is the latest.


def test_the_page_leads_to_the_first_new_post_and_marks_each(
    window: Browser, marta: Person, thread: Question, here: str
) -> None:
    factories.answer(marta, thread, "Behind the shed.")
    window.get(here)
    new = factories.answer(marta, thread, "Not there any more.")
    page = Page(window.get(here)).soup
    assert words_of(page.select_one("#thread-line .badge--new")) == "1 new since you were here"
    assert page.find(id="new").find_next_sibling("article")["id"] == f"post-{new.id}"
    assert [words_of(each) for each in page.select("article .badge--new")] == ["New"]


def test_what_was_viewed_is_not_new_any_more(window: Browser, marta: Person, thread: Question, here: str) -> None:
    window.get(here)
    factories.answer(marta, thread)
    window.get(here)
    assert badges(window) == []
    assert Page(window.get(here)).soup.find(id="new") is None


@pytest.mark.parametrize("name", ["Sec-Purpose", "Purpose", "X-Moz"])
def test_a_page_that_is_only_fetched_in_case_is_not_read(
    window: Browser, marta: Person, thread: Question, here: str, name: str
) -> None:
    window.get(here)
    factories.answer(marta, thread)
    window.get(here, headers={name: "prefetch"})
    window.head(here)
    assert badges(window) == ["Go to 1 new"]


def test_an_open_page_is_told_of_what_others_write(window: Browser, marta: Person, thread: Question) -> None:
    after = f"/questions/{thread.id}/news?after={thread.id}"
    assert window.get(after, headers=IN_PLACE).status_code == 204
    answer = factories.answer(marta, thread)
    assert "1 new answer" in window.get(after, headers=IN_PLACE).text
    factories.comment(marta, answer)
    assert "1 new answer and 1 remark" in window.get(after, headers=IN_PLACE).text
    assert "1 new remark" in window.get(f"/questions/{thread.id}/news?after={answer.id}", headers=IN_PLACE).text


def test_asking_for_news_reads_nothing(window: Browser, marta: Person, thread: Question, here: str) -> None:
    window.get(here)
    factories.answer(marta, thread)
    window.get(f"/questions/{thread.id}/news?after={thread.id}", headers=IN_PLACE)
    assert badges(window) == ["Go to 1 new"]


def test_the_answers_are_drawn_again_with_what_is_new_and_are_read_then(
    window: Browser, marta: Person, thread: Question, here: str
) -> None:
    window.get(here)
    factories.comment(marta, thread, "Which one?")
    answer = factories.answer(marta, thread)
    part = Page(window.get(f"/questions/{thread.id}/answers?after={thread.id}", headers=IN_PLACE)).soup
    assert len(part.select("[id^=post-] .badge--new")) == 2
    assert f"after={answer.id}" in part.find(id="watch")["hx-get"]
    assert part.find(id=f"comments-{thread.id}")["hx-swap-oob"] == "outerMorph"
    assert badges(window) == []


def test_without_scripts_the_answers_are_the_page(window: Browser, thread: Question) -> None:
    page = Page(window.get(f"/questions/{thread.id}/answers?after={thread.id}"))
    assert page.soup.h1 is not None
    assert page.soup.h1.get_text(strip=True) == thread.title


def test_nobody_is_told_of_their_own_words_also_without_a_name(
    window: Browser, kim: Person, thread: Question, here: str
) -> None:
    window.get(here)
    factories.answer(voice_in(kim, thread, unnamed=True), thread)
    assert window.get(f"/questions/{thread.id}/news?after={thread.id}", headers=IN_PLACE).status_code == 204
    assert badges(window) == []
