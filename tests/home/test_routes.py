"""The home page: what it shows first, where the lists went, and what stands there when there is nothing to do."""

from __future__ import annotations

from collections.abc import Callable

from forum.answers.answering import accept
from forum.core.clock import now
from forum.core.db import db
from forum.departments.models import Department
from forum.needs.models import CheckIn
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]


def test_whoever_has_nothing_to_do_reads_so_and_can_ask(browser: SignIn, kim: Person) -> None:
    page = Page(browser(kim).get("/"))
    assert "Nobody waits for you" in page.words
    assert page.links()["Ask a question"] == "/ask"


def test_what_waits_comes_before_what_is_ones_own(
    browser: SignIn, kim: Person, marta: Person, sales: Department
) -> None:
    factories.question(marta, "Who has the key of the yard?", departments=[sales])
    factories.question(kim, "Where is the long ladder?")
    words = Page(browser(kim).get("/")).words
    assert words.index("Who has the key of the yard?") < words.index("Your questions Where is the long ladder?")
    assert "Nobody waits for you" not in words


def test_whether_it_worked_is_said_on_the_home_page(browser: SignIn, kim: Person, marta: Person) -> None:
    accept(kim, factories.answer(marta, factories.question(kim, "Where is the long ladder?")))
    check_in = db.session.scalars(db.select(CheckIn)).one()
    check_in.asked_at = now()
    db.session.flush()
    id, window = check_in.id, browser(kim)
    assert Page(window.get("/")).has_form(f"/check-ins/{id}")
    window.post(f"/check-ins/{id}", data={"outcome": "resolved"})
    assert db.session.get_one(CheckIn, id).outcome == "resolved"
    assert not Page(window.get("/")).has_form(f"/check-ins/{id}")


def test_further_ones_that_wait_are_a_link_away(browser: SignIn, kim: Person, marta: Person, sales: Department) -> None:
    for _ in range(5):
        factories.question(marta, departments=[sales])
    page = Page(browser(kim).get("/"))
    assert len(page.soup.select(".row")) == 4
    assert page.links()["Everybody who waits"] == "/questions"


def test_the_address_of_a_list_that_once_stood_here_leads_to_it(browser: SignIn, kim: Person) -> None:
    window = browser(kim)
    old = window.get("/", query_string={"tab": "needs", "among": "me", "after": "1-1", "page": "2"})
    assert old.location == "/questions?tab=needs&among=me&after=1-1"
    assert window.get("/?page=2").status_code == 200


def test_unread_notes_are_counted_beside_the_greeting(
    browser: SignIn, kim: Person, marta: Person, work_off: Callable[[], None]
) -> None:
    factories.answer(marta, factories.question(kim))
    work_off()
    assert Page(browser(kim).get("/")).links()["1 unread note"] == "/inbox"
