"""Opening hours in words: as a department's page shows them, and as somebody types them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from forum.core.errors import Invalid
from forum.core.working_time import DAYS, OFFICE_HOURS, read
from forum.departments.calendar import as_typed, from_typed, holidays_ahead, in_words, time_zones

DAY = [["08:00", "16:30"]]


@pytest.mark.parametrize(
    ("hours", "lines"),
    [
        (dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY), ["Mon–Fri 08:00–16:30"]),
        ({"mon": DAY, "tue": DAY, "fri": DAY}, ["Mon–Tue 08:00–16:30", "Fri 08:00–16:30"]),
        ({"mon": DAY, "tue": [["08:00", "12:00"]]}, ["Mon 08:00–16:30", "Tue 08:00–12:00"]),
        ({"mon": [["08:00", "12:00"], ["13:00", "17:00"]]}, ["Mon 08:00–12:00, 13:00–17:00"]),
        ({"sat": DAY, "sun": DAY}, ["Sat–Sun 08:00–16:30"]),
        ({"mon": DAY, "tue": []}, ["Mon 08:00–16:30"]),
        ({}, []),
    ],
)
def test_days_with_the_same_hours_stand_in_one_line(hours: dict[str, Any], lines: list[str]) -> None:
    assert in_words({"hours": hours}) == lines


def test_the_place_whose_time_is_meant_is_named_once_there_are_hours() -> None:
    assert in_words({"timezone": "Europe/Warsaw", "hours": {"mon": DAY}}) == ["Mon 08:00–16:30", "Europe/Warsaw time"]
    assert in_words({"timezone": "Europe/Warsaw", "hours": {}}) == []


def test_a_department_without_a_calendar_says_nothing() -> None:
    assert in_words({}) == []


TYPED = {"timezone": "Europe/London", "mon": "09:00-12:30, 13:00-17:30", "holidays": ""}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("09:00-12:30, 13:00-17:30", "09:00-12:30, 13:00-17:30"),
        ("9:00–17:00", "09:00-17:00"),
        (" 9 - 12.30 ;13 to 24:00,", "09:00-12:30, 13:00-24:00"),
        ("09:00-12:00, 12:00-17:00", "09:00-12:00, 12:00-17:00"),
        ("closed", ""),
        ("", ""),
    ],
)
def test_hours_are_typed_as_people_write_them(typed: str, shown: str) -> None:
    assert as_typed(from_typed({**TYPED, "tue": typed}))["tue"] == shown


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("tue", "nine to five", "Tuesday: write hours like"),
        ("tue", "09:00", "Tuesday: write hours like"),
        ("wed", "17:00-09:00", "Wednesday: 17:00-09:00 ends before it starts."),
        ("wed", "09:00-09:00", "Wednesday: 09:00-09:00 ends before it starts."),
        ("sun", "09:00-12:00, 11:00-17:00", "Sunday: 11:00-17:00 begins before 12:00"),
        ("sun", "13:00-17:00, 09:00-12:00", "Sunday: 09:00-12:00 begins before 17:00"),
        ("fri", "9:60-17", "Friday: there is no 09:60 on a clock."),
        ("fri", "9-25", "Friday: there is no 25:00 on a clock."),
        ("sat", ", ".join(f"{hour}-{hour + 1}" for hour in range(7)), "Saturday: at most 6 parts."),
        ("mon", "", "Give at least one day its hours."),
        ("timezone", "", "Choose a time zone"),
        ("timezone", "Europe", "Choose a time zone"),
        ("timezone", "Mars/Olympus", "Choose a time zone"),
        ("timezone", "../../etc/passwd", "Choose a time zone"),
        ("holidays", "25.12.2026", "“25.12.2026”: begin each line with the date"),
        ("holidays", "2026-12-25\nChristmas", "“Christmas”: begin each line with the date"),
        ("holidays", "2026-02-30 Nothing", "“2026-02-30 Nothing”: begin"),
        ("holidays", "\n".join(date.fromordinal(740_000 + n).isoformat() for n in range(201)), "At most 200 holidays"),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field(field: str, typed: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        from_typed({**TYPED, field: typed})
    assert refused.value.field == field
    assert refused.value.message.startswith(words)


def test_holidays_keep_their_names_and_stand_in_order_once() -> None:
    typed = "2026-12-28\n\n 2026-12-25  Christmas   Day\n2026-12-28 Boxing Day"
    made = from_typed({**TYPED, "holidays": typed})
    assert made["holidays"] == ["2026-12-25 Christmas Day", "2026-12-28 Boxing Day"]
    assert read(made).holidays == {date(2026, 12, 25), date(2026, 12, 28)}
    assert holidays_ahead(made, date(2026, 12, 25)) == [
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 28), "Boxing Day"),
    ]
    assert holidays_ahead(made, date(2026, 12, 26)) == [(date(2026, 12, 28), "Boxing Day")]
    assert holidays_ahead({}, date(2026, 12, 26)) == []


def test_where_nothing_was_entered_office_hours_are_shown() -> None:
    assert from_typed(as_typed({})) == OFFICE_HOURS


def test_every_zone_that_is_offered_can_be_used() -> None:
    for zone in time_zones():
        assert from_typed({**TYPED, "timezone": zone})["timezone"] == zone


clocks = some.one_of(
    some.integers(0, 26).map(str),
    some.tuples(some.integers(0, 25), some.integers(0, 61)).map(lambda clock: f"{clock[0]}:{clock[1]:02}"),
    some.just("24:00"),
)
spans = some.tuples(clocks, some.sampled_from(["-", "–", " - ", " to ", "/"]), clocks).map("".join)
anything = some.one_of(some.lists(spans, max_size=3).map(", ".join), some.text(max_size=30))
holidays = some.lists(
    some.one_of(
        some.tuples(some.dates().map(date.isoformat), some.text(max_size=12)).map(" ".join), some.text(max_size=12)
    ),
    max_size=3,
).map("\n".join)
zones = some.one_of(some.sampled_from(("Europe/London", "UTC", "Asia/Kathmandu")), some.text(max_size=12))


@given(some.fixed_dictionaries({**dict.fromkeys(DAYS, anything), "timezone": zones, "holidays": holidays}))
def test_whatever_is_typed_is_a_calendar_that_stays_as_it_is_shown_or_is_refused_at_a_field(
    typed: dict[str, str],
) -> None:
    made, refused_at = tried(typed)
    if made is None:
        assert refused_at in typed
        return
    read(made)
    shown = as_typed(made)
    assert from_typed(shown) == made
    assert as_typed(from_typed(shown)) == shown


def tried(typed: dict[str, str]) -> tuple[dict[str, Any] | None, str]:
    """The calendar, or the field at fault."""
    try:
        return from_typed(typed), ""
    except Invalid as refused:
        return None, refused.field


@given(
    some.fixed_dictionaries(
        {day: some.lists(some.integers(0, 1_440), max_size=6, unique=True).map(sorted) for day in DAYS}
    ),
    some.dates(),
)
def test_every_calendar_that_can_be_stored_can_be_typed(minutes: dict[str, list[int]], holiday: date) -> None:
    hours = {
        day: [[clock(start), clock(end)] for start, end in zip(times[::2], times[1::2], strict=False)]
        for day, times in minutes.items()
    }
    stored = {
        "timezone": "Europe/Warsaw",
        "hours": {day: spans for day, spans in hours.items() if spans},
        "holidays": [holiday.isoformat()],
    }
    if stored["hours"]:
        assert from_typed(as_typed(stored)) == stored


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
