"""Whoever has just written something finds it at once, before the index knows it; nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from forum.answers.models import Answer
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.people.models import Person
from forum.posts.removing import remove
from forum.questions.merging import merge
from forum.questions.models import Question
from forum.search import indexing
from forum.search.query import parse
from forum.search.results import find
from tests import factories
from tests.conftest import Browser
from tests.pages import Page


@pytest.fixture
def index(noise: None, farah: Person) -> None:
    db.session.commit()  # A rebuild ends the transaction that it finds.
    indexing.rebuild(lambda done: None)


@pytest.fixture
def asked(index: None, kim: Person) -> Question:
    return factories.question(kim, "Where is the quokka ladder?", body="It was in the yard.")


@pytest.fixture
def given(asked: Question, kim: Person) -> Answer:
    return factories.answer(kim, asked, "Behind the numbat door.")


def found(by: Person, typed: str, page: int = 1) -> list[int]:
    return [result.id for result in find(parse(typed), page=page, by=by).results]


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("quokka", True),
        ("Quokkas ladders yard", True),
        ('"quokka ladder"', True),
        ('"ladder quokka"', False),
        ("quokka -yard", False),
        ("quok", False),
        ("quokka wombat", False),
        ("quokka is:solved", False),
    ],
)
def test_ones_own_new_question_is_found_by_its_words(typed: str, is_found: bool, asked: Question, kim: Person) -> None:
    assert (asked.id in found(kim, typed)) is is_found


def test_answers_too_and_nothing_twice_once_the_index_knows_them(
    asked: Question, given: Answer, kim: Person, work_off: Callable[[], None]
) -> None:
    assert found(kim, "numbat door") == [given.id]
    work_off()
    shown = find(parse("numbat"), page=1, by=kim)
    (thread,) = shown.results
    assert sorted(each.id for each in (thread, *thread.more)) == [asked.id, given.id]
    assert shown.page.total == 2


def test_others_wait_for_the_index_and_so_does_a_second_page(asked: Question, kim: Person, marta: Person) -> None:
    assert found(marta, "quokka") == found(kim, "quokka", page=2) == []


def test_what_was_removed_or_merged_or_is_older_is_left_to_the_index(
    asked: Question, kim: Person, farah: Person
) -> None:
    with as_of(now() + timedelta(minutes=2)):
        assert found(kim, "quokka") == []
    other = factories.question(kim, "Where is the wombat?")
    merge(farah, asked, other)
    remove(kim, factories.question(kim, "Where is the bilby?"))
    assert found(kim, "quokka") == found(kim, "bilby") == []


def test_one_with_all_the_words_takes_the_place_of_those_with_some(
    asked: Question, kim: Person, marta: Person, work_off: Callable[[], None]
) -> None:
    factories.question(marta, "Who has a ladder?")
    work_off()
    new = factories.question(kim, "Who has a bilby ladder?")
    shown = find(parse("bilby ladder"), page=1, by=kim)
    assert [each.id for each in shown.results] == [new.id]
    assert (shown.page.total, shown.page.widened) == (1, False)


def test_the_search_page_shows_it(asked: Question, kim: Person, browser: Callable[[Person], Browser]) -> None:
    page = Page(browser(kim).get("/search?q=quokka"))
    assert page.title == "1 result for “quokka”"


def test_it_costs_one_statement(asked: Question, kim: Person, statements: Callable[[], Any]) -> None:
    with statements() as without:
        find(parse("xyzzy"), page=1)
    with statements() as seen:
        find(parse("xyzzy"), page=1, by=kim)
    assert len(seen) == len(without) + 1
