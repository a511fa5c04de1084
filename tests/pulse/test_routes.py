"""The pages of the pulse."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import update

from forum.core.clock import now
from forum.core.db import db
from forum.needs.launch import GETTING_READY
from forum.people.models import Organisation, Person
from forum.pulse.asking import ask_whose_turn_it_is, month_of
from forum.pulse.replying import turn_of
from tests.conftest import Browser
from tests.pulse.conftest import invitation_of


def first_of(people: list[Person]) -> Person:
    """Somebody who is asked today."""
    db.session.execute(update(Organisation).values(founded_at=now() - GETTING_READY))
    ask_whose_turn_it_is()
    db.session.commit()
    return next(person for person in people if month_of(person.id) == 0)


def test_it_is_answered_with_one_page_and_one_button(browser: Callable[[Person], Browser], team: list[Person]) -> None:
    window = browser(first_of(team))
    assert "Answer the pulse" in window.get("/").text
    shown = window.get("/pulse").text
    assert "item_3" in shown
    assert "item_4" not in shown
    done = window.post("/pulse", data={"item_1": "4", "item_2": "5", "item_3": "2"}, follow_redirects=True)
    assert "without your name" in done.text
    assert "Answer the pulse" not in window.get("/").text
    assert window.post("/pulse", data={"item_1": "1"}).status_code == 409


def test_what_was_chosen_stays_when_something_is_wrong(
    browser: Callable[[Person], Browser], team: list[Person]
) -> None:
    person = first_of(team)
    window = browser(person)
    assert window.post("/pulse", data={}).status_code == 422
    refused = window.post("/pulse", data={"item_1": "9", "item_2": "3"})
    assert refused.status_code == 422
    assert 'value="3" id="item_2-2" checked' in refused.text
    assert turn_of(person) is not None


def test_no_page_tells_who_replied(browser: Callable[[Person], Browser], team: list[Person]) -> None:
    person = first_of(team)
    browser(person).post("/pulse", data={"item_1": "1"})
    assert invitation_of(person).has_replied
    other = browser(next(each for each in team if each.id != person.id))
    for address in ("/pulse", "/pulse/results", f"/people/{person.id}/{person.handle}"):
        assert "replied" not in other.get(address).text.replace("or more replied", "")
