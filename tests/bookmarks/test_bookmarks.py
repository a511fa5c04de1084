"""Bookmarks: found again by whoever made them, seen by nobody else, with a reminder when work begins on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.models import Answer
from forum.bookmarks.marking import bookmark, of, unmark
from forum.bookmarks.models import Bookmark
from forum.core.db import db
from forum.core.errors import Invalid
from forum.moderation.intervening import hide
from forum.notifications.models import Notification
from forum.people.hours import go_away
from forum.people.models import Person
from forum.posts.removing import remove
from tests import factories
from tests.conftest import Browser
from tests.needs.conftest import MONDAY, at, office_hours, pass_time
from tests.pages import Page

__all__ = ["at", "office_hours", "pass_time"]

Moments = Callable[[datetime], Any]
SignIn = Callable[[Person], Browser]


@pytest.fixture
def answer(kim: Person, marta: Person) -> Answer:
    return factories.answer(marta, factories.question(kim), "Ring the gate.")


def reminders() -> list[tuple[int, str]]:
    db.session.expire_all()
    rows = db.session.scalars(select(Notification).where(Notification.kind == "bookmark"))
    return [(row.person_id, row.reason) for row in rows]


def test_twice_is_once_and_changes_the_reminder(kim: Person, answer: Answer, at: Moments) -> None:
    with at(MONDAY):
        bookmark(kim, answer, when="tomorrow")
        bookmark(kim, answer, when="week")
    assert db.session.scalars(select(Bookmark.remind_on)).all() == [MONDAY.date() + timedelta(days=7)]


def test_it_can_be_removed_and_twice_is_no_error(kim: Person, answer: Answer) -> None:
    made = bookmark(kim, answer)
    unmark(kim, made.id)
    unmark(kim, made.id)
    assert of(kim, answer.id) is None


@pytest.mark.parametrize("days", [None, 0, -1, 367])
def test_a_day_lies_after_today_and_within_a_year(kim: Person, answer: Answer, at: Moments, days: int | None) -> None:
    day = None if days is None else MONDAY.date() + timedelta(days=days)
    with at(MONDAY), pytest.raises(Invalid, match="Choose a day from tomorrow on"):
        bookmark(kim, answer, when="day", day=day)


def test_a_comment_is_not_bookmarked(kim: Person, answer: Answer) -> None:
    with pytest.raises(Invalid):
        bookmark(kim, factories.comment(kim, answer))


def test_the_reminder_comes_when_work_begins_on_that_day_and_once(
    kim: Person, answer: Answer, at: Moments, office_hours: Any, pass_time: Any
) -> None:
    with at(MONDAY):
        bookmark(kim, answer, when="tomorrow")
    db.session.commit()
    pass_time(MONDAY, hours=23)  # To eight on Tuesday.
    assert reminders() == []
    pass_time(MONDAY, days=4)
    assert reminders() == [(kim.id, "bookmarked")]


def test_a_changed_day_and_a_removed_bookmark_are_not_reminded_of(
    kim: Person, marta: Person, answer: Answer, at: Moments, pass_time: Any
) -> None:
    with at(MONDAY):
        bookmark(kim, answer, when="tomorrow")
        bookmark(kim, answer, when="week")
        unmark(marta, bookmark(marta, answer, when="tomorrow").id)
    db.session.commit()
    pass_time(MONDAY, days=4)
    assert reminders() == []


def test_whoever_is_away_is_reminded_when_they_are_back(
    kim: Person, answer: Answer, at: Moments, pass_time: Any
) -> None:
    with at(MONDAY):
        bookmark(kim, answer, when="tomorrow")
        go_away(kim, kim, date(2026, 11, 25))
    db.session.commit()
    pass_time(MONDAY, days=1, hours=8)
    assert reminders() == []
    pass_time(MONDAY, days=4)
    assert len(reminders()) == 1


def test_what_was_removed_is_not_reminded_of(
    kim: Person, marta: Person, answer: Answer, at: Moments, pass_time: Any
) -> None:
    with at(MONDAY):
        bookmark(kim, answer, when="tomorrow")
        remove(marta, answer)
    db.session.commit()
    pass_time(MONDAY, days=4)
    assert reminders() == []


def test_without_javascript_it_is_made_in_the_menu_found_in_the_list_and_removed(
    browser: SignIn, kim: Person, answer: Answer
) -> None:
    window = browser(kim)
    thread = window.get(f"/questions/{answer.question_id}", follow_redirects=True)
    assert f'href="/posts/{answer.id}/bookmark"' in thread.text
    made = window.post(f"/posts/{answer.id}/bookmark", data={"when": ""}, follow_redirects=True)
    assert "It stands under “Bookmarks”, for you alone." in made.text
    shown = Page(window.get("/bookmarks"))
    assert f"/questions/{answer.question_id}#post-{answer.id}" in shown.links().values()
    assert "Ring the gate." in shown.words
    (removal,) = (address for address, _ in shown.forms() if address.startswith("/bookmarks/"))
    gone = window.post(removal, follow_redirects=True)
    assert "No bookmarks yet" in gone.text


def test_a_refused_day_is_said_beside_it(browser: SignIn, kim: Person, answer: Answer) -> None:
    refused = browser(kim).post(f"/posts/{answer.id}/bookmark", data={"when": "day", "day": "2020-01-01"})
    assert refused.status_code == 422
    assert Page(refused).problems == ["day"]


def test_nobody_else_sees_it(browser: SignIn, kim: Person, marta: Person, farah: Person, answer: Answer) -> None:
    bookmark(kim, answer)
    db.session.commit()
    for person in (marta, farah):
        assert "No bookmarks yet" in browser(person).get("/bookmarks").text
        assert "Your bookmark" not in browser(person).get(f"/posts/{answer.id}/bookmark").text


def test_nobody_else_takes_it_away(browser: SignIn, kim: Person, marta: Person, answer: Answer) -> None:
    made = bookmark(kim, answer)
    db.session.commit()
    browser(marta).post(f"/bookmarks/{made.id}/removal")
    assert of(kim, answer.id) is not None


def test_one_that_was_removed_or_hidden_stays_in_the_list_and_nothing_of_what_it_said(
    browser: SignIn, kim: Person, marta: Person, farah: Person
) -> None:
    gone, hidden, stands = (factories.question(marta, f"Who told the secret {n}?") for n in ("one", "two", "three"))
    answers = [factories.answer(marta, on, f"It was told by {n}.") for on, n in ((stands, "Bo"), (gone, "Jo"))]
    for each in (gone, hidden, *answers):
        bookmark(kim, each)
    remove(farah, gone)
    for each in (hidden, answers[0]):
        hide(farah, each, reason="private")
    db.session.commit()
    words = Page(browser(kim).get("/bookmarks")).words
    assert words.count("It was removed.") == 2
    assert "secret three" in words  # The question of the hidden answer stands.
    for private in ("secret one", "secret two", "told by"):
        assert private not in words


def test_a_long_list_has_pages(browser: SignIn, kim: Person) -> None:
    for _ in range(31):
        bookmark(kim, factories.question(kim))
    db.session.commit()
    first = Page(browser(kim).get("/bookmarks"))
    assert first.next() is not None
    assert len(Page(browser(kim).get(first.next())).links()) >= 1
