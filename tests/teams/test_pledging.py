"""Time that leaders pledge: made, told of, confirmed; and F15 of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from forum.core.db import db
from forum.core.errors import Forbidden, Invalid, Refused
from forum.notifications.models import Notification
from forum.people.models import Person
from forum.teams.measuring import Kept, kept, pledges_kept
from forum.teams.models import STATES, Pledge
from forum.teams.pledging import confirm, pledge, report
from tests.teams.conftest import MONDAY, Moments

FRIDAY = date(2026, 12, 4)


@pytest.fixture
def made(head: Person, staff: list[Person], at: Moments) -> Pledge:
    with at(MONDAY):
        return pledge(head, hours_a_week=2, purpose="answering questions", until_on=FRIDAY)


def test_its_maker_is_asked_when_its_time_is_over_and_silence_is_no_reply(
    made: Pledge, head: Person, pass_time: Callable[..., datetime]
) -> None:
    end = pass_time(MONDAY, days=13, hours=23)
    assert made.state == "made"
    end = pass_time(end, days=2)
    assert made.state == "due"
    note = db.session.scalars(select(Notification).where(Notification.person_id == head.id)).one()
    assert (note.kind, note.reason, note.page_id) == ("commitment", "pledged", None)
    pass_time(end, days=10)
    assert made.state == "no_reply"
    assert pledges_kept(head.id) == Kept(1, 0, 1)
    report(head, made, "partly", "Late, but so it was.")
    assert made.state == "partly"


def test_a_pledge_counts_as_kept_when_somebody_of_the_team_confirms_it(
    made: Pledge, head: Person, staff: list[Person], top: Person
) -> None:
    with pytest.raises(Refused):
        confirm(staff[0], made)
    report(head, made, "kept", "")
    assert pledges_kept(head.id) == Kept(due=1, kept=0, unknown=1)
    for stranger in (head, top):
        with pytest.raises(Forbidden):
            confirm(stranger, made)
    confirm(staff[0], made)
    confirm(staff[0], made)
    assert pledges_kept() == Kept(due=1, kept=1, unknown=0)
    with pytest.raises(Refused):
        report(head, made, "dropped", "No.")


def test_only_whoever_leads_somebody_pledges_and_letting_go_has_its_reason(
    made: Pledge, head: Person, staff: list[Person]
) -> None:
    with pytest.raises(Forbidden):
        pledge(staff[0], hours_a_week=1, purpose="answering", until_on=FRIDAY)
    with pytest.raises(Forbidden):
        report(staff[0], made, "kept", "")
    with pytest.raises(Invalid) as refused:
        report(head, made, "dropped", " ")
    assert refused.value.field == "word"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"hours_a_week": 0}, "hours_a_week"),
        ({"hours_a_week": None}, "hours_a_week"),
        ({"purpose": "x"}, "purpose"),
        ({"until_on": MONDAY.date()}, "until_on"),
        ({"until_on": MONDAY.date() + timedelta(days=93)}, "until_on"),
    ],
)
def test_a_pledge_says_how_much_for_what_and_until_when(
    said: dict[str, Any], field: str, head: Person, staff: list[Person], at: Moments
) -> None:
    given = {"hours_a_week": 2, "purpose": "answering", "until_on": FRIDAY, **said}
    with at(MONDAY), pytest.raises(Invalid) as refused:
        pledge(head, **given)
    assert refused.value.field == field


def test_the_example_worked_by_hand() -> None:
    found = kept(["kept"] * 15 + ["partly"] * 4 + ["dropped"] * 3 + ["no_reply"] * 5 + ["made", "due"])
    assert found == Kept(27, 15, 5)
    assert found.share == pytest.approx(0.5556, abs=5e-5)
    assert found.bounds == pytest.approx((0.5556, 0.7407), abs=5e-5)


@given(states=st.lists(st.sampled_from(STATES)), unconfirmed=st.integers(0, 5))
def test_what_is_not_confirmed_moves_from_kept_to_unknown(states: list[str], unconfirmed: int) -> None:
    unconfirmed = min(unconfirmed, states.count("kept"))
    plain, found = kept(states), kept(states, unconfirmed=unconfirmed)
    assert found.due == plain.due
    assert found.kept + found.unknown == plain.kept + plain.unknown
    assert found.bounds.high == plain.bounds.high
    assert found.bounds.low <= plain.bounds.low
