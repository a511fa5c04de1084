"""Working hours looked up in sums are those that the day by day count finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core.opening_hours import HOUR, OpeningHours
from forum.core.working_time import Calendar, elapsed, read

LONDON, WARSAW = ZoneInfo("Europe/London"), ZoneInfo("Europe/Warsaw")
HOLIDAYS = ["2026-04-03", "2026-04-06", "2026-05-04"]


def weekdays(*spans: list[str]) -> dict[str, list[list[str]]]:
    return {day: list(spans) for day in ("mon", "tue", "wed", "thu", "fri")}


SALES = read({"timezone": "Europe/London", "hours": weekdays(["09:00", "17:30"]), "holidays": HOLIDAYS})
SERVICE = read(
    {
        "timezone": "Europe/London",
        "hours": {**weekdays(["08:00", "18:00"]), "sat": [["09:00", "13:00"]]},
        "holidays": HOLIDAYS,
    }
)
NIGHTS = read({"timezone": "America/New_York", "hours": {"mon": [["22:00", "24:00"]], "tue": [["00:00", "06:00"]]}})
PAUSES = read({"timezone": "Asia/Kolkata", "hours": weekdays(["09:00", "12:30"], ["13:00", "17:30"])})
BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)

moments = st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 30)).map(lambda each: each.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("calendar", "start", "end", "hours"),
    [
        (SALES, datetime(2026, 3, 27, 16, 30, tzinfo=LONDON), datetime(2026, 3, 30, 9, 45, tzinfo=LONDON), 1.75),
        (SERVICE, datetime(2026, 3, 27, 17, tzinfo=LONDON), datetime(2026, 3, 28, 10, 30, tzinfo=LONDON), 2.5),
        (SALES, datetime(2026, 4, 30, 16, tzinfo=LONDON), datetime(2026, 5, 4, 10, tzinfo=WARSAW), 10.0),
    ],
    ids=["the clocks change", "a Saturday", "a holiday in one country"],
)
def test_examples_worked_by_hand(calendar: Calendar, start: datetime, end: datetime, hours: float) -> None:
    assert OpeningHours(calendar, BEGIN, END).hours(start, end) == hours


@pytest.mark.parametrize("calendar", [SALES, SERVICE, NIGHTS, PAUSES], ids=["plain", "Saturday", "nights", "pauses"])
@given(start=moments, end=moments)
def test_it_is_exactly_what_counting_day_by_day_gives(calendar: Calendar, start: datetime, end: datetime) -> None:
    assert OpeningHours(calendar, BEGIN, END).hours(start, end) == elapsed(calendar, start, end) / HOUR


def test_it_reaches_the_ends_of_what_was_summed_up() -> None:
    known = OpeningHours(SALES, BEGIN, BEGIN + timedelta(days=5))
    assert known.hours(BEGIN, BEGIN + timedelta(days=5)) == elapsed(SALES, BEGIN, BEGIN + timedelta(days=5)) / HOUR
