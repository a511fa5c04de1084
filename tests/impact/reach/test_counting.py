"""Whom it reaches: groups large enough to be spoken of, and never one person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forum.impact.facts.facts import Facts, Person
from forum.impact.facts.periods import QUARTER, Period
from forum.impact.reach.counting import beside, in_words, reach
from tests.impact.worlds import FINANCE, LAUNCH, QUARTER_1, SALES, facts, need, outcome, person

PEOPLE = [*(person(id) for id in range(1, 7)), *(person(id, FINANCE) for id in range(7, 12))]


def met(*ids: int, helper: int | None = None, after: float = 72) -> list[object]:
    return [need(person_id=id, said=outcome(after=after, helper_id=helper)) for id in ids]


def known(needs: list[object], people: list[Person] = PEOPLE, **given: object) -> Facts:
    """What is known when the first quarter has just ended, or at another moment."""
    return facts(needs, people=people, **{"as_of": QUARTER_1.end} | given)  # type: ignore[arg-type]


def test_each_person_is_reached_once() -> None:
    found = reach(known(met(1, 1, 2, 7)), QUARTER_1)
    assert (found.reached, found.people) == (3, 11)
    assert [(group.name, group.favourable, group.members) for group in found.departments.groups] == [
        ("Finance", 1, 5),
        ("Sales", 2, 6),
    ]
    assert found.lowest is not None
    assert (found.lowest.favourable, found.lowest.members) == (1, 5)


def test_what_was_resolved_long_ago_reaches_nobody_now() -> None:
    late = reach(known(met(1), as_of=LAUNCH + timedelta(days=94)), QUARTER_1)
    assert late.moment == QUARTER_1.end
    assert late.reached == 1
    assert reach(known(met(1, after=0), as_of=LAUNCH + timedelta(days=92)), QUARTER_1).reached == 0


def test_a_small_department_is_not_shown_and_cannot_be_found_by_subtraction() -> None:
    few = PEOPLE[:-1]
    assert reach(known(met(1), few), QUARTER_1).departments[:3] == ((), None, ("Finance", "Sales"))
    assert reach(known(met(1), few), QUARTER_1).lowest is None


def test_small_departments_are_put_together_when_they_are_enough() -> None:
    small = [*PEOPLE[:6], *(person(id, FINANCE) for id in (7, 8, 9)), *(person(id, 3) for id in (10, 11))]
    names = {SALES: "Sales", FINANCE: "Finance", 3: "Marketing"}
    found = reach(known(met(7), small, departments=names), QUARTER_1).departments
    assert [group.name for group in found.groups] == ["Sales"]
    assert found.joined is not None
    assert (found.joined.name, found.joined.favourable, found.joined.members) == ("Finance, Marketing", 1, 5)


def test_people_stand_where_they_were_then() -> None:
    moved = person(1, places=((SALES, LAUNCH, LAUNCH + timedelta(days=5)), (FINANCE, LAUNCH + timedelta(days=5), None)))
    found = reach(known([], [moved, *PEOPLE[1:]]), QUARTER_1).departments
    assert [(group.name, group.members) for group in found.groups] == [("Finance", 6), ("Sales", 5)]


def test_whoever_has_left_is_not_counted() -> None:
    gone = person(1, left_at=QUARTER_1.end - timedelta(days=1))
    assert reach(known(met(1), [gone, *PEOPLE[1:]]), QUARTER_1).people == 10


def test_help_counts_when_it_worked_for_somebody_else() -> None:
    found = reach(known([*met(1, 2, helper=3), *met(4, helper=4)]), QUARTER_1)
    assert (found.givers, found.people) == (1, 11)


def test_how_evenly_help_is_given_is_measured_over_everybody() -> None:
    helped = (0, 0, 0, 0, 1, 1, 2, 3, 5, 8)
    needs = [each for id, count in enumerate(helped, 1) for each in met(*[99] * count, helper=id)]
    found = reach(known(needs, [person(id) for id in range(1, 11)]), QUARTER_1)
    assert found.unevenness == pytest.approx(0.64)


def test_newcomers_are_those_who_came_later() -> None:
    joined = LAUNCH + timedelta(days=20)
    new = [person(id, joined_at=joined) for id in range(20, 25)]
    needs = [
        each
        for id, wait in ((20, 10), (21, 20), (22, 30))
        for each in met(id, after=20 * 24 + wait) + met(id, after=20 * 24 + wait + 5)
    ]
    found = reach(known(needs, [*PEOPLE, *new]), QUARTER_1)
    assert (found.newcomers.n, found.newcomers.reached(0.5)) == (5, 30)
    assert in_words(found)["newcomers"] == (
        "3 of 5 newcomers of the period had a first need resolved, half of them within 30.0 h (working hours)."
    )


def test_of_few_newcomers_nothing_is_said() -> None:
    new = [person(id, joined_at=LAUNCH + timedelta(days=20)) for id in range(20, 24)]
    found = reach(known(met(20, after=30 * 24), [*PEOPLE, *new]), QUARTER_1)
    assert in_words(found)["newcomers"] == "Fewer than five joined in the period: nothing is said of them."


def test_levels_are_shown_like_departments() -> None:
    senior = [person(id, level="senior") for id in (20, 21, 22, 23, 24)]
    found = reach(known(met(1, 20), [*PEOPLE, *senior]), QUARTER_1).levels
    assert [(group.name, group.favourable, group.members) for group in found.groups] == [
        ("Front line", 1, 11),
        ("Senior", 1, 5),
    ]


def test_two_looks_with_one_reply_in_between_show_the_same_groups() -> None:
    everybody = Period("all", "Since launch", LAUNCH, QUARTER_1.end + QUARTER)
    day = QUARTER_1.end + timedelta(days=10)
    before = met(7, after=60 * 24)
    one_more = [*before, *met(1, after=100 * 24)]
    looks = [reach(known(needs, as_of=day), everybody) for needs in (before, one_more)]
    assert [each.reached for each in looks] == [1, 2]
    assert looks[0].departments == looks[1].departments
    assert looks[0].levels == looks[1].levels
    assert {each.groups_at for each in looks} == {QUARTER_1.end}
    assert beside(known(one_more, as_of=day), 4).quarters == ["Months 1–3"]


def test_no_group_is_told_before_a_quarter_is_over() -> None:
    found = reach(known(met(1), as_of=LAUNCH + timedelta(days=60)), QUARTER_1)
    assert found.reached == 1
    assert (found.groups_at, found.departments.groups, found.levels.groups) == (None, (), ())


def test_in_words_it_says_how_many_of_how_many() -> None:
    assert in_words(reach(known(met(1), PEOPLE), QUARTER_1))["reached"] == "1 of 11 (9 %)"


def test_quarters_stand_beside_each_other_and_each_keeps_to_the_rule_by_itself() -> None:
    second = Period("q2", "Months 4–6", QUARTER_1.end, QUARTER_1.end + QUARTER)
    late = person(12, FINANCE, joined_at=QUARTER_1.end + timedelta(days=3))
    few = [*PEOPLE[:-1], late]
    world = known([*met(1, 7), *met(2, after=100 * 24)], few, as_of=second.end)
    found = beside(world, 4)
    assert found.quarters == ["Months 1–3", "Months 4–6"]
    assert found.rows == [("Finance", ["–", "0 of 5"]), ("Sales", ["–", "1 of 6"])]
    assert found.hidden == ["Finance", "Sales"]
