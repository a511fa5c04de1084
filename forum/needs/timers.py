"""How long things may take, in working hours, and why. Duties run on the calendar of whoever has to act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from forum.core import working_time
from forum.core.working_time import Calendar


@dataclass(frozen=True)
class Timer:
    """One default: working hours for a need that blocks somebody and for any other, and the reason."""

    name: str
    blocked: float
    other: float
    reason: str

    def hours(self, impact: str, changed: Mapping[str, Any] | None = None) -> timedelta:
        """How long it is for a need of this impact, with what a department `changed`: {"silence": [1, 2]}."""
        given = (changed or {}).get(self.name) or (self.blocked, self.other)
        return timedelta(hours=float(given[0] if impact == "blocked" else given[1]))


SILENCE = Timer("silence", 1, 2, "Half of the champions' timer, so that two rounds of asking fit in before they are.")
CHAMPIONS = Timer("champions", 1, 4, "Half a working day: still the same day for the asker, and late answers are rare.")
OTHERS = Timer("others", 4, 8, "One working day without an answer: more departments, and the moderators' queue.")
OWNER = Timer("owner", 8, 16, "Two days: a quarter of all questions would otherwise never be answered.")
FIRST_PROMPT = Timer("first_prompt", 8, 8, "A day to read and to try.")
LAST_PROMPT = Timer("last_prompt", 24, 24, "Once more, then silence: the answer stays, unmarked.")
TRY = Timer("try", 24, 24, "Three days: long enough to have tried it, short enough to remember.")
REMIND = Timer("remind", 16, 16, "One reminder only, to keep the trust.")
CLOSE = Timer("close", 40, 40, "With the reminder ten working days in all; silence is no success.")
CLAIM = Timer("claim", 2, 4, "Who is on it answers within half a day, or others may.")
DRAFT = Timer("draft", 16, 16, "Two days: whoever has not come back by then has solved it elsewhere or given up.")
OBJECTION = Timer("objection", 40, 40, "Five working days: whoever was away for a few still finds their question.")
TIMERS = (SILENCE, CHAMPIONS, OTHERS, OWNER, FIRST_PROMPT, LAST_PROMPT, TRY, REMIND, CLOSE, CLAIM, DRAFT, OBJECTION)

DAY = 8.0  # working hours: how hours are said in days
INVITED_AT_ONCE = 3  # The more people are addressed, the lower the share that replies.
INVITED_LATER = 5  # people asked when a whole day has brought nothing
MOST_A_DAY = 2  # invitations to one person; more is a burden on those who are asked most
MOST_A_WEEK = 5

# Office hours for whoever has neither a calendar nor a department with one: a timer has to end some time.
USUAL = working_time.read(
    {"timezone": "UTC", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
)


def calendar_of(person: Any) -> Calendar:
    """When a person works: their own calendar, else the department's, else office hours."""
    return calendar_from(getattr(person, "calendar", None) or person.department.calendar)


def calendar_from(stored: Mapping[str, Any] | None) -> Calendar:
    """The calendar stored for a person or a department, or office hours when there is none."""
    return working_time.read(stored) if stored and stored.get("hours") else USUAL


def due(timer: Timer, person: Any, since: datetime, impact: str = "slowed") -> datetime:
    """When a duty of `person` that began at `since` is due."""
    return working_time.due(calendar_of(person), since, timer.hours(impact, person.department.timers))
