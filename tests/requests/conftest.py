"""What tests of requests stand on: somebody who asks for a course, and a request in each of its states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from forum.departments.models import Department
from forum.people.models import Person
from forum.posts.writing import write
from forum.requests.agreeing import decide, diagnose, propose
from forum.requests.asking import ask_for
from forum.requests.models import Request
from tests import factories
from tests.needs.conftest import MONDAY, at, office_hours, pass_time

__all__ = ["at", "office_hours", "pass_time"]

Moments = Callable[[datetime], Any]
ASKED: dict[str, Any] = {"title": "a course on spreadsheets", "evidence": "Three wrong sums this year."}


def ask(person: Person, *concerned: Person, **given: Any) -> Request:
    return ask_for(person, gap=write("They copy last month's file."), concerned=concerned, **{**ASKED, **given})


@pytest.fixture
def mina(finance: Department) -> Person:
    """Somebody of another department than Kim's."""
    return factories.person("Mina Park", factories.department("People"))


@pytest.fixture
def received(kim: Person, marta: Person, at: Moments) -> Request:
    with at(MONDAY):
        return ask(kim, marta)


@pytest.fixture
def proposed(mina: Person, received: Request, at: Moments) -> Request:
    with at(MONDAY):
        diagnose(mina, received, words="Nobody knows what is due when.", posts=[])
        propose(mina, received, way="other_way", options=["practice", "peer_call"], words="A page, and an hour.")
    return received


@pytest.fixture
def agreed(kim: Person, proposed: Request, at: Moments) -> Request:
    with at(MONDAY):
        decide(kim, proposed, "accepted")
    return proposed
