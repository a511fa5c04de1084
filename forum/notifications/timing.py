"""When a mail may come: at the hours of its rhythm, in the person's own working time, and never on a day off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from forum.core import working_time
from forum.core.working_time import Calendar
from forum.people.hours import calendar_of

STEP = timedelta(hours=3)  # of working time, from the start of the day, for whoever wants to hear several times a day
READING = timedelta(minutes=5)  # Whoever was here so lately sees the inbox; a mail would say everything twice.


def mail_due(frequency: str, person: Any, since: datetime) -> datetime | None:
    """When something that happened at `since` is to be mailed to `person`; None when it never is.

    To whoever wrote without a name nothing goes at once: whoever sees only which mails leave, and when, could lay that
    beside what has just happened in the thread. It goes with the others' mails, at the hours of a digest.
    """
    if person.is_persona and frequency == "at_once":
        frequency = "three_hours"
    rhythm = RHYTHMS.get(frequency)
    return rhythm(calendar_of(person), since) if rhythm else None


def not_before(person: Any, moment: datetime) -> datetime:
    """`moment` itself when the person may get a mail then, else the next moment: at work, and not reading the site."""
    if person.last_seen_at is not None and moment - person.last_seen_at < READING:
        moment = person.last_seen_at + READING
    return working_time.next_opening(calendar_of(person), moment)


def _three_hours(calendar: Calendar, since: datetime) -> datetime:
    today = next(_starts(calendar, since))
    if since <= today:
        return today
    steps = working_time.elapsed(calendar, today, since) // STEP + 1
    due = working_time.due(calendar, today, steps * STEP)
    same_day = calendar.local_date(due) == calendar.local_date(today)
    return due if same_day else _daily(calendar, since)


def _daily(calendar: Calendar, since: datetime) -> datetime:
    return next(start for start in _starts(calendar, since) if start >= since)


def _weekly(calendar: Calendar, since: datetime) -> datetime:
    week: tuple[int, int] | None = None
    for start in _starts(calendar, since - timedelta(days=7)):
        number = calendar.local_date(start).isocalendar()[:2]
        if number != week and start >= since:
            return start
        week = number
    raise AssertionError("a calendar opens at least once in ten years")


RHYTHMS = {
    "at_once": working_time.next_opening,
    "three_hours": _three_hours,
    "daily": _daily,
    "weekly": _weekly,
}


def _starts(calendar: Calendar, moment: datetime) -> Iterator[datetime]:
    """When each working day begins, from the local date of `moment` on."""
    first = calendar.local_date(moment)
    for number in range(working_time.FAR.days):
        for opening, _ in calendar.spans(first + timedelta(days=number)):
            yield opening
            break
