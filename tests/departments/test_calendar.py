"""Opening hours in words, as a department's page shows them."""

from __future__ import annotations

from typing import Any

import pytest

from forum.departments.calendar import in_words

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
