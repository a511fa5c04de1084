"""What the tests of teams share: a head of a department with six people, and a head above."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from forum.core.db import db
from forum.departments.models import Department
from forum.people.models import Person
from tests import factories
from tests.needs.conftest import MONDAY, at, office_hours, pass_time

__all__ = ["MONDAY", "at", "office_hours", "pass_time"]

Moments = Callable[[datetime], Any]


@pytest.fixture
def top(finance: Department) -> Person:
    """Whoever the head reports to."""
    return factories.person("Tova Top", finance)


@pytest.fixture
def head(sales: Department, top: Person) -> Person:
    """Whoever answers for Sales."""
    made = factories.person("Hanna Head", sales, "stakeholder")
    made.manager_id = top.id
    return made


@pytest.fixture
def staff(sales: Department, head: Person) -> list[Person]:
    """Six people of Sales who report to its head."""
    made = [factories.person(None, sales) for _ in range(6)]
    for person in made:
        person.manager_id = head.id
    db.session.flush()
    return made
