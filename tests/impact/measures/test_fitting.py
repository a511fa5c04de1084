"""Whether what helped fits the work: the value worked by hand, and what is told of roles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forum.impact.facts.facts import Facts, Need
from forum.impact.measures.fitting import changed_work, fits
from forum.impact.tables import needs as table_of_needs
from tests.impact.worlds import QUARTER_1, facts, need, outcome, person


def said(fitted: bool | None, person_id: int = 1, word: str = "resolved", **given: Any) -> Need:
    return need(person_id=person_id, said=outcome(word, fits=fitted, **given))


def test_nine_of_twelve_could_use_it_as_it_was_told() -> None:
    needs = [*(said(True) for _ in range(9)), *(said(False, word="partly") for _ in range(3))]
    silent = [said(None), said(None, word="not"), said(None, word="no_reply")]
    figure = fits(facts([*needs, *silent]), QUARTER_1)
    assert figure.words == "9 of 12 (75 %) could use it as it was told; between 47 % and 91 %."
    assert figure.value == pytest.approx(0.75)
    assert figure.interval == pytest.approx((0.4677, 0.9111), abs=5e-5)
    assert (figure.n, figure.count("as-it-is"), figure.count("changed")) == (12, 9, 3)
    assert figure.notes == ("1 more were helped, and did not say whether it fits.",)


def test_of_few_only_the_counts_are_said() -> None:
    figure = fits(facts([said(True), said(False)]), QUARTER_1)
    assert (figure.words, figure.value, figure.interval) == ("1 of 2 could use it as it was told.", None, None)


def test_who_does_not_say_that_it_changed_how_they_work_counts_as_no() -> None:
    needs = [said(None, changed_work=True), said(True, word="partly", changed_work=True), *(said(None) for _ in "four")]
    others = [said(None, word="not", changed_work=True), said(None, word="no_reply")]
    figure = changed_work(facts([*needs, *others]), QUARTER_1)
    assert figure.words == "2 of 6 (33 %) who were helped say that it changed how they work; maybe more do."
    assert (figure.n, figure.count("changed"), figure.interval) == (6, 2, None)


def of_roles(**sizes: int) -> Facts:
    """So many people of each role, each of whom says once that it fits, and the first one that another did not; seen
    when the quarter is over."""
    there = [
        person(100 * place + number, level=level)
        for place, (level, size) in enumerate(sizes.items(), 1)
        for number in range(size)
    ]
    return facts([said(True, each.id) for each in there] + [said(False, 100)], people=there, as_of=QUARTER_1.end)


def by_role(known: Facts) -> list[list[str]]:
    return [list(row) for table in fits(known, QUARTER_1).tables for row in table.rows]


def test_it_is_told_by_role_once_the_period_is_over() -> None:
    known = of_roles(front=6, middle=5)
    assert by_role(known) == [["Front line", "6", "7"], ["Middle", "5", "5"]]
    assert by_role(replace(known, as_of=QUARTER_1.begin)) == []


def test_roles_are_not_told_of_a_period_from_which_a_quarter_could_be_subtracted() -> None:
    """With five in the quarter before and seven in the half-year, two would be left."""
    known = of_roles(front=6, middle=5)
    assert not any(fits(known, replace(QUARTER_1, key=key)).tables for key in ("h1", "all"))


def test_roles_of_few_are_told_together_or_not_at_all() -> None:
    assert by_role(of_roles(front=6, middle=3, senior=2)) == [["Front line", "6", "7"], ["Middle, Senior", "5", "5"]]
    assert by_role(of_roles(front=6, middle=5, senior=2)) == [["Front line", "6", "7"]]
    assert by_role(of_roles(front=6, middle=4)) == []


def test_what_is_said_after_the_end_of_the_period_is_in_no_role() -> None:
    known = of_roles(front=6, middle=5)
    late = said(True, 101, closed_at=QUARTER_1.end)
    more = replace(known, needs={**known.needs, late.id: late})
    assert fits(more, QUARTER_1).n == fits(known, QUARTER_1).n + 1
    assert by_role(more) == by_role(known)


def test_the_table_of_needs_holds_it() -> None:
    columns, rows = table_of_needs(facts([said(True, changed_work=True), said(False), said(None)]), QUARTER_1)
    assert [row[columns.index("fits")] for row in rows] == [True, False, None]
    assert [row[columns.index("changed_work")] for row in rows] == [True, False, False]
