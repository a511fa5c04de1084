"""Checking: what peers say of a practice, whose word counts, and who is asked for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from forum.core.clock import clock
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.people.models import Person
from forum.practices.models import Practice
from forum.practices.promoting import retire, revise, texts_of
from forum.practices.validating import (
    RetiredMeanwhile,
    Validation,
    is_enough,
    peers_of,
    take_back,
    validate,
    validated,
    validated_among,
)
from tests import factories
from tests.conftest import Browser
from tests.pages import Page


@pytest.fixture
def practice(kim: Person, marta: Person, farah: Person, noise: None) -> Practice:
    """Marta of Finance knew it, Farah promoted it."""
    answer = factories.answer(marta, factories.question(kim, "How do we label the boxes?"))
    return factories.practice(farah, answer, title="Label boxes on two sides")


def test_two_peers_make_it_validated_when_one_is_of_another_department(
    kim: Person, finance: Any, farah: Person, practice: Practice
) -> None:
    other = factories.practice(farah, factories.answer(kim, factories.question(kim)))
    validate(factories.person(None, finance), practice, "correct")
    validate(factories.person(None, finance), practice, "works")
    assert not validated(practice)
    validate(kim, practice, "works")
    assert validated(practice)
    assert validated_among([practice.id, other.id]) == {practice.id}


@given(st.lists(st.booleans(), max_size=6))
def test_enough_are_two_of_whom_one_comes_from_elsewhere(elsewhere: list[bool]) -> None:
    assert is_enough(elsewhere) == (len(elsewhere) >= 2 and True in elsewhere)


def test_neither_the_author_nor_whoever_promoted_it_counts(marta: Person, farah: Person, practice: Practice) -> None:
    for person in (marta, farah):
        with pytest.raises(Forbidden):
            validate(person, practice, "works")


def test_a_peer_has_one_word_that_can_change_and_be_taken_back(kim: Person, practice: Practice) -> None:
    with pytest.raises(Invalid):
        validate(kim, practice, "fine")
    validate(kim, practice, "works")
    validate(kim, practice, "correct")
    assert [(each.name, each.department, each.verdict) for each in peers_of(practice)] == [
        ("Kim Tran", "Sales", "correct")
    ]
    for _ in range(2):
        take_back(kim, practice)
    assert peers_of(practice) == []


def test_a_word_stays_with_the_version_and_the_department_of_its_day(
    kim: Person, finance: Any, practice: Practice
) -> None:
    validate(kim, practice, "works")
    revise(kim, practice, texts_of({**practice.texts, "when_not": "Never."}), seen=1)
    kim.department_id = finance.id
    db.session.flush()
    [peer] = peers_of(practice)
    assert (peer.department, peer.version) == ("Sales", 1)


def test_nobody_checks_what_is_retired_meanwhile(kim: Person, farah: Person, practice: Practice) -> None:
    retire(farah, practice, because="The new one is better.")
    with pytest.raises(RetiredMeanwhile):
        validate(kim, practice, "works")


def test_two_are_asked_when_it_is_new_one_of_them_from_elsewhere(
    kim: Person, marta: Person, farah: Person, sales: Any, finance: Any, work_off: Callable[[], None]
) -> None:
    for department in (finance, sales, finance, sales):
        person = factories.person(None, department, "champion", password="correct horse battery staple")
        assert person.department_id == department.id
    question = factories.question(kim, departments=[sales, finance])
    made = factories.practice(farah, factories.answer(marta, question))
    known, its_department = {marta.id, farah.id}, made.author_department_id
    db.session.commit()
    db.session.remove()  # The worker has read nothing of it before.
    work_off()
    asked = db.session.scalars(select(Validation)).all()
    assert len(asked) == 2
    assert its_department in {each.department_id for each in asked} != {its_department}
    assert not known & {each.person_id for each in asked}
    assert not any(each.verdict for each in asked)


def test_nobody_is_asked_about_what_became_a_practice_long_ago(
    practice: Practice, sales: Any, work_off: Callable[[], None]
) -> None:
    factories.person(None, sales, "champion", password="correct horse battery staple")
    clock().move(timedelta(days=20))
    work_off()
    assert db.session.scalars(select(Validation)).all() == []


def test_the_page_says_who_checked_it_and_offers_the_other_word(
    browser: Callable[[Person], Browser], kim: Person, marta: Person, finance: Any, practice: Practice
) -> None:
    validate(factories.person("Lars Holm", finance), practice, "correct")
    window, here = browser(kim), f"/practices/{practice.id}/validation"
    page = Page(window.get(f"/practices/{practice.id}/label-boxes-on-two-sides"))
    assert "Lars Holm (Finance): is correct and safe" in page.words
    assert "Checked by colleagues" not in page.words
    assert window.post(here, data={"verdict": "works"}).status_code == 303
    page = Page(window.get(f"/practices/{practice.id}/label-boxes-on-two-sides"))
    assert "Checked by colleagues" in page.words
    assert "Kim Tran (Sales): would work for me" in page.words
    assert [form["verdict"] for action, form in page.forms() if action == here] == ["correct"]
    assert not Page(browser(marta).get(f"/practices/{practice.id}/label-boxes-on-two-sides")).has_form(here)
