"""Using a practice in a browser: saying how it went, planning to try it, and reading what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.core.clock import now
from forum.core.db import db
from forum.needs.models import CheckIn, Need
from forum.people.models import Person
from forum.practices.models import Practice
from forum.practices.promoting import address, retire
from forum.practices.using import try_it
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]


@pytest.fixture
def practice(kim: Person, marta: Person, farah: Person, sales: Any) -> Practice:
    answer = factories.answer(marta, factories.question(kim, "How do we label the boxes?"))
    return factories.practice(farah, answer, title="Label boxes on two sides")


def said() -> CheckIn:
    return db.session.scalars(select(CheckIn).order_by(CheckIn.id.desc())).first()  # type: ignore[return-value]


def test_one_press_says_that_it_worked_and_the_page_says_so_at_once(
    browser: SignIn, kim: Person, practice: Practice
) -> None:
    window = browser(kim)
    page = Page(window.get(f"/practices/{practice.id}", follow_redirects=True))
    assert "Nobody has said yet how it went" in page.words
    assert "To be Proven it needs 5 more outcomes; 3 more colleagues it works for; 2 more departments" in page.words
    sent = window.post(f"/practices/{practice.id}/use", data={"outcome": "resolved"})
    assert (sent.status_code, sent.location) == (303, address(practice.id, practice.title))
    assert "Whoever needs this next will see that it worked." in Page(window.get(sent.location)).words
    need = db.session.scalars(select(Need).where(Need.origin == "reuse")).one()
    assert (need.state, need.person_id, need.practice_id) == ("resolved", kim.id, practice.id)
    page = Page(window.get(f"/practices/{practice.id}", follow_redirects=True))
    assert "Worked for 1 of 1, in 1 of 2 departments, last just now" in page.words
    assert page.links()["Worked for 1 of 1, in 1 of 2 departments, last just now"].endswith("/outcomes")


def test_saying_more_keeps_where_how_long_and_what_was_different(
    browser: SignIn, kim: Person, chris: Person, practice: Practice
) -> None:
    address = f"/practices/{practice.id}/use"
    form = Page(browser(kim).get(address)).form(address)
    typed = {**form, "outcome": "not", "context": "A round box", "minutes": "0", "note": "Labels fall off."}
    assert browser(kim).post(address, data=typed).status_code == 303
    page = Page(browser(chris).get(f"/practices/{practice.id}/outcomes"))
    assert "It did not work: A round box" in page.words
    assert "Labels fall off." in page.words
    assert "Kim Tran Sales just now version 1 0 minutes saved" in page.words


def test_whoever_says_nothing_in_words_is_counted_by_department_and_not_named(
    browser: SignIn, kim: Person, chris: Person, practice: Practice
) -> None:
    factories.outcome(kim, practice)
    page = Page(browser(chris).get(f"/practices/{practice.id}/outcomes"))
    assert "It worked Sales just now version 1" in page.words
    assert "Kim" not in page.words


@pytest.mark.parametrize(
    ("given", "field"),
    [({"outcome": ""}, "outcome"), ({"outcome": "resolved", "minutes": "many"}, "minutes"),
     ({"outcome": "resolved", "minutes": "-3"}, "minutes")],
)  # fmt: skip
def test_a_refused_form_names_the_field_keeps_what_was_typed_and_counts_nothing(
    given: dict[str, str], field: str, browser: SignIn, kim: Person, practice: Practice
) -> None:
    address = f"/practices/{practice.id}/use"
    page = Page(browser(kim).post(address, data={**given, "context": "A round box", "note": "So it went."}))
    assert (page.status, page.problems) == (422, [field])
    kept = page.form(address)
    assert (kept["context"], kept["note"]) == ("A round box", "So it went.")
    assert db.session.scalars(select(Need).where(Need.practice_id.is_not(None))).all() == []


def test_going_to_try_it_asks_after_the_day_and_the_page_offers_to_say_it_earlier(
    browser: SignIn, kim: Person, practice: Practice
) -> None:
    window, day = browser(kim), (now() + timedelta(days=8)).date()
    window.post(f"/practices/{practice.id}/trial", data={"day": day.isoformat()})
    assert said().due_at.date() > day
    page = Page(window.get(f"/practices/{practice.id}", follow_redirects=True))
    assert "You are trying it: how did it go?" in page.words
    window.post(f"/practices/{practice.id}/use", data={"outcome": "partly"})
    assert len(db.session.scalars(select(Need).where(Need.origin == "reuse")).all()) == 1
    assert said().outcome == "partly"


def test_without_a_day_it_is_asked_after_three_working_days(browser: SignIn, kim: Person, practice: Practice) -> None:
    browser(kim).post(f"/practices/{practice.id}/trial", data={"day": ""})
    assert timedelta(days=2) < said().due_at - now() < timedelta(days=8)


@pytest.mark.parametrize("day", ["2001-01-01", "2999-01-01", "soon"])
def test_a_day_that_makes_no_sense_is_refused_at_its_field(
    day: str, browser: SignIn, kim: Person, practice: Practice
) -> None:
    page = Page(browser(kim).post(f"/practices/{practice.id}/trial", data={"day": day}))
    assert (page.status, page.problems) == (422, ["day"])
    assert db.session.scalars(select(Need).where(Need.practice_id.is_not(None))).all() == []


def test_its_author_and_readers_of_a_retired_one_are_not_asked(
    browser: SignIn, kim: Person, marta: Person, farah: Person, practice: Practice
) -> None:
    here = f"/practices/{practice.id}"
    assert not Page(browser(marta).get(here, follow_redirects=True)).has_form(f"{here}/use")
    assert browser(marta).post(f"{here}/use", data={"outcome": "resolved"}).status_code == 409
    try_it(kim, practice)
    retire(farah, practice, because="No more.")
    assert not Page(browser(farah).get(here, follow_redirects=True)).has_form(f"{here}/use")
    assert browser(farah).post(f"{here}/trial", data={"day": ""}).status_code == 409
    assert Page(browser(kim).get(here, follow_redirects=True)).has_form(f"{here}/use")


def test_the_page_says_why_it_is_proven_where_it_works_and_where_it_does_not(
    browser: SignIn, kim: Person, practice: Practice, sales: Any, finance: Any
) -> None:
    for _ in range(9):
        factories.outcome(factories.person(of=sales), practice)
    factories.outcome(factories.person(of=finance), practice)
    page = Page(browser(kim).get(f"/practices/{practice.id}", follow_redirects=True))
    assert "worked for 10 of 10, for 10 colleagues in 2 departments, in date." in page.words
    assert "Proven since" in page.words
    assert "Evidence: level 3 of 4" in page.words
    assert "Seen to work in Sales." in page.words
    for _ in range(2):
        factories.outcome(factories.person(of=finance), practice, "not")
    page = Page(browser(kim).get(f"/practices/{practice.id}", follow_redirects=True))
    assert "Does not work in Finance: find out what is different there" in page.words
    page = Page(browser(kim).get(f"/practices/{practice.id}/outcomes"))
    assert "Sales 9 of 9 0 0 0 93 % Works here" in page.words
    assert "Finance 1 of 3 0 2 0 59 % Does not work here" in page.words


def test_a_long_list_of_outcomes_is_read_in_pages(browser: SignIn, kim: Person, practice: Practice, sales: Any) -> None:
    for _ in range(32):
        factories.outcome(factories.person(of=sales), practice)
    window = browser(kim)
    first = Page(window.get(f"/practices/{practice.id}/outcomes"))
    second = Page(window.get(str(first.next())))
    assert len(first.soup.select('[id^="outcome-"]')) == 30
    assert len(second.soup.select('[id^="outcome-"]')) == 2
    assert second.next() is None


def test_cards_and_the_library_say_what_came_of_it(
    browser: SignIn, kim: Person, practice: Practice, sales: Any, finance: Any
) -> None:
    for department in (sales, sales, sales, finance):
        factories.outcome(factories.person(of=department), practice)
    page = Page(browser(kim).get("/practices"))
    assert "New: try and tell" in page.words
    assert "Worked for 4 of 4, in 2 departments · works in your department" in page.words
    factories.outcome(factories.person(of=finance), practice)
    page = Page(browser(kim).get("/practices?outcomes=proven"))
    assert "Tried by five or more Proven Label boxes on two sides" in page.words
    assert "No practice matches" in Page(browser(kim).get("/practices?outcomes=unused")).words
