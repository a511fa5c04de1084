"""Opening hours of a department, in words."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES = {"mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun"}


def in_words(calendar: Mapping[str, Any]) -> list[str]:
    """One line for each run of days with the same hours: `Mon–Fri 08:00–18:00`. Empty without a calendar."""
    hours = calendar.get("hours", {})
    lines = []
    for spans, days in groupby(DAYS, key=lambda day: [tuple(span) for span in hours.get(day, [])]):
        run = list(days)
        if spans:
            when = NAMES[run[0]] if len(run) == 1 else f"{NAMES[run[0]]}–{NAMES[run[-1]]}"
            lines.append(f"{when} {', '.join(f'{start}–{end}' for start, end in spans)}")
    return [*lines, f"{calendar['timezone']} time"] if lines and calendar.get("timezone") else lines
