"""What the tests of needs share: a week in which people work, and time that passes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from forum.core import jobs
from forum.core.clock import as_of
from forum.core.db import db

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def office_hours(sales: Any, finance: Any) -> None:
    """Everybody works from nine to five, in UTC."""
    for department in (sales, finance):
        department.calendar = {"timezone": "UTC", "hours": WEEK}
    db.session.commit()


@pytest.fixture
def at() -> Callable[[datetime], Any]:
    """Inside `with at(moment):` it is that moment."""
    return as_of


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
