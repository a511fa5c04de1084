"""The pages of commitments: forms that keep what was typed, news that leads to the place, privacy at every address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.commitments.committing import CommitmentDue, undertake
from forum.commitments.models import Blocker, Commitment
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import publish
from forum.notifications.models import Notification
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

Browsers = Callable[[Person], Browser]


def soon() -> str:
    return (now() + timedelta(days=5)).date().isoformat()


@pytest.fixture
def practice(kim: Person, marta: Person, farah: Person) -> Any:
    made = factories.practice(farah, factories.answer(marta, factories.question(kim)))
    db.session.commit()
    return made


def plan(person: Person, page: Any, **given: Any) -> Commitment:
    said = {"occasion": "an order is released", "deed": "read the ship-to back", "due_on": now().date(), **given}
    made = undertake(person, page, **said)
    db.session.commit()
    return made


def test_a_plan_is_made_shown_and_told_of(
    kim: Person, marta: Person, practice: Any, browser: Browsers, work_off: Callable[[], None]
) -> None:
    window = browser(kim)
    sent = {"occasion": "an order is released", "deed": "read it back", "due_on": soon(), "partner": f"@{marta.handle}"}
    answer = window.post(f"/posts/{practice.id}/commitments/new", data=sent)
    assert answer.status_code == 303
    assert "When an order is released, I will read it back" in window.get(answer.location).text
    assert "read it back" in window.get(f"/posts/{practice.id}/commitments").text
    work_off()
    inbox = browser(marta).get("/inbox").text
    assert "named you to do it together" in inbox
    assert f'href="{answer.location}"' in inbox


def test_a_refused_plan_keeps_what_was_typed(kim: Person, practice: Any, browser: Browsers) -> None:
    sent = {"occasion": "the phone rings", "deed": "", "due_on": soon(), "partner": "@nobody-here", "is_private": "y"}
    answer = browser(kim).post(f"/posts/{practice.id}/commitments/new", data=sent)
    assert answer.status_code == 422
    for kept in ("the phone rings", soon(), "@nobody-here"):
        assert kept in answer.text
    assert "is_private" in Page(answer).form()


def test_what_stands_in_the_way_and_is_mine_leads_to_a_plan_with_those_words(
    kim: Person, farah: Person, practice: Any, browser: Browsers
) -> None:
    made = plan(kim, practice)
    sent = {"kind": "time", "words": "keep an hour free", "key": "mine"}
    answer = browser(kim).post(f"/commitments/{made.id}/blockers/new", data=sent)
    assert answer.status_code == 303
    assert 'value="keep an hour free"' in browser(kim).get(answer.location).text
    assert "keep an hour free" not in browser(farah).get(answer.location).text


def test_what_is_out_of_the_way_is_asked_of_nobody_and_settled_twice_in_words(
    kim: Person, marta: Person, practice: Any, browser: Browsers, work_off: Callable[[], None]
) -> None:
    made = plan(kim, practice)
    sent = {"kind": "rules", "words": "Only you may.", "key": "theirs", "holder": f"@{marta.handle}"}
    browser(kim).post(f"/commitments/{made.id}/blockers/new", data={**sent, "wanted_by": soon()})
    work_off()
    blocker = db.session.scalar(select(Blocker.id))
    for _ in range(2):
        assert browser(kim).post(f"/blockers/{blocker}/removal").status_code == 303
    assert "you have the key" not in browser(marta).get("/inbox").text
    assert "This has been settled" in browser(marta).get(f"/blockers/{blocker}/reply").text
    assert browser(marta).post(f"/blockers/{blocker}/reply", data={"reply": "opened"}).status_code == 409


def test_a_key_is_asked_for_and_the_reply_is_told(
    kim: Person, marta: Person, practice: Any, browser: Browsers, work_off: Callable[[], None]
) -> None:
    made = plan(kim, practice)
    sent = {
        "kind": "permission",
        "words": "Only you may sign it.",
        "key": "theirs",
        "holder": f"@{marta.handle}",
        "wanted_by": soon(),
    }
    assert browser(kim).post(f"/commitments/{made.id}/blockers/new", data=sent).status_code == 303
    work_off()
    assert "you have the key" in browser(marta).get("/inbox").text
    wanted = browser(marta).get("/commitments").text
    assert "Only you may sign it." in wanted
    blocker = db.session.scalar(select(Blocker.id))
    answer = browser(marta).post(f"/blockers/{blocker}/reply", data={"reply": "cannot", "answer": ""})
    assert answer.status_code == 422
    assert browser(marta).post(f"/blockers/{blocker}/reply", data={"reply": "opened"}).status_code == 303
    work_off()
    assert "has opened the way" in browser(kim).get("/inbox").text
    assert "you have the key" not in browser(marta).get("/inbox").text


def test_a_name_beside_what_is_mine_is_not_thrown_away(kim: Person, practice: Any, browser: Browsers) -> None:
    made = plan(kim, practice)
    sent = {"kind": "rules", "words": "Only they may.", "key": "mine", "holder": "@piotr"}
    answer = browser(kim).post(f"/commitments/{made.id}/blockers/new", data=sent)
    assert answer.status_code == 422
    assert "Only they may." in answer.text
    assert "@piotr" in answer.text


def test_a_private_one_is_not_there_for_anybody_else(
    kim: Person, marta: Person, farah: Person, practice: Any, browser: Browsers
) -> None:
    made = plan(kim, practice, partner=marta, is_private=True, deed="ask for less work")
    assert browser(marta).get(f"/commitments/{made.id}").status_code == 200
    for address in (
        f"/commitments/{made.id}",
        f"/commitments/{made.id}/report",
        f"/commitments/{made.id}/blockers/new",
    ):
        assert browser(farah).get(address).status_code == 404
    for address in ("/commitments?of=all", f"/posts/{practice.id}/commitments", f"/practices/{practice.id}", "/inbox"):
        assert "ask for less work" not in browser(farah).get(address, follow_redirects=True).text


def test_whoever_has_the_key_learns_what_stands_in_the_way_and_nothing_else_of_a_private_one(
    kim: Person, marta: Person, farah: Person, practice: Any, browser: Browsers, work_off: Callable[[], None]
) -> None:
    made = plan(kim, practice, is_private=True, deed="ask for less work", due_on=now().date() + timedelta(days=3))
    sent = {
        "kind": "time",
        "words": "Fridays are full.",
        "key": "theirs",
        "holder": f"@{farah.handle}",
        "wanted_by": soon(),
    }
    browser(kim).post(f"/commitments/{made.id}/blockers/new", data=sent)
    work_off()
    blocker = db.session.scalar(select(Blocker.id))
    for address in (f"/blockers/{blocker}/reply", "/commitments", "/inbox"):
        page = browser(farah).get(address).text
        assert "ask for less work" not in page
    assert "Fridays are full." in browser(farah).get(f"/blockers/{blocker}/reply").text
    assert browser(farah).get(f"/commitments/{made.id}").status_code == 404


def test_a_reminder_takes_the_place_of_the_first_note_and_a_report_settles_both(
    kim: Person, practice: Any, browser: Browsers, work_off: Callable[[], None]
) -> None:
    made = plan(kim, practice)
    other = plan(kim, practice, deed="write it down")
    for commitment, reminder in ((made, False), (other, False), (made, True)):
        with transaction():
            asked = CommitmentDue(post_id=practice.id, commitment_id=commitment.id, person_id=kim.id, reminder=reminder)
            publish(asked)
        work_off()
    own = select(Notification).where(Notification.person_id == kim.id, Notification.kind == "commitment")
    assert [note.done_at is None for note in db.session.scalars(own.order_by(Notification.id))] == [False, True, True]
    browser(kim).post(f"/commitments/{made.id}/report", data={"state": "kept"})
    db.session.expire_all()
    assert [note.done_at is None for note in db.session.scalars(own.order_by(Notification.id))] == [False, True, False]


def test_the_report_asks_whether_a_practice_worked_and_not_whether_a_question_did(
    kim: Person, marta: Person, practice: Any, browser: Browsers
) -> None:
    on_question = plan(kim, factories.question(marta))
    on_practice = plan(kim, practice)
    assert "Did it work?" in browser(kim).get(f"/commitments/{on_practice.id}/report").text
    assert "Did it work?" not in browser(kim).get(f"/commitments/{on_question.id}/report").text


def test_minutes_that_are_no_number_keep_the_rest(kim: Person, practice: Any, browser: Browsers) -> None:
    made = plan(kim, practice)
    sent = {"state": "kept", "word": "It went well.", "minutes": "many", "worked": "resolved"}
    answer = browser(kim).post(f"/commitments/{made.id}/report", data=sent)
    assert answer.status_code == 422
    assert answer.text.count("Give the minutes you saved as a number") >= 1
    assert "It went well." in answer.text


@pytest.mark.parametrize("tab", ["mine", "all"])
def test_a_list_costs_as_many_statements_for_many_as_for_one(
    tab: str, kim: Person, practice: Any, browser: Browsers, statements: Callable[[], Any]
) -> None:
    window = browser(kim)

    def cost() -> int:
        with statements() as seen:
            assert window.get(f"/commitments?of={tab}").status_code == 200
        return len(seen)

    plan(kim, practice)
    cost()
    one = cost()
    for _ in range(5):
        plan(kim, practice)
    assert cost() == one
