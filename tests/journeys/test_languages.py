"""Somebody chooses their language, and reads from right to left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from bench.pages import FIRST_VIEW, MOST_BYTES, MOST_SHIFT, OBSERVE, main_pages, stillness, weigh
from tests import factories
from tests.journeys import axe
from tests.journeys.conftest import Site, Visit

pytestmark = pytest.mark.browser

READER = "ewa"
WORDS = 4_000  # bytes: what scripts say in another language comes with the page, and its letters take two bytes each
PAGES = ("/", "/ask", "/search?q=invoice", "/search?q=zzqx", "/practices")


@pytest.fixture
def thread(site: Site) -> str:
    """A thread with an answer, a remark and code, in English."""
    with site.arranging():
        question = factories.question(site.person("kim"), "Which of the blue boxes?", body="```\nbox.blue()\n```")
        answer = factories.answer(site.person("piotr"), question, "The **second** one.")
        factories.comment(site.person("ola"), answer, "Really?")
        return f"/questions/{question.id}"


@pytest.fixture
def arabic(site: Site) -> Iterator[str]:
    """Somebody who reads Arabic; afterwards they have not chosen."""
    with site.arranging():
        site.person(READER).language = "ar"
    yield READER
    with site.arranging():
        site.person(READER).language = ""


def test_a_language_is_chosen_in_the_settings_without_scripts(site: Site, visit: Visit) -> None:
    page = visit(READER, javascript=False)
    page.goto("/settings")
    page.get_by_label("Language", exact=True).select_option("العربية")
    page.locator("form", has=page.get_by_label("Language", exact=True)).get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    page.goto("/practices")
    expect(page.get_by_role("heading", level=1)).to_have_text("أفضل الممارسات")
    with site.arranging():
        site.person(READER).language = ""


@pytest.mark.parametrize("width", [360, 1280])
def test_the_main_pages_keep_the_rules_from_right_to_left(visit: Visit, arabic: str, thread: str, width: int) -> None:
    page = visit(arabic, width=width)
    problems = []
    for address in (*PAGES, thread):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        problems += [f"{address}: {each}" for each in axe.problems(page, [(width, "light")])]
    assert problems == []


def test_scripts_speak_the_language_of_the_page(visit: Visit, arabic: str, thread: str) -> None:
    page = visit(arabic, permissions=["clipboard-read", "clipboard-write"])
    page.goto(thread)
    page.locator("a[data-copy-link]").first.click()
    expect(page.get_by_role("status").filter(has_text="نُسخ")).to_be_attached()
    page.goto("/ask")
    page.get_by_label("ما الذي تحتاج إلى معرفته؟").fill("Where is the ladder?")
    expect(page.locator("[data-kept]")).to_have_text("حُفظ")


def test_what_colleagues_wrote_runs_as_they_wrote_it(visit: Visit, arabic: str, thread: str) -> None:
    page = visit(arabic)
    page.goto(thread)
    expect(page.get_by_role("heading", name="Which of the blue boxes?")).to_have_css("direction", "ltr")
    expect(page.get_by_text("The second one.")).to_have_css("direction", "ltr")
    expect(page.locator(".header")).to_have_css("direction", "rtl")


def test_the_main_pages_weigh_little_more_and_stand_still_in_another_language(visit: Visit, arabic: str) -> None:
    page = visit(arabic)
    page.context.add_init_script(OBSERVE)
    paths = main_pages(page.context)
    weights = {name: weigh(page, path) for name, path in paths.items()}
    first_view = {name: sum(weight.get(kind, 0) for kind in FIRST_VIEW) for name, weight in weights.items()}
    assert {name: size for name, size in first_view.items() if size > MOST_BYTES + WORDS} == {}
    moved = {name: stillness(page, path) for name, path in paths.items()}
    assert {name: each for name, each in moved.items() if each[0] > MOST_SHIFT} == {}
