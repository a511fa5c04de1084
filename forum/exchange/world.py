"""The world that a story is told of: who is in it, what they have written so far, and when things happen in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from forum.answers.models import Answer
from forum.causes.models import Cause
from forum.core.working_time import Calendar, calendar_from, due, next_opening
from forum.departments.models import Department
from forum.people.models import Person
from forum.posts.writing import Written, write
from forum.practices.models import Practice
from forum.questions.models import Question

FOLDER = Path(__file__).parent / "northwick"
LENGTH = timedelta(days=182)  # of the story: half a year, ending today
LONG = 60  # minutes saved that change how somebody works
REFERENCE = re.compile(r"#\{question:(\d+)\}")


@dataclass
class Moments:
    """When things happen: told in somebody's working time, so that no weekend or holiday changes how long they took."""

    end: datetime
    calendars: Mapping[str, Calendar]

    @property
    def opening(self) -> datetime:
        """Half a year before the end to the second: so the second quarter holds all that is asked until then."""
        return self.end - LENGTH

    @property
    def begin(self) -> datetime:
        """Midnight of the first day."""
        return self.opening.replace(hour=0, minute=0, second=0, microsecond=0)

    def at(self, told: Mapping[str, Any], whose: str = "") -> datetime:
        """The moment told with `day` and `hour`, put off until `whose` work begins; or `before` the end, in it."""
        if "before" in told:
            return begun(self.calendars[whose], self.end, told["before"])
        moment = self.begin + timedelta(days=told["day"], hours=told.get("hour", 10))
        return next_opening(self.calendars[whose], moment) if whose else moment

    def after(self, whose: str, moment: datetime, hours: float) -> datetime:
        """So many of somebody's working hours later."""
        return due(self.calendars[whose], moment, timedelta(hours=hours))


@dataclass
class World:
    """What has happened so far, by the names the files use."""

    moments: Moments
    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    questions: dict[int, Question] = field(default_factory=dict)
    answers: dict[tuple[int, int], Answer] = field(default_factory=dict)
    practices: dict[int, Practice] = field(default_factory=dict)
    causes: dict[str, Cause] = field(default_factory=dict)  # by title

    def text(self, source: str) -> Written:
        """A text with its references to other questions filled in."""
        return write(REFERENCE.sub(lambda found: f"#{self.questions[int(found[1])].id}", source))


def how_it_went(told: Mapping[str, Any]) -> dict[str, Any]:
    """What belongs to a reply of the files. Whoever counts the minutes it saved also says whether it fits their work:
    as it is, unless told otherwise or it helped in part only. An hour or more saved changed how they work."""
    said = {name: told[name] for name in ("minutes", "context", "note") if name in told}
    fits = told["outcome"] == "resolved" if "minutes" in told or told["outcome"] == "partly" else None
    return said | {"fits": told.get("fits", fits), "changed_work": told.get("minutes", 0) >= LONG or None}


def begun(calendar: Calendar, end: datetime, hours: float) -> datetime:
    """When something began that has taken so many working hours until `end`."""
    left, day = timedelta(hours=hours), calendar.local_date(end)
    while True:
        for start, closing in reversed(list(calendar.spans(day))):
            worked = min(closing, end) - start
            if worked >= left:
                return start + worked - left
            left -= max(worked, timedelta())
        day -= timedelta(days=1)


def told_moments(end: datetime) -> Moments:
    """The moments of the story of the files that ends at `end`."""
    stored = {each["slug"]: each["calendar"] for each in read("organisation.toml")["department"]}
    people = read("people.toml")["person"]
    return Moments(end, {each["handle"]: calendar_from(stored[each["department"]]) for each in people})


def read(name: str | Path) -> dict[str, Any]:
    """What one of the files tells."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
