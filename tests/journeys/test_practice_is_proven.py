"""A practice is Proven because people of two departments used it, and no more when it fails; nobody awards it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from forum.core.db import db
from forum.practices.models import Practice
from tests.journeys.conftest import Site, Visit

pytestmark = pytest.mark.browser

TITLE = "First ten minutes with an angry caller"  # five of Customer Service, for all of whom it worked


def open_practice(page: Page, site: Site) -> None:
    with site.arranging():
        id = db.session.scalars(select(Practice.id).where(Practice.title == TITLE)).one()
    page.goto(f"/practices/{id}")


def test_people_of_two_departments_make_it_proven_and_a_failure_takes_it_away(site: Site, visit: Visit) -> None:
    kim, arthur, jonas = visit("kim"), visit("arthur"), visit("jonas")

    # Kim of Sales is going to try it, then says how it went, with one press.
    open_practice(kim, site)
    standing = kim.get_by_role("region", name="What came of it")
    expect(standing).to_contain_text("Promising")
    expect(standing).to_contain_text("Worked for 5 of 5, in 1 of")
    expect(standing).to_contain_text("To be Proven it needs 1 more department where it works.")
    kim.get_by_role("button", name="I am going to try it").click()
    expect(kim.get_by_role("heading", name="You are trying it: how did it go?")).to_be_visible()
    kim.get_by_role("button", name="It worked").click()
    expect(kim.get_by_role("heading", name="Thank you")).to_be_visible()
    kim.get_by_role("link", name="See where it stands").click()
    expect(standing).to_contain_text("for 6 colleagues in 2 departments, in date.")
    expect(standing).to_contain_text("Proven since")

    # Whoever looks for what is proven finds it.
    site.settle()
    kim.goto("/search?q=angry+is:proven")
    expect(kim.get_by_role("link", name=TITLE)).to_be_visible()

    # It did not work for Arthur, who says where: it is Proven no more, and everybody can read why.
    open_practice(arthur, site)
    arthur.get_by_role("link", name="Say more: where, and what was different").click()
    arthur.get_by_label("No, it did not").check()
    arthur.get_by_label("Where did you try it?").fill("A caller from the press")
    arthur.get_by_label("Anything to add?").fill("It was about the article and not about a balance.")
    arthur.get_by_role("button", name="Send").click()
    expect(arthur.get_by_text("Nobody did anything wrong: now everybody knows.")).to_be_visible()
    arthur.get_by_role("link", name="See where it stands").click()
    standing = arthur.get_by_role("region", name="What came of it")
    expect(standing).to_contain_text("Promising")
    expect(standing).to_contain_text("to work 1 more time: it worked for 6 of 7, which may be chance")
    arthur.get_by_role("link", name="Worked for 6 of 7").click()
    expect(arthur.get_by_role("heading", name="It did not work: A caller from the press")).to_be_visible()
    expect(arthur.get_by_text("It was about the article and not about a balance.")).to_be_visible()
    expect(arthur.get_by_role("region", name="By department")).to_contain_text("1 of 2")

    # Once more it works, and it is Proven again.
    open_practice(jonas, site)
    jonas.get_by_role("button", name="It worked").click()
    jonas.get_by_role("link", name="See where it stands").click()
    expect(jonas.get_by_role("region", name="What came of it")).to_contain_text("Worked for 7 of 8, in 2 of")
    expect(jonas.get_by_text("Proven since")).to_be_visible()
