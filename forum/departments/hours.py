"""When a department works: entered by an administrator, counted from then on by every timer that begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forum.core.events import Event, publish
from forum.core.permissions import require
from forum.departments.calendar import from_typed
from forum.departments.models import Department


@dataclass(frozen=True, kw_only=True)
class HoursChanged(Event):
    """The opening hours of a department or of one person changed; an empty calendar is that of the department."""

    department_id: int | None = None
    person_id: int | None = None
    calendar: dict[str, Any]


def set_hours(person: Any, department: Department, typed: Mapping[str, str]) -> None:
    """Give a department the calendar that was typed; timers that run already keep their moment. Raises `Invalid`."""
    require(person, "department.edit", department)
    calendar = from_typed(typed)
    if calendar != department.calendar:
        department.calendar = calendar
        publish(HoursChanged(department_id=department.id, calendar=calendar), actor=person)
