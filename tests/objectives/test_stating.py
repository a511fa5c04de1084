"""An objective is stated and read off by whoever answers for the department; what was wrong stays readable."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core.clock import now
from forum.core.errors import Forbidden, Invalid, Refused
from forum.objectives import listing, measuring
from forum.objectives.models import Objective
from forum.objectives.stating import LARGEST, close, correct, enter, number, state
from forum.people.models import Person
from tests import factories
from tests.objectives.conftest import GIVEN


def test_only_whoever_answers_for_that_department_states_reads_off_corrects_and_closes(
    anna: Person, farah: Person, objective: Objective
) -> None:
    other = factories.person("Otto Elsewhere", None, "stakeholder")
    reading = enter(anna, objective, value="8", on=now().date())
    for person in (farah, other):
        with pytest.raises(Forbidden):
            state(person, anna.department, due_on=now().date() + timedelta(days=9), **GIVEN)
        with pytest.raises(Forbidden):
            enter(person, objective, value="1", on=now().date())
        with pytest.raises(Forbidden):
            correct(person, reading, value="1", on=now().date(), note="No.")
        with pytest.raises(Forbidden):
            close(person, objective)


def test_a_successor_goes_on_with_it(anna: Person, objective: Objective) -> None:
    successor = factories.person("New Head", anna.department, "stakeholder")
    assert enter(successor, objective, value="7,5", on=now().date()).value == 7.5


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "  "}, "title"),
        ({"unit": ""}, "unit"),
        ({"direction": "sideways"}, "direction"),
        ({"baseline": "nine"}, "baseline"),
        ({"target": "nan"}, "target"),
        ({"target": "9"}, "target"),
        ({"target": "11"}, "target"),
        ({"direction": "up"}, "target"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field(anna: Person, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        state(anna, anna.department, due_on=now().date() + timedelta(days=9), **{**GIVEN, **wrong})
    assert refused.value.field == field


def test_its_day_is_still_to_come_and_a_reading_is_not(anna: Person, objective: Objective) -> None:
    with pytest.raises(Invalid) as refused:
        state(anna, anna.department, due_on=now().date(), **GIVEN)
    assert refused.value.field == "due_on"
    with pytest.raises(Invalid) as refused:
        enter(anna, objective, value="3", on=now().date() + timedelta(days=1))
    assert refused.value.field == "on"


def test_a_corrected_reading_stays_with_its_author_and_counts_no_more(anna: Person, objective: Objective) -> None:
    wrong = enter(anna, objective, value="21", on=now().date(), note="Read off.")
    with pytest.raises(Invalid) as refused:
        correct(anna, wrong, value="12", on=now().date(), note=" ")
    assert refused.value.field == "note"
    right = correct(anna, wrong, value="12", on=now().date(), note="The wrong column.")
    with pytest.raises(Refused):
        correct(anna, wrong, value="11", on=now().date(), note="Again.")
    assert [(each.value, each.replaced_by_id, each.by.name) for each in listing.readings_of(objective)] == [
        (12, None, "Anna Wójcik"),
        (21, right.id, "Anna Wójcik"),
    ]
    assert [point.value for point in measuring.movement_of(objective).points] == [12]
    assert [each.last for each in listing.objectives()] == [12]


def test_a_closed_one_takes_no_readings_and_stands_last(anna: Person, objective: Objective) -> None:
    later = state(anna, anna.department, due_on=now().date() + timedelta(days=900), **GIVEN)
    close(anna, objective, "Reached.")
    close(anna, objective, "Twice is once.")
    assert objective.word == "Reached."
    with pytest.raises(Refused):
        enter(anna, objective, value="1", on=now().date())
    assert [each.id for each in listing.objectives()] == [later.id, objective.id]
    assert [each.id for each in listing.at_home()] == [later.id]


@given(st.floats(-LARGEST, LARGEST), st.booleans())
def test_a_figure_is_read_as_it_was_typed_with_a_point_or_a_comma(value: float, comma: bool) -> None:
    typed = repr(value).replace(".", ",") if comma else repr(value)
    assert number(f" {typed} ", "value") == value


@given(st.text(st.characters(exclude_categories=["Nd"])))
def test_whatever_holds_no_digit_is_refused_in_words(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        number(typed, "value")
    assert refused.value.field == "value"
