"""What the tests of causes share: people of three departments who need the same, and one who answers for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from forum.causes.linking import link
from forum.causes.models import Cause
from forum.core import jobs
from forum.core.clock import as_of
from forum.core.db import db
from forum.people.models import Person
from forum.questions.models import Question
from tests import factories

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Story:
    """A cause of IT that strikes Sales, and who is in it."""

    cause: Cause
    question: Question
    kim: Person
    luca: Person
    beth: Person
    raj: Person

    def strikes(self, person: Person) -> Question:
        """It happens to somebody, who asks and links it."""
        asked = factories.question(person)
        link(person, self.cause, asked)
        return asked


@pytest.fixture
def story(sales: Any, finance: Any) -> Story:
    """One need of Kim's, and a cause that is suspected behind it."""
    it = factories.department("IT")
    for each in (sales, finance, it):
        each.calendar = {"timezone": "UTC", "hours": WEEK}
    people = [factories.person(name, sales) for name in ("Kim Tran", "Luca Romano", "Beth Carver")]
    raj = factories.person("Raj Patel", it, "stakeholder")
    with as_of(MONDAY):
        question = factories.question(people[0])
        cause = factories.cause(people[0], question, it)
    db.session.commit()
    return Story(cause, question, *people, raj)


@pytest.fixture
def pass_time(app: Any) -> Callable[..., datetime]:
    """Let time pass from one moment to another with a worker at work, from one job that is due to the next."""

    def run(start: datetime, **how_long: float) -> datetime:
        db.session.commit()
        end = start + timedelta(**how_long)
        while (due := db.session.scalar(select(func.min(jobs.Job.due_at)))) is not None and due <= end:
            with as_of(max(due, start)):
                jobs.run_due()
        db.session.expire_all()
        return end

    return run
