"""What is kept of a reply, and that nothing of it says whose it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from forum.core.clock import as_of
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.core.jobs import Job
from forum.notifications.models import Notification
from forum.people.models import Person
from forum.people.quarters import LENGTH
from forum.pulse.models import PulseCount, PulseInvitation
from forum.pulse.replying import RepliedAlready, RoundIsOver, reply, turn_of
from tests import factories
from tests.pulse.conftest import BEGAN, ask_until, invitation_of


def counted() -> dict[tuple[int, int], int]:
    """What the counts of all departments come to: (item, value) -> count, where there is any."""
    columns = (PulseCount.item, PulseCount.value)
    rows = db.session.execute(select(*columns, func.sum(PulseCount.count)).group_by(*columns))
    return {(item, value): int(count) for item, value, count in rows if count}


def test_a_reply_is_added_up_and_cannot_be_given_twice(team: list[Person]) -> None:
    ask_until(3)
    with as_of(BEGAN):
        reply(team[0], invitation_of(team[0]), {1: 5, 2: 3})
        assert counted() == {(1, 5): 1, (2, 3): 1}
        with pytest.raises(RepliedAlready):
            reply(team[0], invitation_of(team[0]), {1: 1})
    assert counted() == {(1, 5): 1, (2, 3): 1}


def test_nobody_replies_for_somebody_else_or_when_the_round_is_over(team: list[Person]) -> None:
    ask_until(3)
    with as_of(BEGAN), pytest.raises(Forbidden):
        reply(team[1], invitation_of(team[0]), {1: 5})
    with as_of(BEGAN + LENGTH):
        assert turn_of(team[0]) is None
        with pytest.raises(RoundIsOver):
            reply(team[0], invitation_of(team[0]), {1: 5})


@pytest.mark.parametrize("values", [{}, {1: 0}, {1: 6}, {4: 3}, {9: 3}])
def test_nonsense_is_refused_and_counts_nothing(team: list[Person], values: dict[int, int]) -> None:
    ask_until(3)
    with as_of(BEGAN), pytest.raises(Invalid):
        reply(team[0], invitation_of(team[0]), values)
    assert counted() == {}
    assert not invitation_of(team[0]).has_replied


def test_stakeholders_are_asked_two_things_more_which_no_department_is_kept_of(team: list[Person]) -> None:
    head = factories.person("Head Person", team[0].department, "stakeholder")
    ask_until(3)
    with as_of(BEGAN):
        reply(head, invitation_of(head), {1: 4, 4: 5, 5: 2})
    kept = select(PulseCount.item, PulseCount.department_id).where(PulseCount.count > 0).order_by(PulseCount.item)
    assert db.session.execute(kept).all() == [(1, head.department_id), (4, None), (5, None)]


def test_a_reply_leaves_no_event_no_job_and_no_time_behind(team: list[Person]) -> None:
    ask_until(3)
    seen = (EventRow, Job, Notification)
    before = [db.session.scalar(select(func.count()).select_from(each)) for each in seen]
    with as_of(BEGAN):
        reply(team[0], invitation_of(team[0]), {1: 5})
    assert [db.session.scalar(select(func.count()).select_from(each)) for each in seen] == before
    times = [
        (table.name, column.name)
        for table in (PulseInvitation.__table__, PulseCount.__table__)
        for column in table.columns
        if "TIME" in str(column.type).upper()
    ]
    assert times == []
    assert "person_id" not in PulseCount.__table__.columns


def test_a_reply_writes_every_count_so_that_the_database_does_not_know_which(
    team: list[Person], statements: Any
) -> None:
    ask_until(3)
    with as_of(BEGAN), statements() as seen:
        reply(team[0], invitation_of(team[0]), {1: 5, 3: 2})
    written = [each for each in seen if each.lstrip().upper().startswith("UPDATE PULSE_COUNT")]
    assert len(written) == 1
    assert "WHERE pulse_count.round_id =" in written[0]


def test_on_postgresql_all_counts_carry_the_same_transaction(team: list[Person]) -> None:
    if db.session.get_bind().dialect.name != "postgresql":
        pytest.skip("only PostgreSQL notes the transaction on each row")
    ask_until(3)
    for person in team[:3]:
        with as_of(BEGAN):
            reply(person, invitation_of(person), {1: 5, 2: 1})
        db.session.commit()
        assert len(set(db.session.scalars(text("SELECT xmin::text FROM pulse_count")))) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(said=st.lists(st.dictionaries(st.sampled_from([1, 2, 3]), st.integers(1, 5), min_size=1), max_size=10))
def test_the_counts_are_what_was_said_in_whatever_order(team: list[Person], said: list[dict[int, int]]) -> None:
    ask_until(3)
    db.session.execute(text("UPDATE pulse_count SET count = 0"))
    db.session.execute(text("UPDATE pulse_invitation SET has_replied = :no"), {"no": False})
    db.session.expire_all()
    expected: dict[tuple[int, int], int] = {}
    for person, values in zip(team, said, strict=False):
        with as_of(BEGAN):
            reply(person, invitation_of(person), values)
        for pair in values.items():
            expected[pair] = expected.get(pair, 0) + 1
    assert counted() == expected
