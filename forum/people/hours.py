"""When a person works: their own hours or the department's, and not while they are away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from forum.core.clock import now
from forum.core.errors import Invalid
from forum.core.events import Event, publish
from forum.core.permissions import require
from forum.core.working_time import Calendar, calendar_from, next_opening
from forum.departments.calendar import from_typed
from forum.departments.hours import HoursChanged
from forum.people.models import Person

LONGEST_ABSENCE = timedelta(days=366)  # Whoever is away for longer has left, or mistyped the year.


@dataclass(frozen=True, kw_only=True)
class AwayChanged(Event):
    """Somebody is away until the end of a day, or back; then `until` is empty."""

    person_id: int
    until: str


def hours_of(person: Any) -> Calendar:
    """When a person works while they are here: their own calendar, else the department's, else office hours."""
    return calendar_from(person.calendar or person.department.calendar)


def calendar_of(person: Any) -> Calendar:
    """When a person works: their hours, with every day from today to the last one away closed like a holiday."""
    usual = hours_of(person)
    days = _days_away(person, usual)
    return replace(usual, holidays=usual.holidays | days) if days else usual


def is_away(person: Any) -> bool:
    """Whether today, where the person works, is a day of their absence."""
    return person.away_until is not None and bool(_days_away(person, hours_of(person)))


def back_at(person: Any) -> datetime | None:
    """When somebody who is away begins to work again; None for whoever is here."""
    return next_opening(calendar_of(person), now()) if is_away(person) else None


def set_own_hours(actor: Person, person: Person, typed: Mapping[str, str] | None) -> None:
    """Give a person the hours that were typed, or with None the department's; what is due already keeps its moment.

    Raises `Invalid` for hours that cannot be used.
    """
    require(actor, "person.edit", person)
    calendar = {} if typed is None else from_typed(typed)
    if calendar != person.calendar:
        person.calendar = calendar
        publish(HoursChanged(person_id=person.id, calendar=calendar), actor=actor)


def go_away(actor: Person, person: Person, until: date | None) -> None:
    """Be away from now to the end of a day. Raises `Invalid` for a day that is past or too far off."""
    require(actor, "person.edit", person)
    today = hours_of(person).local_date(now())
    if until is None or not today <= until <= today + LONGEST_ABSENCE:
        raise Invalid("Choose the last day on which you are away: from today on, within a year.", "until")
    person.away_until = until
    publish(AwayChanged(person_id=person.id, until=until.isoformat()), actor=actor)


def come_back(actor: Person, person: Person) -> None:
    """Be here again; nothing happens when one was not away."""
    require(actor, "person.edit", person)
    if person.away_until is not None:
        person.away_until = None
        publish(AwayChanged(person_id=person.id, until=""), actor=actor)


def _days_away(person: Any, usual: Calendar) -> frozenset[date]:
    if person.away_until is None:
        return frozenset()
    today = usual.local_date(now())
    return frozenset(today + timedelta(days=number) for number in range((person.away_until - today).days + 1))
