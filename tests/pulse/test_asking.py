"""Who is asked when: a third a month, everybody once a quarter, nobody twice in 90 days, one reminder."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from forum.core.clock import as_of
from forum.core.db import db
from forum.core.events import EventRow
from forum.notifications.models import Notification
from forum.people.models import Person
from forum.people.quarters import LENGTH, last_quarter, quarter_of
from forum.pulse.asking import BETWEEN, MONTH, ask_whose_turn_it_is, month_of
from forum.pulse.models import PulseCount, PulseInvitation
from forum.pulse.replying import reply
from tests.pulse.conftest import BEGAN, DAY, invitation_of

ONE_DAY = timedelta(days=1)


def live_through(days: int) -> None:
    for number in range(days):
        with as_of(BEGAN + timedelta(days=number)):
            ask_whose_turn_it_is()


def test_a_third_is_asked_each_month_and_everybody_once_a_quarter(team: list[Person]) -> None:
    live_through(91)
    asked = Counter(db.session.scalars(select(PulseInvitation.asked_on)))
    assert sorted(asked) == [DAY, DAY + MONTH, DAY + 2 * MONTH]
    assert sorted(asked.values()) == [3, 3, 4]


def test_nobody_is_asked_twice_within_90_days_and_everybody_in_each_quarter(team: list[Person]) -> None:
    live_through(3 * 91)
    days = defaultdict(list)
    for person_id, day in db.session.execute(select(PulseInvitation.person_id, PulseInvitation.asked_on)):
        days[person_id].append(day)
    assert {len(asked) for asked in days.values()} == {3}
    for asked in days.values():
        assert all(later - day >= BETWEEN for day, later in zip(sorted(asked), sorted(asked)[1:], strict=False))


def test_whoever_is_silent_is_reminded_once_and_whoever_replied_is_not(team: list[Person]) -> None:
    first = [person for person in team if month_of(person.id) == 0]
    with as_of(BEGAN):
        ask_whose_turn_it_is()
        reply(first[0], invitation_of(first[0]), {1: 4})
    live_through(29)
    rows = db.session.scalars(select(EventRow).where(EventRow.name == "PulseAsked"))
    asked = Counter((row.data["person_id"], row.data["reminder"]) for row in rows)
    assert set(asked.values()) == {1}
    assert {id for id, reminder in asked if reminder} == {person.id for person in first[1:]}


def test_a_late_worker_tells_only_the_reminder_and_nothing_of_a_round_that_is_over(
    team: list[Person], work_off: Callable[[], None]
) -> None:
    live_through(LENGTH.days + 10)
    db.session.commit()
    with as_of(BEGAN + LENGTH + 10 * ONE_DAY):
        work_off()
    told = Counter(db.session.scalars(select(Notification.person_id)))
    assert told == {person.id: 1 for person in team if month_of(person.id) == 0}


def test_whoever_has_left_is_not_asked(team: list[Person]) -> None:
    for person in team:
        person.left_at = BEGAN
    live_through(91)
    assert db.session.scalar(select(func.count()).select_from(PulseInvitation)) == 0


def test_small_departments_count_together_and_every_count_is_there_from_the_beginning(team: list[Person]) -> None:
    live_through(1)
    rows = db.session.execute(select(PulseCount.department_id, PulseCount.item, PulseCount.count)).all()
    assert {(department, item) for department, item, _ in rows} == {
        *((team[0].department_id, item) for item in (1, 2, 3)),
        *((None, item) for item in (1, 2, 3, 4, 5)),
    }
    assert {count for *_, count in rows} == {0}
    assert db.session.scalar(select(func.count()).select_from(PulseCount)) == 8 * 5


@given(days=st.integers(-400, 4_000))
def test_quarters_follow_each_other_without_a_gap(days: int) -> None:
    day = DAY + timedelta(days=days)
    quarter = quarter_of(DAY, day)
    assert quarter.ends_on - quarter.begins_on == LENGTH
    assert quarter.begins_on <= max(day, DAY) < quarter.ends_on
    assert quarter_of(DAY, quarter.ends_on).begins_on == quarter.ends_on
    before = last_quarter(DAY, day)
    assert before is None if quarter.number == 1 else before.ends_on == quarter.begins_on


def test_the_first_quarter_begins_on_the_first_day() -> None:
    assert quarter_of(DAY, DAY) == (1, date(2026, 6, 1), date(2026, 8, 31))
