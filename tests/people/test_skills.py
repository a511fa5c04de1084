"""Saying "I know about this": once is enough, only for oneself, and one is asked about it then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from forum.core.db import db
from forum.core.errors import Forbidden
from forum.departments.models import Tag
from forum.needs.routing import candidates
from forum.people.changing import deactivate
from forum.people.models import Person
from forum.people.skills import declare, skills_of, who_know, withdraw
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]


@pytest.fixture
def vat(farah: Person) -> Tag:
    factories.question(farah, tags="vat ladders")
    return db.session.scalars(select(Tag).where(Tag.slug == "vat")).one()


def test_saying_it_twice_is_saying_it_once(kim: Person, marta: Person, vat: Tag) -> None:
    for person in (kim, kim, marta):
        declare(person, vat)
    assert skills_of(kim) == ["vat"]
    assert who_know(vat) == {kim.id: kim.name, marta.id: marta.name}


def test_taking_it_back_takes_only_ones_own_back(kim: Person, marta: Person, vat: Tag) -> None:
    for person in (kim, marta):
        declare(person, vat)
    withdraw(kim, vat)
    withdraw(kim, vat)
    assert (skills_of(kim), skills_of(marta)) == ([], ["vat"])


def test_whoever_has_left_says_nothing_and_is_named_no_more(kim: Person, chris: Person, vat: Tag) -> None:
    declare(kim, vat)
    deactivate(chris, kim)
    assert who_know(vat) == {}
    with pytest.raises(Forbidden):
        declare(kim, vat)


def test_whoever_knows_is_asked_with_that_reason(farah: Person, vat: Tag) -> None:
    dev = factories.person("Dev Anand", password="long enough for a test")
    declare(dev, vat)
    found = candidates(factories.question(farah, tags="vat"), {})
    assert [each.reason for each in found if each.person_id == dev.id] == ["You said that you know about vat"]


def test_the_page_of_a_topic_has_the_button_and_the_profile_shows_it(browser: SignIn, kim: Person, vat: Tag) -> None:
    window = browser(kim)
    assert "I know about this" in Page(window.get("/tags/vat")).words
    assert window.post("/tags/vat/skill").location == "/tags/vat"
    assert "You know about this" in Page(window.get("/tags/vat")).words
    assert Page(window.get(f"/people/{kim.id}/{kim.handle}")).links()["vat"] == "/tags/vat"
    window.post("/tags/vat/skill/withdrawal")
    assert skills_of(kim) == []


def test_in_place_only_the_button_comes_back(browser: SignIn, kim: Person, marta: Person, vat: Tag) -> None:
    declare(marta, vat)
    answer = browser(kim).post("/tags/vat/skill", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith("<form")
    assert marta.name in answer.text


def test_a_topic_that_does_not_exist_is_not_found(browser: SignIn, kim: Person) -> None:
    assert browser(kim).post("/tags/nothing/skill").status_code == 404
