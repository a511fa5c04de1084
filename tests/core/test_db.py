"""The one place that commits, and what it promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from forum.core.clock import as_of, clock, now
from forum.core.db import db, transaction
from forum.departments.models import Department
from tests import factories


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Department.name).order_by(Department.name)))


def test_everything_in_the_block_is_saved_together(app: Flask) -> None:
    with transaction():
        factories.department("Sales")
        factories.department("Finance")
    assert names() == ["Finance", "Sales"]


def fail_half_way() -> None:
    with transaction():
        factories.department("Sales")
        raise RuntimeError("half way")


def test_an_error_in_the_block_saves_nothing_of_it(app: Flask) -> None:
    with pytest.raises(RuntimeError):
        fail_half_way()
    assert names() == []


def test_a_moment_without_a_zone_is_refused(app: Flask) -> None:
    person = factories.person()
    person.joined_at = datetime(2026, 1, 1)
    with pytest.raises(Exception, match="without a zone"):
        db.session.flush()
    db.session.rollback()


def test_moments_come_back_in_utc(app: Flask) -> None:
    with as_of(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        person = factories.person()
    db.session.commit()
    db.session.expire_all()
    assert person.joined_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_demonstration_clock_moves_forward_and_only_forward(app: Flask) -> None:
    before = now()
    clock().move(timedelta(days=3))
    assert timedelta(days=3) <= now() - before < timedelta(days=3, minutes=1)
    with pytest.raises(ValueError, match="forward"):
        clock().move(timedelta(days=-1))
