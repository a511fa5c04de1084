"""What the tests of impact share: a week in which people work, and answers between departments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from forum.answers.answering import accept
from forum.answers.models import Answer
from forum.core.clock import now
from forum.impact.facts.facts import Facts
from forum.impact.facts.periods import QUARTER, Period, together
from forum.impact.facts.reading import read
from forum.impact.silos import counting
from forum.impact.silos.counting import Quarter
from forum.people.models import Person
from tests import factories
from tests.needs.conftest import office_hours

__all__ = ["helps", "office_hours", "two_quarters"]

Helps = Callable[..., list[Answer]]


@pytest.fixture
def helps() -> Helps:
    """Adds so many verified answers of one person to another."""

    def add(helper: Person, asker: Person, times: int = 1, *, tags: str = "") -> list[Answer]:
        given = [factories.answer(helper, factories.question(asker, tags=tags)) for _ in range(times)]
        for answer in given:
            accept(asker, answer)
        return given

    return add


def spans() -> tuple[Period, Period]:
    """The thirteen weeks until now, and those before."""
    end = now() + timedelta(seconds=1)
    return Period("q1", "Months 1–3", end - 2 * QUARTER, end - QUARTER), Period("q2", "Months 4–6", end - QUARTER, end)


def two_quarters(known: Facts | None = None) -> tuple[Quarter, Quarter]:
    """Who helped whom in them."""
    known, (before, last) = known or read(), spans()
    return counting.quarter(known, before), counting.quarter(known, last)


def half_year() -> Quarter:
    """Both as one time."""
    return counting.quarter(read(), together(*spans()))
