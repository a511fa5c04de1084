"""What is typed about departments and tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import StringField, TextAreaField

from forum.core.forms import Form
from forum.core.working_time import DAYS
from forum.departments.calendar import as_typed


class TagForm(Form):
    """What a tag is for."""

    description = StringField("What is it for?")


class DepartmentForm(Form):
    """A department's name and what it does."""

    name = StringField("Name")
    description = TextAreaField("What it does, and what to ask it")


class HoursForm(Form):
    """When a department or a person works."""

    timezone = StringField("Time zone", description="Start typing the city: Europe/London.")
    mon = StringField("Monday")
    tue = StringField("Tuesday")
    wed = StringField("Wednesday")
    thu = StringField("Thursday")
    fri = StringField("Friday")
    sat = StringField("Saturday")
    sun = StringField("Sunday")
    holidays = TextAreaField("Holidays", description="One on each line, the date first: 2026-12-25 Christmas Day.")

    def show(self, calendar: Mapping[str, Any]) -> None:
        """Fill in a stored calendar, or office hours when there is none."""
        for name, value in as_typed(calendar).items():
            self[name].data = value

    def repeat_monday(self) -> None:
        """Give Tuesday to Friday the hours that were typed for Monday."""
        for day in DAYS[1:5]:
            self[day].data = self.mon.data

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, by field."""
        return {name: self[name].data or "" for name in ("timezone", *DAYS, "holidays")}
