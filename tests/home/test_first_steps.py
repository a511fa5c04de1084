"""The first steps: each is done by doing it, and they are closed for good, or shown again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.answers.answering import accept
from forum.core.db import db
from forum.home.first_steps import close_first_steps, first_steps, open_first_steps
from forum.needs import check_ins
from forum.needs.models import CheckIn
from forum.people.models import Person
from forum.posts.thanks import thank
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]


def taken(person: Person) -> list[str]:
    return [step.name for step in first_steps(person) if step.done]


def test_nothing_is_done_by_somebody_new_whatever_others_did(kim: Person, noise: None) -> None:
    rita = factories.person("Rita New")
    assert taken(rita) == []
    assert len(first_steps(rita)) == 4


def test_a_search_is_the_first_step(kim: Person, browser: SignIn) -> None:
    browser(kim).get("/search?q=ladder")
    assert taken(kim) == ["Search first"]


@pytest.mark.parametrize("unnamed", [False, True], ids=["by name", "without a name"])
def test_asking_is_a_step(kim: Person, unnamed: bool) -> None:
    factories.question(kim, unnamed=unnamed)
    assert taken(kim) == ["Ask your colleagues"]


def test_answering_and_thanking_are_the_same_step(kim: Person, marta: Person) -> None:
    rita = factories.person("Rita New")
    answer = factories.answer(kim, factories.question(marta))
    thank(rita, answer, "")
    assert taken(kim) == taken(rita) == ["Answer or thank somebody"]


def test_saying_whether_it_worked_is_a_step_and_saying_nothing_is_none(kim: Person, marta: Person) -> None:
    accept(kim, factories.answer(marta, factories.question(kim)))
    check_in = db.session.scalars(db.select(CheckIn)).one()
    assert taken(kim) == ["Ask your colleagues"]
    check_ins.reply(kim, check_in, "not")
    assert taken(kim) == ["Ask your colleagues", "Say whether it worked"]


def test_once_closed_there_are_none_until_they_are_opened_again(kim: Person) -> None:
    close_first_steps(kim)
    closed_at = kim.first_steps_closed_at
    close_first_steps(kim)
    assert (kim.first_steps_closed_at, first_steps(kim)) == (closed_at, [])
    open_first_steps(kim)
    assert len(first_steps(kim)) == 4


def test_they_are_closed_on_the_home_page_and_brought_back_by_the_settings(kim: Person, browser: SignIn) -> None:
    window = browser(kim)
    assert "Your first steps 0 of 4 done" in Page(window.get("/")).words
    assert not Page(window.get("/settings")).has_form("/first-steps/closing/withdrawal")
    assert window.post("/first-steps/closing").location == "/"
    assert "Your first steps" not in Page(browser(kim).get("/")).words
    assert Page(window.get("/settings")).has_form("/first-steps/closing/withdrawal")
    assert window.post("/first-steps/closing/withdrawal").location == "/"
    assert "Your first steps" in Page(window.get("/")).words


def test_once_all_are_done_they_are_seen_once_more_and_leave(kim: Person, marta: Person, browser: SignIn) -> None:
    browser(kim).get("/search?q=ladder")
    accept(kim, factories.answer(marta, factories.question(kim)))
    check_ins.reply(kim, db.session.scalars(db.select(CheckIn)).one(), "resolved")
    factories.answer(kim, factories.question(marta))
    db.session.commit()
    assert "4 of 4 done" in Page(browser(kim).get("/")).words
    assert "Your first steps" not in Page(browser(kim).get("/")).words
