"""Reading a thread and doing something there: what is new, votes, quotations, code, and taking it back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from forum.answers.models import Answer
from forum.core.db import db
from forum.questions.models import Question
from tests import factories
from tests.journeys import axe, steps
from tests.journeys.conftest import Site, Visit, Watch

pytestmark = pytest.mark.browser

A_MINUTE = 60_000  # ms


@pytest.fixture
def answer(site: Site) -> Answer:
    """Ola's answer to a question of Piotr's, with code and more remarks than are shown at once."""
    with site.arranging():
        question = factories.question(site.person("piotr"), body="It fell over.")
        answer = factories.answer(site.person("ola"), question, "Set it up:\n\n```\nquokka --up\n```")
        for n in range(5):
            factories.comment(site.person("piotr"), answer, f"Remark {n}")
        return answer


@pytest.fixture
def thread(visit: Visit, answer: Answer) -> Page:
    """The page of that question, as Kim sees it."""
    page = visit("kim", permissions=["clipboard-read", "clipboard-write"])
    page.clock.install()
    page.goto(f"/questions/{answer.question_id}")
    return page


def hold(page: Page, address: str = "**/vote") -> Callable[..., Any]:
    """Keeps the answer to a vote back; what is returned gives it as it is, or as `fulfill` or `abort` are told."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))

    def release(deed: str = "continue_", **how: Any) -> None:
        while not held:
            page.wait_for_timeout(10)
        getattr(held.pop(), deed)(**how)

    return release


def test_a_vote_shows_at_once_and_is_taken_back_when_the_server_refuses(thread: Page, watch: Watch) -> None:
    watch.expect(500)
    release = hold(thread)
    post = thread.get_by_role("article", name="Answer by")
    helps = post.get_by_role("button", name="This helps")
    helps.click()
    expect(post.locator("[data-score]")).to_contain_text("1")
    expect(helps).to_have_attribute("aria-pressed", "true")
    place = {"HX-Retarget": "#problem", "HX-Reswap": "innerHTML"}
    release("fulfill", status=500, headers=place, body='<div class="flash" role="alert">It broke.</div>')
    expect(thread.get_by_role("alert")).to_contain_text("It broke.")
    expect(post.locator("[data-score]")).to_contain_text("0")
    expect(helps).to_have_attribute("aria-pressed", "false")
    expect(helps).to_be_focused()


def test_a_vote_that_never_arrives_is_taken_back_with_a_word(thread: Page, watch: Watch) -> None:
    release = hold(thread)
    post = thread.get_by_role("article", name="Answer by")
    post.get_by_role("button", name="This helps").click()
    expect(post.locator("[data-score]")).to_contain_text("1")
    release("abort", error_code="internetdisconnected")
    expect(thread.get_by_role("alert").get_by_text("The site cannot be reached")).to_be_visible()
    expect(post.locator("[data-score]")).to_contain_text("0")
    assert watch.take()


def test_a_second_press_while_a_vote_is_on_its_way_changes_nothing(thread: Page) -> None:
    release = hold(thread)
    post = thread.get_by_role("article", name="Answer by")
    for _ in range(2):
        post.get_by_role("button", name="This helps").click()
    release()
    expect(post.get_by_role("button", name="This helps")).to_have_attribute("data-own", "1")
    expect(post.locator("[data-score]")).to_have_text("1 vote")


def test_thanks_show_at_once_and_are_taken_back_when_the_server_refuses(thread: Page, watch: Watch) -> None:
    watch.expect(500)
    release = hold(thread, "**/thanks")
    post = thread.get_by_role("article", name="Answer by")
    post.get_by_text("Say thanks").click()
    post.get_by_label("What it did for you").fill("It stood.")
    post.get_by_role("button", name="Thank Ola").click()
    expect(post.locator("summary", has_text="Thanked")).to_be_focused()
    place = {"HX-Retarget": "#problem", "HX-Reswap": "innerHTML"}
    release("fulfill", status=500, headers=place, body='<div class="flash" role="alert">It broke.</div>')
    expect(thread.get_by_role("alert")).to_contain_text("It broke.")
    expect(post.get_by_label("What it did for you")).to_have_value("It stood.")
    post.get_by_role("button", name="Thank Ola").click()
    release()
    expect(post.get_by_text("Thanked by")).to_be_visible()
    expect(post.get_by_text("“It stood.”")).to_be_visible()


def test_a_need_of_ones_own_shows_at_once_and_is_taken_back_when_the_server_refuses(
    site: Site, visit: Visit, watch: Watch
) -> None:
    watch.expect(500)
    with site.arranging():
        question = factories.question(site.person("kim"), "Who has the second key?")
    page = visit("ola")
    page.goto(f"/questions/{question.id}")
    release = hold(page, "**/sharing")
    page.get_by_role("button", name="I need this too").click()
    expect(page.get_by_role("button", name="You need this too")).to_be_visible()
    place = {"HX-Retarget": "#problem", "HX-Reswap": "innerHTML"}
    release("fulfill", status=500, headers=place, body='<div class="flash" role="alert">It broke.</div>')
    page.get_by_role("button", name="I need this too").click()
    release()
    expect(page.get_by_role("button", name="I no longer need this")).to_be_visible()
    expect(page.get_by_text("2 people in 2 departments have this need.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Noted: you need this too.")).to_be_visible()


def test_what_others_write_is_told_and_shown_without_losing_what_is_typed(
    site: Site, thread: Page, answer: Answer
) -> None:
    thread.get_by_role("textbox", name="Your answer").fill("Half an answer")
    post = thread.get_by_role("article", name="Answer by")
    post.get_by_text("Add a comment").click()
    post.get_by_label("Ask for detail or add a remark").fill("Half a remark")
    with site.arranging():
        question = db.session.get_one(Question, answer.question_id)
        factories.answer(site.person("piotr"), question, "It stood up by itself.")
    before = thread.evaluate("scrollY")
    thread.clock.run_for(A_MINUTE)
    news = thread.get_by_role("status").get_by_role("link", name="1 new answer")
    expect(news).to_be_visible()
    assert thread.evaluate("scrollY") == before
    news.click()
    expect(steps.answer_by_text(thread, "It stood up by itself.")).to_contain_text("New")
    expect(thread.locator("#new")).to_be_focused()
    expect(thread.get_by_role("textbox", name="Your answer")).to_have_value("Half an answer")
    remark = steps.answer_by_text(thread, "quokka").get_by_label("Ask for detail or add a remark")
    expect(remark).to_be_visible()
    expect(remark).to_have_value("Half a remark")
    expect(news).to_have_count(0)
    assert axe.problems(thread) == []


def test_a_list_leads_to_what_is_new(site: Site, thread: Page, answer: Answer) -> None:
    with site.arranging():
        factories.comment(site.person("farah"), answer, "Somebody moved it.")
    thread.goto("/?tab=active")
    row = thread.locator(".row").filter(has=thread.locator(f"[href^='/questions/{answer.question_id}/']"))
    row.get_by_role("link", name="Go to 1 new").click()
    expect(thread.get_by_text("New since you were here", exact=True)).to_be_in_viewport()
    expect(thread.get_by_text("Somebody moved it.")).to_be_visible()  # Although there are more remarks than are shown.


def test_an_answer_is_quoted_into_a_remark_with_the_keyboard(thread: Page, answer: Answer) -> None:
    post = thread.get_by_role("article", name="Answer by")
    post.get_by_role("link", name="Quote").press("Enter")
    field = post.get_by_label("Ask for detail or add a remark")
    expect(field).to_be_focused()
    expect(field).to_have_value(
        f"From [this answer](/posts/{answer.id}):\n\n> Set it up:\n>\n> ```\n> quokka --up\n> ```\n\n"
    )


def test_what_is_selected_is_quoted_by_the_key_r(thread: Page) -> None:
    thread.get_by_text("It fell over.").select_text()
    thread.keyboard.press("r")
    expect(thread.get_by_role("textbox", name="Your answer")).to_be_focused()
    expect(thread.get_by_role("textbox", name="Your answer")).to_have_value("> It fell over.\n\n")


def test_code_is_copied_and_that_is_said(thread: Page) -> None:
    thread.get_by_role("button", name="Copy the code").click()
    expect(thread.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    assert thread.evaluate("navigator.clipboard.readText()") == "quokka --up"


def test_more_than_three_remarks_are_folded(thread: Page) -> None:
    post = thread.get_by_role("article", name="Answer by")
    expect(post.get_by_text("Remark 3")).to_be_hidden()
    post.get_by_text("Show 2 more remarks").click()
    expect(post.get_by_text("Remark 3")).to_be_visible()


def test_a_message_stays_while_somebody_is_in_it_and_can_be_closed(visit: Visit, answer: Answer) -> None:
    page = visit("piotr")
    page.clock.install()
    page.goto(f"/questions/{answer.question_id}")
    page.get_by_role("button", name="Accept this answer").click()
    message = page.get_by_role("status").get_by_text("Marked as the accepted solution.")
    expect(message).to_be_visible()
    page.get_by_role("button", name="Close").focus()
    page.clock.run_for(A_MINUTE)
    expect(message).to_be_visible()
    page.get_by_role("button", name="Close").press("Enter")
    expect(message).to_have_count(0)


def test_a_removed_remark_is_put_back_by_undo(visit: Visit, answer: Answer) -> None:
    page = visit("piotr")
    page.goto(f"/questions/{answer.question_id}")
    remark = page.get_by_role("article", name="Answer by").locator(".comment", has_text="Remark 1")
    remark.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status").filter(has_text="The comment is removed.")).to_be_visible()
    expect(page.get_by_text("Remark 1")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Remark 1")).to_be_visible()


def test_what_cannot_be_undone_asks_first_and_a_press_elsewhere_is_a_no(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/search?q=quokka")
    page.goto("/search")
    ask = page.locator("summary", has_text="Clear")
    ask.click()
    expect(page.get_by_role("button", name="Clear them")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_role("button", name="Clear them")).to_be_hidden()
    ask.click()
    page.get_by_role("button", name="Clear them").click()
    expect(ask).to_have_count(0)


def test_a_thread_is_printed_whole_and_without_what_only_a_screen_can_use(thread: Page) -> None:
    thread.emulate_media(media="print")
    expect(thread.get_by_text("Remark 4")).to_be_visible()  # It is folded on the screen.
    expect(thread.get_by_text("Set it up:", exact=True)).to_be_visible()
    unwanted = ("banner", "contentinfo", "complementary", "textbox", "button")
    assert [role for role in unwanted if thread.get_by_role(role).count()] == []  # type: ignore[arg-type]
    assert thread.pdf(format="A4").startswith(b"%PDF")


def test_a_post_is_bookmarked_by_a_key_and_reminded_of_on_a_day(visit: Visit, answer: Answer) -> None:
    page = visit("kim", width=360)
    page.goto(f"/questions/{answer.question_id}")
    page.get_by_role("article", name="Answer by").locator(".post__when a").first.focus()
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Bookmark this answer?", level=1)).to_be_visible()
    assert axe.problems(page) == []
    page.get_by_role("button", name="In a week").click()
    said = page.get_by_role("status").filter(has_text="You are reminded when your work begins on that day.")
    expect(said).to_be_visible()
    page.goto("/bookmarks")
    expect(page.get_by_text("Reminder on")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Remove")).click()
    expect(page.get_by_text("No bookmarks yet")).to_be_visible()
