"""Later: a thread is put off until a morning, and comes back as unread; what asks its reader by name brings it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.models import Answer
from forum.core.clock import as_of
from forum.core.db import db
from forum.notifications import listing
from forum.notifications.models import Notification
from forum.people.models import Person
from forum.questions.asking import address
from forum.questions.merging import merge, undo
from forum.questions.models import Merge, Question
from tests import factories
from tests.conftest import Browser
from tests.notifications.conftest import MONDAY, TUESDAY_OPENING

Work = Callable[..., None]
Browsers = Callable[[Person], Browser]
SOON = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def monday() -> Any:
    """Everything of these tests happens on a Monday at work, the requests too, unless they say another time."""
    with as_of(MONDAY):
        yield


@pytest.fixture
def question(kim: Person, marta: Person, farah: Person, work: Work) -> Question:
    """A question of Kim with an answer, of which she was told, beside another such and notes of other people."""
    asked = factories.question(kim, "Which form is it?")
    factories.answer(marta, asked, "The blue one.")
    factories.answer(farah, factories.question(kim, "What else lies in the inbox?"))
    factories.answer(kim, factories.question(farah, "What does somebody else hear?"))
    work()
    return asked


def put_off(window: Browser, question: Question, when: str = "tomorrow") -> Any:
    given = {"until": latest(), "when": when, "next": "/inbox"}
    return window.post(f"/inbox/{question.id}/later", data=given, follow_redirects=True)


def latest() -> int:
    return db.session.scalars(select(Notification.id).order_by(Notification.id.desc())).first() or 0


def lists(window: Browser) -> dict[str, bool]:
    """In which of the lists the thread stands."""
    shown = {show: window.get("/inbox", query_string={"show": show}).text for show in ("inbox", "later", "done")}
    return {show: "Which form is it?</a></h2>" in page for show, page in shown.items()}


def unread(person: Person) -> int:
    db.session.rollback()
    return listing.unread(person).count


def test_what_is_put_off_is_out_of_the_inbox_and_the_count_until_its_morning_and_comes_back_as_unread(
    kim: Person, question: Question, browser: Browsers
) -> None:
    window = browser(kim)
    window.get(address(question.id, question.title))
    assert unread(kim) == 1  # The other one: this one is read.
    page = put_off(window, question).text
    assert "Put off. It comes back" in page
    assert "Tue 24 November, 09:00" in page
    assert "Later (1)" in page
    assert lists(window) == {"inbox": False, "later": True, "done": False}
    with as_of(TUESDAY_OPENING - timedelta(minutes=1)):
        assert unread(kim) == 1
    with as_of(TUESDAY_OPENING):
        assert unread(kim) == 2
        assert lists(browser(kim)) == {"inbox": True, "later": False, "done": False}


@pytest.mark.parametrize(
    ("when", "back"), [("tomorrow", 24), ("three_days", 26), ("week", 30), ("", 24), ("never", 24)]
)
def test_it_comes_back_when_work_begins_on_the_day(
    kim: Person, question: Question, browser: Browsers, when: str, back: int
) -> None:
    put_off(browser(kim), question, when)
    found = db.session.scalars(select(Notification.later_until).where(Notification.page_id == question.id)).all()
    assert found == [datetime(2026, 11, back, 9, tzinfo=UTC)]


def test_a_day_off_is_no_day_to_come_back(kim: Person, question: Question, browser: Browsers) -> None:
    with as_of(datetime(2026, 11, 27, 10, tzinfo=UTC)):
        put_off(browser(kim), question)
    found = db.session.scalars(select(Notification.later_until).where(Notification.page_id == question.id)).all()
    assert found == [datetime(2026, 11, 30, 9, tzinfo=UTC)]


def test_it_can_be_brought_back_at_once_and_put_away_from_there(
    kim: Person, question: Question, browser: Browsers
) -> None:
    window = browser(kim)
    put_off(window, question)
    assert "Bring it back" in window.get("/inbox?show=later").text
    window.post(f"/inbox/{question.id}/later/withdrawal")
    assert lists(window) == {"inbox": True, "later": False, "done": False}
    assert unread(kim) == 2
    put_off(window, question)
    window.post(f"/inbox/{question.id}/completion", data={"until": latest()})
    assert lists(window) == {"inbox": False, "later": False, "done": True}
    assert unread(kim) == 1


def test_news_of_the_thread_wait_with_it_and_so_do_their_mails(
    kim: Person, farah: Person, question: Question, browser: Browsers, work: Work
) -> None:
    window = browser(kim)
    put_off(window, question, "three_days")
    factories.comment(farah, question, "One more thing.")
    work(MONDAY + SOON)
    assert lists(window) == {"inbox": False, "later": True, "done": False}
    mails = select(Notification.mail_due_at).where(Notification.page_id == question.id).order_by(Notification.id)
    assert db.session.scalars(mails).all() == [None, datetime(2026, 11, 26, 9, tzinfo=UTC)]


def test_a_mention_brings_it_back_at_once_and_only_to_whoever_is_mentioned(
    kim: Person, marta: Person, farah: Person, question: Question, browser: Browsers, work: Work
) -> None:
    factories.comment(farah, db.session.scalars(select(Answer)).first(), "Which blue?")  # of Marta's answer
    work(MONDAY + SOON)
    for person in (kim, marta):
        put_off(browser(person), question)
    factories.comment(farah, question, f"@{kim.handle}, is it still so?")
    work(MONDAY + SOON)
    assert lists(browser(kim)) == {"inbox": True, "later": False, "done": False}
    assert lists(browser(marta)) == {"inbox": False, "later": True, "done": False}


def test_looking_at_the_thread_and_marking_all_as_read_leave_what_is_put_off_alone(
    kim: Person, question: Question, browser: Browsers
) -> None:
    window = browser(kim)
    put_off(window, question)
    window.get(address(question.id, question.title))
    window.post("/inbox/reading", data={"until": latest()})
    assert unread(kim) == 0
    with as_of(TUESDAY_OPENING):
        assert unread(kim) == 1


def test_nobody_puts_off_the_notes_of_somebody_else_and_nothing_is_said_where_there_are_none(
    kim: Person, farah: Person, question: Question, browser: Browsers
) -> None:
    page = put_off(browser(farah), question).text
    assert "Put off." not in page
    assert lists(browser(kim)) == {"inbox": True, "later": False, "done": False}


def test_a_thread_that_comes_together_stands_in_one_list(
    kim: Person, farah: Person, question: Question, browser: Browsers, work: Work
) -> None:
    twin = db.session.scalars(select(Question).where(Question.title == "What else lies in the inbox?")).one()
    window = browser(kim)
    put_off(window, twin)
    merge(farah, twin, question)
    db.session.commit()
    assert lists(window) == {"inbox": True, "later": False, "done": False}
    assert listing.put_off_count(kim) == 0
    undo(farah, db.session.scalars(select(Merge)).one())
    db.session.commit()
    put_off(window, twin, "week")
    put_off(window, question)
    merge(farah, twin, question)
    db.session.commit()
    assert lists(window) == {"inbox": False, "later": True, "done": False}
    with as_of(TUESDAY_OPENING + SOON):
        assert lists(browser(kim)) == {"inbox": True, "later": False, "done": False}
