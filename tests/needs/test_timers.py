"""A department's own timers: what is typed, what is refused, and that they count for what begins from then on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from forum.core.config import PROJECT
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.departments.models import Department
from forum.needs import timers
from forum.needs.escalating import promise_of
from forum.needs.inviting import claim
from forum.needs.models import AnswerInvitation
from forum.needs.opening import asked_need
from forum.needs.timers import LIMITS, TIMERS, as_typed, set_timers
from forum.people.models import Person
from tests import factories
from tests.needs.conftest import MONDAY

Moments = Callable[[datetime], Any]


def test_only_what_differs_is_stored_and_an_empty_field_is_the_default(chris: Person, sales: Any) -> None:
    set_timers(chris, sales, {"silence_blocked": "0,5", "silence_other": "", "others_other": "8", "a_day": "1"})
    assert sales.timers == {"silence": [0.5, 2], "a_day": 1}
    typed = as_typed(sales)
    assert {name: value for name, value in typed.items() if value} == {"silence_blocked": "0.5", "a_day": "1"}
    set_timers(chris, sales, {})
    assert sales.timers == {}
    changes = db.session.query(EventRow).filter_by(name="TimersChanged").order_by(EventRow.id)
    assert [row.data["timers"] for row in changes] == [{"silence": [0.5, 2], "a_day": 1}, {}]


@pytest.mark.parametrize("typed", ["soon", "0", "-1", "400.5", "nan", "inf", "1e9", "0.001", "1:30"])
def test_hours_that_are_none_are_refused_at_their_field(typed: str, chris: Person, sales: Any) -> None:
    with pytest.raises(Invalid) as refused:
        set_timers(chris, sales, {"owner_other": typed})
    assert (refused.value.field, sales.timers) == ("owner_other", {})


@pytest.mark.parametrize("typed", ["some", "0", "-1", "51", "1.5", "²", "٣", "1" * 5_000])
def test_a_number_of_people_that_is_none_is_refused_at_its_field(typed: str, chris: Person, sales: Any) -> None:
    with pytest.raises(Invalid) as refused:
        set_timers(chris, sales, {"a_week": typed})
    assert (refused.value.field, sales.timers) == ("a_week", {})


def test_only_administrators_change_them(kim: Person, farah: Person, sales: Any) -> None:
    for person in (kim, farah):
        with pytest.raises(Forbidden):
            set_timers(person, sales, {"a_day": "1"})


def test_changed_values_count_for_new_timers_only(kim: Person, chris: Person, sales: Any, at: Moments) -> None:
    with at(MONDAY):
        before = asked_need(factories.question(kim))
        set_timers(chris, sales, {"others_other": "2", "claim_other": "1"})
        after = asked_need(factories.question(kim))
        assert before is not None
        assert after is not None
        due = [promise.due_at for promise in map(promise_of, (before, after)) if promise is not None]
        assert due == [MONDAY + timedelta(hours=8), MONDAY + timedelta(hours=2)]
        assert claim(kim, factories.question(kim)).until == MONDAY + timedelta(hours=1)


def test_how_many_are_asked_is_the_askers_departments_number(
    kim: Person, chris: Person, sales: Any, finance: Any, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    for number in range(6):
        factories.person(f"Finance {number}", finance, password="long enough for a test")
    with at(MONDAY):
        set_timers(chris, sales, {"at_once": "1"})
        set_timers(chris, finance, {"at_once": "5"})
        factories.question(kim, departments=[finance])
    pass_time(MONDAY, minutes=1)
    assert db.session.query(AnswerInvitation).count() == 1


def test_every_default_stands_in_the_operators_table_with_its_reason() -> None:
    table = (PROJECT / "docs" / "operations.md").read_text("utf-8")
    rows = [
        f"| {each.words} | {each.blocked:g} / {each.other:g} | hours | {each.whose} | {each.reason} |"
        for each in TIMERS
    ]
    rows += [f"| {each.words} | {each.usual} | {each.unit} | {each.whose} | {each.reason} |" for each in LIMITS]
    assert [row for row in rows if row not in table] == []


FIELDS = [f"{timer.name}_{kind}" for timer in TIMERS for kind in ("blocked", "other")] + [each.name for each in LIMITS]
numbers = some.one_of(
    some.just(""), some.integers(-2, 60).map(str), some.floats(-1, 401).map(str), some.text(max_size=6)
)


@given(some.dictionaries(some.sampled_from(FIELDS), numbers))
def test_whatever_is_typed_stays_as_it_is_shown_or_is_refused_at_a_field(typed: dict[str, str]) -> None:
    made, refused_at = tried(typed)
    if made is None:
        assert refused_at in typed
        return
    once = Department(timers=made)
    shown = as_typed(once)
    again = Department(timers=timers.from_typed(shown))
    assert (again.timers, as_typed(again)) == (once.timers, shown)


def tried(typed: dict[str, str]) -> tuple[dict[str, Any] | None, str]:
    """What would be stored, or the field at fault."""
    try:
        return timers.from_typed(typed), ""
    except Invalid as refused:
        return None, refused.field
