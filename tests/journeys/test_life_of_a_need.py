"""The whole life of a need: asked, answered, tried in vain, opened again, asked of others, answered, and met.

And the life of what helped: nominated, promoted, used in two departments, Proven by what came of it, and no more.

It is also how the product is shown: an administrator moves the demonstration's clock, and what would take a week
happens while one watches.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from forum.core.clock import LOOK_EVERY
from forum.core.db import db
from forum.needs.models import AnswerInvitation
from forum.people.models import Person
from forum.practices.models import Practice
from forum.practices.using import used
from tests import factories
from tests.journeys import steps
from tests.journeys.conftest import Site, Visit, running

pytestmark = pytest.mark.browser

TITLE = "Who prints the export papers for the balance to Bergen?"
FIRST = "The printer by gate two does it, with form NO-7."
SECOND = "Norway wants form NO-9 since spring. Ask the forwarder to stamp it."


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demonstration of its own, because its clock is moved."""
    with running(tmp_path_factory.mktemp("life")) as site:
        site.settle()
        yield site


def move_clock(chris: Page, demo: Site, by: str) -> None:
    """Move the clock as an administrator does, and let the worker do all that has become due."""
    chris.goto("/admin/system")
    chris.get_by_label("Move forward by").select_option(by)
    chris.get_by_role("button", name="Move", exact=True).click()
    expect(chris.get_by_role("heading", name="Clock of the demo")).to_be_visible()
    time.sleep(LOOK_EVERY)  # Every process follows the clock within that time, this one too.
    demo.settle()


def asked_after(demo: Site, question_id: int, before: int) -> dict[str, str]:
    """Handles and reasons of those who were invited to a question, leaving out the first so many."""
    with demo.arranging():
        rows = db.session.execute(
            select(Person.handle, AnswerInvitation.reason)
            .join(Person, Person.id == AnswerInvitation.person_id)
            .where(AnswerInvitation.question_id == question_id)
            .order_by(AnswerInvitation.id)
        ).all()
    return dict(map(tuple, rows[before:]))


def test_a_need_is_followed_until_whoever_has_it_says_that_it_is_met(demo: Site, visit: Visit) -> None:
    kim, piotr, chris = visit("kim", at=demo), visit("piotr", at=demo), visit("chris", at=demo)

    # Kim asks Production, and is told by when she hears.
    kim.goto("/ask")
    steps.write_question(kim, TITLE, "It stands packed on my desk.", "Production & Logistics")
    kim.get_by_label("I am blocked").check()
    steps.post_question(kim)
    expect(kim.get_by_text("You hear from us by")).to_be_visible()
    demo.settle()
    question_id = int(re.findall(r"/questions/(\d+)", kim.url)[0])
    first_asked = asked_after(demo, question_id, 0)
    assert len(first_asked) >= 3
    assert "kim" not in first_asked

    # Piotr of Production is on it and answers; Kim marks it, and is going to be asked whether it worked.
    piotr.goto(kim.url)
    piotr.get_by_role("button", name="I am on it").first.click()
    expect(piotr.get_by_text("is on it until")).to_be_visible()
    steps.answer(piotr, FIRST)
    kim.reload()
    steps.answer_by_text(kim, FIRST).get_by_role("button", name="Accept this answer").click()
    expect(kim.get_by_label("When will you try it?")).to_be_visible()
    expect(kim.get_by_role("heading", name="Did it work?")).to_be_visible()

    # A week goes by. It did not work: the need is open again, and others than before are asked.
    move_clock(chris, demo, "3 days")
    move_clock(chris, demo, "3 days")
    kim.goto("/inbox")
    about_it = kim.get_by_role("listitem").filter(has_text=TITLE)
    about_it.get_by_role("link", name="Say whether it worked").first.click()
    kim.get_by_label("No, it did not").check()
    kim.get_by_label("Anything to add?").fill("Customs sent it back: wrong form.")
    kim.get_by_role("button", name="Send").click()
    expect(kim.get_by_text("It is open again, and other colleagues are asked than before.")).to_be_visible()
    expect(steps.answer_by_text(kim, FIRST)).to_contain_text("Did not work for the one who tried it")
    demo.settle()
    again = asked_after(demo, question_id, len(first_asked))
    assert again
    assert not {"kim", "piotr", *first_asked} & set(again)

    # The answerer hears it kindly. Somebody who was asked by name finds it in the inbox, and knows better.
    move_clock(chris, demo, "3 days")
    piotr.goto("/inbox")
    told = piotr.get_by_role("link", name="Kim Tran tried your answer. This time")
    expect(told).to_contain_text("This time it did not work, and now we know")
    helper = visit(next(iter(again)), at=demo)
    helper.goto("/inbox")
    expect(helper.get_by_text("Can you help?").first).to_be_visible()
    helper.get_by_role("link", name=TITLE).first.click()
    expect(helper.get_by_role("heading", name="You are asked")).to_be_visible()
    steps.answer(helper, SECOND)
    kim.goto(f"/questions/{question_id}")
    steps.answer_by_text(kim, SECOND).get_by_role("button", name="Accept this one instead").click()

    # Another week, and it worked.
    move_clock(chris, demo, "3 days")
    move_clock(chris, demo, "3 days")
    kim.goto(f"/questions/{question_id}")
    kim.get_by_role("region", name="Did it work?").get_by_role("button", name="Yes").click()
    expect(kim.get_by_text("Whoever needs this next will see that it worked.")).to_be_visible()
    expect(kim.get_by_text("You said that it worked.")).to_be_visible()
    expect(kim.get_by_role("article", name="Answer by").first).to_contain_text(SECOND)
    expect(steps.answer_by_text(kim, SECOND)).to_contain_text("Worked for 1 of 1")

    # All of it is on record.
    kim.get_by_role("link", name="History of the need").click()
    went = kim.get_by_role("table").locator("td:nth-child(3)").all_inner_texts()
    assert went[0] == "open"
    assert went[-1] == "it worked"
    assert went.count("asked whether it worked") == 2
    again = went.index("open: it did not work, so colleagues are asked again")
    assert went.index("being tried") < went.index("asked whether it worked") < again


def test_an_answer_is_nominated_promoted_and_used_until_it_is_proven_and_failures_take_that_away(
    demo: Site, visit: Visit
) -> None:
    title, said = "Why do the glass doors stick after packing?", "Leave the doors open by a finger while you pack."
    with demo.arranging():
        asked = factories.question(demo.person("dev"), title)
        factories.answer(demo.person("tomek"), asked, said)
        thread = f"/questions/{asked.id}"
    kim, farah, marek = visit("kim", at=demo), visit("farah", at=demo), visit("marek", at=demo)
    arthur, chris = visit("arthur", at=demo), visit("chris", at=demo)

    # Kim nominates it, and Farah makes a practice of it.
    kim.goto(thread)
    steps.nominate(kim, said, "Half of the doors came back.")
    farah.goto("/practices/nominations")
    farah.get_by_role("article", name=title).get_by_role("link", name="Promote").click()
    steps.fill_in_practice(farah, "Doors open by a finger")
    farah.get_by_role("button", name="Publish").click()
    standing = farah.get_by_role("region", name="What came of it")
    expect(standing).to_contain_text("Too early to say")
    practice_id = int(re.findall(r"/practices/(\d+)", farah.url)[0])
    page = f"/practices/{practice_id}"

    # Three in Customer Service have used it. Kim of Sales and Marek of Production are going to try it.
    with demo.arranging():
        for handle in ("ola", "ines", "holly"):
            used(demo.person(handle), db.session.get_one(Practice, practice_id), "resolved")
    for person in (kim, marek):
        person.goto(page)
        person.get_by_role("button", name="I am going to try it").click()
        expect(person.get_by_role("heading", name="You are trying it: how did it go?")).to_be_visible()

    # A week goes by, and both are asked whether it worked.
    move_clock(chris, demo, "3 days")
    move_clock(chris, demo, "3 days")
    say_in_inbox(kim, "Doors open by a finger", "Yes, it worked")
    kim.goto(page)
    standing = kim.get_by_role("region", name="What came of it")
    expect(standing).to_contain_text("Promising")
    expect(standing).to_contain_text("To be Proven it needs 1 more outcome")
    say_in_inbox(marek, "Doors open by a finger", "Yes, it worked")
    kim.reload()
    expect(standing).to_contain_text("Worked for 5 of 5, in 3 of")
    expect(standing).to_contain_text("Proven since")
    demo.settle()
    kim.goto("/search?q=doors+finger+is:proven")
    expect(kim.get_by_role("link", name="Doors open by a finger")).to_be_visible()

    # It did not work for Arthur, who says where: it is Proven no more, and everybody can read why.
    arthur.goto(page)
    arthur.get_by_role("link", name="Say more: where, and what was different").click()
    arthur.get_by_label("No, it did not").check()
    arthur.get_by_label("Where did you try it?").fill("A crate by air")
    arthur.get_by_label("Anything to add?").fill("The doors had come off their rails.")
    arthur.get_by_role("button", name="Send").click()
    expect(arthur.get_by_text("Nobody did anything wrong: now everybody knows.")).to_be_visible()
    arthur.get_by_role("link", name="See where it stands").click()
    standing = arthur.get_by_role("region", name="What came of it")
    expect(standing).to_contain_text("Promising")
    expect(standing).to_contain_text("it worked for 5 of 6, which may be chance")
    arthur.get_by_role("link", name="Worked for 5 of 6", exact=True).click()
    expect(arthur.get_by_role("heading", name="It did not work: A crate by air")).to_be_visible()
    expect(arthur.get_by_text("The doors had come off their rails.")).to_be_visible()
    expect(arthur.get_by_role("region", name="By department")).to_contain_text("1 of 2")


def say_in_inbox(page: Page, title: str, reply: str) -> None:
    """Say how it went, where one is asked: in the inbox."""
    page.goto("/inbox")
    about_it = page.get_by_role("listitem").filter(has_text=title)
    about_it.get_by_role("link", name="Say whether it worked").first.click()
    page.get_by_label(reply).check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").filter(has_text="Thank you")).to_be_visible()
