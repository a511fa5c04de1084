"""What stands in the way: by kind and quarter, never of few, and never a number that still changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup

from forum.commitments.blocking import note_blocker, remove_blocker
from forum.commitments.committing import undertake
from forum.commitments.measuring import Noted, Quarter, Share, quarter, read
from forum.core.clock import as_of, now
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
END = BEGIN + timedelta(weeks=13)
LATER = END + timedelta(days=30)


def noted(person: int, kind: str = "time", **given: Any) -> Noted:
    """Something in a person's way, a week after the beginning; `removed` so many days later."""
    days = given.pop("removed", None)
    at = given.pop("noted_at", BEGIN + timedelta(days=7))
    gone = at + timedelta(days=days) if days is not None else None
    base = {"noted_at": at, "wanted_by": None, "replied_at": None, "removed_at": gone}
    return Noted(person, kind, **{**base, **given})


def found(*rows: Noted, now: datetime = LATER) -> Quarter:
    shown = quarter(rows, "Months 1–3", BEGIN, END, now)
    assert shown is not None
    return shown


def key(person: int, replied: int | None, **given: Any) -> Noted:
    """A key wanted on the tenth day, replied to on that day or so many later."""
    day = BEGIN + timedelta(days=10)
    at = day + timedelta(days=replied, hours=8) if replied is not None else None
    return noted(person, "permission", wanted_by=day.date(), replied_at=at, **given)


def test_a_kind_is_counted_when_five_people_noted_it() -> None:
    shown = found(*(noted(person) for person in (1, 2, 3, 4, 5, 5)), *(noted(n % 4, "money") for n in range(9)))
    assert (shown.kinds["time"], shown.kinds["money"], shown.kinds["fear"]) == (6, None, None)


def test_what_was_noted_in_another_quarter_does_not_count() -> None:
    rows = [noted(person, noted_at=at) for at in (BEGIN - timedelta(days=1), END) for person in range(9)]
    assert found(*rows).kinds["time"] is None


def test_ones_own_is_removed_within_thirty_days_or_not() -> None:
    rows = [noted(1, removed=1), noted(2, removed=30), noted(3, removed=31), noted(4), noted(5)]
    assert found(*rows).removed == Share(2, 5)
    assert found(*rows[1:]).removed is None
    assert found(*rows, *(key(person, 0, removed=1) for person in range(9))).removed == Share(2, 5)


def test_a_key_is_in_time_with_a_reply_on_its_day() -> None:
    rows = [key(1, 0), key(2, -3), key(3, 1), key(4, None), key(5, None)]
    assert found(*rows).in_time == Share(2, 5)
    assert found(*rows, key(6, None, removed=1)).in_time == Share(2, 5)
    assert found(*rows, key(6, None, removed=60)).in_time == Share(2, 6)
    assert found(*rows[1:]).in_time is None


def test_nothing_is_said_of_a_quarter_that_goes_on_nor_of_what_has_time_left() -> None:
    rows = [noted(person, removed=1) for person in range(9)]
    assert quarter(rows, "", BEGIN, END, END - timedelta(seconds=1)) is None
    assert (found(*rows, now=END).kinds["time"], found(*rows, now=END).removed) == (9, None)
    assert found(*rows, now=LATER).removed == Share(9, 9)


@pytest.fixture
def in_the_way(marta: Person) -> None:
    """Five colleagues have no time; one of them has found some."""
    for place in range(5):
        person = factories.person(f"Colleague {place}")
        made = undertake(
            person,
            factories.question(marta),
            occasion="it rains",
            deed="bring an umbrella",
            due_on=(now() + timedelta(days=7)).date(),
        )
        blocker = note_blocker(person, made, kind="time", words="The day is full.")
        if place == 0:
            remove_blocker(person, blocker)


def test_it_is_read_from_the_rows_and_shown_once_the_quarter_is_over(
    browser: Callable[[Person], Browser], kim: Person, in_the_way: None
) -> None:
    assert [(each.kind, each.removed_at is not None) for each in read()] == [("time", n == 0) for n in range(5)]
    assert "The first quarter is not over yet." in browser(kim).get("/commitments?blockers").text
    with as_of(now() + timedelta(weeks=20)):
        page = BeautifulSoup(browser(kim).get("/commitments?blockers").text, "html.parser")
    cells = {row.th.get_text(): row.td.get_text() for row in page.select("tbody tr") if row.th and row.td}
    assert (cells["Time"], cells["Money"]) == ("5", "too few")
    assert cells["Mine to remove: gone within 30 days"] == "1 of 5 (20 %)"
    assert cells["Keys asked for: a reply in time"] == "too few, or too early"
