"""What counts as a verified answer, whose it is and when; and that Northwick comes out as its story has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from forum.answers.answering import accept, withdraw_acceptance
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.departments.labelling import all_departments
from forum.departments.models import Department
from forum.impact.departments.travelling import came_in
from forum.impact.facts.periods import QUARTER, Period, quarters
from forum.impact.facts.reading import read
from forum.impact.silos import counting, pictures
from forum.impact.silos.breadth import breadth_of, given_by
from forum.impact.silos.counting import Quarter
from forum.impact.silos.mixing import Help
from forum.needs.check_ins import latest_of, reply
from forum.needs.models import Need
from forum.needs.opening import asked_need
from forum.people.changing import deactivate, move
from forum.people.models import Person
from forum.posts.removing import remove
from forum.questions.merging import merge
from tests import factories
from tests.exchange.test_seed_numbers import CODES, SILOS
from tests.impact.conftest import Helps, half_year, two_quarters

DAY = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture
def found() -> Callable[[], dict[tuple[int, int], int]]:
    """The matrix of the last quarter."""
    return lambda: two_quarters()[1].matrix


def test_an_answer_that_its_asker_accepted_is_verified(
    helps: Helps, found: Callable[[], object], kim: Person, marta: Person, noise: None
) -> None:
    helps(marta, kim, 2)
    helps(kim, kim.department and factories.person(None, kim.department))
    assert found() == {(kim.department_id, marta.department_id): 2, (kim.department_id, kim.department_id): 1}


def test_a_mark_in_the_askers_place_and_one_that_was_withdrawn_verify_nothing(
    helps: Helps, found: Callable[[], object], kim: Person, marta: Person, farah: Person
) -> None:
    accept(farah, factories.answer(marta, factories.question(kim)))
    (answer,) = helps(marta, kim)
    withdraw_acceptance(kim, answer)
    assert found() == {}


def test_what_the_asker_said_worked_is_verified_without_a_mark_of_theirs(
    found: Callable[[], object], kim: Person, marta: Person, farah: Person
) -> None:
    question = factories.question(kim)
    accept(farah, factories.answer(marta, question))
    need = asked_need(question)
    assert need is not None
    check_in = latest_of(need)
    assert check_in is not None
    reply(kim, check_in, "resolved")
    assert found() == {(kim.department_id, marta.department_id): 1}


def test_a_question_counts_once_when_it_is_accepted_and_said_to_work(
    helps: Helps, found: Callable[[], object], kim: Person, marta: Person
) -> None:
    (answer,) = helps(marta, kim)
    need = asked_need(answer.question)
    assert need is not None
    check_in = latest_of(need)
    assert check_in is not None
    reply(kim, check_in, "resolved")
    assert found() == {(kim.department_id, marta.department_id): 1}


def test_an_answer_of_ones_own_and_what_was_removed_are_left_out(
    helps: Helps, found: Callable[[], object], kim: Person, marta: Person, farah: Person
) -> None:
    helps(kim, kim)
    (answer,) = helps(marta, kim)
    remove(farah, answer)
    assert found() == {}


def test_a_merged_question_is_counted_where_it_stands_once(
    helps: Helps, found: Callable[[], object], kim: Person, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    asker = factories.person(None, kim.department)
    (answer,) = helps(marta, kim)
    merged = factories.question(asker)
    merge(farah, merged, answer.question)
    work_off()
    need = db.session.scalars(select(Need).where(Need.person_id == asker.id)).one()
    check_in = latest_of(need)
    assert check_in is not None
    reply(asker, check_in, "resolved")
    assert found() == {(kim.department_id, marta.department_id): 1}


def test_departments_are_those_of_the_day_of_writing(
    helps: Helps, found: Callable[[], object], kim: Person, marta: Person, chris: Person
) -> None:
    before = (kim.department_id, marta.department_id)
    helps(marta, kim)
    move(chris, marta, factories.department("Yard"))
    assert found() == {before: 1}


def test_a_quarter_holds_what_was_asked_in_it(helps: Helps, kim: Person, marta: Person) -> None:
    today = now()
    for ago, times in ((QUARTER * 2 + timedelta(days=1), 4), (QUARTER + timedelta(days=1), 2), (timedelta(days=80), 1)):
        with as_of(today - ago):
            helps(marta, kim, times)
    before, last = two_quarters()
    assert (before.openness.total, last.openness.total) == (2, 1)
    assert half_year().openness.total == 3


def test_departments_are_as_large_as_they_were_at_that_time(
    kim: Person, marta: Person, chris: Person, sales: Department, finance: Department
) -> None:
    joined, later = now(), now() + timedelta(days=2)
    with as_of(joined + timedelta(days=1)):
        move(chris, marta, sales)
        deactivate(chris, kim)
    known = read()
    assert counting.sizes_at(known, joined + timedelta(hours=1)) == {sales.id: 2, finance.id: 1}
    assert counting.sizes_at(known, later) == {sales.id: 2}


def test_both_quarters_are_made_of_facts_that_are_known_without_a_statement_and_once(
    helps: Helps, kim: Person, marta: Person, statements: Callable[[], object]
) -> None:
    helps(marta, kim, 3)
    known = read()
    with statements() as seen:  # type: ignore[attr-defined]
        for each in two_quarters(known):
            assert [each.openness, each.band, each.gaps, each.threads, each.carriers]
    assert len(seen) == 0
    period = Period("q1", "Months 1–3", known.launch, known.launch + QUARTER)
    assert counting.quarter(known, period) is counting.quarter(known, period)


def test_what_one_person_gave_is_the_same_read_for_them_alone(
    helps: Helps, kim: Person, marta: Person, farah: Person, noise: None
) -> None:
    helps(marta, kim, 2)
    helps(marta, farah)
    (withdrawn, removed) = helps(marta, kim, 2)
    withdraw_acceptance(kim, withdrawn)
    remove(farah, removed)
    accept(farah, factories.answer(marta, factories.question(kim)))
    of_all = {each for each in two_quarters()[1].helps if each.answerer_id == marta.id}
    assert of_all == set(given_by(marta))
    assert sum(each.times for each in of_all) == 3


@pytest.fixture
def told(northwick: Flask) -> Iterator[tuple[Quarter, Quarter]]:
    end: datetime = northwick.extensions["story_ends"]
    with as_of(end):
        known = read()
        first, second = quarters(known.launch, known.as_of)[:2]
        yield counting.quarter(known, first), counting.quarter(known, second)


def test_the_matrices_of_northwick_are_those_of_its_story(told: tuple[Quarter, Quarter]) -> None:
    ids = sorted(told[0].sizes)
    for quarter, story in zip(told, SILOS, strict=True):
        rows = [list(map(int, line.split())) for line in story.strip().splitlines()]
        assert [[quarter.matrix.get((a, b), 0) for b in ids] for a in ids] == rows
    assert [told[0].sizes[id] for id in ids] == [6, 5, 6, 4, 4, 7, 4, 4]


def test_northwick_became_twice_as_open(told: tuple[Quarter, Quarter]) -> None:
    before, last = told
    change = counting.change(before, last)
    assert change is not None
    assert (change.difference, change.low, change.high) == pytest.approx((0.2556, 0.0512, 0.4250), abs=5e-5)
    assert pictures.in_words(before.openness).startswith("31 %")
    assert pictures.in_words(last.openness).startswith("60 %")
    assert pictures.moved(change, before.openness, last.openness) == "up from 28 % to 53 %, by 5 to 43 in 100"


def test_the_gaps_of_northwick_are_those_worked_by_hand(told: tuple[Quarter, Quarter]) -> None:
    code = dict(zip(sorted(told[0].sizes), CODES, strict=True))
    before, last = told
    both = Quarter(before.since, last.until, [*before.helps, *last.helps], last.sizes)
    found = {(code[a], code[b]): round(of, 1) for (a, b), of in both.gaps}
    story = {("CS", "PE"): 2.3, ("CS", "MK"): 2.3, ("SA", "MK"): 2.1, ("OP", "CS"): 2.3, ("OP", "SA"): 2.3}
    assert found == story


def test_every_department_of_northwick_is_in_the_picture(told: tuple[Quarter, Quarter]) -> None:
    picture = pictures.matrix_picture(told[1], pictures.busiest(told[1], all_departments()), [], "months 1–6", "")
    assert sum(map(len, picture.cells)) == 64
    assert picture.rows[0][:2] == ("Customer Service", "6; 1.3 expected")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ((10, 36), (32, 60), "up from 28 % to 53 %, by 5 to 43 in 100"),
        ((32, 60), (10, 36), "down from 53 % to 28 %, by 5 to 43 in 100"),
        ((10, 36), (11, 36), "no clear change"),
        ((1, 3), (32, 60), "too few answers to compare"),
        ((0, 0), (32, 60), "too few answers to compare"),
    ],
)
def test_a_change_is_said_only_when_it_is_clear(before: tuple[int, int], after: tuple[int, int], words: str) -> None:
    old, new = (quarter_of(crossing, total) for crossing, total in (before, after))
    assert pictures.moved(counting.change(old, new), old.openness, new.openness) == words


def quarter_of(crossing: int, total: int) -> Quarter:
    helps = [Help(1, 2, 1, 2, crossing), Help(1, 1, 1, 3, total - crossing)] if total else []
    return Quarter(DAY, DAY, helps, {1: 6, 2: 5})


def test_of_three_of_four_no_share_is_said() -> None:
    assert pictures.in_words(quarter_of(3, 4).openness) == "3 of 4 answers crossed a border: too few to say more"


def test_breadth_is_of_other_departments_in_the_last_half_year(helps: Helps, kim: Person, marta: Person) -> None:
    elsewhere = [factories.person() for _ in range(2)]
    for asker, times in ((kim, 4), (elsewhere[0], 4), (elsewhere[1], 2)):
        helps(marta, asker, times)
    helps(marta, factories.person(None, marta.department), 5)
    assert breadth_of(marta) == pytest.approx(2.8717, abs=5e-5)


def test_seven_practices_from_elsewhere_work_in_sales(northwick: Flask) -> None:
    sales = db.session.scalars(select(Department).where(Department.slug == "sales")).one()
    assert sum(each.works for each in came_in(sales)) == 7
