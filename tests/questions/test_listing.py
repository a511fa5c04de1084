"""Lists: the right rows, in pages that neither skip nor repeat, with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from forum.answers.answering import accept
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.core.paging import PER_PAGE
from forum.departments.following import choose_level, follow
from forum.needs.check_ins import latest_of, reply
from forum.needs.models import CheckIn
from forum.needs.opening import asked_need, withdraw
from forum.people.models import Person
from forum.posts.removing import remove
from forum.questions import listing
from forum.questions.models import Question
from tests import factories

TABS = [name for name in listing.TABS if name != "needs"]  # That one is of needs/listing.py.


def titles(person: Person, tab: str) -> list[str]:
    return [row.title for row in listing.tab(person, tab, None).rows]


def test_a_removed_question_is_in_no_list(kim: Person) -> None:
    question = factories.question(kim, "Never mind this one")
    remove(kim, question)
    assert all(titles(kim, tab) == [] for tab in TABS)


def test_what_is_answered_is_not_confirmed_until_the_asker_says_that_it_helped(kim: Person, marta: Person) -> None:
    question = factories.question(kim, "How was it solved?")
    answer = factories.answer(marta, question)
    assert (titles(kim, "unconfirmed"), titles(kim, "confirmed")) == (["How was it solved?"], [])
    accept(kim, answer)
    assert (titles(kim, "unconfirmed"), titles(kim, "confirmed")) == (["How was it solved?"], [])
    reply(kim, the_check_in(question), "resolved")
    assert (titles(kim, "unconfirmed"), titles(kim, "confirmed")) == ([], ["How was it solved?"])


def test_what_is_not_confirmed_says_what_it_lacks(kim: Person, marta: Person) -> None:
    answer = factories.answer(marta, factories.question(kim))
    assert [row.reasons for row in listing.tab(kim, "unconfirmed", None).rows] == [("Answered, not accepted yet",)]
    accept(kim, answer)
    assert [row.reasons for row in listing.tab(kim, "unconfirmed", None).rows] == [("Accepted, not confirmed yet",)]


def test_what_did_not_work_is_in_neither_list(kim: Person, marta: Person) -> None:
    question = factories.question(kim)
    accept(kim, factories.answer(marta, question))
    reply(kim, the_check_in(question), "not")
    assert (titles(kim, "unconfirmed"), titles(kim, "confirmed")) == ([], [])


def test_what_nobody_answered_and_nobody_needs_any_more_is_in_neither_list(kim: Person) -> None:
    need = asked_need(factories.question(kim)) or pytest.fail("no need")
    withdraw(kim, need)
    assert (titles(kim, "unconfirmed"), titles(kim, "confirmed")) == ([], [])


def test_mine_are_those_i_asked(kim: Person, marta: Person, noise: None) -> None:
    factories.question(kim, "This one is mine")
    assert titles(kim, "mine") == ["This one is mine"]


@pytest.mark.parametrize("kind", ["department", "tag", "person", "question"])
def test_following_shows_what_i_follow(kind: str, kim: Person, marta: Person, sales: Any) -> None:
    question = factories.question(kim, "I would like to follow it", tags="ladders", departments=[sales])
    factories.question(marta, "This has nothing to do with it")
    assert titles(marta, "following") == ["This has nothing to do with it"]  # One follows what one asked.
    ids = {"department": sales.id, "tag": question.tags[0].id, "person": kim.id, "question": question.id}
    follow(marta, kind, ids[kind])
    assert "I would like to follow it" in titles(marta, "following")


@pytest.mark.parametrize(
    ("of_topic", "of_thread", "is_shown"),
    [
        ("watching", None, True),
        ("first_posts", None, True),
        ("tracking", None, True),
        ("muted", None, False),
        ("watching", "normal", False),
        ("watching", "muted", False),
        ("muted", "tracking", True),
        (None, "tracking", True),
        (None, "normal", False),
    ],
)
def test_following_shows_what_i_track_or_watch_and_a_thread_by_its_own_level(
    of_topic: str | None, of_thread: str | None, is_shown: bool, kim: Person, marta: Person
) -> None:
    question = factories.question(kim, "Do I follow it?", tags="yard")
    for kind, id, level in (("tag", question.tags[0].id, of_topic), ("question", question.id, of_thread)):
        if level:
            choose_level(marta, kind, id, level)
    assert ("Do I follow it?" in titles(marta, "following")) is is_shown
    assert "Do I follow it?" in titles(marta, "new")  # No list of everybody's leaves out what one has muted.


@pytest.mark.parametrize("tab", ["active", "new"])
def test_pages_neither_skip_nor_repeat_even_when_moments_are_equal(tab: str, kim: Person) -> None:
    moment = now() - timedelta(days=1)
    with as_of(moment):
        made = {factories.question(kim).id for _ in range(PER_PAGE + 5)}
    with as_of(moment + timedelta(hours=1)):
        made |= {factories.question(kim).id for _ in range(PER_PAGE)}
    seen: list[int] = []
    key = None
    while True:
        page = listing.tab(kim, tab, key)
        seen += [row.id for row in page.rows]
        key = page.next_key
        if key is None:
            break
    assert len(seen) == len(set(seen)) == len(made)
    assert set(seen) == made


@pytest.mark.parametrize("key", ["", "x", "1-", "-1", "99999999999999999-1", "0-0", "½-1", "1-1; drop table post"])
def test_a_key_that_is_not_ours_is_no_error(key: str, kim: Person, noise: None) -> None:
    assert isinstance(listing.tab(kim, "active", key).rows, list)


def test_a_row_carries_its_labels(kim: Person, sales: Any, finance: Any) -> None:
    factories.question(kim, tags="b a", departments=[sales, finance])
    (row,) = listing.tab(kim, "active", None).rows
    assert row.departments == (("finance", "Finance"), ("sales", "Sales"))
    assert row.tags == ("a", "b")


def the_check_in(question: Question) -> CheckIn:
    need = asked_need(question) or pytest.fail("no need")
    return latest_of(need) or pytest.fail("no check-in")


def test_ten_rows_cost_as_many_statements_as_one(kim: Person, statements: Callable[[], Any]) -> None:
    factories.question(kim, tags="x")
    db.session.commit()
    with statements() as one:
        listing.tab(kim, "active", None)
    for _ in range(9):
        factories.question(kim, tags="x y")
    db.session.commit()
    with statements() as ten:
        listing.tab(kim, "active", None)
    assert len(one) == len(ten) == 2
