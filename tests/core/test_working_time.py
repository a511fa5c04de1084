"""Working time: the oracle values, the days on which clocks change, split days, holidays, calendars that are no use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from forum.core.errors import Invalid
from forum.core.working_time import OFFICE_HOURS, calendar_from, due, elapsed, next_opening, read

WEEK = ("mon", "tue", "wed", "thu", "fri")
LONDON, WARSAW = ZoneInfo("Europe/London"), ZoneInfo("Europe/Warsaw")


def weekly(start: str, end: str) -> dict[str, list[list[str]]]:
    return {day: [[start, end]] for day in WEEK}


IN_LONDON = {"timezone": "Europe/London", "holidays": ["2026-04-03", "2026-04-06", "2026-05-04"]}
SALES = read({**IN_LONDON, "hours": weekly("09:00", "17:30")})
SERVICE = read({**IN_LONDON, "hours": {**weekly("08:00", "18:00"), "sat": [["09:00", "13:00"]]}})
PRODUCTION = read(
    {
        "timezone": "Europe/Warsaw",
        "holidays": ["2026-04-06", "2026-05-01"],
        "hours": weekly("06:00", "14:00"),
    }
)
PLAIN = read({"timezone": "UTC", "hours": weekly("08:00", "17:00")})
CALENDARS = [SALES, SERVICE, PRODUCTION, PLAIN]


def at(month: int, day: int, hour: int, minute: int = 0, zone: Any = LONDON) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=zone).astimezone(UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_over_the_week_end_on_which_the_clocks_change() -> None:
    assert elapsed(SALES, at(3, 27, 16, 30), at(3, 30, 9, 45)) == hours(1.75)
    assert at(3, 30, 9, 45) - at(3, 27, 16, 30) == hours(64.25)


def test_a_short_saturday_counts() -> None:
    assert elapsed(SERVICE, at(3, 27, 17), at(3, 28, 10, 30)) == hours(2.5)


def test_easter_is_skipped() -> None:
    assert due(SALES, at(4, 2, 16), hours(4)) == at(4, 7, 11, 30)


def test_duty_runs_on_the_calendar_of_whoever_has_to_act_and_waiting_on_that_of_whoever_waits() -> None:
    done = due(PRODUCTION, at(4, 30, 16), hours(4))
    assert done == at(5, 4, 10, zone=WARSAW)
    assert elapsed(SALES, at(4, 30, 16), done) == hours(10)


def test_what_is_posted_at_closing_time_starts_at_the_next_opening() -> None:
    assert due(SALES, at(3, 27, 17, 30), hours(1)) == at(3, 30, 10)


def test_what_is_posted_at_the_week_end_starts_on_monday() -> None:
    assert due(SALES, at(3, 28, 11), hours(4)) == at(3, 30, 13)


def test_four_hours_from_friday_at_four_are_over_on_monday_at_eleven() -> None:
    assert due(PLAIN, at(11, 27, 16, zone=UTC), hours(4)) == at(11, 30, 11, zone=UTC)


def test_a_night_shift_is_an_hour_longer_when_the_clocks_go_back_and_shorter_when_they_go_forward() -> None:
    night = read({"timezone": "Europe/London", "hours": {"sun": [["00:00", "06:00"]]}})
    assert elapsed(night, at(3, 28, 12), at(3, 30, 12)) == hours(5)
    assert elapsed(night, at(10, 24, 12), at(10, 26, 12)) == hours(7)


def test_a_span_that_the_clocks_jump_over_is_no_time_at_all() -> None:
    early = read({"timezone": "Europe/London", "hours": {"sun": [["01:30", "02:00"], ["10:00", "11:00"]]}})
    assert elapsed(early, at(3, 28, 12), at(3, 29, 12)) == hours(1)
    assert next_opening(early, at(3, 28, 12)) == at(3, 29, 10)
    assert due(early, at(3, 28, 12), hours(1)) == at(3, 29, 11)


def test_what_stands_after_a_holidays_date_is_its_name() -> None:
    named = read({**IN_LONDON, "hours": weekly("09:00", "17:30"), "holidays": ["2026-04-03 Good Friday", "2026-04-06"]})
    assert due(named, at(4, 2, 16), hours(4)) == at(4, 7, 11, 30)


@pytest.mark.parametrize("stored", [None, {}, {"timezone": "Europe/Warsaw", "hours": {}}])
def test_without_a_calendar_there_are_office_hours(stored: Any) -> None:
    assert calendar_from(stored) == read(OFFICE_HOURS)


def test_a_break_does_not_count() -> None:
    split = read({"timezone": "UTC", "hours": {"mon": [["08:00", "12:00"], ["13:00", "24:00"]]}})
    assert elapsed(split, at(11, 23, 11, zone=UTC), at(11, 23, 14, zone=UTC)) == hours(2)
    assert due(split, at(11, 23, 11, zone=UTC), hours(12)) == at(11, 24, 0, zone=UTC)
    assert next_opening(split, at(11, 23, 12, 30, zone=UTC)) == at(11, 23, 13, zone=UTC)


def test_one_is_closed_at_closing_time() -> None:
    assert next_opening(SALES, at(3, 27, 9)) == at(3, 27, 9)
    assert next_opening(SALES, at(3, 27, 17, 30)) == at(3, 30, 9)
    assert next_opening(SALES, at(3, 30, 9)) == at(3, 30, 9)


@pytest.mark.parametrize(
    ("stored", "field"),
    [
        ({"timezone": "Europe/London", "hours": {}}, "hours"),
        ({"timezone": "Europe/London", "hours": {"mon": []}}, "hours"),
        ({"timezone": "Europe/London", "hours": {"mon": [["17:00", "09:00"]]}}, "hours"),
        ({"timezone": "Europe/London", "hours": {"mon": [["09:00", "12:00"], ["11:00", "17:00"]]}}, "hours"),
        ({"timezone": "Europe/London", "hours": {"mon": [["nine", "five"]]}}, "hours"),
        ({"timezone": "Europe/London", "hours": {"mon": [["09:00"]]}}, "hours"),
        ({"timezone": "Mars/Olympus", "hours": {"mon": [["09:00", "17:00"]]}}, "timezone"),
        ({"timezone": "Europe", "hours": {"mon": [["09:00", "17:00"]]}}, "timezone"),
        ({"timezone": "UTC", "hours": {"mon": [["0900", "17:00"]]}}, "hours"),
        ({"timezone": "UTC", "hours": {"mon": [["9:00", "17:00"]]}}, "hours"),
        ({"timezone": "UTC", "hours": {"mon": [["٠٩:٠٠", "17:00"]]}}, "hours"),
        ({"timezone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}, "holidays": ["20261225"]}, "holidays"),
        ({"timezone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}, "holidays": ["2026-02-30"]}, "holidays"),
        ({"timezone": "", "hours": {"mon": [["09:00", "17:00"]]}}, "timezone"),
        ({"timezone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}, "holidays": ["Christmas"]}, "holidays"),
    ],
)
def test_a_calendar_that_is_no_use_is_refused(stored: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(stored)
    assert refused.value.field == field


def test_a_timer_that_would_never_end_is_an_error() -> None:
    days = [(datetime(2026, 1, 1) + timedelta(days=number)).date().isoformat() for number in range(4_200)]
    closed = read({"timezone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}, "holidays": days})
    with pytest.raises(ValueError, match="ten years"):
        due(closed, at(1, 1, 9, zone=UTC), hours(1))


moments = some.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)).map(lambda moment: moment.replace(tzinfo=UTC))


@given(some.sampled_from(CALENDARS), moments, some.integers(1, 200 * 60))
def test_what_is_due_after_some_work_has_that_much_work_before_it(calendar: Any, start: datetime, minutes: int) -> None:
    work = timedelta(minutes=minutes)
    end = due(calendar, start, work)
    assert elapsed(calendar, start, end) == work
    assert elapsed(calendar, start, end - timedelta(seconds=1)) < work


@given(some.sampled_from(CALENDARS), moments, moments, moments)
def test_working_time_adds_up(calendar: Any, first: datetime, second: datetime, third: datetime) -> None:
    start, middle, end = sorted((first, second, third))
    assert elapsed(calendar, start, middle) + elapsed(calendar, middle, end) == elapsed(calendar, start, end)
