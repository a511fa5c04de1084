"""Approval before publication: nobody else meets what waits, and approving it does all that publishing does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.answering import edit_answer
from forum.answers.models import Answer
from forum.core.clock import as_of, half_day
from forum.core.db import db
from forum.departments.following import follow
from forum.moderation import deciding
from forum.moderation.queue import entries
from forum.needs.models import Handover
from forum.needs.opening import asked_need
from forum.people.models import Person
from forum.posts.comments import threads
from forum.posts.models import HeldPost
from forum.posts.writing import write
from forum.questions.asking import edit_question
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.moderation.conftest import MONDAY, case_of
from tests.notifications.conftest import notes

Switch = Callable[..., None]


def change(person: Person, question: Question, words: str) -> None:
    """Somebody gives a question another text."""
    db.session.refresh(question, ["departments", "tags"])
    labels = {"departments": [each.id for each in question.departments], "tags": ""}
    edit_question(person, question, title=question.title, body=write(words), seen=question.version, **labels)


@pytest.fixture
def held(kim: Person, marta: Person, sales: Any, approval: Switch) -> Question:
    """A question of Kim's that waits; Marta follows the department that it concerns."""
    follow(marta, "department", sales.id)
    approval("everybody")
    return factories.question(kim, "Where is the quokka manual?", body="@marta-silva may know.")


def test_what_waits_is_in_no_list_no_search_and_nobodys_inbox(
    held: Question, kim: Person, marta: Person, browser: Callable[[Person], Browser], work: Callable[..., None]
) -> None:
    work()
    assert notes(marta) == []
    assert asked_need(held) is None  # Nobody is asked to help with it.
    window = browser(marta)
    for address in (
        "/questions?tab=new",
        "/questions?tab=active",
        "/questions?tab=needs",
        "/search?q=quokka",
        "/departments/sales",
    ):
        assert "quokka manual" not in window.get(address).text, address
    assert window.get(f"/questions/{held.id}").status_code == 404
    assert window.get(f"/posts/{held.id}/state").status_code == 404


def test_its_author_finds_it_marked_and_is_not_led_to_post_it_twice(
    held: Question, kim: Person, browser: Callable[[Person], Browser]
) -> None:
    window = browser(kim)
    page = window.get(f"/questions/{held.id}", follow_redirects=True).text
    assert "Waits for approval" in page
    assert "You need not post it again" in page
    assert "waits for approval" in window.get("/questions?tab=mine").text


def test_approving_it_does_all_that_publishing_does(
    held: Question, kim: Person, marta: Person, farah: Person, work: Callable[..., None]
) -> None:
    work()
    assert notes(farah) == [("moderation", "moderates")]
    deciding.decide(farah, case_of(held), "approve")
    work()
    assert (held.removed_at, held.withheld) == (None, None)
    assert asked_need(held) is not None
    assert notes(marta)[0] == ("mention", "mentioned")
    assert ("moderated", "wrote") in notes(kim)
    assert db.session.get(HeldPost, held.id) is None
    assert notes(farah) == []


def test_an_approved_answer_is_counted_and_told(
    kim: Person, marta: Person, farah: Person, question: Question, approval: Switch, work: Callable[..., None]
) -> None:
    approval("everybody")
    given = factories.answer(marta, question)
    assert (question.answer_count, question.state) == (0, "open")
    deciding.decide(farah, case_of(given), "approve")
    work()
    assert (question.answer_count, question.state) == (1, "answered")
    assert ("answer", "asked") in notes(kim)


def test_one_that_is_sent_back_keeps_its_text_and_can_be_sent_again(
    held: Question, kim: Person, farah: Person, work: Callable[..., None]
) -> None:
    deciding.decide(farah, case_of(held), "refuse", reason="private", words="Leave the names out.")
    work()
    assert (held.withheld, held.body) == ("refused", "@marta-silva may know.")
    assert ("moderated", "wrote") in notes(kim)
    db.session.refresh(held, ["departments", "tags"])
    deciding.send_again(kim, held, write("Somebody in Finance may know."), title="Where is the manual now?")
    assert held.withheld == "waiting"
    assert [item.post_id for item in entries(farah).rows] == [held.id]


def test_a_newcomers_first_posts_wait_and_later_ones_do_not(kim: Person, farah: Person, approval: Switch) -> None:
    approval("newcomers", first_posts=2)
    first, other = factories.question(kim), factories.question(kim)
    third = factories.question(kim)
    assert [each.withheld for each in (first, other, third)] == ["waiting"] * 3  # None of them is out yet.
    for each in (first, other):
        deciding.decide(farah, case_of(each), "approve")
    assert factories.question(kim).withheld is None
    assert factories.question(farah).withheld is None


def test_a_waiting_comment_is_there_for_its_author_and_moderators_alone(
    kim: Person, marta: Person, farah: Person, answer: Answer, approval: Switch
) -> None:
    approval("everybody")
    made = factories.comment(kim, answer)
    for reader, finds in ((kim, True), (farah, True), (marta, False)):
        found = threads(answer.question_id, reader).get(answer.id, [])
        assert [node.comment.id for node in found] == ([made.id] if finds else [])


def test_a_question_for_a_colleague_is_offered_to_them_once_it_is_out(
    kim: Person, marta: Person, farah: Person, sales: Any, approval: Switch, browser: Callable[[Person], Browser]
) -> None:
    approval("everybody")
    sent = {"title": "Where is the spare key?", "body": "I looked everywhere.", "departments": sales.id}
    browser(kim).post("/ask", data={**sent, "colleague": "@marta-silva", "similar_seen": "yes"})
    asked = db.session.scalars(select(Question)).one()
    assert db.session.scalar(select(Handover.id)) is None
    deciding.decide(farah, case_of(asked), "approve")
    assert db.session.scalars(select(Handover.to_id)).one() == marta.id


def test_whoever_wrote_without_a_name_finds_it_while_it_waits_and_nobody_reads_the_minute(
    kim: Person, marta: Person, farah: Person, approval: Switch, browser: Callable[[Person], Browser]
) -> None:
    approval("everybody")
    with as_of(MONDAY.replace(minute=37)):
        held = factories.question(kim, "Who counts the quokkas?", unnamed=True)
        own = browser(kim)
        assert "Who counts the quokkas?" in own.get("/questions?tab=mine").text
        said = {"body": "Somebody should.", "title": "Who counts the quokkas now?"}
        assert own.post(f"/posts/{held.id}/state", data=said).status_code == 303
        assert browser(marta).get(f"/posts/{held.id}/state").status_code == 404
        assert "10:37" not in browser(farah).get("/moderation").text
    assert (held.title, held.withheld) == ("Who counts the quokkas now?", "waiting")
    with as_of(MONDAY.replace(hour=11)):
        deciding.decide(farah, case_of(held), "approve")
    assert (held.withheld, held.created_at) == (None, half_day(held.created_at))


def test_what_was_approved_and_is_changed_stays_out_and_is_looked_at_again(
    kim: Person, farah: Person, marta: Person, question: Question, approval: Switch, work: Callable[..., None]
) -> None:
    other = factories.question(marta)
    approval("everybody")
    given = factories.answer(kim, other)
    deciding.decide(farah, case_of(given), "approve")
    work()
    assert entries(farah).rows == []  # What it said when it was approved was read.
    for times in ("twice", "three times"):  # However often: one entry.
        edit_answer(kim, given, write(f"Ask {times}."), seen=given.version)
    change(farah, question, "Moderators' own wait for nobody.")
    work()
    (entry,) = entries(farah).rows
    assert (entry.post_id, entry.kind, entry.reasons) == (given.id, "flagged", ())
    assert (given.removed_at, given.withheld) == (None, None)
    assert notes(farah) == [("moderation", "moderates")]
    deciding.decide_several(farah, [entry.id], "dismiss")
    work()
    assert notes(farah) == entries(farah).rows == []
    assert notes(kim).count(("moderated", "wrote")) == 1  # That it was approved, and nothing since.


def test_what_no_newcomer_changes_is_not_looked_at_again(
    kim: Person, farah: Person, question: Question, approval: Switch
) -> None:
    approval("newcomers")
    change(kim, question, "It is out, so I am new no more.")
    assert entries(farah).rows == []


def test_the_queue_shows_what_was_changed(
    kim: Person, farah: Person, question: Question, approval: Switch, browser: Callable[[Person], Browser]
) -> None:
    approval("everybody")
    change(kim, question, "Buy my quokkas.")
    page = browser(farah).get("/moderation").text
    assert "Changed since it was approved" in page
    assert f"/posts/{question.id}/history" in page
