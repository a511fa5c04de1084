"""Single keys: ? shows them all on a sheet, which also switches them off; they open, edit and vote for a post."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from forum.answers.models import Answer
from tests import factories
from tests.journeys import axe, steps
from tests.journeys.conftest import Site, Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def answer(site: Site) -> Answer:
    """Ola's answer to a question of Kim's."""
    with site.arranging():
        question = factories.question(site.person("kim"), "Which key opens the shed?")
        return factories.answer(site.person("ola"), question, "The long one.")


@pytest.fixture
def thread(visit: Visit, answer: Answer) -> Page:
    """The page of that question, as Piotr sees it."""
    page = visit("piotr")
    page.goto(f"/questions/{answer.question_id}")
    return page


def test_the_sheet_opens_with_a_key_and_closes_with_another(thread: Page) -> None:
    thread.keyboard.press("?")
    sheet = thread.get_by_role("dialog", name="Shortcuts")
    expect(sheet).to_be_visible()
    expect(sheet.get_by_role("button", name="Close")).to_be_focused()
    thread.keyboard.press("c")  # Nothing behind it is reached.
    expect(sheet).to_be_visible()
    thread.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    thread.keyboard.press("?")
    sheet.get_by_role("button", name="Close").press("Enter")
    expect(sheet).not_to_be_visible()


def test_the_sheet_is_for_everybody_and_for_a_phone(thread: Page) -> None:
    thread.keyboard.press("?")
    expect(thread.get_by_role("dialog", name="Shortcuts")).to_be_visible()
    assert axe.violations(thread) == []
    thread.set_viewport_size({"width": 360, "height": 640})
    assert not axe.is_wider_than_the_screen(thread)


def test_the_sheet_switches_the_keys_off_and_on_again_and_leads_back(site: Site, visit: Visit) -> None:
    with site.arranging():
        nell = factories.person("Nell Noisy", site.person("kim").department)
    page = visit(nell.handle)
    page.goto("/practices?sort=new")
    page.keyboard.press("?")
    page.get_by_role("button", name="Switch single keys off").click()
    expect(page).to_have_url(re.compile(r"/practices\?sort=new$"))
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Shortcuts").click()
    page.get_by_role("button", name="Switch single keys on").click()
    expect(page).to_have_url(re.compile(r"/practices\?sort=new$"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Shortcuts")).to_be_visible()


def test_j_goes_from_post_to_post_v_votes_and_takes_it_back(thread: Page) -> None:
    voted = steps.answer_by_text(thread, "The long one.")
    thread.keyboard.press("j")
    thread.keyboard.press("j")
    expect(voted.get_by_title("Link to this answer")).to_be_focused()
    thread.keyboard.press("v")
    helps = voted.get_by_role("button", name="This helps")
    expect(helps).to_have_attribute("aria-pressed", "true")
    expect(helps).to_be_focused()
    thread.wait_for_load_state("networkidle")  # A second press while a vote is on its way counts for nothing.
    thread.keyboard.press("v")
    expect(helps).to_have_attribute("aria-pressed", "false")


def test_e_edits_ones_own_post(visit: Visit, answer: Answer) -> None:
    page = visit("kim")
    page.goto(f"/questions/{answer.question_id}")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Edit the question")).to_be_visible()


def test_o_opens_a_row_and_g_i_the_inbox(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/search?q=parcel")
    page.keyboard.press("j")
    title = page.locator(".row__title a").first.inner_text()
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page).to_have_url(re.compile("/inbox$"))


def test_keys_go_through_the_inbox_put_a_thread_off_read_one_and_are_done_with_one(site: Site, visit: Visit) -> None:
    with site.arranging():
        ines = factories.person("Ines Inbox", site.person("kim").department)
        for number in (3, 2, 1):
            factories.answer(site.person("ola"), factories.question(ines, f"Where is box number {number}?"), "Here.")
    site.settle()
    page = visit(ines.handle)
    page.goto("/inbox")
    first, second, third = (page.get_by_role("link", name=f"Where is box number {n}?", exact=True) for n in (1, 2, 3))
    for key in "eh":  # Nobody has chosen anything.
        page.keyboard.press(key)
        expect(page.get_by_role("status").filter(has_text="Choose an entry first")).to_be_visible()
        expect(first).to_be_visible()
    for key, focused in (("j", first), ("j", second), ("k", first)):
        page.keyboard.press(key)
        expect(focused).to_be_focused()
    page.keyboard.press("h")
    expect(page.get_by_role("button", name="Tomorrow morning").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Put off.")).to_be_visible()
    expect(first).to_have_count(0)
    expect(page.get_by_role("link", name="Later (1)")).to_be_visible()
    expect(second).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("u")
    expect(third).to_be_focused()  # The list goes on where one was.
    page.keyboard.press("k")
    page.keyboard.press("e")
    expect(second).to_have_count(0)
    expect(third).to_be_focused()
    page.get_by_role("status").filter(has_text="Done.").get_by_role("button", name="Undo").click()
    expect(second).to_be_visible()
    third.focus()
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name="Where is box number 3?", level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page).to_have_url(re.compile("//[^/]*/$"))


def test_without_javascript_the_foot_of_the_page_leads_to_the_help(visit: Visit) -> None:
    page = visit("kim", javascript=False)
    page.goto("/")
    page.get_by_role("link", name="Shortcuts").click()
    expect(page).to_have_url(re.compile("/help#shortcuts$"))
