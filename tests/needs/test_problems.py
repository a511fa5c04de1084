"""The queue of open problems: who sees which, in which order, page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from forum.core.clock import as_of, now
from forum.core.db import db
from forum.core.paging import PER_PAGE
from forum.needs.models import Need
from forum.needs.opening import asked_need
from forum.needs.problems import in_words, open_problems
from forum.people.changing import deactivate
from forum.people.models import Person
from forum.posts.removing import remove
from tests import factories
from tests.conftest import Browser
from tests.needs.conftest import MONDAY
from tests.pages import Page

SignIn = Callable[[Person], Browser]


@pytest.fixture
def problem(kim: Person) -> Callable[..., Need]:
    """Makes an open problem that waits for so many hours, with an owner and a day if given."""

    def make(title: str, hours: int = 1, owner: Person | None = None, next_on: date | None = None, **of: Any) -> Need:
        with as_of(MONDAY - timedelta(hours=hours)):
            need = asked_need(factories.question(kim, title, **of))
        assert need is not None
        need.state, need.owner_id, need.next_on = "open_problem", owner.id if owner else None, next_on
        db.session.flush()
        return need

    return make


def titles(person: Person) -> list[str]:
    with as_of(MONDAY):
        return [row.title for row in open_problems(person, None).rows]


def test_what_nobody_stays_with_comes_first_the_oldest_at_the_top_then_the_next_day(
    farah: Person, marta: Person, problem: Callable[..., Need]
) -> None:
    problem("With an owner, later", 90, marta, date(2026, 12, 2))
    problem("With an owner, sooner", 80, marta, date(2026, 11, 20))
    problem("Nobody's, young one", 1)
    problem("Nobody's, old one", 50)
    assert titles(farah) == [
        "Nobody's, old one",
        "Nobody's, young one",
        "With an owner, sooner",
        "With an owner, later",
    ]


def test_an_owner_who_has_left_stays_with_nothing(
    farah: Person, marta: Person, chris: Person, problem: Callable[..., Need]
) -> None:
    problem("Kept by one who left", 90, marta, date(2026, 12, 2))
    problem("Nobody's from later", 1)
    deactivate(chris, marta)
    assert titles(farah) == ["Kept by one who left", "Nobody's from later"]


def test_only_open_problems_that_can_be_read_are_in_it(
    kim: Person, farah: Person, problem: Callable[..., Need]
) -> None:
    factories.question(kim, "Still being asked about?")
    gone = problem("Removed meanwhile?")
    remove(farah, db.session.get_one(factories.Post, gone.question_id))
    problem("Waits for somebody?")
    assert titles(farah) == ["Waits for somebody?"]


def test_a_champion_sees_those_of_the_own_department_and_no_button(
    finance: Any, sales: Any, problem: Callable[..., Need], browser: SignIn
) -> None:
    problem("About finance?", departments=[finance])
    problem("About sales?", departments=[sales])
    window = browser(factories.person("Cham Pion", finance, "champion"))
    page = Page(window.get("/open-problems"))
    assert "About finance?" in page.words
    assert "About sales?" not in page.words
    assert "Name who stays with it" not in page.words


def test_it_is_no_page_for_everybody_and_the_menu_knows(kim: Person, farah: Person, browser: SignIn) -> None:
    assert browser(kim).get("/open-problems").status_code == 403
    way = 'a[href="/open-problems"]'
    assert not Page(browser(kim).get("/help")).soup.select(way)
    assert Page(browser(farah).get("/help")).soup.select(way)


def test_an_empty_queue_is_good_news(farah: Person, browser: SignIn) -> None:
    assert "No open problems" in Page(browser(farah).get("/open-problems")).words


def test_pages_follow_each_other_without_gaps_and_doubles(
    farah: Person, marta: Person, problem: Callable[..., Need]
) -> None:
    for number in range(PER_PAGE + 5):
        problem(f"Nobody's number {number}?", hours=9)  # All of the same moment.
    for number in range(PER_PAGE):
        problem(f"Owned number {number}?", 9, marta, date(2026, 12, 2))
    found, key = [], None
    for _ in range(3):
        page = open_problems(farah, key)
        found += [row.need_id for row in page.rows]
        key = page.next_key
    assert key is None
    assert len(found) == len(set(found)) == 2 * PER_PAGE + 5
    assert found == sorted(found)


@pytest.mark.parametrize("key", ["x", "0-99999999999999999-1", "1-99999999999999999-9999999999", "1-0-0", "2-1-1"])
def test_a_key_that_is_not_ours_breaks_nothing(farah: Person, browser: SignIn, key: str) -> None:
    assert browser(farah).get(f"/open-problems?after={key}").status_code == 200


def test_it_costs_the_same_few_statements_however_long_it_is(
    farah: Person, problem: Callable[..., Need], browser: SignIn, statements: Callable[[], Any]
) -> None:
    window = browser(farah)
    counts = []
    for more in (1, 12):
        for number in range(more):
            problem(f"One of {more}, number {number}?")
        window.get("/open-problems")
        with statements() as seen:
            window.get("/open-problems")
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "Tuesday, 24 November 2026"),
        (-6, "was due Tuesday"),
        (-7, "was due 16 November 2026"),
    ],
)
def test_a_day_is_said_in_words(days: int, words: str) -> None:
    with as_of(MONDAY):
        assert in_words(now().date() + timedelta(days=days)) == words
