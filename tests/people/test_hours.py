"""When a person works: own hours or the department's, and never while they are away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from forum.core.clock import as_of
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.core.working_time import next_opening
from forum.people.hours import back_at, calendar_of, come_back, go_away, hours_of, is_away, set_own_hours
from forum.people.models import Person

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
OWN = {"timezone": "UTC", "tue": "10:00-12:00", "thu": "10:00-12:00"}


def written(name: str) -> list[Any]:
    return [row.data for row in db.session.query(EventRow).filter_by(name=name).order_by(EventRow.id)]


def test_own_hours_win_until_they_are_given_up(kim: Person) -> None:
    set_own_hours(kim, kim, OWN)
    assert next_opening(calendar_of(kim), MONDAY) == datetime(2026, 11, 24, 10, tzinfo=UTC)
    set_own_hours(kim, kim, None)
    assert next_opening(calendar_of(kim), MONDAY) == MONDAY
    assert [(each["person_id"], bool(each["calendar"])) for each in written("HoursChanged")] == [
        (kim.id, True),
        (kim.id, False),
    ]


def test_the_days_away_are_closed_from_today_to_the_last_one(kim: Person) -> None:
    with as_of(MONDAY):
        go_away(kim, kim, date(2026, 11, 25))
        assert is_away(kim)
        assert back_at(kim) == datetime(2026, 11, 26, 9, tzinfo=UTC)
        assert next_opening(hours_of(kim), MONDAY) == MONDAY
    with as_of(MONDAY + timedelta(days=3)):
        assert not is_away(kim)
        assert back_at(kim) is None
        assert calendar_of(kim) == hours_of(kim)


def test_which_day_it_is_depends_on_where_one_works(kim: Person) -> None:
    set_own_hours(kim, kim, {"timezone": "Pacific/Auckland", "mon": "9-17"})
    evening = datetime(2026, 11, 23, 20, tzinfo=UTC)  # Tuesday in Auckland
    with as_of(evening):
        with pytest.raises(Invalid):
            go_away(kim, kim, date(2026, 11, 23))
        go_away(kim, kim, date(2026, 11, 24))
    with as_of(evening + timedelta(hours=20)):
        assert not is_away(kim)


@pytest.mark.parametrize("until", [None, date(2026, 11, 22), date(2027, 11, 25)])
def test_a_day_that_is_past_or_more_than_a_year_off_is_refused(until: date | None, kim: Person) -> None:
    with as_of(MONDAY), pytest.raises(Invalid) as refused:
        go_away(kim, kim, until)
    assert refused.value.field == "until"


def test_going_and_coming_back_are_written_down(kim: Person) -> None:
    with as_of(MONDAY):
        go_away(kim, kim, date(2026, 11, 25))
        for _ in range(2):
            come_back(kim, kim)
    assert [each["until"] for each in written("AwayChanged")] == ["2026-11-25", ""]
    assert not is_away(kim)


def test_nobody_decides_for_a_colleague(kim: Person, marta: Person) -> None:
    with pytest.raises(Forbidden):
        set_own_hours(marta, kim, OWN)
    with pytest.raises(Forbidden):
        go_away(marta, kim, date(2026, 11, 25))
    with pytest.raises(Forbidden):
        come_back(marta, kim)
