"""Topics and departments are found by typing, with the keyboard alone, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import delete

from forum.core.db import db
from forum.departments.models import Department
from tests import factories
from tests.journeys import axe, steps
from tests.journeys.conftest import Site, Visit

pytestmark = pytest.mark.browser

HOSTILE = '"><img/src=x/onerror=alert(1)>'


@pytest.fixture
def many_departments(site: Site) -> Iterator[None]:
    """So many departments that one does not see them at a look."""
    with site.arranging():
        made = [factories.department(f"Branch office {letter}").id for letter in "ABCDEFG"]
    yield
    with site.arranging():
        db.session.execute(delete(Department).where(Department.id.in_(made)))


def topics(page: Page) -> Locator:
    """The box in which topics are typed."""
    return page.get_by_role("combobox", name="Topics")


def sent(page: Page, name: str) -> list[str]:
    """What the form would send under that name."""
    found: list[str] = page.evaluate("name => new FormData(document.querySelector('main form')).getAll(name)", name)
    return found


def test_topics_are_chosen_typed_and_taken_back_with_the_keyboard(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/ask")
    topics(page).focus()
    page.keyboard.type("ship")
    expect(page.get_by_role("option")).to_have_text(["shipping"])
    expect(topics(page)).to_have_attribute("aria-expanded", "true")
    assert axe.violations(page) == []
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="shipping")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="shipping chosen, 1 in all")).to_be_attached()
    page.keyboard.type("brand-new ship")
    expect(page.get_by_role("option")).to_have_count(0)  # It is chosen already.
    page.keyboard.press("Escape")
    assert sent(page, "tags") == ["shipping brand-new ship"]  # What is still being typed goes along.
    for _ in "ship-":
        page.keyboard.press("Backspace")
    expect(page.get_by_role("status").filter(has_text="brand-new removed")).to_be_attached()
    assert sent(page, "tags") == ["shipping "]  # With a blank: it is chosen.
    page.get_by_role("button", name="Remove shipping").press("Enter")
    expect(topics(page)).to_be_focused()
    assert sent(page, "tags") == [""]


def test_escape_closes_the_list_and_leaves_the_words(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/ask")
    topics(page).press_sequentially("sh")
    expect(page.get_by_role("option", name="shipping")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(topics(page)).to_have_value("sh")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="shipping")).to_be_visible()


def test_pasted_topics_become_one_each_and_too_many_are_said(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/ask")
    topics(page).fill("one, two #three four five six ")
    expect(page.get_by_role("button", name="Remove")).to_have_count(6)
    expect(page.get_by_text("At most 5: leave one out.")).to_be_visible()
    page.get_by_role("button", name="Remove six").click()
    expect(page.get_by_text("At most 5: leave one out.")).to_have_count(0)


def test_what_was_chosen_is_posted_kept_as_a_draft_and_there_again_to_edit(site: Site, visit: Visit) -> None:
    page = visit("kim")
    page.goto("/ask")
    steps.write_question(page, "Who pays for the parcel that came back?", "It stands in the hall.")
    topics(page).fill("shipping returns bro")
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Remove")).to_have_text(["shipping", "returns"])
    expect(topics(page)).to_have_value("bro")  # Half a word is no topic.
    topics(page).fill("")
    steps.post_question(page)
    expect(page.get_by_role("link", name="returns", exact=True)).to_be_visible()
    page.goto(page.url.rsplit("/", 1)[0] + "/edit")
    expect(page.get_by_role("button", name="Remove")).to_have_text(["returns", "shipping"])


def test_hostile_topics_stay_words(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/ask")
    topics(page).fill(HOSTILE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"Remove {HOSTILE}")).to_be_visible()
    expect(page.locator("main img")).to_have_count(0)


@pytest.mark.usefixtures("many_departments")
def test_of_many_departments_one_is_found_by_typing(visit: Visit) -> None:
    page = visit("kim", width=360)
    page.goto("/ask")
    departments = page.get_by_role("combobox", name="Which departments does it concern?")
    expect(page.get_by_role("checkbox", name="Sales", exact=True)).to_have_count(0)
    departments.focus()
    page.keyboard.type("logis")
    expect(page.get_by_role("option")).to_have_text(["Production & Logistics"])
    page.keyboard.press("Enter")
    page.keyboard.type("sales")
    expect(page.get_by_role("option", name="Sales")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove")).to_have_text(["Production & Logistics", "Sales"])
    page.keyboard.type("nowhere")
    page.keyboard.press("Enter")
    expect(departments).to_have_value("nowhere")
    assert len(sent(page, "departments")) == 2
    assert axe.violations(page) == []
    assert not axe.is_wider_than_the_screen(page)


@pytest.mark.usefixtures("many_departments")
def test_without_javascript_there_are_boxes_and_a_plain_field(visit: Visit) -> None:
    page = visit("kim", javascript=False)
    page.goto("/ask")
    expect(page.get_by_role("checkbox", name="Sales", exact=True)).to_be_visible()
    expect(page.get_by_role("textbox", name="Topics")).to_be_visible()


def test_a_colleague_is_found_by_name_for_a_plan_of_ones_own(site: Site, visit: Visit) -> None:
    with site.arranging():
        question = factories.question(site.person("kim"), "Who sweeps the loading bay?")
    page = visit("kim", width=360)
    page.goto(f"/posts/{question.id}/commitments/new")
    partner = page.get_by_role("combobox", name="With whom?")
    partner.focus()
    page.keyboard.type("ola men")
    expect(page.get_by_role("option")).to_have_text(["Ola Mensah (@ola, Customer Service)"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove @ola")).to_be_visible()
    assert sent(page, "partner") == ["@ola "]
    page.keyboard.type("@piotr")
    expect(page.get_by_role("option", name="@piotr")).to_be_visible()
    page.keyboard.press("Enter")
    assert sent(page, "partner") == ["@piotr "]  # There is one.
    assert axe.violations(page) == []


def test_several_who_feel_a_gap_are_found_by_name(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/requests/new")
    box = page.get_by_role("combobox", name="Who feels it?")
    for name, whole in (("piotr", "Piotr Zając"), ("ola ", "Ola")):
        box.press_sequentially(name)
        expect(page.get_by_role("option").first).to_contain_text(whole)
        page.keyboard.press("Enter")
    assert sent(page, "concerned") == ["@piotr, @ola "]
    assert axe.violations(page) == []


def test_whom_a_question_often_concerns_is_proposed_and_ticked_by_a_press(site: Site, visit: Visit) -> None:
    with site.arranging():
        treasury = factories.department("Treasury")
        for title in ("Zquokka ledger opens on Mondays", "Zquokka ledger closes on Fridays"):
            factories.question(site.person("ola"), title, departments=[treasury])
    site.settle()
    page = visit("kim")
    page.goto("/ask")
    page.get_by_label("What do you need to know?").press_sequentially("When is the zquokka ledger open?")
    proposed = page.get_by_role("button", name="Treasury", exact=True)
    expect(proposed).to_be_visible()
    assert sent(page, "departments") == []
    proposed.click()
    expect(page.get_by_text("Treasury is ticked.")).to_be_visible()
    assert sent(page, "departments") == [str(treasury.id)]


def test_no_tab_is_out_of_sight_on_a_phone(visit: Visit) -> None:
    page = visit("farah", width=360)
    cut = "[...document.querySelectorAll('.tabs')].some((each) => each.scrollWidth > each.clientWidth)"
    for address in ("/questions", "/practices", "/commitments", "/moderation", "/practices/queue"):
        page.goto(address)
        assert not page.evaluate(cut), address
