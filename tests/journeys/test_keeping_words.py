"""What is typed survives a closed tab, a second window, a site out of reach and a slip of the hand."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Dialog, Page, expect

from forum.questions.models import Question
from tests import factories
from tests.attachments import files
from tests.journeys import axe, steps
from tests.journeys.conftest import Site, Visit, Watch
from tests.journeys.test_attaching import HAND_OVER
from tests.journeys.test_writing import PASTE

pytestmark = pytest.mark.browser

TITLE = "Which weights belong to the small scale?"
# What a reader sees of a text: all but the hidden heading of the preview, and where a picture lies by then.
SHOWN = "part => [...part.children].filter((each) => !each.matches('h2.visually-hidden')).map((each) => each.outerHTML)"


@pytest.fixture
def question(site: Site) -> Question:
    """A question of Kim's."""
    with site.arranging():
        return factories.question(site.person("kim"), "Where is the long tape measure?")


def wait_until_kept(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def test_a_table_code_and_a_picture_begun_on_a_phone_are_posted_from_a_desk_as_previewed(visit: Visit) -> None:
    phone = visit("kim", width=360)
    phone.goto("/ask")
    steps.write_question(phone, TITLE, "They look alike.\n\n")
    text = phone.get_by_role("textbox", name="What happened")
    text.press("Control+End")
    text.evaluate(PASTE, ["Part\tGrams\nlid\t12\nring\t3\n", "<table><tr><td>Part"])
    phone.keyboard.type("\n```\nweigh --all\n```\n\n")
    picture = base64.b64encode(files.picture(size=(400, 200))).decode()
    text.evaluate(HAND_OVER, ["paste", "image.png", "image/png", picture])
    phone.get_by_label("What does the picture show?").fill("Three weights in a row")
    phone.keyboard.press("Enter")
    phone.get_by_role("combobox", name="Topics").fill("scales ")
    assert not axe.is_wider_than_the_screen(phone)
    wait_until_kept(phone)
    phone.close(run_before_unload=True)

    desk = visit("kim")
    desk.goto("/ask")
    expect(desk.get_by_text("Your draft from")).to_be_visible()
    desk.get_by_role("button", name="Preview").click()
    preview = desk.locator("[data-editor-panel]").first
    expect(preview.get_by_role("img", name="Three weights in a row")).to_be_visible()
    previewed = preview.evaluate(SHOWN)
    desk.get_by_role("button", name="Write").click()
    steps.post_question(desk)
    posted = desk.locator("[data-post-body]").first
    assert posted.evaluate(SHOWN) == previewed
    expect(posted.get_by_role("table")).to_contain_text("ring")
    expect(posted.get_by_text("weigh --all")).to_be_visible()
    expect(desk.get_by_role("link", name="scales", exact=True)).to_be_visible()


def test_of_two_windows_each_keeps_its_own_draft_once_both_were_changed(visit: Visit) -> None:
    first = visit("kim")
    first.goto("/ask")
    steps.write_question(first, TITLE, "At the beginning.")
    wait_until_kept(first)
    second = visit("kim")
    second.goto("/ask")
    second.get_by_role("textbox", name="What happened").fill("From the second window.")
    wait_until_kept(second)
    first.get_by_role("textbox", name="What happened").fill("From the first window.")
    expect(first.get_by_role("status").filter(has_text="changed in another window")).to_be_visible()
    third = visit("kim")
    third.goto("/ask")
    expect(third.get_by_role("textbox", name="What happened")).to_have_value("From the first window.")
    third.get_by_role("link", name="Go on with your earlier draft").click()
    expect(third.get_by_role("textbox", name="What happened")).to_have_value("From the second window.")


def test_the_page_says_when_the_draft_was_saved(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/ask")
    steps.write_question(page, TITLE, "They look alike.")
    wait_until_kept(page)
    assert ":" in page.locator("[data-kept-at]").inner_text()


def test_leaving_a_change_that_is_not_saved_is_asked_about_and_no_draft(visit: Visit, question: Question) -> None:
    page = visit("kim")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    page.goto(f"/questions/{question.id}")
    page.get_by_role("textbox", name="Your answer").press_sequentially("Kept as a draft.")
    page.goto("/help")
    page.goto(f"/questions/{question.id}")
    page.get_by_text("Add a comment").click()
    page.get_by_label("Ask for detail or add a remark").press_sequentially("Kept, too.")
    page.goto("/help")
    assert asked == []
    page.goto(f"/questions/{question.id}/edit")
    page.get_by_role("textbox", name="Text").press_sequentially("Not kept.")
    page.goto("/help")
    assert asked == ["beforeunload"]


def test_an_answer_begun_on_one_browser_is_there_on_another_and_gone_once_posted(
    visit: Visit, question: Question
) -> None:
    phone = visit("ola", width=360)
    phone.goto(f"/questions/{question.id}")
    phone.get_by_role("textbox", name="Your answer").press_sequentially("In the long dra")
    wait_until_kept(phone)
    phone.get_by_role("textbox", name="Your answer").press_sequentially("wer")
    phone.close(run_before_unload=True)  # Within the two seconds.

    desk = visit("ola")
    desk.goto(f"/questions/{question.id}")
    expect(desk.get_by_role("textbox", name="Your answer")).to_have_value("In the long drawer")
    desk.get_by_role("button", name="Post answer").click()
    expect(steps.answer_by_text(desk, "In the long drawer")).to_be_visible()
    desk.goto("/drafts")
    expect(desk.get_by_text("In the long drawer")).to_have_count(0)
    desk.goto(f"/questions/{question.id}")
    expect(desk.get_by_role("textbox", name="Your answer")).to_have_value("")
    desk.get_by_role("textbox", name="Your answer").focus()
    desk.wait_for_load_state("networkidle")
    expect(desk.get_by_role("textbox", name="Your answer")).to_have_value("")


def test_a_comment_begun_is_there_again_and_can_be_thrown_away(visit: Visit, question: Question) -> None:
    page = visit("ola")
    page.goto(f"/questions/{question.id}")
    page.get_by_text("Add a comment").click()
    field = page.get_by_label("Ask for detail or add a remark")
    field.press_sequentially("Which one?")
    wait_until_kept(page)
    page.reload()
    page.get_by_text("Add a comment").click()
    field.focus()
    expect(field).to_have_value("Which one?")
    page.get_by_role("button", name="Discard it").click()
    expect(field).to_have_value("")
    page.wait_for_load_state("networkidle")
    page.goto("/drafts")
    expect(page.get_by_text("Which one?")).to_have_count(0)


def test_a_comment_typed_faster_than_its_tools_arrive_is_kept_too(visit: Visit, question: Question) -> None:
    page, held = visit("ola"), []
    page.route("**/editor*.js", lambda route: held.append(route))
    page.goto(f"/questions/{question.id}")
    page.get_by_text("Add a comment").click()
    page.get_by_label("Ask for detail or add a remark").press_sequentially("Which one?")
    held[0].continue_()
    wait_until_kept(page)


def test_two_windows_with_one_answer_are_shown_both_texts(visit: Visit, watch: Watch, question: Question) -> None:
    watch.expect(409)
    first, second = visit("ola"), visit("ola")
    for page in (first, second):
        page.goto(f"/questions/{question.id}")
        page.get_by_role("textbox", name="Your answer").focus()
        page.wait_for_load_state("networkidle")
    first.get_by_role("textbox", name="Your answer").press_sequentially("In the drawer.")
    wait_until_kept(first)
    second.get_by_role("textbox", name="Your answer").press_sequentially("On the wall.")
    told = second.get_by_role("alert").filter(has_text="In the drawer.")
    expect(told).to_be_visible()
    assert axe.problems(second, [(360, "light")]) == []
    told.get_by_role("button", name="Keep this one").click()
    wait_until_kept(second)
    first.get_by_role("textbox", name="Your answer").press_sequentially(" The long one.")
    told = first.get_by_role("alert").filter(has_text="On the wall.")
    told.get_by_role("button", name="Take the other one").click()
    expect(first.get_by_role("textbox", name="Your answer")).to_have_value("On the wall.")


def test_while_the_site_is_out_of_reach_the_words_stay_and_are_sent_later(
    visit: Visit, watch: Watch, question: Question
) -> None:
    page = visit("ola")
    page.goto(f"/questions/{question.id}")
    page.get_by_role("textbox", name="Your answer").fill("In the van.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Post answer").click()
    expect(page.get_by_role("alert")).to_contain_text("What you typed is still here")
    expect(page.get_by_role("textbox", name="Your answer")).to_have_value("In the van.")
    assert watch.take()  # The browser notes that nothing answered.
    page.context.set_offline(False)
    page.get_by_role("button", name="Post answer").click()
    expect(steps.answer_by_text(page, "In the van.")).to_be_visible()


def test_a_comment_that_meets_a_dead_server_stays_in_its_field(visit: Visit, watch: Watch, question: Question) -> None:
    page = visit("ola")
    page.goto(f"/questions/{question.id}")
    page.get_by_text("Add a comment").click()
    field = page.get_by_label("Ask for detail or add a remark")
    field.fill("Is it there?")
    page.route("**/comments", lambda route: route.abort("connectionrefused"))
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_role("alert")).to_contain_text("What you typed is still here")
    expect(field).to_have_value("Is it there?")
    assert watch.take()  # The browser notes that the connection was refused.
    page.unroute_all()
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_text("Your comment is out.")).to_be_visible()
