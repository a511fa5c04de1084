"""How objectives moved: in words that say what happened meanwhile, and never what caused what."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from forum.core.clock import as_of, now
from forum.objectives import measuring
from forum.objectives.linking import link
from forum.objectives.measuring import Mark, Movement, Point, in_words
from forum.objectives.models import Objective
from forum.objectives.stating import enter
from forum.people.models import Person
from forum.practices.models import Practice
from forum.practices.promoting import retire
from tests import factories

DAY = date(2026, 11, 2)


def movement(*values: float, marks: int = 0, direction: str = "down") -> Movement:
    points = [Point(DAY + timedelta(days=n), value, "") for n, value in enumerate(values)]
    taken = [Mark(DAY, f"P{n + 1}", "/", "took effect") for n in range(marks)]
    return Movement(1, "Orders", "a month", direction, 9.0, 2.0, points, taken)


def test_the_words_say_from_where_to_where_and_what_took_effect_meanwhile() -> None:
    assert movement(8, 2, marks=2).words == "moved from 9 to 2 while “P1” and “P2” took effect"
    assert movement(3.8).words == "moved from 9 to 3.8"
    assert movement(9, marks=1).words == "stands at 9, as it did"
    assert movement().words == "stood at 9; nothing has been read off since"


def test_what_took_effect_after_the_last_reading_is_not_named() -> None:
    late = Mark(DAY + timedelta(days=3), "Late", "/", "took effect")
    moved = Movement(1, "Orders", "a month", "down", 9.0, 2.0, [Point(DAY, 2.0, "")], [late])
    assert moved.words == "moved from 9 to 2"


@given(st.lists(st.floats(-100, 100), min_size=1), st.sampled_from(["down", "up"]), st.integers(0, 4))
def test_no_sentence_holds_a_share_and_better_is_by_the_last_reading(
    values: list[float], direction: str, marks: int
) -> None:
    found = movement(*values, marks=marks, direction=direction)
    assert "%" not in found.words
    assert found.moved == (values[-1] < 9 if direction == "down" else values[-1] > 9)


def test_titles_are_listed_as_a_sentence_does() -> None:
    assert in_words([]) == ""
    assert in_words(["A"]) == "“A”"
    assert in_words(["A", "B", "C"]) == "“A”, “B” and “C”"


def test_the_figure_counts_objectives_with_a_reading_that_stand_better(
    kim: Person, anna: Person, practice: Practice, objective: Objective
) -> None:
    assert (measuring.movements().figure, measuring.movements().n) == (0, 0)
    enter(anna, objective, value="2", on=(now() - timedelta(days=1)).date())
    link(kim, practice, objective)
    found = measuring.movements()
    assert (found.figure, found.n, len(found.rows)) == (1, 1, 1)
    assert found.rows[0].words == "moved from 9 to 2"  # Yesterday the practice was not there.
    with as_of(now() + timedelta(days=1)):
        enter(anna, objective, value="9.5", on=now().date())
        found = measuring.movements()
    assert found.figure == 0
    assert found.rows[0].words == "moved from 9 to 9.5 while “Read it back” took effect"


def test_of_practices_in_use_those_that_serve_an_objective_are_counted(
    kim: Person, farah: Person, practice: Practice, objective: Objective
) -> None:
    other, gone = (factories.practice(farah, factories.answer(kim, factories.question(kim))) for _ in range(2))
    retire(farah, gone, because="Old.")
    link(kim, practice, objective)
    link(kim, gone, objective)
    found = measuring.serving()
    assert (found.figure, found.n) == (1, 2)
    assert {row.id for row in found.rows} == {practice.id, other.id}
