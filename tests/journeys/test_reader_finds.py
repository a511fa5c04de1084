"""A reader looks for what colleagues know: from the header, narrowed by facets, by keys, and before anybody asks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.journeys.conftest import Site, Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit("kim")


def results(page: Page) -> list[str]:
    return page.locator(".row__title").all_inner_texts()


def test_a_search_from_the_header_shows_what_matched(page: Page) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Search questions").fill("angry caller")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("results? for “angry caller”"))).to_be_visible()
    first = page.get_by_role("listitem").filter(has=page.locator(".row__title")).first
    expect(first.get_by_role("link")).to_have_text("First ten minutes with an angry caller")
    expect(first.get_by_role("link").locator("mark")).to_have_text(["angry", "caller"])


def test_the_excerpt_is_the_passage_that_matched(page: Page) -> None:
    page.goto("/search?q=screenshot+48213")
    excerpt = page.locator(".row__excerpt").first
    expect(excerpt.locator("mark")).to_have_text(["48213", "screenshot"])
    expect(excerpt).to_contain_text("I released order 48213, I even have a screenshot.")


def test_a_facet_narrows_and_its_chip_widens_again(page: Page) -> None:
    page.goto("/search?q=invoice")
    before = results(page)
    page.get_by_role("complementary", name="Narrow the results").get_by_role("link", name="Finance").click()
    expect(page.get_by_role("combobox", name="Search questions")).to_have_value("invoice dept:finance")
    narrowed = results(page)
    page.get_by_role("list", name="Filters in use").get_by_role("link", name="dept:finance").click()
    expect(page.get_by_role("list", name="Filters in use")).to_have_count(0)
    assert 0 < len(narrowed) < len(before)
    assert results(page) == before


def test_operators_say_what_is_wanted(page: Page) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Search questions").fill('"month-end" is:practice dept:finance')
    page.keyboard.press("Enter")
    expect(page.locator(".row__title")).to_have_text(["Month-end on one page"])


def test_a_slip_is_met_with_a_suggestion(page: Page) -> None:
    page.goto("/search?q=warehuose")
    page.get_by_role("main").get_by_role("link", name="warehouse", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("results? for “warehouse”"))).to_be_visible()
    assert results(page)


def test_finding_nothing_leads_to_asking_with_the_words_filled_in(page: Page) -> None:
    page.goto("/search?q=quokkas+wombats")
    page.get_by_role("link", name="Ask your colleagues").click()
    expect(page.get_by_label("What do you need to know?")).to_have_value("quokkas wombats")


def test_a_new_question_is_found_by_itself(site: Site, page: Page) -> None:
    with site.arranging():
        factories.question(site.person("ola"), "Where does the tarantella of the sorting belt come from?")
    for _ in range(20):  # It takes the worker less than two seconds; a busy machine has time enough.
        page.goto("/search?q=tarantella")
        if results(page):
            break
        page.wait_for_timeout(500)
    assert results(page) == ["Where does the tarantella of the sorting belt come from?"]


def test_a_result_leads_to_the_answer_itself(site: Site, page: Page) -> None:
    with site.arranging():
        asked = factories.question(site.person("ola"), "What is the thing with the yellow trolleys?")
        answer = factories.answer(site.person("piotr"), asked, "They are calibrated with a saltimbocca.")
        place = f"#post-{answer.id}"
    site.settle()
    found = page.get_by_role("link", name="What is the thing with the yellow trolleys?")
    for _ in range(20):  # It is found within seconds, not at once.
        page.goto("/search?q=saltimbocca+is:answer")
        if found.count():
            break
        page.wait_for_timeout(500)
    found.click()
    page.wait_for_url(f"**{place}")
    expect(page.locator(place)).to_be_in_viewport()


def test_odd_input_is_searched_like_any_other(page: Page) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Search questions").fill('((("unclosed AND tag: NOT -" <b>')
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("<b>")


def test_the_slash_key_goes_to_the_search_field(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search questions")).to_be_focused()
    expect(page.get_by_role("combobox", name="Search questions")).to_have_value("")


def test_j_and_k_walk_through_the_results_and_return_opens_one(page: Page) -> None:
    page.goto("/search?q=parcel")
    links = page.locator(".row__title a")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    title = links.nth(0).inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


def test_letters_typed_into_a_field_are_no_shortcuts(page: Page) -> None:
    page.goto("/search?q=parcel")
    page.get_by_role("combobox", name="Search questions").fill("")
    page.keyboard.type("c/j")
    expect(page.get_by_role("combobox", name="Search questions")).to_have_value("c/j")


def test_results_follow_what_is_typed_and_so_does_the_address(page: Page) -> None:
    page.goto("/questions")
    page.goto("/search?q=parcel")
    field = page.get_by_role("combobox", name="Search questions")
    field.focus()
    page.keyboard.press("End")
    page.keyboard.type(" warehouse")
    expect(page.get_by_role("heading", name=re.compile("results? for “parcel warehouse”"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"/search\?q=parcel\+warehouse$"))
    expect(page).to_have_title(re.compile("^parcel warehouse: search"))
    expect(page.locator("[data-found-status]")).to_have_text(re.compile("for “parcel warehouse”"))
    expect(field).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", name="Questions", level=1)).to_be_visible()


def test_titles_are_offered_and_taken_by_keys(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("angry cal")
    offered = page.get_by_role("option")
    expect(offered.first).to_have_text("First ten minutes with an angry caller")
    page.keyboard.press("Escape")
    expect(offered).to_have_count(0)
    field = page.get_by_role("combobox", name="Search questions")
    expect(field).to_have_value("angry cal")
    page.keyboard.type("l")
    expect(offered.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(offered.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "list-0-0")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="First ten minutes with an angry caller", level=1)).to_be_visible()


def test_the_empty_box_offers_the_last_searches_and_a_question_mark_the_help(page: Page) -> None:
    page.goto("/search?q=saltimbocca+trolleys")
    page.goto("/")
    page.keyboard.press("/")
    expect(page.get_by_role("option", name="saltimbocca trolleys")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_text("each is an example that works")).to_be_visible()
    expect(page).to_have_url(re.compile("/search#search-help$"))
    expect(page.locator("summary", has_text="How to search")).to_be_focused()


def test_what_is_offered_on_a_phone_is_no_wider_than_the_page(visit: Visit) -> None:
    page = visit("kim", width=360)
    page.goto("/")
    page.get_by_role("combobox", name="Search questions").fill("inv")
    expect(page.get_by_role("option").first).to_be_visible()
    box = page.get_by_role("listbox").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360


def test_the_tab_one_is_on_is_in_sight_on_a_phone(visit: Visit) -> None:
    page = visit("chris", width=360)
    page.goto("/admin/system")
    box = page.get_by_role("link", name="System", exact=True).bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 360
