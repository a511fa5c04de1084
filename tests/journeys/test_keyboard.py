"""Everything with the keyboard alone: focus is always somewhere, always visible, and never under something else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from forum.answers.answering import accept
from forum.answers.models import Answer
from forum.core.db import db
from forum.needs.check_ins import latest_of
from forum.needs.opening import asked_need
from tests import factories
from tests.journeys import axe, steps
from tests.journeys.axe import STOP
from tests.journeys.conftest import Site, Visit

pytestmark = pytest.mark.browser

MOST_STOPS = 200  # on one page; more means that Tab goes round in circles


@pytest.fixture
def answer(site: Site) -> Answer:
    """Ola's answer to a question of Kim's, long enough to be scrolled, with remarks."""
    with site.arranging():
        question = factories.question(site.person("kim"), body="\n\n".join(f"Line {n}" for n in range(30)))
        for n in range(3):
            factories.comment(site.person("piotr"), question, f"Remark {n}")
        answer = factories.answer(site.person("ola"), question, "Use the [long way](/help).")
        factories.comment(site.person("piotr"), answer, "It is long.")
        return answer


@pytest.fixture
def thread(visit: Visit, answer: Answer) -> Page:
    """The page of that question, as Kim sees it."""
    page = visit("kim")
    page.goto(f"/questions/{answer.question_id}")
    return page


def stops(page: Page, key: str) -> list[dict[str, Any]]:
    """Every place that the key leads to, until it leaves the page."""
    seen: list[dict[str, Any]] = []
    while len(seen) < MOST_STOPS:
        page.keyboard.press(key)
        stop = page.evaluate(STOP)
        if stop is None:
            return seen
        seen.append(stop)
    raise AssertionError(f"{key} does not leave the page")


def go_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the wanted control has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("control => control === document.activeElement"):
            return
    raise AssertionError(f"Tab never reaches {wanted}")


def test_a_need_is_met_with_the_keyboard_alone(visit: Visit) -> None:
    title = "Which door is open on Sundays, all of a sudden?"
    kim = visit("kim")
    kim.goto("/")
    kim.keyboard.press("c")
    go_to(kim, kim.get_by_label("What do you need to know?"))
    kim.keyboard.type(title)
    go_to(kim, kim.get_by_role("textbox", name="What happened"))
    kim.keyboard.type("I stood there with a cake.")
    go_to(kim, kim.get_by_role("checkbox", name="Sales", exact=True))
    kim.keyboard.press("Space")
    expect(kim.get_by_role("region", name="Colleagues may know this already")).to_be_visible()
    go_to(kim, kim.get_by_role("button", name="Post question"))
    kim.keyboard.press("Enter")
    expect(kim.get_by_role("heading", name=title, level=1)).to_be_visible()

    ola = visit("ola")
    ola.goto("/questions")
    go_to(ola, ola.get_by_role("region", name="Needs someone").get_by_role("link", name=title))
    ola.keyboard.press("Enter")
    expect(ola.get_by_role("heading", name=title, level=1)).to_be_visible()
    go_to(ola, ola.get_by_role("textbox", name="Your answer"))
    ola.keyboard.type("The green one.")
    ola.keyboard.press("Control+Enter")
    expect(steps.answer_by_text(ola, "The green one.")).to_be_visible()

    kim.reload()
    go_to(kim, kim.get_by_role("button", name="Accept this answer"))
    kim.keyboard.press("Enter")
    expect(steps.answer_by_text(kim, "Accepted solution")).to_contain_text("The green one.")


def test_a_moderator_promotes_and_whoever_tried_says_that_it_worked_with_the_keyboard_alone(
    site: Site, visit: Visit
) -> None:
    with site.arranging():
        kim = site.person("kim")
        question = factories.question(kim, "How is the heavy lid lifted by one person?")
        accept(kim, factories.answer(site.person("ola"), question, "With the blue strap, from behind."))
        db.session.flush()
        need = asked_need(question)
        assert need is not None
        check_in = latest_of(need)
        assert check_in is not None
        asked, thread = f"/check-ins/{check_in.id}", f"/questions/{question.id}"

    kims = visit("kim")
    kims.goto(asked)
    go_to(kims, kims.get_by_role("radio").first)
    kims.keyboard.press("Space")
    go_to(kims, kims.get_by_role("button", name="Send"))
    kims.keyboard.press("Enter")
    expect(kims.get_by_role("status").filter(has_text="Thank you")).to_be_visible()

    farah = visit("farah")
    farah.goto(thread)
    post = steps.answer_by_text(farah, "With the blue strap")
    go_to(farah, post.locator("summary", has_text="More").first)
    farah.keyboard.press("Enter")
    go_to(farah, post.get_by_role("link", name="Make it a best practice"))
    farah.keyboard.press("Enter")
    go_to(farah, farah.get_by_role("textbox", name="Title"))
    farah.keyboard.press("Control+A")
    farah.keyboard.type("Lift the lid with the blue strap")
    for part in ("Why it works", "When not", "Or in a sentence"):
        go_to(farah, farah.get_by_role("textbox", name=part))
        farah.keyboard.type("It has a hook, and holds forty kilos.")
    go_to(farah, farah.get_by_role("button", name="Publish"))
    farah.keyboard.press("Enter")
    expect(farah.get_by_text("It is a best practice now.")).to_be_visible()


def press_vote(page: Page) -> None:
    go_to(page, page.get_by_role("article", name="Answer by").get_by_role("button", name="This helps"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-score]")).to_have_text("1 vote")


def press_level(page: Page) -> None:
    menu = page.locator("main .follow")
    go_to(page, menu.locator("summary"))
    page.keyboard.press("Enter")
    go_to(page, menu.get_by_role("button", name="Muted"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Muted: nothing, and it is not offered to you.")).to_be_visible()
    expect(menu.locator("summary:focus", has_text="Muted")).to_be_visible()
    page.keyboard.press("Enter")
    expect(menu.locator("[aria-current=true]", has_text="Muted")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("button", name="Muted")).to_be_hidden()


def press_accept(page: Page) -> None:
    go_to(page, page.get_by_role("button", name="Accept this answer"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("article").get_by_text("Accepted solution")).to_be_visible()


def press_withdraw(page: Page) -> None:
    press_accept(page)
    page.locator("body").evaluate("() => document.activeElement.blur()")
    go_to(page, page.get_by_role("button", name="Withdraw the mark"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("article").get_by_text("Accepted solution")).to_have_count(0)


def press_thanks(page: Page) -> None:
    answer = page.get_by_role("article", name="Answer by")
    go_to(page, answer.locator("summary", has_text="Say thanks"))
    page.keyboard.press("Enter")
    go_to(page, answer.get_by_role("button", name="Thank Ola Mensah"))
    page.keyboard.press("Enter")
    expect(answer).to_contain_text("Thanked by Kim Tran")


def press_comment(page: Page) -> None:
    answer = page.get_by_role("article", name="Answer by")
    go_to(page, answer.locator("summary", has_text="Add a comment"))
    page.keyboard.press("Enter")
    go_to(page, answer.get_by_label("Ask for detail or add a remark"))
    page.keyboard.type("A remark typed with ten fingers.")
    page.keyboard.press("Control+Enter")
    expect(answer.get_by_text("A remark typed with ten fingers.")).to_be_visible()


def press_reply(page: Page) -> None:
    answer = page.get_by_role("article", name="Answer by")
    go_to(page, answer.locator("summary", has_text="Reply to Piotr"))
    page.keyboard.press("Enter")
    go_to(page, answer.get_by_label("Your reply to Piotr"))
    page.keyboard.type("A reply typed with ten fingers.")
    page.keyboard.press("Control+Enter")
    expect(answer.get_by_text("A reply typed with ten fingers.")).to_be_visible()


@pytest.mark.parametrize(
    ("press", "home"),
    [
        (press_vote, ".vote"),
        (press_level, ".follow"),
        (press_accept, "#answers"),
        (press_withdraw, "#answers"),
        (press_thanks, ".thanks"),
        (press_comment, ".comments"),
        (press_reply, ".comments"),
    ],
)
def test_the_focus_stays_where_the_page_changed(thread: Page, press: Callable[[Page], None], home: str) -> None:
    press(thread)
    expect(thread.locator(f"{home}:focus-within")).to_be_visible()


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("place", ["/", "/ask", "/search?q=parcel", "/settings", "thread"])
def test_the_focus_is_visible_at_every_stop(visit: Visit, answer: Answer, place: str, width: int, key: str) -> None:
    page = visit("kim", width=width)
    page.goto(f"/questions/{answer.question_id}" if place == "thread" else place)
    page.wait_for_load_state("networkidle")  # What is loaded after the page moves what stands below it.
    found = stops(page, key)
    assert len(found) > 10
    assert [stop["words"] for stop in found if not stop["ringed"]] == [], "no ring"
    assert [stop["words"] for stop in found if not stop["seen"]] == [], "hidden or half covered"


def test_the_first_stop_leads_past_the_header(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").get_by_role("link").first).to_be_focused()


def test_escape_closes_a_menu_and_gives_the_focus_back(thread: Page) -> None:
    menu = thread.locator("summary", has_text="Menu of Kim Tran")
    go_to(thread, menu)
    thread.keyboard.press("Enter")
    thread.keyboard.press("Tab")
    expect(thread.get_by_role("link", name="Settings")).to_be_visible()
    thread.keyboard.press("Escape")
    expect(thread.get_by_role("link", name="Settings")).to_be_hidden()
    expect(menu).to_be_focused()


def test_one_goes_anywhere_by_name_and_escape_gives_the_focus_back(thread: Page) -> None:
    vote = thread.get_by_role("button", name="This helps").first
    vote.focus()
    thread.keyboard.press("Control+k")
    box = thread.get_by_role("dialog", name="Go to").get_by_role("combobox")
    expect(box).to_be_focused()
    thread.keyboard.type("qqq")
    expect(thread.get_by_role("option")).to_have_text(["Search for “qqq” everywhere"])
    assert axe.violations(thread) == []
    thread.keyboard.press("Escape")
    expect(vote).to_be_focused()
    thread.keyboard.press("Control+k")
    expect(box).to_be_focused()
    thread.keyboard.type("bookm")
    expect(thread.get_by_role("option").first).to_contain_text("Bookmarks")
    thread.keyboard.press("Enter")
    expect(thread).to_have_url(re.compile("/bookmarks$"))


def test_escape_closes_the_list_of_colleagues_and_keeps_the_text(thread: Page) -> None:
    field = thread.get_by_role("textbox", name="Your answer")
    field.press_sequentially("Ask @ol")
    expect(thread.get_by_role("listbox", name="Colleagues")).to_be_visible()
    thread.keyboard.press("Escape")
    expect(thread.get_by_role("listbox", name="Colleagues")).to_have_count(0)
    expect(field).to_be_focused()
    expect(field).to_have_value("Ask @ol")


def test_a_colleague_is_chosen_with_the_arrow_keys(thread: Page) -> None:
    field = thread.get_by_role("textbox", name="Your answer")
    field.press_sequentially("Ask @o")
    people = ["Ola Mensah (@ola, Customer Service)", "Owen Price (@owen, Marketing)", "Sam O'Neill (@sam, IT)"]
    expect(thread.get_by_role("option")).to_have_text(people)
    thread.keyboard.press("ArrowDown")
    thread.keyboard.press("Enter")
    expect(field).to_have_value("Ask @owen ")


def test_a_late_answer_does_not_replace_the_list_for_what_was_typed_since(thread: Page) -> None:
    held: list[Route] = []
    thread.route(re.compile(r"suggest\?q=$"), lambda route: held.append(route))
    field = thread.get_by_role("textbox", name="Your answer")
    field.focus()
    thread.wait_for_load_state("networkidle")  # The tools come with the focus; each letter is to ask for itself.
    field.press_sequentially("Ask @ol")
    expect(thread.get_by_role("option")).to_have_text(["Ola Mensah (@ola, Customer Service)"])
    with thread.expect_response(re.compile(r"suggest\?q=$")):
        held[0].continue_()
    thread.evaluate("new Promise(requestAnimationFrame)")
    expect(thread.get_by_role("option")).to_have_text(["Ola Mensah (@ola, Customer Service)"])


def test_a_refused_form_takes_the_focus_to_what_is_wrong(visit: Visit, watch: Any) -> None:
    watch.expect(422)
    page = visit("kim")
    page.goto("/ask")
    page.get_by_role("button", name="Post question").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="What do you need to know?")).to_be_focused()


def test_shortcuts_are_silent_once_switched_off(site: Site, visit: Visit) -> None:
    with site.arranging():
        quentin = factories.person("Quentin Quiet", site.person("kim").department)
    page = visit(quentin.handle)
    page.goto("/settings")
    page.get_by_label("Single keys act as shortcuts").uncheck()
    page.get_by_role("region", name="Appearance").get_by_role("button", name="Save").click()
    page.goto("/practices")
    page.keyboard.press("/")
    page.keyboard.press("c")
    expect(page.get_by_role("combobox", name="Search questions")).not_to_be_focused()
    expect(page.get_by_role("heading", name="Best practices", level=1)).to_be_visible()
