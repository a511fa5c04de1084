"""Nothing that somebody typed is lost: not to a second tab, a closed one, a double click or a session that ended."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from forum.answers.models import Answer
from forum.people.sign_in import end_sessions
from tests import factories
from tests.journeys import steps
from tests.journeys.conftest import Site, Visit, Watch

pytestmark = pytest.mark.browser


@pytest.fixture
def answer(site: Site) -> Answer:
    """An answer of Ola's to a question of Kim's."""
    with site.arranging():
        return factories.answer(site.person("ola"), factories.question(site.person("kim")), "Ring the gate.")


def tab_beside(page: Page) -> Page:
    """A second tab of the same browser."""
    return page.context.new_page()


def wait_until_kept(page: Page) -> None:
    """Wait until the server has kept what was typed on /ask."""
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def rewrite(page: Page, answer: Answer, text: str) -> None:
    page.goto(f"/answers/{answer.id}/edit")
    page.get_by_role("textbox", name="Text").fill(text)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


def test_the_second_of_two_edits_is_refused_with_both_texts_and_then_goes_through(
    visit: Visit, watch: Watch, answer: Answer
) -> None:
    watch.expect(409)
    first = visit("ola")
    second = tab_beside(first)
    rewrite(first, answer, "Ring the gate before noon.")
    rewrite(second, answer, "Ring the gate twice.")
    save(first)
    expect(steps.answer_by_text(first, "Ring the gate before noon.")).to_be_visible()
    save(second)
    expect(second.get_by_role("alert")).to_contain_text("Somebody saved a change while you were writing")
    expect(second.get_by_role("textbox", name="Text")).to_have_value("Ring the gate twice.")
    second.get_by_text("As it is saved now: Text").click()
    expect(second.get_by_text("Ring the gate before noon.", exact=True)).to_be_visible()
    save(second)
    expect(steps.answer_by_text(second, "Ring the gate twice.")).to_be_visible()


def test_both_texts_stay_in_the_history(visit: Visit, watch: Watch, answer: Answer) -> None:
    watch.expect(409)
    first = visit("ola")
    second = tab_beside(first)
    rewrite(first, answer, "Ring the gate before noon.")
    rewrite(second, answer, "Ring the gate twice.")
    save(first)
    expect(steps.answer_by_text(first, "Ring the gate before noon.")).to_be_visible()
    save(second)
    expect(second.get_by_role("alert")).to_be_visible()
    save(second)
    expect(steps.answer_by_text(second, "Ring the gate twice.")).to_be_visible()
    second.goto(f"/posts/{answer.id}/history")
    expect(second.get_by_role("heading", name="Version")).to_have_text(["Version 3, now", "Version 2", "Version 1"])


def test_a_question_half_written_survives_closing_the_tab(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/ask")
    steps.write_question(page, "Why is the lift so slow on Mondays?", "I waited for nine minutes.")
    page.close(run_before_unload=True)  # Before a second is over: the last words are sent while it closes.
    again = visit("kim", width=360)  # Another browser.
    again.wait_for_timeout(500)
    again.goto("/ask")
    expect(again.get_by_text("Your draft from")).to_be_visible()
    expect(again.get_by_label("What do you need to know?")).to_have_value("Why is the lift so slow on Mondays?")
    expect(again.get_by_role("textbox", name="What happened")).to_have_value("I waited for nine minutes.")


def test_a_question_that_was_posted_leaves_no_draft(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/ask")
    steps.write_question(page, "Who waters the plants in the hall?", "They look thirsty.")
    wait_until_kept(page)
    steps.post_question(page)
    page.goto("/ask")
    expect(page.get_by_label("What do you need to know?")).to_have_value("")


def test_a_draft_can_be_discarded(visit: Visit) -> None:
    page = visit("kim")
    page.goto("/ask")
    page.get_by_label("What do you need to know?").fill("Never mind it")
    wait_until_kept(page)
    page.reload()
    page.locator("summary", has_text="Discard it").click()
    page.get_by_role("button", name="Yes, discard it").click()
    expect(page.get_by_text("Discard it", exact=True)).to_have_count(0)  # Else the reload meets the page on its way.
    page.reload()
    expect(page.get_by_label("What do you need to know?")).to_have_value("")


def test_a_double_click_posts_once(visit: Visit, answer: Answer) -> None:
    page = visit("kim")
    page.goto(f"/questions/{answer.question_id}")
    page.get_by_role("textbox", name="Your answer").fill("Found it myself: the gate has a bell.")
    sent: list[Route] = []
    page.route("**/answers", lambda route: sent.append(route))  # The first is still on its way when the second follows.
    page.get_by_role("button", name="Post answer").evaluate(
        "button => { button.click(); setTimeout(() => button.click(), 100); }"
    )
    page.wait_for_timeout(300)
    assert len(sent) == 1
    sent[0].continue_()
    expect(steps.answer_by_text(page, "the gate has a bell")).to_be_visible()


def test_what_was_typed_is_there_again_after_the_session_ended_and_a_new_sign_in(
    site: Site, visit: Visit, watch: Watch, answer: Answer
) -> None:
    watch.expect(401)
    page = visit("kim")
    page.goto(f"/questions/{answer.question_id}")
    page.get_by_role("textbox", name="Your answer").fill("It was the bell of the gate, behind the ivy.")
    with site.arranging():
        end_sessions(site.person("kim"))
    page.get_by_role("button", name="Post answer").click()
    page.get_by_role("link", name="Sign in").click()
    steps.sign_in(page, "kim@northwick.example")
    expect(page.get_by_role("textbox", name="Your answer")).to_have_value(
        "It was the bell of the gate, behind the ivy."
    )


def test_a_remark_typed_after_the_session_ended_stays_on_the_page(
    site: Site, visit: Visit, watch: Watch, answer: Answer
) -> None:
    watch.expect(401)
    page = visit("kim")
    page.goto(f"/questions/{answer.question_id}")
    question = page.get_by_role("article", name="Question by")
    question.get_by_text("Add a comment").click()
    question.get_by_label("Ask for detail or add a remark").fill("It rings in the kitchen, too.")
    with site.arranging():
        end_sessions(site.person("kim"))
    question.get_by_role("button", name="Post comment").click()
    expect(page.get_by_role("alert")).to_contain_text("Please sign in")
    expect(question.get_by_label("Ask for detail or add a remark")).to_have_value("It rings in the kitchen, too.")


def test_a_vote_after_the_session_ended_says_so_and_leaves_the_page_whole(
    site: Site, visit: Visit, watch: Watch, answer: Answer
) -> None:
    watch.expect(401)
    page = visit("kim")
    page.goto(f"/questions/{answer.question_id}")
    with site.arranging():
        end_sessions(site.person("kim"))
    voted = steps.answer_by_text(page, "Ring the gate.")
    voted.get_by_role("button", name="This helps").click()
    expect(page.get_by_role("alert")).to_contain_text("Please sign in")
    expect(voted.get_by_role("button", name="This helps")).to_be_visible()


def test_a_question_typed_after_the_session_ended_is_there_again_after_signing_in(
    site: Site, visit: Visit, watch: Watch
) -> None:
    watch.expect(401)
    page = visit("kim")
    page.goto("/ask")
    page.get_by_label("What do you need to know?").fill("Where does the bell of the gate ring?")
    wait_until_kept(page)
    with site.arranging():
        end_sessions(site.person("kim"))
    page.get_by_role("textbox", name="What happened").fill("Behind the ivy.")
    expect(page.get_by_text("Kept in this browser for now")).to_be_visible()
    page.goto("/sign-in?next=/ask")
    steps.sign_in(page, "kim@northwick.example")
    expect(page.get_by_role("textbox", name="What happened")).to_have_value("Behind the ivy.")
    wait_until_kept(page)
    assert page.evaluate("localStorage.getItem('draft:ask')") is None


def test_suggestions_after_the_session_ended_leave_the_form_as_it_is(site: Site, visit: Visit, watch: Watch) -> None:
    watch.expect(401)
    page = visit("kim")
    page.goto("/ask")
    with site.arranging():
        end_sessions(site.person("kim"))
    page.get_by_label("What do you need to know?").fill("The parcel went to the old warehouse")
    expect(page.get_by_role("alert")).to_contain_text("Please sign in")
    expect(page.get_by_role("button", name="Sign in")).to_have_count(0)


def test_what_was_typed_is_kept_while_a_similar_question_is_read(visit: Visit) -> None:
    page = visit("kim")
    page.route("**/ask/similar*", lambda route: route.fulfill(body=""))  # As if she were faster than the suggestions.
    page.goto("/ask")
    steps.write_question(page, "The parcel went to their old warehouse, not to the new address", "I give up.")
    page.get_by_role("button", name="Post question").click()
    page.get_by_role("link", name="Customer says the parcel went to their old").click()
    expect(page.get_by_role("heading", name="Customer says the parcel", level=1)).to_be_visible()
    page.goto("/ask")
    expect(page.get_by_role("textbox", name="What happened")).to_have_value("I give up.")
