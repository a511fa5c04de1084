"""Facts: what happened, as plain rows. Measures are pure functions over them and never ask the database."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from forum.causes.measuring import Known, Telling
from forum.core.opening_hours import OpeningHours
from forum.core.working_time import Calendar
from forum.impact.facts.periods import Period, of, quarters
from forum.objectives.measuring import Movement
from forum.pulse.measuring import Round

REPLIED = ("resolved", "partly", "not")  # outcomes that say something


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said at a check-in, or that nothing was. `is_known`: what was tried was there before the need."""

    outcome: str
    due_at: datetime
    closed_at: datetime
    minutes: int | None
    is_known: bool
    helper_id: int | None  # who wrote what was tried
    helper_department_id: int | None = None  # in which they were when they wrote it
    fits: bool | None = None  # It fitted the work as it is, or had to be changed; None where nobody said so.
    changed_work: bool = False  # They said that it changed how they work.


@dataclass(frozen=True, slots=True)
class Verified:
    """An answer of which the asker said that it is the one, or that it worked."""

    at: datetime  # first said so
    department_id: int  # whoever answered was in it then
    helper_id: int = 0  # who answered
    answer_id: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """One person's need, with everything that came of it. The department is the one of the day it was opened."""

    id: int
    person_id: int
    department_id: int
    origin: str
    state: str
    impact: str
    needed_by: date | None
    opened_at: datetime
    question_id: int | None  # on which it was opened
    practice_id: int | None
    is_merged: bool = False
    is_hidden: bool = False  # What it is about was removed.
    is_unnamed: bool = False  # Whoever has it gave no name, so that nothing may say when they wrote.
    is_own: bool = False  # It is about a practice of the person's own.
    moment: str | None = None  # of need, where the person said which
    says_tried: bool = False  # The person said what they had tried; its words are not kept.
    answered_at: datetime | None = None  # first, by somebody else
    accepted_at: datetime | None = None
    verified: Verified | None = None
    withdrawn_at: datetime | None = None
    rounds: tuple[tuple[datetime, datetime | None], ...] = ()  # opened again, and answered again
    first: Outcome | None = None  # of all its check-ins
    met: Outcome | None = None  # the first that says it worked
    met_again: bool = False  # It worked at a later check-in than the first.


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice as it stands now. `worked` and `tried` count what others than its author said."""

    id: int
    title: str
    department_id: int  # of whoever knew it, then
    created_at: datetime
    label: str
    freshness: str
    worked: int
    tried: int
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Commitment:
    """What somebody meant to do by a day; the small tests of experiments are none."""

    id: int
    person_id: int
    with_id: int | None
    due_on: date
    state: str
    is_private: bool
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """When somebody came and left, at which level of the organisation they are, and their departments over time."""

    id: int
    joined_at: datetime
    left_at: datetime | None
    level: str
    places: tuple[tuple[int, datetime, datetime | None], ...]  # department, from, until

    def department_at(self, moment: datetime) -> int | None:
        """In which department they were; None before they came and after they left."""
        if self.left_at is not None and self.left_at <= moment:
            return None
        here = (id for id, since, until in self.places if since <= moment and (until is None or until > moment))
        return next(here, None)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What somebody began to ask and how that ended; its words are not kept."""

    id: int
    ended_at: datetime
    ending: str


@dataclass(frozen=True, slots=True)
class Course:
    """A request that ended in the course that was asked for. The department is the asker's when they asked."""

    id: int
    department_id: int
    agreed_at: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """What somebody told happened. `is_true` is what another one said of it, None while they have not."""

    id: int
    title: str
    went: str
    told_at: datetime
    is_true: bool | None


@dataclass(frozen=True, slots=True)
class Note:
    """What a moderator wrote of a quarter: whether the right things were measured."""

    begins_on: date
    words: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Facts:
    """Everything that is known at one moment. Nothing here changes: what happens later makes other facts."""

    as_of: datetime
    launch: datetime
    needs: Mapping[int, Need] = field(default_factory=dict)
    practices: Sequence[Practice] = ()
    commitments: Sequence[Commitment] = ()
    people: Sequence[Person] = ()
    beginnings: Sequence[Beginning] = ()
    courses: Sequence[Course] = ()
    heard: Mapping[int, datetime] = field(default_factory=dict)  # question: since when whoever could mend it knows
    causes: Sequence[Known] = ()
    tellings: Sequence[Telling] = ()
    movements: Sequence[Movement] = ()
    stories: Sequence[Story] = ()
    rounds: Sequence[Round] = ()  # of the pulse, that are over, the latest first
    notes: Sequence[Note] = ()
    departments: Mapping[int, str] = field(default_factory=dict)
    undisclosed: frozenset[int] = frozenset()  # what stands in place of a department that was not said
    calendars: Mapping[int, Calendar] = field(default_factory=dict)  # by department
    past: Period | None = None  # the quarter at the end of which it was so, in a look at the past
    kept: dict[Any, Any] = field(default_factory=dict, compare=False)  # Figures made of these facts: see keeping.py.

    @property
    def quarters(self) -> Sequence[Period]:
        """Every quarter that has begun, oldest first; in a look at the past the last one is whole."""
        found = quarters(self.launch, self.as_of)
        return [each for each in found if each.end <= self.as_of] if self.past else found

    @property
    def periods(self) -> Sequence[Period]:
        """What can be chosen: all of the time, the half-years, the quarters; the latest first."""
        return of(self.quarters)

    def crosses(self, one: int | None, other: int | None) -> bool:
        """Whether these are two departments; nobody can tell of one that was not said."""
        return one != other and self.undisclosed.isdisjoint((one, other))

    def waited(self, need: Need, until: datetime) -> float:
        """Working hours from a need to a moment, as they may be told of it alone: whole ones where nobody gave a name,
        or the time at which they wrote could be worked out."""
        passed = self.hours(need.department_id, need.opened_at, until)
        return float(round(passed)) if need.is_unnamed else passed

    def hours(self, department_id: int, start: datetime, end: datetime) -> float:
        """Working hours of a department between two moments, to the microsecond."""
        opening = self._opening_hours.get(department_id)
        if opening is None:
            opening = OpeningHours(self.calendars[department_id], self.first_moment, self.as_of)
            self._opening_hours[department_id] = opening
        return round(opening.hours(start, end), 9)

    def opened(self, period: Period) -> Sequence[Need]:
        """The needs that were opened in a period, oldest first."""
        moments, needs = self._by_opening
        return needs[bisect_left(moments, period.begin) : bisect_left(moments, period.end)]

    def due(self, period: Period) -> Sequence[Need]:
        """The needs whose first check-in fell due in a period and is closed."""
        moments, needs = self._by_check_in
        return needs[bisect_left(moments, period.begin) : bisect_left(moments, period.end)]

    def commitment(self, id: int) -> Commitment:
        """The commitment with that id."""
        return self._commitments[id]

    @cached_property
    def _commitments(self) -> Mapping[int, Commitment]:
        return {each.id: each for each in self.commitments}

    @cached_property
    def _by_opening(self) -> tuple[Sequence[datetime], Sequence[Need]]:
        needs = sorted(self.needs.values(), key=lambda need: need.opened_at)
        return [need.opened_at for need in needs], needs

    @cached_property
    def _by_check_in(self) -> tuple[Sequence[datetime], Sequence[Need]]:
        dated = [(need.first.due_at, need) for need in self.needs.values() if need.first]
        dated.sort(key=lambda each: each[0])
        return [moment for moment, _ in dated], [need for _, need in dated]

    @cached_property
    def _opening_hours(self) -> dict[int, OpeningHours]:
        return {}

    @cached_property
    def first_moment(self) -> datetime:
        """Nothing is older."""
        return min((need.opened_at for need in self.needs.values()), default=self.launch)
