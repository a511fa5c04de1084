"""What tests of objectives stand on: somebody who answers for a department, an objective, a practice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.core.clock import now
from forum.objectives.models import Objective
from forum.objectives.stating import state
from forum.people.models import Person
from forum.practices.models import Practice
from tests import factories

GIVEN: dict[str, Any] = {
    "title": "Mis-shipped orders",
    "unit": "a month",
    "direction": "down",
    "baseline": "9",
    "target": "2",
}


@pytest.fixture
def anna(app: Flask) -> Person:
    return factories.person("Anna Wójcik", None, "stakeholder")


@pytest.fixture
def objective(anna: Person) -> Objective:
    return state(anna, anna.department, due_on=(now() + timedelta(days=90)).date(), **GIVEN)


@pytest.fixture
def practice(kim: Person, marta: Person, farah: Person) -> Practice:
    return factories.practice(farah, factories.answer(marta, factories.question(kim)), title="Read it back")
