"""The queue of whoever keeps practices true, and what is done to several at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from forum.answers.models import Answer
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.needs import check_ins
from forum.needs.opening import use_practice
from forum.people.models import Person
from forum.posts.removing import remove
from forum.practices.ageing import become_stale, reviewed
from forum.practices.models import Practice
from forum.practices.promoting import retire
from forum.questions.models import Question
from forum.reviewing import queue
from forum.reviewing.bulk import act
from forum.reviewing.challenging import challenge
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

GONE = "The label printer is gone since March."


@pytest.fixture
def make(farah: Person, marta: Person, question: Question) -> Callable[[str], Practice]:
    """A practice that somebody has just looked at."""

    def made(title: str) -> Practice:
        practice = factories.practice(farah, factories.answer(marta, question), title=title)
        reviewed(practice, actor=None)
        return practice

    return made


@pytest.fixture
def four(kim: Person, farah: Person, make: Any) -> dict[str, Practice]:
    """One for each reason, and two that are no business of the queue."""
    found = {name: make(f"A practice that is {name}") for name in ("due", "stale", "contested", "challenged", "fine")}
    found["due"].review_on = now().date()
    become_stale(found["stale"], "overdue")
    challenge(kim, found["challenged"], what=GONE)
    for outcome in ("not", "not", "not", "resolved"):
        colleague = factories.person(None, kim.department)
        check_ins.reply(colleague, check_ins.plan(use_practice(colleague, found["contested"].id)), outcome)
    for _ in range(3):
        colleague = factories.person(None, farah.department)
        check_ins.reply(colleague, check_ins.plan(use_practice(colleague, found["contested"].id)), "resolved")
    retire(farah, make("A practice that is retired"), because="Gone.")
    gone = make("A practice that is removed")
    gone.review_on = now().date()
    remove(farah, gone)
    return found


def kinds(items: list[queue.Item]) -> list[tuple[str, ...]]:
    return [tuple(reason.kind for reason in item.reasons) for item in items]


def test_the_most_pressing_comes_first_and_what_is_fine_does_not_come(farah: Person, four: Any) -> None:
    assert kinds(queue.practices(farah)) == [("challenged",), ("stale",), ("contested",), ("due",)]


@pytest.mark.parametrize("kind", ["challenged", "stale", "contested", "due"])
def test_one_kind_can_be_asked_for(kind: str, farah: Person, four: Any) -> None:
    assert [item.id for item in queue.practices(farah, kind)] == [four[kind].id]


def test_what_is_due_and_challenged_has_both_reasons(kim: Person, farah: Person, four: Any) -> None:
    four["challenged"].review_on = now().date()
    assert kinds(queue.practices(farah))[0] == ("challenged", "due")


def test_retiring_is_proposed_of_what_surely_fails(kim: Person, chris: Person, farah: Person, make: Any) -> None:
    failing = make("A practice that fails")
    for person in [factories.person() for _ in range(8)]:
        check_ins.reply(person, check_ins.plan(use_practice(person, failing.id)), "not")
    (item,) = queue.practices(farah)
    assert (item.retire, item.tally.failed, item.reasons[-1].words) == (True, 8, "Does not work for most")


def test_challenged_answers_stand_beside_the_practices(farah: Person, kim: Person, answer: Answer) -> None:
    made = challenge(farah, answer, what=GONE)
    (doubt,) = queue.answers(farah)
    assert (doubt.id, doubt.by, doubt.owner, doubt.overdue) == (made.id, "Farah Aziz", "Marta Silva", False)
    remove(farah, db.session.get_one(Question, answer.question_id))
    assert queue.answers(farah) == []


def test_only_moderators_see_it_and_act(kim: Person, chris: Person, four: Any) -> None:
    for person in (kim, chris):
        for deed in (queue.practices, queue.answers, lambda who: act(who, "confirm", [four["due"].id])):
            with pytest.raises(Forbidden):
                deed(person)


def test_a_queue_of_many_costs_as_many_statements_as_one_of_few(
    farah: Person, four: Any, make: Any, statements: Callable[[], Any]
) -> None:
    def cost() -> int:
        db.session.commit()
        person = db.session.get_one(Person, farah.id)
        assert person.is_moderator
        with statements() as seen:
            queue.practices(person)
        return len(seen)

    few = cost()
    for number in range(12):
        made = make(f"A practice with the number {number}")
        become_stale(made, "overdue")
        challenge(person_of(four), made, what=GONE)
    assert cost() == few


def person_of(four: dict[str, Practice]) -> Person:
    return factories.person()


def test_several_are_confirmed_at_once_and_challenged_ones_are_left(farah: Person, four: Any) -> None:
    done = act(farah, "confirm", [four[name].id for name in ("due", "stale", "challenged")])
    assert (done.count, done.left) == (2, ["A practice that is challenged"])
    assert four["due"].review_on > now().date() + timedelta(days=100)
    assert four["stale"].stale_since is None
    assert four["challenged"].challenged_at is not None


def test_several_keepers_are_asked(farah: Person, four: Any) -> None:
    act(farah, "ask", [four[name].id for name in ("due", "stale")])
    asked = db.session.query(EventRow).filter_by(name="KeeperAsked").all()
    assert {row.post_id for row in asked} == {four["due"].id, four["stale"].id}


def test_several_are_retired_for_one_reason(farah: Person, four: Any) -> None:
    done = act(farah, "retire", [four[name].id for name in ("stale", "challenged")], reason="The machine is gone.")
    assert done.count == 2
    assert {four[name].retired_because for name in ("stale", "challenged")} == {"The machine is gone."}
    assert four["challenged"].challenged_at is None


@pytest.mark.parametrize(
    ("name", "chosen", "reason", "field"),
    [
        ("", True, "", "act"),
        ("burn", True, "", "act"),
        ("confirm", False, "", "practice"),
        ("retire", True, " ", "reason"),
    ],
)
def test_what_makes_no_sense_is_refused(
    name: str, chosen: bool, reason: str, field: str, farah: Person, four: Any
) -> None:
    with pytest.raises(Invalid) as refused:
        act(farah, name, [four["due"].id] if chosen else [], reason=reason)
    assert refused.value.field == field


def test_what_is_gone_meanwhile_is_passed_over(farah: Person, four: Any) -> None:
    retire(farah, four["due"], because="Gone.")
    assert act(farah, "confirm", [four["due"].id, 999_999]).count == 0


def test_the_page_keeps_what_was_chosen_when_it_is_refused(
    farah: Person, four: Any, browser: Callable[[Person], Browser]
) -> None:
    window = browser(farah)
    page = Page(window.get("/practices/queue"))
    assert "Challenged by Kim Tran: waits for a reply" in page.words
    assert "Out of date since" in page.words
    assert "Does not work in Sales" in page.words
    sent = {"act": "retire", "practice": [str(four["due"].id)], "reason": "", "show": "due"}
    refused = window.post("/practices/queue", data=sent)
    assert refused.status_code == 422
    assert Page(refused).form("/practices/queue")["practice"] == str(four["due"].id)
    answer = window.post("/practices/queue", data={**sent, "reason": "Nobody needs it."}, follow_redirects=True)
    assert "Done with 1 practice." in Page(answer).words
    assert "Nothing to look after" in Page(answer).words
