"""The inbox, the bell, and what marks a note as read: looking at its thread, or pressing the button."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from forum.core.clock import as_of
from forum.core.db import db
from forum.core.paging import PER_PAGE
from forum.notifications import listing
from forum.notifications.models import Notification
from forum.people.models import Person
from forum.posts.removing import remove
from forum.posts.thanks import thank
from forum.questions.asking import address
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.notifications.conftest import MONDAY

Work = Callable[..., None]
Browsers = Callable[[Person], Browser]
BELL = re.compile(r'<a class="bell".*?</a>', re.DOTALL)


@pytest.fixture(autouse=True)
def monday() -> Any:
    """Everything of these tests happens on a Monday at work, the requests too."""
    with as_of(MONDAY):
        yield


@pytest.fixture
def answered(kim: Person, marta: Person) -> Callable[..., list[Question]]:
    """So many questions of Kim, each with an answer, the last one last."""

    def make(number: int = 1) -> list[Question]:
        questions = [factories.question(kim, f"What about matter number {n}?") for n in range(number)]
        for question in questions:
            factories.answer(marta, question, "Like this.")
        return questions

    return make


def unread(person: Person) -> int:
    db.session.rollback()
    return listing.unread(person).count


def bell(window: Browser, address: str = "/help") -> str:
    found = BELL.search(window.get(address).text)
    assert found is not None
    return re.sub(r"<[^>]*>", " ", found[0]).split("Inbox")[1].strip(" ,")


def titles(page: str) -> list[str]:
    return re.findall(r"What about matter number \d+\?(?=</a></h2>)", page)


# The list


def test_an_empty_inbox_is_a_kind_one(kim: Person, browser: Browsers) -> None:
    page = browser(kim).get("/inbox").text
    assert "All quiet" in page
    assert "Mark all as read" not in page
    assert bell(browser(kim)) == ""


def test_notes_stand_by_thread_with_who_did_what_and_why_one_hears_of_it(
    kim: Person, marta: Person, farah: Person, answered: Any, browser: Browsers, work: Work
) -> None:
    (question,) = answered()
    factories.comment(farah, question, "Which one?")
    work()
    page = browser(kim).get("/inbox").text
    assert len(titles(page)) == 1
    assert "Marta Silva answered your question" in page
    assert "Farah Aziz commented on what you wrote" in page
    assert "because you asked this" in page
    assert "Like this." in page


def test_unread_threads_stand_above_the_others_then_the_latest(
    kim: Person, answered: Any, browser: Browsers, work: Work
) -> None:
    first, second, third = answered(3)
    work()
    window = browser(kim)
    window.get(address(third.id, third.title))
    assert titles(window.get("/inbox").text) == [second.title, first.title, third.title]


def test_everybody_sees_their_own_notes_only(
    kim: Person, marta: Person, farah: Person, answered: Any, browser: Browsers, work: Work
) -> None:
    answered()
    work()
    for person in (marta, farah):
        assert "All quiet" in browser(person).get("/inbox").text


def test_pages_follow_each_other_without_gaps_and_doubles(
    kim: Person, answered: Any, browser: Browsers, work: Work
) -> None:
    asked = answered(PER_PAGE + 7)
    work()
    window = browser(kim)
    window.get(address(asked[-1].id, asked[-1].title))  # So that the list has a read part, too.
    seen, next_address = [], "/inbox"
    while next_address:
        page = window.get(next_address).text
        seen += titles(page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        next_address = following[1].replace("&amp;", "&") if following else ""
    unread_first = [question.title for question in [*reversed(asked[:-1]), asked[-1]]]
    assert seen == unread_first


@pytest.mark.parametrize("key", ["", "x", "1-", "2-5", "1-99999999999", "-1-3", "0-1' OR 1=1"])
def test_a_key_that_is_not_ours_is_the_start_of_the_list(
    kim: Person, answered: Any, browser: Browsers, work: Work, key: str
) -> None:
    answered()
    work()
    page = browser(kim).get("/inbox", query_string={"after": key})
    assert page.status_code == 200
    assert len(titles(page.text)) == 1


def test_a_long_thread_shows_its_latest_notes_and_says_how_many_there_are(
    kim: Person, farah: Person, answered: Any, browser: Browsers, work: Work
) -> None:
    (question,) = answered()
    for number in range(9):
        factories.comment(farah, question, f"Remark {number}")
    work()
    page = browser(kim).get("/inbox").text
    assert re.findall(r"Remark \d", page) == [f"Remark {number}" for number in (8, 7, 6, 5, 4)]
    assert "5 earlier notes about this" in page


def test_the_line_that_came_with_thanks_is_shown(kim: Person, marta: Person, browser: Browsers, work: Work) -> None:
    thank(kim, factories.answer(marta, factories.question(kim)), "You saved my <b>week</b>.")
    work()
    assert "You saved my &lt;b&gt;week&lt;/b&gt;." in browser(marta).get("/inbox").text


def test_what_was_removed_is_gone_from_the_list_and_the_bell(
    kim: Person, farah: Person, answered: Any, browser: Browsers, work: Work
) -> None:
    (question,) = answered()
    work()
    remove(farah, question)
    assert "All quiet" in browser(kim).get("/inbox").text
    assert unread(kim) == 0


def test_the_inbox_costs_the_same_few_statements_however_full_it_is(
    kim: Person, farah: Person, answered: Any, browser: Browsers, work: Work, statements: Callable[[], Any]
) -> None:
    window = browser(kim)

    def cost() -> int:
        work()
        window.get("/inbox")
        with statements() as seen:
            assert window.get("/inbox").status_code == 200
        return len(seen)

    for question in answered(2):
        factories.comment(farah, question)
    few = cost()
    for question in answered(PER_PAGE):
        factories.comment(farah, question)
    # The organisation, the person, the threads, their notes, how many are put off, the bell.
    assert (few, cost()) == (6, 6)


# The bell


def test_the_bell_says_how_many_are_unread_in_words(kim: Person, answered: Any, browser: Browsers, work: Work) -> None:
    answered(3)
    work()
    assert bell(browser(kim)) == "3 unread"


def test_the_bell_costs_one_statement_that_reads_unread_rows_only(
    kim: Person, answered: Any, browser: Browsers, work: Work, statements: Callable[[], Any]
) -> None:
    answered(2)
    work()
    id = kim.id
    with statements() as seen:
        assert listing.unread(kim).count == 2
    *_, statement = seen  # Before it: whether there are new personas, which a page is told by its sign-in.
    if db.engine.dialect.name == "sqlite":  # PostgreSQL reads so small a table from end to end.
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (0, 1, 0, id, "2026-11-23"))
        assert "USING INDEX ix_notification_unread" in str(plan.all())


def test_an_error_page_has_a_bell_though_the_database_cannot_say(
    kim: Person, browser: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("the database is away"))

    window = browser(kim)
    monkeypatch.setattr(listing, "unread", broken)
    answer = window.get("/nowhere")
    assert answer.status_code == 404
    assert 'class="bell"' in answer.text


# Reading


def test_looking_at_the_thread_marks_its_notes_as_read_and_no_others(
    kim: Person, answered: Any, browser: Browsers, work: Work
) -> None:
    first, _ = answered(2)
    work()
    window = browser(kim)
    assert bell(window, address(first.id, first.title)) == "1 unread"
    assert unread(kim) == 1
    assert bell(window) == "1 unread"


def test_following_a_line_of_the_inbox_leads_to_the_thread_and_marks_it_as_read(
    kim: Person, answered: Any, browser: Browsers, work: Work
) -> None:
    answered()
    work()
    window = browser(kim)
    link = re.search(r'<p class="note__words">.*?href="([^"]*)"', window.get("/inbox").text, re.DOTALL)
    assert link is not None
    assert window.get(link[1].partition("#")[0], follow_redirects=True).status_code == 200
    assert unread(kim) == 0


@pytest.mark.parametrize("header", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}])
def test_a_page_that_is_only_fetched_ahead_marks_nothing(
    kim: Person, answered: Any, browser: Browsers, work: Work, header: dict[str, str]
) -> None:
    (question,) = answered()
    work()
    window = browser(kim)
    page = window.get(address(question.id, question.title), headers=header)
    assert page.status_code == 200
    assert ", 1 unread" in page.text
    assert unread(kim) == 1


def test_a_page_fetched_ahead_is_no_visit(kim: Person, browser: Browsers) -> None:
    window = browser(kim)
    with as_of(MONDAY + timedelta(minutes=30)):
        window.get("/", headers={"Sec-Purpose": "prefetch;prerender"})
        assert seen_at(kim) == MONDAY
        window.get("/")
        assert seen_at(kim) == MONDAY + timedelta(minutes=30)


@pytest.mark.parametrize("how", [{"method": "HEAD"}, {"headers": {"HX-Request": "true"}}])
def test_what_is_not_a_look_at_the_page_marks_nothing(
    kim: Person, answered: Any, browser: Browsers, work: Work, how: dict[str, Any]
) -> None:
    (question,) = answered()
    work()
    browser(kim).open(address(question.id, question.title), **how)
    assert unread(kim) == 1


def test_an_address_that_only_leads_on_marks_nothing(kim: Person, answered: Any, browser: Browsers, work: Work) -> None:
    (question,) = answered()
    work()
    assert browser(kim).get(f"/questions/{question.id}").status_code == 301
    assert unread(kim) == 1


def test_looking_at_the_inbox_marks_nothing(kim: Person, answered: Any, browser: Browsers, work: Work) -> None:
    answered()
    work()
    browser(kim).get("/inbox")
    assert unread(kim) == 1


def test_somebody_elses_look_marks_nothing_of_mine(
    kim: Person, farah: Person, answered: Any, browser: Browsers, work: Work
) -> None:
    (question,) = answered()
    work()
    browser(farah).get(address(question.id, question.title))
    assert unread(kim) == 1


def test_a_practice_is_read_by_looking_at_it(
    kim: Person, marta: Person, farah: Person, browser: Browsers, work: Work
) -> None:
    practice = factories.practice(farah, factories.answer(marta, factories.question(kim)))
    work()
    before = unread(marta)
    browser(marta).get(f"/practices/{practice.id}", follow_redirects=True)
    assert unread(marta) == before - 1


def test_the_button_marks_a_thread_as_read(kim: Person, answered: Any, browser: Browsers, work: Work) -> None:
    first, _ = answered(2)
    work()
    answer = browser(kim).post(f"/inbox/{first.id}/reading", data={"until": latest(kim), "next": "/inbox?after=1-2"})
    assert (answer.status_code, answer.location) == (303, "/inbox?after=1-2")
    assert unread(kim) == 1


def test_all_as_read_means_all_that_the_page_showed_and_not_what_came_since(
    kim: Person, answered: Any, browser: Browsers, work: Work
) -> None:
    answered(2)
    work()
    window = browser(kim)
    until = re.search(r'name="until" value="(\d+)"', window.get("/inbox").text)
    assert until is not None
    answered()
    work()
    window.post("/inbox/reading", data={"until": until[1]})
    assert unread(kim) == 1


@pytest.mark.parametrize("until", ["", "x", "-1", "99999999999"])
def test_a_number_that_was_tampered_with_marks_nothing(
    kim: Person, answered: Any, browser: Browsers, work: Work, until: str
) -> None:
    answered()
    work()
    assert browser(kim).post("/inbox/reading", data={"until": until}).status_code == 303
    assert unread(kim) == 1


def test_nobody_marks_the_notes_of_somebody_else(
    kim: Person, farah: Person, answered: Any, browser: Browsers, work: Work
) -> None:
    (question,) = answered()
    work()
    window = browser(farah)
    for address_ in ("/inbox/reading", f"/inbox/{question.id}/reading", f"/inbox/{question.id}/completion"):
        window.post(address_, data={"until": latest(kim)})
    assert unread(kim) == 1
    assert titles(browser(kim).get("/inbox").text) == [question.title]


def test_what_is_done_is_out_of_the_way_until_there_is_news(
    kim: Person, farah: Person, answered: Any, browser: Browsers, work: Work
) -> None:
    (question,) = answered()
    work()
    window = browser(kim)
    window.post(f"/inbox/{question.id}/completion", data={"until": latest(kim)})
    assert (unread(kim), titles(window.get("/inbox").text)) == (0, [])
    assert titles(window.get("/inbox?show=done").text) == [question.title]
    factories.comment(farah, question, "One more thing.")
    work()
    page = window.get("/inbox").text
    assert "One more thing." in page
    assert "Like this." not in page


def test_what_is_done_can_be_put_back(kim: Person, answered: Any, browser: Browsers, work: Work) -> None:
    (question,) = answered()
    work()
    window = browser(kim)
    window.post(f"/inbox/{question.id}/completion", data={"until": latest(kim)})
    assert (
        f'action="/inbox/{question.id}/completion/withdrawal"' in window.get("/inbox").text
    )  # beside what is said of it
    window.post(f"/inbox/{question.id}/completion/withdrawal")
    assert titles(window.get("/inbox").text) == [question.title]
    assert unread(kim) == 0


def test_a_button_leads_back_to_this_site_only(kim: Person, browser: Browsers) -> None:
    answer = browser(kim).post("/inbox/reading", data={"next": "https://evil.example/"})
    assert answer.location == "/inbox"


# Being here


def seen_at(person: Person) -> datetime | None:
    return db.session.scalar(select(Person.last_seen_at).where(Person.id == person.id))


def test_a_visit_is_written_down_once_a_minute_at_the_most(
    kim: Person, browser: Browsers, statements: Callable[[], Any]
) -> None:
    window = browser(kim)
    for seconds, seen in [(59, 0), (60, 60), (100, 60), (119, 60), (120, 120)]:
        with as_of(MONDAY + timedelta(seconds=seconds)), statements() as made:
            window.get("/help")
        assert len([each for each in made if each.startswith("UPDATE person")]) == (seconds == seen)
        assert seen_at(kim) == MONDAY + timedelta(seconds=seen)


def test_whoever_is_not_signed_in_leaves_no_trace(kim: Person, client: Browser) -> None:
    client.get("/sign-in")
    client.get("/healthz")
    assert seen_at(kim) is None


def test_a_busy_database_does_not_refuse_a_page_that_is_ready(kim: Person, browser: Browsers) -> None:
    window = browser(kim)

    def refuse(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE person"):
            raise OperationalError(statement, {}, Exception("database is locked"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        with as_of(MONDAY + timedelta(hours=1)):
            assert window.get("/help").status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)
    assert seen_at(kim) == MONDAY


def latest(person: Person) -> int:
    query = select(Notification.id).where(Notification.person_id == person.id)
    return db.session.scalars(query.order_by(Notification.id.desc())).first() or 0
