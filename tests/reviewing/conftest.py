"""What the tests of reviewing share: office hours, a practice that Marta wrote and keeps, and time that passes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from forum.answers.answering import accept
from forum.answers.models import Answer
from forum.core import jobs
from forum.core.clock import as_of
from forum.core.db import db
from forum.people.models import Person
from forum.practices.models import Practice
from forum.questions.models import Question
from tests import factories

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def office_hours(sales: Any, finance: Any) -> None:
    """Everybody works from nine to five, in UTC."""
    for department in (sales, finance):
        department.calendar = {"timezone": "UTC", "hours": WEEK}
    db.session.commit()


@pytest.fixture
def question(kim: Person, noise: None) -> Question:
    """A question of Kim's."""
    with as_of(MONDAY - timedelta(days=7)):
        return factories.question(kim, "How do we label the boxes?")


@pytest.fixture
def answer(kim: Person, marta: Person, question: Question) -> Answer:
    """Marta's answer, which Kim accepted."""
    with as_of(MONDAY - timedelta(days=7)):
        made = factories.answer(marta, question, "On two sides.")
        accept(kim, made)
        return made


@pytest.fixture
def practice(farah: Person, answer: Answer) -> Practice:
    """What Farah made of it; Marta wrote it and looks after it."""
    with as_of(MONDAY - timedelta(days=7)):
        return factories.practice(farah, answer, title="Label boxes on two sides")


@pytest.fixture
def work(app: Any) -> Callable[..., None]:
    """Let a worker do, from one job that is due to the next, what is due until a moment."""

    def run(until: datetime = MONDAY) -> None:
        db.session.commit()
        while (due := db.session.scalar(select(func.min(jobs.Job.due_at)))) is not None and due <= until:
            db.session.rollback()
            with as_of(max(due, MONDAY)):
                jobs.run_due()
        db.session.expire_all()

    return run
