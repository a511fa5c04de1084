"""How long things may take, in working hours, how many people are asked, and why.

Duties run on the calendar of whoever has to act. Every value is a default that a department may change for what
begins from then on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from forum.core import working_time
from forum.core.errors import Invalid
from forum.core.events import Event, publish
from forum.core.jobs import Listener, enqueue
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.departments.models import Department
from forum.people.hours import back_at, calendar_of

MOST_HOURS = 400  # working hours: ten weeks; what takes longer is no timer but a plan
MOST_PEOPLE = 50  # more than that is a broadcast, to which nobody replies


@dataclass(frozen=True, kw_only=True)
class TimersChanged(Event):
    """A department's timers changed, for what begins from now on; `timers` holds what differs from the defaults."""

    department_id: int
    timers: dict[str, Any]


@dataclass(frozen=True)
class Timer:
    """One default: working hours for a need that blocks somebody and for any other, what for, and the reason.

    `whose` says on whose calendar it runs; the department of that person may change it.
    """

    name: str
    blocked: float
    other: float
    words: str
    whose: str
    reason: str

    def hours(self, impact: str, changed: Mapping[str, Any] | None = None) -> timedelta:
        """How long it is for a need of this impact, with what a department `changed`: {"silence": [1, 2]}."""
        given = (changed or {}).get(self.name) or (self.blocked, self.other)
        return timedelta(hours=float(given[0] if impact == "blocked" else given[1]))


@dataclass(frozen=True)
class Limit:
    """One default that counts people or invitations: how many, of what, what for, and the reason."""

    name: str
    usual: int
    unit: str
    words: str
    whose: str
    reason: str

    def of(self, department: Department) -> int:
        """How many it is in a department."""
        return int((department.timers or {}).get(self.name) or self.usual)


SILENCE = Timer(
    "silence",
    1,
    2,
    "Whoever was asked says nothing: the next person is asked",
    "whoever was asked",
    "Half of the champions' timer, so that two rounds of asking fit in before they are.",
)
CHAMPIONS = Timer(
    "champions",
    1,
    4,
    "No answer: the champions are asked",
    "the champion",
    "Half a working day: still the same day for the asker, and late answers are rare.",
)
OTHERS = Timer(
    "others",
    4,
    8,
    "Still no answer: other departments are asked, and by then the asker was to hear",
    "the asker",
    "One working day without an answer: more departments, and the moderators' queue.",
)
OWNER = Timer(
    "owner",
    8,
    16,
    "Still no answer: a moderator names somebody who stays with it",
    "the asker",
    "Two days: a quarter of all questions would otherwise never be answered.",
)
FIRST_PROMPT = Timer(
    "first_prompt", 8, 8, "Answered: the asker is asked whether it helped", "the asker", "A day to read and to try."
)
LAST_PROMPT = Timer(
    "last_prompt",
    24,
    24,
    "The asker is asked that once more",
    "the asker",
    "Once more, then silence: the answer stays, unmarked.",
)
TRY = Timer(
    "try",
    24,
    24,
    "Accepted, and no day was chosen: did it work?",
    "whoever has the need",
    "Three days: long enough to have tried it, short enough to remember.",
)
REMIND = Timer(
    "remind", 16, 16, "That question is asked again", "whoever has the need", "One reminder only, to keep the trust."
)
CLOSE = Timer(
    "close",
    40,
    40,
    "That question is closed without a reply, counted from when it was asked",
    "whoever has the need",
    "With the reminder ten working days in all; silence is no success.",
)
CLAIM = Timer(
    "claim", 2, 4, "“I am on it” holds", "whoever is on it", "Who is on it answers within half a day, or others may."
)
OBJECTION = Timer(
    "objection",
    40,
    40,
    "Whoever asked a merged question can say that it is another one",
    "whoever asked it",
    "Five working days: whoever was away for a few still finds their question.",
)
DRAFT = Timer(
    "draft",
    16,
    16,
    "What somebody began to ask is not touched: it counts as abandoned",
    "whoever began it",
    "Two days: whoever has not come back by then has solved it elsewhere or given up.",
)
COMMITMENT_REMIND = Timer(
    "commitment_remind",
    24,
    24,
    "Nothing is said of a commitment whose day is over: its maker is asked once more",
    "whoever made it",
    "Three days, as with what was tried: one reminder only.",
)
COMMITMENT_CLOSE = Timer(
    "commitment_close",
    40,
    40,
    "Then that question is closed without a reply",
    "whoever made it",
    "Five working days after the reminder; it can still be told later.",
)
KEY = Timer(
    "key",
    24,
    24,
    "Whoever was asked to open the way says nothing: they are asked once more, and one level up is told",
    "whoever has the key",
    "Three days: nobody can plan with silence. A key to a commitment, which has a day, never before that day.",
)
DECISION = Timer(
    "decision",
    40,
    40,
    "A nominated answer waits for a decision: it is overdue",
    "the moderator who looks",
    "Five working days: what is nominated and then lies there is the last thing somebody nominates.",
)
CHALLENGE = Timer(
    "challenge",
    40,
    40,
    "Somebody says that it no longer works: a reply is owed",
    "whoever looks after it",
    "Five working days to look at it; then a moderator decides.",
)
CONFIRMATION = Timer(
    "confirmation",
    16,
    16,
    "A moderator hid a post or locked a page, and no second one agrees: it comes back by itself",
    "the moderator who did it",
    "Two days: one alone can stop harm at once, and cannot silence anybody for longer.",
)
STALE = Timer(
    "stale",
    160,
    160,
    "A practice is due, and nobody has looked at it: it counts as out of date",
    "whoever looks after it",
    "Four weeks: long enough for a holiday, too long for what is relied on.",
)
CAUSE_SEEN = Timer(
    "cause_seen",
    24,
    24,
    "A cause was signalled: its department says that it has seen it",
    "the department that can remove it",
    "Three days: a cheap reply, no solution is asked for. Then it goes one level up, once.",
)
CAUSE_PLAN = Timer(
    "cause_plan",
    80,
    80,
    "It has seen it: a plan, or why it stays",
    "the department that can remove it",
    "Two weeks: long enough to look into it, short enough to be believed.",
)
REQUEST_PROPOSE = Timer(
    "request_propose",
    40,
    40,
    "Somebody asked for a course, and nothing is proposed: the moderators are told once more",
    "whoever asked",
    "Five working days: whoever hears nothing for longer books the course.",
)
REQUEST_REMIND = Timer(
    "request_remind",
    16,
    16,
    "Nobody says whether what was agreed helped: each is asked once more",
    "whoever is asked",
    "One reminder only, as with what was tried.",
)
REQUEST_CLOSE = Timer(
    "request_close",
    40,
    40,
    "Then that question is closed without a reply",
    "whoever is asked",
    "Five working days after the reminder; silence is neither yes nor no.",
)
CHAT_SUMMARY = Timer(
    "chat_summary",
    16,
    16,
    "A chat is over and has no summary: its host is reminded, once",
    "the host",
    "Two working days: what was said is still remembered. It goes to nobody else.",
)
CHAT_FOLLOW_UP = Timer(
    "chat_follow_up",
    160,
    160,
    "A chat is over: whoever said that they will do something is asked how it went",
    "the host",
    "Four weeks: long enough to have tried it.",
)
TIMERS = (
    SILENCE,
    CHAMPIONS,
    OTHERS,
    OWNER,
    FIRST_PROMPT,
    LAST_PROMPT,
    TRY,
    REMIND,
    CLOSE,
    CLAIM,
    OBJECTION,
    DRAFT,
    COMMITMENT_REMIND,
    COMMITMENT_CLOSE,
    KEY,
    DECISION,
    CHALLENGE,
    CONFIRMATION,
    STALE,
    CAUSE_SEEN,
    CAUSE_PLAN,
    REQUEST_PROPOSE,
    REQUEST_REMIND,
    REQUEST_CLOSE,
    CHAT_SUMMARY,
    CHAT_FOLLOW_UP,
)

AT_ONCE = Limit(
    "at_once",
    3,
    "people",
    "How many are asked at once",
    "the asker",
    "The more people are addressed, the lower the share that replies.",
)
LATER = Limit(
    "later",
    5,
    "people",
    "How many more are asked in other departments",
    "the asker",
    "A whole day has brought nothing: a wider circle, and still each by name.",
)
A_DAY = Limit(
    "a_day",
    2,
    "invitations",
    "How often a person is asked in a day, at most",
    "whoever is asked",
    "More is a burden on those who are asked most.",
)
A_WEEK = Limit(
    "a_week",
    5,
    "invitations",
    "How often a person is asked in a week, at most",
    "whoever is asked",
    "One a day: whoever helps others has work of their own.",
)
LIMITS = (AT_ONCE, LATER, A_DAY, A_WEEK)

DAY = 8.0  # working hours: how hours are said in days


def due(timer: Timer, person: Any, since: datetime, impact: str = "slowed") -> datetime:
    """When a duty of `person` that began at `since` is due."""
    return working_time.due(calendar_of(person), since, timer.hours(impact, person.department.timers))


def day_over(person: Any, day: date) -> datetime:
    """When somebody's work begins after a day: until then all of that day was theirs."""
    calendar = calendar_of(person)
    over = datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(calendar.timezone))
    return working_time.next_opening(calendar, over)


def put_off(step: Listener, event: Event, person: Any, grace: timedelta = timedelta()) -> bool:
    """Whether a step that asks something of somebody waits because they are away.

    Then it comes when they are back and have worked for `grace`.
    """
    back = back_at(person)
    if back is None:
        return False
    enqueue(step, event, due=working_time.due(calendar_of(person), back, grace))
    return True


def as_typed(department: Department) -> dict[str, str]:
    """What somebody would type for a department's timers: nothing where the default counts."""
    stored = department.timers or {}
    typed = {limit.name: f"{stored[limit.name]}" if limit.name in stored else "" for limit in LIMITS}
    for timer in TIMERS:
        usual = (timer.blocked, timer.other)
        given = stored.get(timer.name, usual)
        for kind, hours, default in zip(("blocked", "other"), given, usual, strict=True):
            typed[f"{timer.name}_{kind}"] = "" if hours == default else f"{hours:g}"
    return typed


def set_timers(person: Any, department: Department, typed: Mapping[str, str]) -> None:
    """Change a department's timers to what was typed; what runs already keeps its moment. Raises `Invalid`."""
    require(person, "department.edit", department)
    changed = from_typed(typed)
    if changed != (department.timers or {}):
        department.timers = changed
        publish(TimersChanged(department_id=department.id, timers=changed), actor=person)


def from_typed(typed: Mapping[str, str]) -> dict[str, Any]:
    """What differs from the defaults in what was typed; an empty field is the default.

    Raises `Invalid`, which names the field: a limit's name, or a timer's with `_blocked` or `_other`.
    """
    changed: dict[str, Any] = {}
    for timer in TIMERS:
        hours = [
            _hours(typed, timer, "blocked", timer.blocked),
            _hours(typed, timer, "other", timer.other),
        ]
        if hours != [timer.blocked, timer.other]:
            changed[timer.name] = hours
    for limit in LIMITS:
        people = _people(typed.get(limit.name, ""), limit)
        if people != limit.usual:
            changed[limit.name] = people
    return changed


def _hours(typed: Mapping[str, str], timer: Timer, kind: str, default: float) -> float:
    field = f"{timer.name}_{kind}"
    given = typed.get(field, "").strip().replace(",", ".")
    if not given:
        return default
    try:
        hours = round(float(given), 2)
    except (ValueError, OverflowError):
        hours = math.nan
    if not 0 < hours <= MOST_HOURS:
        raise Invalid(gettext("Above 0 and up to %(most)s hours, such as 1.5, or empty.", most=MOST_HOURS), field)
    return hours


def _people(typed: str, limit: Limit) -> int:
    digits = typed.strip()
    if not digits:
        return limit.usual
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 3 and 1 <= int(digits) <= MOST_PEOPLE):
        raise Invalid(gettext("A whole number from 1 to %(most)s, or empty.", most=MOST_PEOPLE), limit.name)
    return int(digits)
