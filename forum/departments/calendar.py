"""Opening hours of a department or a person in words: as a page shows them, and as somebody types them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any
from zoneinfo import available_timezones

from forum.core import text
from forum.core.errors import Invalid
from forum.core.languages import gettext, weekday
from forum.core.working_time import DATE, DAYS, MIDNIGHT, OFFICE_HOURS, read

LONG_NAMES = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
MOST_SPANS = 6  # a day; nobody begins work oftener
MOST_HOLIDAYS = 200  # Ten years of them. With more, a week of one day might never open again.
HOLIDAY_LENGTH = 60  # characters of a holiday's name
SPAN = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(?:-|–|—|to)\s*([0-9]{1,2})(?:[:.]([0-9]{2}))?")


def in_words(calendar: Mapping[str, Any]) -> list[str]:
    """One line for each run of days with the same hours: `Mon–Fri 08:00–18:00`. Empty without a calendar."""
    hours = calendar.get("hours", {})
    lines = []
    for spans, days in groupby(DAYS, key=lambda day: [tuple(span) for span in hours.get(day, [])]):
        run = list(days)
        if spans:
            first, last = weekday(DAYS.index(run[0])), weekday(DAYS.index(run[-1]))
            when = first if len(run) == 1 else f"{first}–{last}"
            lines.append(f"{when} {', '.join(f'{start}–{end}' for start, end in spans)}")
    zone = calendar.get("timezone")
    return [*lines, gettext("%(zone)s time", zone=zone)] if lines and zone else lines


def holidays_ahead(calendar: Mapping[str, Any], today: date, most: int = 5) -> list[tuple[date, str]]:
    """The next holidays from `today` on, each with its name if it has one."""
    pairs = [each.partition(" ") for each in calendar.get("holidays", ())]
    days = sorted((date.fromisoformat(day), name) for day, _, name in pairs)
    return [(day, name) for day, name in days if day >= today][:most]


def as_typed(calendar: Mapping[str, Any]) -> dict[str, str]:
    """What somebody would type for a stored calendar: the time zone, each day's hours, and a holiday on each line.

    Without a calendar it is office hours, which are what counts then.
    """
    shown = calendar if calendar.get("hours") else OFFICE_HOURS
    days = {
        day: ", ".join(f"{start}-{end}" for start, end in shown["hours"].get(day, ()))  # as it is typed: a hyphen
        for day in DAYS
    }
    return {"timezone": shown["timezone"], **days, "holidays": "\n".join(shown.get("holidays", ()))}


def from_typed(typed: Mapping[str, str]) -> dict[str, Any]:
    """The calendar to store for what was typed. Raises `Invalid`, which names the field: a day, the zone, holidays."""
    zone = text.clean_line(typed.get("timezone", ""), 80)
    if zone not in time_zones():
        raise Invalid("Choose a time zone of the list, such as Europe/London.", "timezone")
    hours = {day: _spans(day, text.clean_line(typed.get(day, ""), 1_000)) for day in DAYS}
    if not any(hours.values()):
        raise Invalid(
            "Give at least one day its hours. Without any, nobody could ever be asked and no timer would end.", "mon"
        )
    holidays = _holidays(text.clean_source(typed.get("holidays", "")))
    made = {"timezone": zone, "hours": {day: spans for day, spans in hours.items() if spans}, "holidays": holidays}
    read(made)
    return made


@cache
def time_zones() -> tuple[str, ...]:
    """The names of all time zones that have a place, and UTC."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return (*sorted(places), "UTC")


def _spans(day: str, typed: str) -> list[list[str]]:
    name = LONG_NAMES[day]
    if typed.lower() in ("", "closed"):
        return []
    parts = [part.strip() for part in re.split(r"[,;]", typed) if part.strip()]
    spans: list[list[str]] = []
    for part in parts:
        found = SPAN.fullmatch(part)
        if found is None:
            raise Invalid(
                gettext("%(day)s: write hours like 09:00-12:30, 13:00-17:30, or nothing for a day off.", day=name),
                day,
            )
        start, end = _clock(name, day, found[1], found[2]), _clock(name, day, found[3], found[4])
        if start >= end:
            raise Invalid(
                gettext(
                    "%(day)s: %(start)s-%(end)s ends before it starts. Write a night as two parts: 22:00-24:00, "
                    "and 00:00-06:00 on the day after.",
                    day=name,
                    start=start,
                    end=end,
                ),
                day,
            )
        if spans and start < spans[-1][1]:
            raise Invalid(
                gettext(
                    "%(day)s: %(start)s-%(end)s begins before %(spans)s, when the one before it ends.",
                    day=name,
                    start=start,
                    end=end,
                    spans=spans[-1][1],
                ),
                day,
            )
        spans.append([start, end])
    if len(spans) > MOST_SPANS:
        raise Invalid(gettext("%(day)s: at most %(most)s parts.", day=name, most=MOST_SPANS), day)
    return spans


def _clock(name: str, day: str, hour: str, minute: str | None) -> str:
    clock = f"{int(hour):02}:{minute or '00'}"
    if clock > MIDNIGHT or (minute or "00") > "59":
        raise Invalid(gettext("%(day)s: there is no %(clock)s on a clock.", day=name, clock=clock), day)
    return clock


def _holidays(typed: str) -> list[str]:
    found: dict[str, str] = {}
    for line in filter(None, (each.strip() for each in typed.splitlines())):
        day, _, name = line.partition(" ")
        try:
            date.fromisoformat(day if DATE.fullmatch(day) else "")
        except ValueError:
            raise Invalid(
                gettext(
                    "“%(line)s”: begin each line with the date, year first: 2026-12-25 Christmas Day.",
                    line=text.clean_line(line, 40),
                ),
                "holidays",
            ) from None
        found[day] = f"{day} {text.clean_line(name, HOLIDAY_LENGTH)}".strip()
    if len(found) > MOST_HOLIDAYS:
        raise Invalid(
            gettext("At most %(most)s holidays: leave out those that are past.", most=MOST_HOLIDAYS),
            "holidays",
        )
    return [found[day] for day in sorted(found)]
