"""Posted too soon: Undo takes it back, and the words are in the form again, with and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.journeys import axe, steps
from tests.journeys.conftest import Site, Visit, Watch

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False])
def test_a_question_is_taken_back_mended_and_posted_again(visit: Visit, javascript: bool) -> None:
    page = visit("kim", javascript=javascript, width=360)
    page.goto("/ask")
    title = f"Who has the drill with{'' if javascript else 'out'} the long cable?"
    steps.write_question(page, title, "It hung beside the saww.")
    steps.post_question(page)
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").filter(has_text="Taken back")).to_be_visible()
    expect(page.get_by_label("What do you need to know?")).to_have_value(title)
    text = page.get_by_role("textbox", name="What happened")
    expect(text).to_have_value("It hung beside the saww.")
    text.fill("It hung beside the saw.")
    steps.post_question(page)
    expect(page.get_by_role("article", name="Question by")).to_contain_text("It hung beside the saw.")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_answer_and_a_comment_are_taken_back_where_they_were_written(
    site: Site, visit: Visit, javascript: bool
) -> None:
    with site.arranging():
        question = factories.question(site.person("kim"))
    page = visit("ola", javascript=javascript)
    page.goto(f"/questions/{question.id}")
    steps.answer(page, "In the seler.")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("textbox", name="Your answer")).to_have_value("In the seler.")
    expect(page.get_by_role("article", name="Answer by")).to_have_count(0)

    asked = page.get_by_role("article", name="Question by")
    asked.get_by_text("Add a comment").click()
    asked.get_by_label("Ask for detail or add a remark").fill("Which one?")
    asked.get_by_role("button", name="Post comment").click()
    undo = page.get_by_role("status").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    assert not javascript or axe.violations(page) == []
    undo.click()
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("Which one?")


def test_what_a_colleague_reacted_to_stays_and_the_page_says_why(site: Site, visit: Visit, watch: Watch) -> None:
    watch.expect(409)
    page = visit("kim")
    page.goto("/ask")
    steps.write_question(page, "Who sharpens the chisels in the workshop?", "They are blunt.")
    steps.post_question(page)
    ola = visit("ola")
    ola.goto(page.url)
    steps.answer(ola, "I do.")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("main")).to_contain_text("Somebody has reacted to it already")
