"""Lists of practices: the right rows, in pages that neither skip nor repeat, with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from forum.core.clock import as_of, now
from forum.core.db import db
from forum.core.paging import PER_PAGE
from forum.departments.models import Tag
from forum.people.models import Person
from forum.posts.removing import remove
from forum.practices import evidence, listing
from forum.practices.models import Practice
from forum.practices.promoting import address, retire
from forum.questions import listing as questions
from forum.questions.models import Question
from tests import factories


@pytest.fixture
def question(kim: Person, noise: None) -> Question:
    return factories.question(kim, "How do we label the boxes?")


@pytest.fixture
def make(farah: Person, marta: Person, question: Question) -> Callable[..., Practice]:
    """Makes a practice of a new answer to the question."""
    return lambda **given: factories.practice(farah, factories.answer(marta, question), **given)


def titles(rows: Any) -> list[str]:
    return [row.title for row in rows]


def test_the_newest_comes_first(make: Callable[..., Practice]) -> None:
    with as_of(now() - timedelta(days=2)):
        make(title="The older one")
    make(title="The newer one")
    assert titles(listing.library().rows) == ["The newer one", "The older one"]


def test_a_row_says_all_that_a_card_shows(
    make: Callable[..., Practice], kim: Person, marta: Person, sales: Any, finance: Any
) -> None:
    made = make(title="Label them twice", owner=kim, departments=[sales, finance], tags="b a")
    (row,) = listing.library().rows
    assert (row.id, row.title, row.url) == (made.id, "Label them twice", address(made.id, "Label them twice"))
    assert (row.author_name, row.owner_name) == ("Marta Silva", "Kim Tran")
    assert list(row.departments) == [("finance", "Finance"), ("sales", "Sales")]
    assert list(row.tags) == ["a", "b"]
    assert row.problem_excerpt == "It went wrong again."
    assert (row.due, row.retired) == (False, False)


def test_filters_add_up(make: Callable[..., Practice], sales: Any, finance: Any) -> None:
    make(title="Sales and boxes", departments=[sales], tags="boxes")
    make(title="Finance and boxes", departments=[finance], tags="boxes")
    make(title="Sales and bags", departments=[sales], tags="bags")
    assert titles(listing.library(department="sales", tag="boxes").rows) == ["Sales and boxes"]
    assert titles(listing.library(tag="boxes").rows) == ["Finance and boxes", "Sales and boxes"]
    assert titles(listing.library(department="nobody").rows) == []


def test_a_practice_of_two_departments_is_listed_once(make: Callable[..., Practice], sales: Any, finance: Any) -> None:
    make(departments=[sales, finance], tags="a b")
    assert len(listing.library().rows) == len(listing.library(department="sales").rows) == 1


def test_retired_and_removed_ones_are_in_no_list_of_what_is_in_use(
    make: Callable[..., Practice], farah: Person, finance: Any
) -> None:
    kept, retired, removed = (make(title=f"Number {n} of them", tags="boxes") for n in range(3))
    retire(farah, retired, because="No more.")
    remove(farah, removed)
    tag = db.session.query(Tag).filter_by(slug="boxes").one()
    only = [kept.title]
    assert titles(listing.library().rows) == only
    assert titles(listing.of_department(finance, 10)) == only
    assert titles(listing.of_tag(tag, 10)) == only
    assert [title for _, title in listing.newest(10)] == only
    assert [title for _, title in listing.choices()] == only
    assert listing.counts() == {finance.id: 1}
    assert titles(listing.library(state="retired").rows) == [retired.title]


def test_a_person_sees_what_they_wrote_and_what_they_keep(
    make: Callable[..., Practice], kim: Person, marta: Person, farah: Person
) -> None:
    make(title="Written and kept by Marta")
    make(title="Kept by Kim", owner=kim)
    assert titles(listing.of_person(marta)) == ["Kept by Kim", "Written and kept by Marta"]
    assert titles(listing.of_person(kim)) == ["Kept by Kim"]
    assert titles(listing.of_person(farah)) == []


@pytest.mark.parametrize("gone", ["retired", "removed"])
def test_a_question_carries_the_badge_only_while_its_practice_is_in_use(
    gone: str, make: Callable[..., Practice], kim: Person, farah: Person
) -> None:
    made = make()
    assert [row.practice for row in questions.tab(kim, "mine", None).rows] == [True]
    if gone == "retired":
        retire(farah, made, because="No more.")
    else:
        remove(farah, made)
    assert [row.practice for row in questions.tab(kim, "mine", None).rows] == [False]


def test_pages_neither_skip_nor_repeat_even_when_moments_are_equal(make: Callable[..., Practice]) -> None:
    with as_of(now()):
        made = [make().id for _ in range(PER_PAGE + 4)]
    first = listing.library()
    second = listing.library(key=first.next_key)
    assert (len(first.rows), second.next_key) == (PER_PAGE, None)
    assert [row.id for row in (*first.rows, *second.rows)] == made[::-1]


def test_ten_rows_cost_as_many_statements_as_one(make: Callable[..., Practice], statements: Callable[[], Any]) -> None:
    make(tags="x")
    db.session.commit()
    with statements() as one:
        listing.library()
    for _ in range(9):
        make(tags="x y")
    db.session.commit()
    with statements() as ten:
        listing.library()
    assert len(one) == len(ten) == 3


def test_what_was_tried_stands_by_what_it_is_worth_to_the_reader_and_what_is_new_apart(
    make: Callable[..., Practice], sales: Any, finance: Any, marta: Person
) -> None:
    def tried(title: str, **worked: tuple[int, int]) -> Practice:
        made = make(title=title)
        for name, (successes, tries) in worked.items():
            for n in range(tries):
                person = factories.person(of={"sales": sales, "finance": finance}[name])
                factories.outcome(person, made, "resolved" if n < successes else "not")
        return made

    tried("Works at ours", finance=(4, 4), sales=(1, 1))
    tried("Works at theirs", sales=(6, 6))
    tried("Fails at ours", sales=(9, 9), finance=(0, 3))
    tried("Hardly tried", sales=(4, 4))
    best, new = listing.shelves(reader=factories.person(of=finance))
    assert titles(best.rows) == ["Works at ours", "Works at theirs", "Fails at ours"]
    assert [row.here for row in best.rows] == ["works", "", "fails"]
    assert titles(new.rows) == ["Hardly tried"]
    best, _ = listing.shelves(reader=factories.person(of=sales))
    assert titles(best.rows)[0] == "Works at theirs"
    assert titles(listing.library(outcomes="proven").rows) == ["Works at ours"]
    assert titles(listing.library(outcomes="unused").rows) == []


def test_the_order_in_the_database_is_that_of_the_rule(
    make: Callable[..., Practice], sales: Any, finance: Any, farah: Person
) -> None:
    made = make()
    for n in range(7):
        factories.outcome(factories.person(of=finance), made, "not" if n == 6 else "resolved")
    for days, fresh in ((0, "in date"), (1, "due"), (30, "stale")):
        moment = now() if not days else now() + (made.due_on - now().date()) + timedelta(days=days)
        made.stale_since = moment if fresh == "stale" else None
        with as_of(moment):
            for reader, match in ((finance, "works"), (sales, "")):
                (row,) = listing.library(shelf="tried", reader=factories.person(of=reader)).rows
                worth = evidence.worth(made.low, fresh, match)
                assert row.rank == pytest.approx(listing.FINE * worth, abs=1)


def test_the_pages_of_a_shelf_neither_skip_nor_repeat(make: Callable[..., Practice], sales: Any) -> None:
    made = [make() for _ in range(PER_PAGE + 4)]
    for each in made:
        each.worked, each.tried, each.low = 5, 5, 0.5
    first = listing.library(shelf="tried")
    second = listing.library(shelf="tried", key=first.next_key)
    assert (len(first.rows), second.next_key) == (PER_PAGE, None)
    assert [row.id for row in (*first.rows, *second.rows)] == [each.id for each in made][::-1]
