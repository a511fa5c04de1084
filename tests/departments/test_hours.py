"""A department's hours: who may give them, and what is written down."""

from __future__ import annotations

from typing import Any

import pytest

from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.departments.hours import set_hours
from forum.people.models import Person

TYPED = {"timezone": "Europe/Warsaw", "mon": "6-14", "holidays": "2026-11-11 Independence Day"}
STORED = {
    "timezone": "Europe/Warsaw",
    "hours": {"mon": [["06:00", "14:00"]]},
    "holidays": ["2026-11-11 Independence Day"],
}


def changes() -> list[Any]:
    return [row.data for row in db.session.query(EventRow).filter_by(name="HoursChanged").order_by(EventRow.id)]


def test_a_change_is_kept_and_written_down_once(chris: Person, sales: Any) -> None:
    for _ in range(2):
        set_hours(chris, sales, TYPED)
    assert sales.calendar == STORED
    assert changes() == [{"department_id": sales.id, "person_id": None, "calendar": STORED}]


def test_what_is_refused_changes_nothing(chris: Person, sales: Any) -> None:
    set_hours(chris, sales, TYPED)
    with pytest.raises(Invalid):
        set_hours(chris, sales, {**TYPED, "mon": ""})
    assert sales.calendar == STORED


def test_only_administrators_give_a_department_its_hours(kim: Person, farah: Person, sales: Any) -> None:
    for person in (kim, farah):
        with pytest.raises(Forbidden):
            set_hours(person, sales, TYPED)
