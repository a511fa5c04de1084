"""A reader says that a practice no longer works, its owner mends it and replies, and the reader is told."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from forum.practices.models import Practice
from tests import factories
from tests.journeys.conftest import Site, Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def practice(site: Site) -> Practice:
    """A practice that Farah made of an answer of Piotr's."""
    with site.arranging():
        asked = factories.question(site.person("kim"), "How do we seal the crates?")
        source = factories.answer(site.person("piotr"), asked, "With the red tape.")
        return factories.practice(site.person("farah"), source)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_reader_is_told_what_came_of_it(visit: Visit, site: Site, practice: Practice, javascript: bool) -> None:
    kim = visit("kim", javascript=javascript)
    kim.goto(f"/practices/{practice.id}")
    kim.get_by_role("link", name="No longer works?").click()
    kim.get_by_label("What no longer works?").fill("The red tape does not stick in the cold hall.")
    kim.get_by_label("What have you tried?").fill("Two rolls of it.")
    kim.get_by_role("button", name="Say that it no longer works").click()
    expect(kim.get_by_text("Waits for a reply")).to_be_visible()
    site.settle()

    piotr = visit("piotr", javascript=javascript, width=360)
    piotr.goto("/inbox")
    thread = piotr.get_by_role("article", name=practice.title)
    thread.locator("a.button", has_text="Reply").click()
    piotr.get_by_role("link", name="Change the text first").click()
    piotr.get_by_role("textbox", name="Do this").fill("1. Use the grey tape, it sticks in the cold.")
    piotr.get_by_role("button", name="Save as a new version").click()
    expect(piotr.get_by_role("button", name="Save as a new version")).to_have_count(0)  # Both pages link to the reply.
    expect(piotr.get_by_text("1 colleague says that this no longer works.")).to_be_visible()
    piotr.get_by_role("link", name="Reply").click()
    piotr.get_by_label("It is changed: the text says now what works").check()
    piotr.get_by_label("Why?").fill("The red one is for warm halls.")
    piotr.get_by_role("button", name="Reply").click()
    expect(piotr.get_by_text("It was changed")).to_be_visible()
    site.settle()

    kim.goto("/inbox")
    kim.get_by_role("link", name="Piotr Zając changed this practice after your challenge").first.click()
    expect(kim.get_by_text("The red one is for warm halls.")).to_be_visible()
    kim.goto(f"/practices/{practice.id}")
    expect(kim.get_by_text("no longer works.")).to_have_count(0)
    kim.goto(f"/posts/{practice.id}/history")
    expect(kim.get_by_role("region", name="Challenges")).to_contain_text("it was changed")
