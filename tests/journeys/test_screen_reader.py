"""What a screen reader tells of a page: where its parts are, in which order, and what every control is called."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page

from forum.answers.answering import accept
from forum.core.db import db
from tests import factories
from tests.journeys.conftest import Site, Visit

pytestmark = pytest.mark.browser

LEVELS = "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter((each) => each.checkVisibility())"
HEADINGS = f"{LEVELS}.map((each) => [Number(each.localName[1]), each.innerText.trim()])"
NAMELESS = re.compile(r"^\s*- (button|link|textbox|checkbox|combobox|searchbox|radio|img)( \[.*\])?:?$", re.MULTILINE)


@pytest.fixture
def thread(site: Site) -> str:
    """Address of a question of Kim's with an accepted answer, another one and a remark."""
    with site.arranging():
        kim, ola = site.person("kim"), site.person("ola")
        question = factories.question(kim, "Who reads this page aloud?", body="I do not see it.")
        answer = factories.answer(ola, question, "A screen reader does.")
        factories.answer(site.person("piotr"), question, "Or a colleague.")
        factories.comment(ola, question, "Which page?")
        accept(kim, answer)
        db.session.flush()
        return f"/questions/{question.id}"


def told(page: Page, address: str) -> str:
    """The page as it is told, in the order of reading."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return page.locator("body").aria_snapshot()


@pytest.mark.parametrize("address", ["/", "/questions", "/ask", "/practices", "/search?q=parcel", "thread"])
def test_headings_go_down_one_step_at_a_time_from_one_title(visit: Visit, thread: str, address: str) -> None:
    page = visit("kim")
    told(page, thread if address == "thread" else address)
    levels = [level for level, _ in page.evaluate(HEADINGS)]
    assert levels.count(1) == 1
    assert [(one, next) for one, next in pairwise(levels) if next > one + 1] == []


@pytest.mark.parametrize("address", ["/", "/questions", "/ask", "/practices", "/search?q=parcel", "thread"])
def test_every_control_has_a_name(visit: Visit, thread: str, address: str) -> None:
    page = visit("kim")
    words = told(page, thread if address == "thread" else address)
    assert "- link" in words
    assert NAMELESS.findall(words) == []


@pytest.mark.parametrize("address", ["/", "thread"])
def test_the_parts_of_a_page_are_landmarks_in_the_order_of_reading(visit: Visit, thread: str, address: str) -> None:
    words = told(visit("kim"), thread if address == "thread" else address)
    parts = re.findall(r"^- (banner|main|contentinfo)\b|^  - (navigation|search)\b", words, re.MULTILINE)
    assert [one or other for one, other in parts][:3] == ["banner", "navigation", "search"]
    assert [one for one, _ in parts if one] == ["banner", "main", "contentinfo"]
    assert words.startswith('- link "Skip to the content"')


def test_a_thread_is_told_as_it_came_about(visit: Visit, thread: str) -> None:
    words = told(visit("kim"), thread)
    order = [
        'heading "Who reads this page aloud?" [level=1]',
        "I do not see it.",
        "Which page?",
        'heading "2 answers" [level=2]',
        "Accepted solution",
        "A screen reader does.",
        "Or a colleague.",
        "Your answer",
    ]
    places = [words.find(each) for each in order]
    assert -1 not in places, [each for each, place in zip(order, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_what_can_be_done_with_an_answer_is_named(visit: Visit, thread: str) -> None:
    page = visit("farah")
    page.goto(thread)
    post = page.get_by_role("article", name="Answer by Ola").first
    for name in ("This helps", "This does not help"):
        button = post.get_by_role("button", name=name)
        assert button.get_attribute("aria-pressed") == "false"
