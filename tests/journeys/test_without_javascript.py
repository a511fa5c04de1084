"""The same stories in a browser that runs no scripts: plain forms and links do everything."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from forum.answers.models import Answer
from tests import factories
from tests.journeys import steps
from tests.journeys.conftest import Site, Visit, Watch

pytestmark = pytest.mark.browser

ANSWER = "Put the small one on top."


@pytest.fixture
def kim(visit: Visit) -> Page:
    return visit("kim", javascript=False)


@pytest.fixture
def given(site: Site) -> Answer:
    """An answer of Piotr's to a question of Kim's."""
    with site.arranging():
        asked = factories.question(site.person("kim"), "In which order do the boxes go on the pallet?")
        return factories.answer(site.person("piotr"), asked, ANSWER)


def test_scripts_do_not_run_in_these_tests(kim: Page) -> None:
    kim.goto("/")
    assert kim.locator("html").get_attribute("data-js") is None


def test_somebody_signs_in_and_out(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto("/practices")
    steps.sign_in(page, "kim@northwick.example")
    expect(page.get_by_role("heading", name="Best practices", level=1)).to_be_visible()
    page.locator("summary", has_text="Menu of Kim Tran").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_what_colleagues_know_is_a_step_of_asking_and_keeps_what_was_written(kim: Page) -> None:
    title = "The parcel went to their old warehouse, but the new address was entered"
    kim.goto("/ask")
    steps.write_question(kim, title, "It came back with a **dent**.")
    kim.get_by_role("button", name="Post question").click()
    expect(kim.get_by_role("link", name="Customer says the parcel went to their old")).to_be_visible()
    expect(kim.get_by_role("textbox", name="What happened")).to_have_value("It came back with a **dent**.")
    kim.get_by_role("button", name="No, post my question").click()
    expect(kim.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(kim.locator("[data-post-body] strong")).to_have_text("dent")


def test_the_preview_is_a_page_that_keeps_what_was_written(kim: Page) -> None:
    kim.goto("/ask")
    steps.write_question(kim, "What does the preview look like?", "- one\n- `two`")
    kim.get_by_role("button", name="Preview").click()
    expect(kim.locator("#body-preview li")).to_have_text(["one", "two"])
    expect(kim.get_by_label("What do you need to know?")).to_have_value("What does the preview look like?")
    expect(kim.get_by_role("checkbox", name="Sales", exact=True)).to_be_checked()


def test_a_refused_question_comes_back_with_everything(kim: Page, watch: Watch) -> None:
    watch.expect(422)
    kim.goto("/ask")
    kim.get_by_label("What do you need to know?").fill("Why is nothing chosen below?")
    kim.get_by_role("textbox", name="What happened").fill("I forgot.")
    kim.get_by_role("button", name="Post question").click()
    expect(kim.get_by_role("alert").get_by_role("link")).to_have_count(1)
    expect(kim.get_by_role("textbox", name="What happened")).to_have_value("I forgot.")


def test_return_in_the_title_posts_and_does_not_preview(kim: Page, watch: Watch) -> None:
    watch.expect(422)
    kim.goto("/ask")
    kim.get_by_label("What do you need to know?").fill("Does Return send this?")
    kim.keyboard.press("Enter")
    expect(kim.get_by_role("alert")).to_be_visible()


def test_a_colleague_answers_with_a_mention(visit: Visit, given: Answer) -> None:
    ola = visit("ola", javascript=False)
    ola.goto(f"/questions/{given.question_id}")
    steps.answer(ola, "Ask @piotr about it.")
    expect(steps.answer_by_text(ola, "about it").get_by_role("link", name="@piotr")).to_be_visible()


def test_the_asker_accepts_and_withdraws(kim: Page, given: Answer) -> None:
    kim.goto(f"/questions/{given.question_id}")
    kim.get_by_role("button", name="Accept this answer").click()
    expect(kim.locator("#question-state")).to_have_text("Accepted")
    kim.get_by_role("button", name="Withdraw the mark").click()
    expect(kim.locator("#question-state")).to_have_text("Answered")


def test_a_vote_is_given_and_taken_back(kim: Page, given: Answer) -> None:
    kim.goto(f"/questions/{given.question_id}")
    kim.get_by_role("button", name="This helps").click()
    expect(kim.locator("[data-score]")).to_have_text("1 vote")
    kim.get_by_role("button", name="This helps").click()
    expect(kim.locator("[data-score]")).to_have_text("0 votes")


def test_thanks_are_said_and_taken_back(kim: Page, given: Answer) -> None:
    kim.goto(f"/questions/{given.question_id}")
    answer = steps.answer_by_text(kim, ANSWER)
    answer.get_by_text("Say thanks").click()
    answer.get_by_role("button", name="Thank Piotr Zając").click()
    expect(answer).to_contain_text("Thanked by Kim Tran")
    answer.get_by_role("button", name="Take my thanks back").click()
    expect(answer.get_by_text("Thanked by")).to_have_count(0)


def test_a_remark_and_a_reply_are_written(kim: Page, given: Answer) -> None:
    kim.goto(f"/questions/{given.question_id}")
    answer = steps.answer_by_text(kim, ANSWER)
    answer.get_by_text("Add a comment").click()
    answer.get_by_label("Ask for detail or add a remark").fill("Also on Fridays?")
    answer.get_by_role("button", name="Post comment").last.click()
    answer.locator("summary", has_text="Reply to Kim Tran").click()
    answer.get_by_label("Your reply to Kim Tran").fill("Yes, I looked.")
    answer.get_by_role("button", name="Post comment").first.click()
    expect(answer.get_by_role("listitem").get_by_role("listitem")).to_contain_text("Yes, I looked.")


def test_an_empty_remark_is_refused_on_a_page_that_leads_back(kim: Page, given: Answer, watch: Watch) -> None:
    watch.expect(422)
    kim.goto(f"/questions/{given.question_id}")
    answer = steps.answer_by_text(kim, ANSWER)
    answer.get_by_text("Add a comment").click()
    answer.get_by_label("Ask for detail or add a remark").fill(" ")
    answer.get_by_role("button", name="Post comment").click()
    expect(kim.get_by_role("alert")).to_be_visible()
    kim.get_by_role("link", name="Back to the answer").click()
    expect(kim.get_by_text(ANSWER)).to_be_visible()


def test_something_is_muted_and_found_again_in_the_settings(kim: Page) -> None:
    kim.goto("/departments/marketing")
    kim.get_by_text("Normal", exact=False).click()
    kim.get_by_role("link", name="Change what you hear of it").click()
    kim.get_by_role("button", name="Muted:").click()
    expect(kim.get_by_text("Muted: you are not told of its questions")).to_be_visible()
    kim.goto("/settings/following?show=muted")
    row = kim.get_by_role("listitem").filter(has_text="Marketing")
    row.get_by_text("Muted").click()
    row.get_by_role("link", name="Change what you hear of it").click()
    kim.get_by_role("button", name="Normal:").click()
    expect(kim.get_by_text("Normal: only what concerns you")).to_be_visible()
    expect(row).to_have_count(0)


def test_a_search_is_narrowed_by_a_facet(kim: Page) -> None:
    kim.goto("/")
    kim.get_by_role("searchbox", name="Search questions").fill("invoice")
    kim.keyboard.press("Enter")
    kim.get_by_role("complementary", name="Narrow the results").get_by_role("link", name="Finance").click()
    expect(kim.get_by_role("list", name="Filters in use")).to_contain_text("dept:finance")
    expect(kim.locator(".row__title mark").first).to_be_visible()


def test_an_edit_in_between_is_refused_with_both_texts(visit: Visit, watch: Watch, given: Answer) -> None:
    watch.expect(409)
    piotr = visit("piotr", javascript=False)
    farah = visit("farah", javascript=False)
    for page, text in ((piotr, "Put the small one below."), (farah, "Put the red one on top.")):
        page.goto(f"/answers/{given.id}/edit")
        page.get_by_role("textbox", name="Text").fill(text)
    piotr.get_by_role("button", name="Save").click()
    expect(steps.answer_by_text(piotr, "Put the small one below.")).to_be_visible()
    farah.get_by_role("button", name="Save").click()
    expect(farah.get_by_role("alert")).to_contain_text("Somebody saved a change")
    expect(farah.get_by_role("textbox", name="Text")).to_have_value("Put the red one on top.")
    farah.get_by_role("button", name="Save").click()
    expect(steps.answer_by_text(farah, "Put the red one on top.")).to_be_visible()


def test_a_moderator_promotes_improves_and_retires(visit: Visit, given: Answer) -> None:
    farah = visit("farah", javascript=False)
    farah.goto(f"/questions/{given.question_id}")
    steps.open_more(steps.answer_by_text(farah, ANSWER))
    steps.answer_by_text(farah, ANSWER).get_by_role("link", name="Make it a best practice").click()
    farah.get_by_label("Title").fill("Small boxes go on top")
    farah.get_by_role("textbox", name="Why it works").fill("Nothing is crushed.")
    farah.get_by_role("textbox", name="When not").fill("When all are small.")
    farah.get_by_role("textbox", name="Or in a sentence").fill("A look.")
    farah.get_by_role("button", name="Publish").click()
    farah.get_by_role("link", name="Improve it").click()
    farah.get_by_role("textbox", name="When not").fill("When all weigh the same.")
    farah.get_by_role("button", name="Save as a new version").click()
    expect(farah.get_by_role("link", name="2 versions")).to_be_visible()
    farah.locator("summary", has_text="More about this practice").click()
    farah.get_by_role("link", name="Retire").click()
    farah.get_by_label("Why is it no longer recommended?").fill("A robot does it now.")
    farah.get_by_role("button", name="Retire").click()
    expect(farah.get_by_role("main")).to_contain_text("Retired. A robot does it now.")


def test_a_post_is_removed_and_put_back(visit: Visit, given: Answer) -> None:
    piotr = visit("piotr", javascript=False)
    piotr.goto(f"/questions/{given.question_id}")
    answer = steps.answer_by_text(piotr, ANSWER)
    steps.open_more(answer)
    answer.get_by_role("button", name="Remove").click()
    expect(answer).to_have_count(0)
    piotr.get_by_role("button", name="Undo").click()
    expect(answer).to_be_visible()


def test_the_colours_are_chosen_in_the_menu_and_stay(site: Site, visit: Visit) -> None:
    with site.arranging():
        somebody = factories.person(None, site.person("kim").department)
    page = visit(somebody.handle, javascript=False)
    page.goto("/practices")
    page.locator("summary", has_text="Menu of").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.get_by_role("heading", name="Best practices", level=1)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_menu_of_a_narrow_screen_leads_everywhere(visit: Visit) -> None:
    page = visit("kim", javascript=False, width=360)
    page.goto("/")
    page.locator("summary", has_text="Menu of Kim Tran").click()
    page.get_by_role("navigation", name="Main, in the menu").get_by_role("link", name="Departments").click()
    expect(page.get_by_role("heading", name="Departments", level=1)).to_be_visible()
