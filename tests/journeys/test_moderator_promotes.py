"""A moderator makes a best practice of an answer that works, keeps it fresh, and ends it when it no longer holds."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from forum.answers.answering import accept
from forum.practices.models import Practice
from tests import factories
from tests.journeys import steps
from tests.journeys.conftest import Site, Visit, Watch

pytestmark = pytest.mark.browser

ANSWER = "Weigh the empty pallet first and write the number on it."


@pytest.fixture
def thread(site: Site) -> str:
    """Address of a question of Kim's with an answer of Piotr's that she accepted."""
    with site.arranging():
        asked = factories.question(site.person("kim"), "Why do our freight weights never match?")
        accept(site.person("kim"), factories.answer(site.person("piotr"), asked, ANSWER))
        return f"/questions/{asked.id}"


@pytest.fixture
def practice(site: Site) -> Practice:
    """A practice that Farah made."""
    with site.arranging():
        asked = factories.question(site.person("kim"), "How do I read the freight invoice?")
        return factories.practice(site.person("farah"), factories.answer(site.person("piotr"), asked, ANSWER))


@pytest.fixture
def farah(visit: Visit) -> Page:
    return visit("farah")


def promote(page: Page, title: str) -> None:
    """Make the answer of the open thread a practice, in one form that is filled in already but for the new parts."""
    answer = steps.answer_by_text(page, ANSWER)
    steps.open_more(answer)
    answer.get_by_role("link", name="Make it a best practice").click()
    page.get_by_label("Title").fill(title)
    page.get_by_role("textbox", name="Why it works").fill("Pallets differ by up to eight kilos.")
    page.get_by_role("textbox", name="When not").fill("When the carrier weighs.")
    page.get_by_role("textbox", name="Or in a sentence").fill("A minute a pallet.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


def test_an_accepted_answer_becomes_a_practice_in_one_form(farah: Page, thread: str) -> None:
    farah.goto(thread)
    promote(farah, "Weigh the empty pallet first")
    expect(farah.get_by_role("region", name="Problem")).to_contain_text("I looked in the handbook")
    expect(farah.get_by_role("article")).to_contain_text(ANSWER)
    expect(farah.get_by_role("article")).to_contain_text("Written by Piotr Zając")


def test_the_thread_and_the_practice_lead_to_each_other(farah: Page, thread: str) -> None:
    farah.goto(thread)
    promote(farah, "Weigh every pallet when it is empty")
    farah.get_by_role("link", name="From this thread").click()
    expect(farah.get_by_role("heading", name="Why do our freight weights never match?", level=1)).to_be_visible()
    steps.answer_by_text(farah, "Became a best practice").get_by_role(
        "link", name="Weigh every pallet when it is empty"
    ).click()
    expect(farah.get_by_role("heading", name="Weigh every pallet when it is empty", level=1)).to_be_visible()


def test_a_refused_promotion_keeps_what_was_typed(farah: Page, thread: str, watch: Watch) -> None:
    watch.expect(422)
    farah.goto(thread)
    steps.open_more(steps.answer_by_text(farah, ANSWER))
    farah.get_by_role("link", name="Make it a best practice").click()
    farah.get_by_label("Title").fill("")
    farah.get_by_role("textbox", name="Why it works").fill("Pallets differ.")
    farah.get_by_role("button", name="Publish").click()
    expect(farah.get_by_role("alert")).to_be_focused()
    expect(farah.get_by_role("textbox", name="Why it works")).to_have_value("Pallets differ.")


def test_a_better_text_is_version_two_and_the_history_shows_what_changed(visit: Visit, practice: Practice) -> None:
    kim = visit("kim")
    kim.goto(f"/practices/{practice.id}")
    kim.get_by_role("link", name="Improve it").click()
    kim.get_by_role("textbox", name="Do this").fill("1. Look first.\n2. Then leap far.")
    kim.get_by_label("Why this edit?").fill("Short leaps fail.")
    kim.get_by_role("button", name="Save as a new version").click()
    kim.get_by_role("link", name="2 versions").click()
    newest = kim.get_by_role("region", name="Version 2, now")
    expect(newest).to_contain_text("Short leaps fail.")
    expect(newest.locator("ins")).to_contain_text("far")


def test_a_practice_that_no_longer_holds_names_its_successor(farah: Page, practice: Practice) -> None:
    farah.goto(f"/practices/{practice.id}")
    farah.locator("summary", has_text="More about this practice").click()
    farah.get_by_role("link", name="Retire").click()
    farah.get_by_label("Why is it no longer recommended?").fill("The scales changed in March.")
    farah.get_by_label("What takes its place?").select_option("Month-end on one page")
    farah.get_by_role("button", name="Retire").click()
    expect(farah.get_by_text("The scales changed in March.")).to_be_visible()
    farah.get_by_role("main").get_by_role("link", name="Month-end on one page").click()
    expect(farah.get_by_role("heading", name="Month-end on one page", level=1)).to_be_visible()


def test_a_retired_practice_leaves_the_library_for_the_retired_ones(farah: Page, practice: Practice) -> None:
    farah.goto(f"/practices/{practice.id}/retirement")
    farah.get_by_label("Why is it no longer recommended?").fill("The scales changed in March.")
    farah.get_by_role("button", name="Retire").click()
    expect(farah.get_by_text("The scales changed in March.")).to_be_visible()
    farah.goto("/practices")
    expect(farah.get_by_role("link", name=practice.title)).to_have_count(0)
    farah.get_by_role("link", name="Retired").click()
    expect(farah.get_by_role("link", name=practice.title).first).to_be_visible()
