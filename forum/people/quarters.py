"""Quarters: thirteen weeks each, counted from the day on which the forum was opened (needs/launch.py)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

LENGTH = timedelta(days=91)  # Always whole weeks, so that each has as many weekends as the others.


class Quarter(NamedTuple):
    """A quarter, from 1: it begins on a day and ends before another."""

    number: int
    begins_on: date
    ends_on: date


def quarter_of(opened: date, day: date) -> Quarter:
    """The quarter in which a day lies; what was before the beginning counts to the first one."""
    number = max(day - opened, timedelta()) // LENGTH + 1
    begins_on = opened + (number - 1) * LENGTH
    return Quarter(number, begins_on, begins_on + LENGTH)


def last_quarter(opened: date, day: date) -> Quarter | None:
    """The quarter that ended last, or None in the first one."""
    present = quarter_of(opened, day)
    return quarter_of(opened, present.begins_on - LENGTH) if present.number > 1 else None
