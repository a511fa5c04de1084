"""The first minutes of somebody new: they come in, choose three things, see what to do, and close the first steps."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.journeys import axe, steps
from tests.journeys.conftest import Site, Visit

pytestmark = pytest.mark.browser

PASSWORD = "plain words in a row"


def newcomer(site: Site, name: str) -> str:
    """The address of somebody of Sales who has never been here."""
    with site.arranging():
        made = factories.person(name, site.person("kim").department, password=PASSWORD)
        made.arrived_at = None
        return made.email


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_newcomer_signs_in_is_welcomed_sees_what_to_do_and_closes_the_first_steps(
    site: Site, visit: Visit, javascript: bool
) -> None:
    email = newcomer(site, "Nell Fresh" if javascript else "Noah Fresh")
    with site.arranging():
        factories.question(site.person("kim"), f"Who knows {email} by now?", tags="discounts")
    page = visit(javascript=javascript, width=360)
    page.goto("/")
    steps.sign_in(page, email, PASSWORD)
    expect(page.get_by_role("heading", name=re.compile("^Welcome, N"), level=1)).to_be_visible()
    page.get_by_label("Your department").select_option("Finance")
    page.get_by_role("button", name="Show its topics").click()
    expect(page.get_by_label("Your department").locator("option:checked")).to_have_text("Finance")
    page.get_by_label("Your department").select_option("Sales")
    page.get_by_role("checkbox", name="invoices", exact=True).check()
    if javascript:
        assert axe.problems(page) == []
    page.get_by_role("button", name="Start").click()

    expect(steps.greeting(page)).to_be_visible()
    waiting = page.get_by_role("region", name="They wait for your answer")
    expect(waiting.get_by_role("listitem").first).to_contain_text("your department")
    todo = page.get_by_role("region", name="Your first steps")
    expect(todo).to_contain_text("0 of 4 done")
    todo.get_by_role("link", name="Search first").click()
    expect(page).to_have_url(re.compile("/search$"))
    page.get_by_role("main").get_by_role("searchbox").or_(page.locator("#search")).first.fill("invoice")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=invoice"))
    page.goto("/")
    expect(todo).to_contain_text("1 of 4 done")
    todo.get_by_role("button", name="Close the first steps for good").click()
    expect(page.get_by_role("status").filter(has_text="Closed.")).to_be_visible()
    expect(todo).to_have_count(0)

    page.locator("summary", has_text="Menu of").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/practices")
    steps.sign_in(page, email, PASSWORD)
    expect(page.get_by_role("heading", name="Best practices", level=1)).to_be_visible()
    page.goto("/")
    expect(steps.greeting(page)).to_be_visible()
    expect(todo).to_have_count(0)


def test_later_leads_to_where_the_newcomer_wanted_to_go(site: Site, visit: Visit) -> None:
    email = newcomer(site, "Nina Fresh")
    page = visit()
    page.goto("/practices")
    steps.sign_in(page, email, PASSWORD)
    page.get_by_role("link", name="Later").click()
    expect(page.get_by_role("heading", name="Best practices", level=1)).to_be_visible()
