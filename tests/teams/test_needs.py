"""What a leader sees of the team's needs: counts of five and more, of whole quarters, never whose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from forum.core.clock import as_of
from forum.core.db import db
from forum.core.errors import Forbidden
from forum.needs.launch import GETTING_READY
from forum.people.models import Organisation, Person
from forum.people.quarters import LENGTH
from forum.teams.leading import Lead, lead_of
from forum.teams.needs import TeamNeeds, needs_of
from tests import factories

BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def began(app: object) -> None:
    """The forum was opened on that Monday."""
    db.session.scalars(select(Organisation)).one().founded_at = BEGAN - GETTING_READY


def ask(people: list[Person], tag: str, *, on: int = 10) -> None:
    with as_of(BEGAN + timedelta(days=on)):
        for person in people:
            factories.question(person, tags=tag)


def seen(head: Person) -> TeamNeeds:
    with as_of(BEGAN + LENGTH + timedelta(days=3)):
        (found,) = needs_of(head, lead_of(head))
    return found


def test_what_five_people_share_is_counted_and_what_four_do_is_not(head: Person, staff: list[Person]) -> None:
    ask(staff, "quotes")
    ask(staff[:5], "returns")
    ask(staff[:4], "fairs")
    ask(staff[:3], "fairs")
    found = seen(head)
    assert found.total is not None
    assert (found.total.needs, found.total.people) == (18, 6)
    # One alone would be had by subtraction, so the next smallest goes with it.
    assert [(cell.name, cell.needs, cell.people) for cell in found.topics] == [("quotes", 6, 6)]
    assert [(cell.name, cell.needs) for cell in found.stages] == [("Waiting for an answer", 18)]


def test_nothing_is_counted_where_fewer_than_five_had_a_need(head: Person, staff: list[Person]) -> None:
    ask(staff[:4] * 3, "quotes")
    ask([head], "quotes")  # The leader is none of the team.
    found = seen(head)
    assert (found.total, found.stages, found.topics) == (None, (), ())


def test_nothing_is_counted_of_a_team_of_four(head: Person, staff: list[Person]) -> None:
    ask(staff, "quotes")
    for person in staff[4:]:
        person.left_at = BEGAN
    assert seen(head).total is None


def test_a_quarter_that_goes_on_is_not_counted(head: Person, staff: list[Person]) -> None:
    ask(staff, "quotes", on=LENGTH.days + 1)
    assert seen(head).total is None
    with as_of(BEGAN + timedelta(days=30)):
        (found,) = needs_of(head, lead_of(head))
    assert (found.quarter, found.total) == (None, None)


def test_nobody_sees_the_team_of_somebody_else(head: Person, staff: list[Person], top: Person) -> None:
    with pytest.raises(Forbidden):
        needs_of(top, lead_of(head))
    with pytest.raises(Forbidden):
        needs_of(staff[0], Lead(staff[0].id, ()))
