"""An employee has a need: she asks, a colleague of another department answers, and she says that it helped."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from forum.answers.answering import accept, answers_of
from forum.core.db import db
from forum.questions.models import Question
from tests import factories
from tests.journeys import steps
from tests.journeys.conftest import Site, Visit

pytestmark = pytest.mark.browser

ANSWER = "Book it as two shipments and name the second one after the first."


@pytest.fixture
def question(site: Site) -> str:
    """Address of a question that Kim has asked and Ola has answered."""
    with site.arranging():
        asked = factories.question(site.person("kim"), "How do I send half of an order ahead?")
        factories.answer(site.person("ola"), asked, ANSWER)
        factories.answer(site.person("piotr"), asked, "Ask for the pallet list first.")
        return f"/questions/{asked.id}"


def test_kim_asks_ola_of_another_department_answers_and_everybody_sees_it_solved(site: Site, visit: Visit) -> None:
    title = "Who may release a shipment after the cut-off on Friday?"
    kim = visit()
    kim.goto("/")
    steps.sign_in(kim, "kim@northwick.example")
    expect(steps.greeting(kim)).to_be_visible()
    kim.get_by_role("banner").get_by_role("link", name="Ask").click()
    steps.write_question(kim, title, "The lorry was there and nobody dared.")
    steps.post_question(kim)

    ola = visit("ola")
    ola.goto("/questions")
    ola.get_by_role("region", name="Needs someone").get_by_role("link", name=title).click()
    ola.wait_for_load_state("networkidle")  # Names are offered once the script is there; people type more slowly.
    field = ola.get_by_role("textbox", name="Your answer")
    field.press_sequentially("You may, @ki")
    ola.get_by_role("option", name=re.compile("Kim Tran")).click()
    field.press_sequentially("until the gate closes.")
    ola.get_by_role("button", name="Post answer").click()
    expect(steps.answer_by_text(ola, "You may,").get_by_role("link", name="@kim")).to_be_visible()

    kim.reload()
    steps.answer_by_text(kim, "You may,").get_by_role("button", name="Accept this answer").click()
    expect(steps.answer_by_text(kim, "Accepted solution")).to_be_visible()
    expect(kim.locator("#question-state")).to_have_text("Accepted")

    ola.goto("/questions?tab=unconfirmed")
    expect(ola.get_by_role("listitem").filter(has=ola.get_by_role("link", name=title))).to_contain_text("Accepted:")
    site.settle()
    ola.goto("/search?q=cut-off+Friday+is:solved")
    expect(ola.get_by_role("listitem").filter(has=ola.get_by_role("link", name=title))).to_contain_text("Accepted")
    ola.goto("/questions")
    expect(ola.get_by_role("link", name=title)).to_have_count(0)


def test_what_colleagues_know_appears_while_the_title_is_typed(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/ask")
    page.get_by_label("What do you need to know?").press_sequentially("parcel went to the old warehouse")
    known = page.get_by_role("region", name="Colleagues may know this already")
    expect(known.get_by_role("link", name=re.compile("Customer says the parcel went to their old"))).to_be_visible()


def test_who_saw_what_colleagues_know_while_typing_is_not_asked_again(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/ask")
    steps.write_question(page, "The parcel went to the old warehouse again", "Twice this week.")
    expect(page.get_by_role("region", name="Colleagues may know this already")).to_be_visible()
    page.get_by_role("button", name="Post question").click()
    expect(page.get_by_role("heading", name="The parcel went to the old warehouse again", level=1)).to_be_visible()


def test_the_toolbar_writes_markdown_and_the_preview_is_what_is_posted(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/ask")
    steps.write_question(page, "Zzgl marks on the crates of Tuesday", "urgent", "Sales")
    text = page.get_by_role("textbox", name="What happened?")
    text.select_text()
    page.get_by_role("button", name="Bold").first.click()
    expect(text).to_have_value("**urgent**")
    text.press("End")
    text.press_sequentially("\n\n- first\n- [ ] open\n\n| a | b |\n|---|---|\n| 1 | `x` |\n")
    page.get_by_role("button", name="Preview").click()
    preview = page.locator("#body-preview")
    expect(preview.get_by_role("table")).to_be_visible()
    previewed = preview.evaluate("shown => [...shown.children].slice(1).map((part) => part.outerHTML).join('')")
    steps.post_question(page)
    posted = page.locator("[data-post-body]").first
    expect(posted.locator("strong")).to_have_text("urgent")
    assert posted.evaluate("shown => [...shown.children].map((part) => part.outerHTML).join('')") == previewed


def test_kim_thanks_and_takes_her_thanks_back(visit: Visit, question: str) -> None:
    page = visit("kim")
    page.goto(question)
    answer = steps.answer_by_text(page, ANSWER)
    answer.get_by_text("Say thanks").click()
    answer.get_by_label("What it did for you").fill("The customer had half of it on Friday.")
    answer.get_by_role("button", name="Thank Ola Mensah").click()
    expect(answer).to_contain_text("Thanked by Kim Tran")
    expect(answer).to_contain_text("“The customer had half of it on Friday.”")
    answer.get_by_role("button", name="Take my thanks back").click()
    expect(answer.get_by_text("Thanked by")).to_have_count(0)


def test_kim_changes_her_mind_and_then_withdraws_the_mark(visit: Visit, question: str) -> None:
    page = visit("kim")
    page.goto(question)
    steps.answer_by_text(page, ANSWER).get_by_role("button", name="Accept this answer").click()
    expect(steps.answer_by_text(page, "Accepted solution")).to_contain_text(ANSWER)
    steps.answer_by_text(page, "pallet list").get_by_role("button", name="Accept this one instead").click()
    expect(steps.answer_by_text(page, "Accepted solution")).to_contain_text("pallet list")
    page.get_by_role("button", name="Withdraw the mark").click()
    expect(page.get_by_role("article").get_by_text("Accepted solution")).to_have_count(0)
    expect(page.locator("#question-state")).to_have_text("Answered")


def test_the_history_keeps_who_gave_and_took_the_mark(visit: Visit, question: str) -> None:
    page = visit("kim")
    page.goto(question)
    steps.answer_by_text(page, ANSWER).get_by_role("button", name="Accept this answer").click()
    page.get_by_role("button", name="Withdraw the mark").click()
    expect(page.get_by_role("article").get_by_text("Accepted solution")).to_have_count(0)
    steps.open_more(page.get_by_role("article", name="Question by"))
    page.get_by_role("link", name="History").first.click()
    trail = page.get_by_role("region", name="Accepted solution").get_by_role("listitem")
    expect(trail).to_contain_text(["Kim Tran accepted answer", "Kim Tran withdrew the acceptance of answer"])


def test_a_vote_counts_at_once_and_can_be_taken_back(visit: Visit, question: str) -> None:
    page = visit("kim")
    page.goto(question)
    answer = steps.answer_by_text(page, ANSWER)
    helps = answer.get_by_role("button", name="This helps")
    helps.click()
    expect(answer.locator("[data-score]")).to_have_text("1 vote")
    expect(helps).to_have_attribute("aria-pressed", "true")
    helps.click()
    expect(answer.locator("[data-score]")).to_have_text("0 votes")


def test_a_remark_and_a_reply_to_it_stand_under_the_answer(visit: Visit, question: str) -> None:
    page = visit("kim")
    page.goto(question)
    answer = steps.answer_by_text(page, ANSWER)
    answer.get_by_text("Add a comment").click()
    answer.get_by_label("Ask for detail or add a remark").fill("Does that need a second invoice?")
    answer.get_by_role("button", name="Post comment").last.click()
    expect(answer.get_by_text("Does that need a second invoice?")).to_be_visible()
    other = visit("ola")
    other.goto(question)
    answer = steps.answer_by_text(other, ANSWER)
    answer.locator("summary", has_text="Reply to Kim Tran").click()
    answer.get_by_label("Your reply to Kim Tran").fill("No, one covers both.")
    answer.get_by_role("button", name="Post comment").first.click()
    expect(answer.get_by_role("listitem").get_by_role("listitem")).to_contain_text("No, one covers both.")


def test_what_is_known_follows_the_title_and_goes_away_with_it(question: str, visit: Visit) -> None:
    page = visit("kim")
    page.goto("/ask")
    title, said = page.get_by_label("What do you need to know?"), page.locator("#similar-count")
    title.fill("How to send half of an order ahead?")
    expect(page.get_by_role("heading", name="Looks like the same?")).to_be_visible()
    expect(said).to_contain_text("below the title")
    expect(title).to_be_focused()
    title.fill("Xylophones?")
    expect(page.get_by_role("heading", name="Colleagues may know this already")).to_have_count(0)
    expect(said).to_have_text("")


def test_a_colleague_links_what_helped_before_in_an_answer(site: Site, question: str, visit: Visit) -> None:
    with site.arranging():
        asked = db.session.get_one(Question, int(question.rsplit("/", 1)[1]))
        accept(site.person("kim"), answers_of(asked)[0])
        again = factories.question(site.person("farah"), "Can I send half of an order ahead of the rest?")
    site.settle()
    page = visit("ola")
    page.goto(f"/questions/{again.id}")
    field = page.get_by_role("textbox", name="Your answer")
    field.fill("See")
    page.locator("summary", has_text="Colleagues wrote about this before").click()
    page.get_by_role("button", name=re.compile("Link it in your answer.*half of an order ahead")).first.click()
    expect(field).to_have_value(re.compile(r"^See \[How do I send half of an order ahead\?\]\(/questions/"))
    expect(field).to_be_focused()
    page.get_by_role("button", name="Post answer").click()
    link = steps.answer_by_text(page, "See").get_by_role("link", name="How do I send half of an order ahead?")
    expect(link).to_be_visible()
