"""When a mail may come: in its rhythm, in working time, never while somebody reads here or is away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from forum.core.clock import as_of
from forum.notifications.models import FREQUENCIES
from forum.notifications.timing import RHYTHMS, mail_due, not_before
from tests.notifications.conftest import WEEK

WARSAW = {"timezone": "Europe/Warsaw", "hours": {**WEEK, "fri": [["09:00", "12:00"], ["13:00", "15:00"]]}}
LATE_SHIFT = {"timezone": "UTC", "hours": {"mon": [["22:00", "24:00"]], "tue": [["00:00", "06:00"]]}}


@dataclass
class Department:
    """What a person without hours of their own takes."""

    calendar: dict[str, Any]


@dataclass
class Worker:
    """As much of a person as the hours depend on."""

    calendar: dict[str, Any] = field(default_factory=dict)
    department: Department = field(default_factory=lambda: Department({"timezone": "UTC", "hours": WEEK}))
    away_until: date | None = None
    last_seen_at: datetime | None = None
    is_persona: bool = False


def moment(words: str) -> datetime:
    """`"23 10:30"`: that day of November 2026, in UTC; the 23rd is a Monday."""
    return datetime.strptime(f"2026-11-{words}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("frequency", "happened", "due"),
    [
        ("at_once", "23 10:30", "23 10:30"),
        ("at_once", "23 16:59", "23 16:59"),
        ("at_once", "23 17:00", "24 09:00"),
        ("at_once", "27 20:00", "30 09:00"),
        ("three_hours", "23 09:00", "23 09:00"),
        ("three_hours", "23 09:01", "23 12:00"),
        ("three_hours", "23 12:00", "23 15:00"),
        ("three_hours", "23 14:59", "23 15:00"),
        ("three_hours", "23 15:30", "24 09:00"),
        ("three_hours", "27 23:00", "30 09:00"),
        ("daily", "23 08:59", "23 09:00"),
        ("daily", "23 09:01", "24 09:00"),
        ("daily", "27 10:00", "30 09:00"),
        ("weekly", "23 08:00", "23 09:00"),
        ("weekly", "23 10:00", "30 09:00"),
        ("weekly", "29 12:00", "30 09:00"),
    ],
)
def test_each_rhythm_has_its_hours(frequency: str, happened: str, due: str) -> None:
    assert mail_due(frequency, Worker(), moment(happened)) == moment(due)


@pytest.mark.parametrize("frequency", ["inbox", "off"])
def test_two_frequencies_are_never_mailed(frequency: str) -> None:
    assert mail_due(frequency, Worker(), moment("23 10:30")) is None
    assert FREQUENCIES.keys() - RHYTHMS.keys() == {"inbox", "off"}


def test_own_hours_win_over_the_departments_and_count_in_their_own_zone() -> None:
    assert mail_due("daily", Worker(calendar=WARSAW), moment("23 10:00")) == moment("24 08:00")


def test_three_hours_of_work_do_not_count_the_break_of_a_split_day() -> None:
    assert mail_due("three_hours", Worker(calendar=WARSAW), moment("27 08:30")) == moment("27 11:00")
    assert mail_due("three_hours", Worker(calendar=WARSAW), moment("27 11:30")) == moment("30 08:00")


def test_the_hour_stays_the_same_when_the_clocks_change() -> None:
    sunday_of_the_change = datetime(2026, 10, 25, 12, tzinfo=UTC)
    before = mail_due("daily", Worker(calendar=WARSAW), sunday_of_the_change - timedelta(days=3))
    after = mail_due("daily", Worker(calendar=WARSAW), sunday_of_the_change)
    assert before is not None
    assert after is not None
    assert (before.hour, after.hour) == (7, 8)


def test_a_holiday_is_no_working_day() -> None:
    worker = Worker(calendar={"timezone": "UTC", "hours": WEEK, "holidays": ["2026-11-30"]})
    assert mail_due("daily", worker, moment("27 10:00")) == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert mail_due("weekly", worker, moment("27 10:00")) == datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_somebody_who_works_at_night_is_mailed_at_night() -> None:
    assert mail_due("at_once", Worker(calendar=LATE_SHIFT), moment("23 12:00")) == moment("23 22:00")
    assert mail_due("daily", Worker(calendar=LATE_SHIFT), moment("23 23:00")) == moment("24 00:00")


@pytest.mark.parametrize("frequency", ["at_once", "three_hours", "daily", "weekly"])
def test_whoever_is_away_hears_on_the_first_day_back(frequency: str) -> None:
    worker = Worker(away_until=date(2026, 11, 29))
    with as_of(moment("23 10:30")):
        assert mail_due(frequency, worker, moment("23 10:30")) == moment("30 09:00")


@pytest.mark.parametrize(
    ("seen", "looked", "earliest"),
    [
        ("23 10:00", "23 10:04", "23 10:05"),
        ("23 10:00", "23 10:05", "23 10:05"),
        ("23 09:00", "23 10:04", "23 10:04"),
        ("23 16:58", "23 16:59", "24 09:00"),
    ],
)
def test_nobody_is_mailed_who_was_here_in_the_last_five_minutes(seen: str, looked: str, earliest: str) -> None:
    assert not_before(Worker(last_seen_at=moment(seen)), moment(looked)) == moment(earliest)


def test_nobody_is_mailed_at_night_or_while_away_though_it_was_due_before() -> None:
    assert not_before(Worker(), moment("23 21:00")) == moment("24 09:00")
    with as_of(moment("23 11:00")):
        assert not_before(Worker(away_until=date(2026, 11, 24)), moment("23 11:00")) == moment("25 09:00")
