"""From an answer that helped to what all can find: a colleague nominates it, a moderator decides, and it is told."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.journeys import steps
from tests.journeys.conftest import Site, Visit, Watch

pytestmark = pytest.mark.browser


def a_thread(site: Site, title: str, answer: str) -> str:
    """Address of a question of Kim's that Piotr answered."""
    with site.arranging():
        asked = factories.question(site.person("kim"), title)
        factories.answer(site.person("piotr"), asked, answer)
        return f"/questions/{asked.id}"


def test_a_colleague_nominates_a_moderator_promotes_and_everybody_concerned_is_told(visit: Visit, site: Site) -> None:
    title, answer = "Why do our crates come back broken?", "Put the heavy lid at the bottom of the crate."
    thread, why = a_thread(site, title, answer), "Half of the returns could be avoided."
    beth, farah = visit("beth"), visit("farah")
    beth.goto(thread)
    steps.nominate(beth, answer, why)

    farah.goto("/")
    farah.locator("summary", has_text="Menu of").click()
    farah.get_by_role("link", name="Nominations", exact=True).click()
    waiting = farah.get_by_role("article", name=title)
    expect(waiting).to_contain_text(f"Beth Carver: “{why}”")
    expect(waiting).to_contain_text("Nobody has said yet whether it works")
    waiting.get_by_role("link", name="Promote").click()
    filled_in = farah.locator("summary", has_text="Filled in from the thread")
    filled_in.click()
    expect(farah.get_by_role("textbox", name="Do this")).to_have_value(answer)
    filled_in.click()
    expect(farah.get_by_label("Whom to ask about it")).to_have_value("Piotr Zając")
    steps.fill_in_practice(farah, "Heavy lids go to the bottom")
    farah.get_by_role("button", name="Publish").click()
    expect(farah.get_by_role("heading", name="Heavy lids go to the bottom", level=1)).to_be_visible()
    expect(farah.get_by_role("article")).to_contain_text("Costs nothing")
    expect(farah.get_by_role("article")).to_contain_text("Written by Piotr Zając")
    practice = farah.url
    farah.goto("/practices/nominations?tab=decided")
    expect(farah.get_by_role("article", name="Heavy lids go to the bottom")).to_contain_text("Nominated by Beth Carver")

    site.settle()
    told = {
        "beth": "Farah Aziz made a best practice of the answer that you nominated",
        "piotr": "Farah Aziz made a best practice of what you wrote",
        "kim": "Farah Aziz made a best practice of an answer to your question",
    }
    for handle, sentence in told.items():
        page = visit(handle)
        page.goto("/inbox")
        expect(page.get_by_role("main")).to_contain_text(sentence)

    beth.goto(practice)
    beth.get_by_role("button", name="Would work for me").click()
    expect(beth.get_by_role("region", name="Checked by")).to_contain_text("Beth Carver (Sales): would work for me")


def test_a_refusal_says_why_and_its_nominator_reads_it(visit: Visit, site: Site, watch: Watch) -> None:
    title, answer = "Why does the scanner beep twice?", "Hit it on the left side."
    thread = a_thread(site, title, answer)
    beth, farah = visit("beth"), visit("farah", width=360)
    beth.goto(thread)
    steps.nominate(beth, answer, "It always helps me.")
    watch.expect(422)
    farah.goto("/practices/nominations")
    farah.get_by_role("article", name=title).get_by_role("link", name="Refuse").click()
    farah.get_by_label("In your own words").fill("Two scanners broke that way.")
    farah.get_by_role("button", name="Refuse").click()
    expect(farah.get_by_role("alert")).to_contain_text("Choose a reason.")
    expect(farah.get_by_label("In your own words")).to_have_value("Two scanners broke that way.")
    farah.get_by_label("It is not correct, or not safe").check()
    farah.get_by_role("button", name="Refuse").click()
    expect(farah.get_by_role("article", name=title)).to_have_count(0)

    site.settle()
    beth.goto("/inbox")
    expect(beth.get_by_role("main")).to_contain_text("It is not correct, or not safe")
    expect(beth.get_by_role("main")).to_contain_text("Two scanners broke that way.")
    beth.goto(thread)
    post = steps.answer_by_text(beth, answer)
    steps.open_more(post)
    post.get_by_role("link", name="Nominate as a best practice").click()
    expect(beth.get_by_role("main")).to_contain_text("Two scanners broke that way.")
