"""What the tests of the pulse share: an organisation that began on a Monday, and a round in it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from forum.core.clock import as_of
from forum.core.db import db
from forum.needs.launch import GETTING_READY
from forum.people.models import Organisation, Person
from forum.pulse.asking import MONTH, ask_whose_turn_it_is
from forum.pulse.models import PulseInvitation, PulseRound
from tests import factories

BEGAN = datetime(2026, 6, 1, 8, tzinfo=UTC)
DAY = date(2026, 6, 1)


@pytest.fixture
def team(app: Flask) -> list[Person]:
    """Six people of a department, and four of a small one."""
    db.session.scalars(select(Organisation)).one().founded_at = BEGAN - GETTING_READY
    large, small = factories.department("Large"), factories.department("Small")
    return [factories.person(None, large if number < 6 else small) for number in range(10)]


def ask_until(month: int) -> PulseRound:
    """Ask everybody whose turn it is in the first `month` months of the first round."""
    for number in range(month):
        with as_of(BEGAN + number * MONTH):
            ask_whose_turn_it_is()
    return db.session.scalars(select(PulseRound)).one()


def invitation_of(person: Person) -> PulseInvitation:
    """The only one that somebody has."""
    return db.session.scalars(select(PulseInvitation).where(PulseInvitation.person_id == person.id)).one()
