"""Thirty days after an agreement both sides are asked whether it helped, and reminded once; silence is no yes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.core.db import db
from forum.core.errors import Forbidden, Invalid, Refused
from forum.core.events import EventRow
from forum.people.changing import deactivate
from forum.people.hours import go_away
from forum.people.models import Person
from forum.posts.removing import remove, restore
from forum.requests import listing
from forum.requests.agreeing import decide, diagnose, propose
from forum.requests.checking import answer
from forum.requests.models import Request, RequestCheck
from tests import factories
from tests.needs.conftest import MONDAY
from tests.requests.conftest import Moments, ask

Clock = Callable[..., datetime]


def told(name: str) -> list[Any]:
    return [row.data for row in db.session.scalars(select(EventRow).where(EventRow.name == name).order_by(EventRow.id))]


def check_of(person: Person) -> RequestCheck:
    return db.session.scalars(select(RequestCheck).where(RequestCheck.person_id == person.id)).one()


def test_both_sides_are_asked_after_thirty_days_reminded_once_and_then_left(
    kim: Person, marta: Person, agreed: Request, pass_time: Clock
) -> None:
    pass_time(MONDAY, days=29)
    assert listing.checks(agreed) == []
    pass_time(MONDAY + timedelta(days=29), days=60)
    assert {(each.person_id, each.side, each.reply) for each in listing.checks(agreed)} == {
        (kim.id, "requester", None),
        (marta.id, "concerned", None),
    }
    assert sorted((each["person_id"], each["reminder"]) for each in told("RequestCheckAsked")) == sorted(
        [(kim.id, False), (kim.id, True), (marta.id, False), (marta.id, True)]
    )
    assert (agreed.state, len(told("RequestChecked"))) == ("checked", 1)


def test_when_all_have_replied_it_is_checked_and_nobody_is_reminded(
    kim: Person, marta: Person, agreed: Request, pass_time: Clock, at: Moments
) -> None:
    end = pass_time(MONDAY, days=31)
    with at(end):
        with pytest.raises(Forbidden):
            answer(marta, check_of(kim), "yes")
        with pytest.raises(Invalid):
            answer(kim, check_of(kim), "perhaps")
        answer(kim, check_of(kim), "yes", "Home at six.")
        assert agreed.state == "agreed"
        answer(marta, check_of(marta), "partly")
        assert agreed.state == "checked"
        with pytest.raises(Refused):
            answer(kim, check_of(kim), "no")
    pass_time(end, days=60)
    assert [each["reminder"] for each in told("RequestCheckAsked")] == [False, False]


def test_a_late_reply_counts_and_ends_nothing_twice(
    kim: Person, agreed: Request, pass_time: Clock, at: Moments
) -> None:
    end = pass_time(MONDAY, days=90)
    with at(end):
        answer(kim, check_of(kim), "yes")
    assert (check_of(kim).reply, len(told("RequestChecked"))) == ("yes", 1)


def test_three_are_asked_those_named_first_and_nobody_who_proposed_or_has_left(
    kim: Person, marta: Person, mina: Person, farah: Person, at: Moments, pass_time: Clock
) -> None:
    with at(MONDAY):
        named, gone = factories.person("Named One"), factories.person("Gone One")
        factories.question(mina, "What is due on the last day?")
        questions = [factories.question(person) for person in (mina, marta, factories.person("Third"), farah)]
        request = ask(kim, named, gone)
        diagnose(mina, request, words="Here.", posts=[each.id for each in questions])
        propose(mina, request, way="other_way", options=["answer"], words="So.")
        decide(kim, request, "accepted")
        deactivate(factories.person("Admin", None, "administrator"), gone)
    pass_time(MONDAY, days=32)
    asked = [(each.person.name, each.side) for each in listing.checks(request)]
    assert asked == [
        ("Kim Tran", "requester"),
        ("Named One", "concerned"),
        ("Marta Silva", "concerned"),
        ("Third", "concerned"),
    ]


def test_whoever_is_away_is_reminded_when_they_are_back(
    kim: Person, agreed: Request, pass_time: Clock, at: Moments
) -> None:
    end = pass_time(MONDAY, days=31)
    with at(end):
        go_away(kim, kim, (end + timedelta(days=20)).date())
    pass_time(end, days=19)
    assert check_of(kim).reminded_at is None
    pass_time(end + timedelta(days=19), days=5)
    assert check_of(kim).reminded_at is not None


def test_a_removed_request_asks_nobody_until_it_is_back(
    kim: Person, agreed: Request, pass_time: Clock, at: Moments
) -> None:
    with at(MONDAY):
        remove(kim, agreed)
    end = pass_time(MONDAY, days=40)
    assert listing.checks(agreed) == []
    with at(end):
        restore(kim, agreed)
    pass_time(end, days=2)
    assert len(listing.checks(agreed)) == 2


def test_a_request_that_nobody_looks_at_is_told_of_once_more(received: Request, pass_time: Clock) -> None:
    pass_time(MONDAY, days=3)
    assert told("RequestWaits") == []
    pass_time(MONDAY + timedelta(days=3), days=30)
    assert len(told("RequestWaits")) == 1


def test_a_proposed_one_is_not(proposed: Request, pass_time: Clock) -> None:
    pass_time(MONDAY, days=30)
    assert told("RequestWaits") == []
