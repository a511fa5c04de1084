"""Thanks: a word to whoever helped, once from each, taken back when it was a mistake."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.answers.models import Answer
from forum.core.errors import Forbidden
from forum.people.models import Person
from forum.posts.removing import remove
from forum.posts.thanks import LINE_LENGTH, take_back, thank, thanks_for, thanks_to
from tests import factories
from tests.conftest import Browser
from tests.pages import Page, words_of

SignIn = Callable[[Person], Browser]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def answer(kim: Person, marta: Person, noise: None) -> Answer:
    return factories.answer(marta, factories.question(kim, "Where is the long ladder?"), "Behind the door.")


@pytest.fixture
def here(answer: Answer) -> str:
    return f"/questions/{answer.question_id}/where-is-the-long-ladder"


def lines(answer: Answer) -> list[str]:
    return [given.line for given in thanks_for([answer.id]).get(answer.id, [])]


def test_thanking_again_replaces_the_line(kim: Person, answer: Answer) -> None:
    thank(kim, answer, "Found it!")
    thank(kim, answer, "  Found it,\nat last. ")
    assert lines(answer) == ["Found it, at last."]


def test_everybodys_thanks_stand_in_their_order(kim: Person, farah: Person, answer: Answer) -> None:
    thank(farah, answer)
    thank(kim, answer, "Me too.")
    assert [given.by.name for given in thanks_for([answer.id])[answer.id]] == ["Farah Aziz", "Kim Tran"]


def test_a_line_is_a_line_and_not_an_essay(kim: Person, answer: Answer) -> None:
    thank(kim, answer, "word " * 100)
    assert len(lines(answer)[0]) <= LINE_LENGTH


def test_nobody_thanks_themselves(marta: Person, answer: Answer) -> None:
    with pytest.raises(Forbidden):
        thank(marta, answer)


def test_thanks_are_taken_back_by_whoever_gave_them_only(kim: Person, farah: Person, answer: Answer) -> None:
    thank(kim, answer, "Found it!")
    take_back(farah, answer)
    assert lines(answer) == ["Found it!"]
    take_back(kim, answer)
    take_back(kim, answer)
    assert lines(answer) == []


def test_a_person_sees_the_thanks_they_got_but_not_for_what_was_removed(
    kim: Person, marta: Person, answer: Answer
) -> None:
    other = factories.answer(marta, answer.question)
    thank(kim, answer, "Found it!")
    thank(kim, other, "Never mind.")
    remove(marta, other)
    assert [(given.line, post.id) for given, post in thanks_to(marta)] == [("Found it!", answer.id)]
    assert thanks_to(kim) == []


def test_the_page_names_who_thanked_and_shows_the_line(browser: SignIn, kim: Person, here: str, answer: Answer) -> None:
    window = browser(kim)
    sent = window.post(f"/posts/{answer.id}/thanks", data={"line": "Saved me an hour."})
    assert (sent.status_code, sent.location) == (303, f"/questions/{answer.question_id}#post-{answer.id}")
    shown = words_of(Page(window.get(here)).post(answer.id))
    assert "Thanked by Kim Tran" in shown
    assert "“Saved me an hour.”" in shown


def test_the_button_takes_them_back_again(browser: SignIn, kim: Person, here: str, answer: Answer) -> None:
    window = browser(kim)
    window.post(f"/posts/{answer.id}/thanks")
    assert not Page(window.get(here)).has_form(f"/posts/{answer.id}/thanks")
    window.post(f"/posts/{answer.id}/thanks/withdrawal")
    page = Page(window.get(here))
    assert page.has_form(f"/posts/{answer.id}/thanks")
    assert "Thanked by" not in words_of(page.post(answer.id))


def test_there_is_no_button_at_ones_own_post(browser: SignIn, marta: Person, here: str, answer: Answer) -> None:
    window = browser(marta)
    assert not Page(window.get(here)).has_form(f"/posts/{answer.id}/thanks")
    assert window.post(f"/posts/{answer.id}/thanks").status_code == 403


def test_a_part_that_is_swapped_in_says_the_same_as_the_page(
    browser: SignIn, kim: Person, here: str, answer: Answer
) -> None:
    window, place = browser(kim), f"thanks-{answer.id}"
    for deed in ("thanks", "thanks/withdrawal"):
        part = Page(window.post(f"/posts/{answer.id}/{deed}", data={"line": "Yes."}, headers=FRAGMENT))
        page = Page(window.get(here))
        assert words_of(part.soup.find(id=place)) == words_of(page.soup.find(id=place))
