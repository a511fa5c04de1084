"""What outcomes allow to be said, by values worked out on paper, and by what must hold whatever was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from forum.practices.evidence import (
    LABELS,
    Outcome,
    Tally,
    by_department,
    by_version,
    contested,
    counting,
    due_on,
    fails,
    freshness,
    label,
    lacking,
    level,
    seen,
    shrunken,
    tally,
    works,
    worth,
)

BEGIN = datetime(2026, 6, 1, 9, tzinfo=UTC)
TODAY = date(2026, 11, 29)
OP, SA, FI = 1, 2, 3


def said(worked: int, tried: int, *, department: int = OP, first_person: int = 1) -> list[Outcome]:
    """Outcomes of as many people of a department."""
    return [
        Outcome("resolved" if n < worked else "not", first_person + n, department, 1, BEGIN + timedelta(days=n))
        for n in range(tried)
    ]


def late_supplier() -> list[Outcome]:
    """P12 of the demonstration."""
    everybody = [*said(9, 10), *said(4, 5, department=SA, first_person=20), *said(1, 5, department=FI, first_person=30)]
    return sorted(everybody, key=lambda each: each.at)


def counts(worked: int, tried: int, people: int, departments: int) -> Tally:
    return Tally(worked=worked, failed=tried - worked, people=people, departments=departments)


@pytest.mark.parametrize(
    ("worked", "tried", "people", "departments", "said_of_it"),
    [
        (9, 10, 9, 3, "proven"),  # P1
        (5, 5, 5, 1, "promising"),  # P2: one department only
        (8, 10, 8, 4, "promising"),  # P3: a lower bound of 0.490
        (18, 20, 18, 5, "proven"),  # P4
        (3, 3, 3, 2, "promising"),  # P5
        (7, 8, 7, 2, "proven"),  # P6
        (10, 10, 10, 6, "proven"),  # P7
        (6, 7, 6, 4, "promising"),  # P9: a lower bound of 0.487
        (9, 11, 9, 2, "proven"),  # P10
        (2, 2, 2, 1, "too_early"),  # P11
        (14, 20, 14, 3, "promising"),  # P12: a lower bound of 0.481
        (1, 8, 1, 1, "does_not_work"),  # P13: an upper bound of 0.471
        (1, 2, 1, 1, "too_early"),  # P16
        (2, 4, 2, 2, "mixed"),
        (1, 5, 1, 1, "mixed"),  # an upper bound of 0.62
        (5, 5, 2, 2, "promising"),  # two people, twice and three times
        (0, 0, 0, 0, "too_early"),
    ],
)
def test_the_label_is_the_one_of_the_rule(
    worked: int, tried: int, people: int, departments: int, said_of_it: str
) -> None:
    found = counts(worked, tried, people, departments)
    assert label(found) == said_of_it
    assert (lacking(found) == []) == (said_of_it == "proven")


def test_what_is_stale_is_proven_no_more() -> None:
    found = counts(9, 10, 9, 3)
    assert (label(found, is_stale=True), lacking(found, is_stale=True)) == (
        "promising",
        ["somebody who looks at it again"],
    )


def test_what_lacks_is_said_in_words_that_tell_what_to_do() -> None:
    assert lacking(counts(3, 3, 2, 1)) == [
        "2 more outcomes",
        "1 more colleague it works for",
        "1 more department where it works",
    ]
    assert lacking(counts(8, 10, 8, 4)) == ["to work 1 more time: it worked for 8 of 10, which may be chance"]


def test_shrunken_shares_of_a_contested_practice_agree_with_the_example_worked_by_hand() -> None:
    overall, departments = tally(late_supplier()), by_department(late_supplier())
    assert (overall.worked, overall.tried, round(overall.low, 4)) == (14, 20, 0.4810)
    shares = {id: round(shrunken(here, overall), 4) for id, here in departments.items()}
    assert shares == {OP: 0.8377, SA: 0.7475, FI: 0.4141}
    assert contested(overall, departments) == [FI]
    assert [seen(here.worked, here.tried) for here in departments.values()] == ["works", "works", "fails"]


def test_a_practice_that_works_nowhere_is_not_contested_but_simply_does_not_work() -> None:
    outcomes = said(1, 8)
    assert contested(tally(outcomes), by_department(outcomes)) == []


@pytest.mark.parametrize(
    ("worked", "tried", "is_seen", "is_against"),
    [(2, 2, True, False), (2, 3, True, False), (2, 4, False, False), (1, 1, False, False), (1, 3, False, True),
     (0, 2, False, False), (0, 0, False, False)],
)  # fmt: skip
def test_two_successes_say_that_it_works_here_and_three_tries_that_it_does_not(
    worked: int, tried: int, is_seen: bool, is_against: bool
) -> None:
    assert (works(worked, tried), fails(worked, tried)) == (is_seen, is_against)


def test_one_person_counts_twice_in_90_days_and_again_for_another_version() -> None:
    def by_one(*days: int, version: int = 1) -> list[Outcome]:
        return [Outcome("resolved", 1, OP, version, BEGIN + timedelta(days=day)) for day in days]

    assert counting(by_one(0, 1, 2, 89, 90, 91, 92)) == [True, True, False, False, True, True, False]
    assert counting([*by_one(0, 1), *by_one(2, version=2)]) == [True, True, True]
    assert (tally(by_one(0, 1, 2)).worked, tally(by_one(0, 1, 2)).people) == (2, 1)


def test_silence_is_counted_apart_and_takes_nobody_their_word() -> None:
    silent = [replace(each, outcome="no_reply") for each in said(3, 3)]
    found = tally([*silent, *[replace(each, at=each.at + timedelta(days=9)) for each in said(2, 3)]])
    assert (found.worked, found.failed, found.silent, found.tried) == (2, 1, 3, 3)


def test_versions_are_counted_apart_the_newest_first() -> None:
    outcomes = [*said(2, 3), *[replace(each, version=2) for each in said(1, 1)]]
    assert [(version, found.worked, found.tried) for version, found in by_version(outcomes).items()] == [
        (2, 1, 1),
        (1, 2, 3),
    ]


@pytest.mark.parametrize(
    ("last_worked", "due"),
    [(None, date(2026, 12, 1)), (date(2026, 8, 1), date(2026, 12, 1)), (date(2026, 11, 1), date(2027, 1, 30))],
)
def test_that_it_worked_is_as_good_as_a_review_for_half_as_long(last_worked: date | None, due: date) -> None:
    at = datetime(last_worked.year, last_worked.month, last_worked.day, 9, tzinfo=UTC) if last_worked else None
    assert due_on(date(2026, 12, 1), at, 180) == due


def test_it_is_due_from_its_day_on_and_stale_when_that_was_found() -> None:
    days = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=400)]
    assert [freshness(TODAY, day) for day in days] == ["in date", "due", "due"]
    assert freshness(TODAY, TODAY - timedelta(days=1), stale=True) == "stale"
    assert freshness(TODAY, TODAY, stale=True, retired=True) == "retired"


@pytest.mark.parametrize(
    ("worked", "tried", "fresh", "here", "value"),
    [
        (9, 10, "in date", "works", 0.596),  # P1
        (18, 20, "due", "", 0.356),  # P4
        (3, 3, "in date", "", 0.373),
        (14, 20, "in date", "fails", 0.289),  # P12
        (10, 10, "retired", "works", 0.0),
    ],
)
def test_the_order_of_the_library_agrees_with_the_example(
    worked: int, tried: int, fresh: str, here: str, value: float
) -> None:
    assert round(worth(counts(worked, tried, 3, 2).low, fresh, here), 3) == value


@pytest.mark.parametrize(
    ("label", "worked", "is_validated", "rung"),
    [("proven", 9, False, 3), ("promising", 3, False, 2), ("too_early", 0, True, 1), ("too_early", 0, False, 0)],
)
def test_the_ladder_of_evidence(label: str, worked: int, is_validated: bool, rung: int) -> None:
    assert level(label, counts(worked, worked, 1, 1), is_validated=is_validated) == rung


@pytest.mark.parametrize("label", LABELS)
def test_a_story_lifts_what_is_proven_to_the_last_rung_and_nothing_else(label: str) -> None:
    found = counts(9, 10, 3, 2)
    assert level(label, found, is_told=True) - level(label, found) == (1 if label == "proven" else 0)


anything = some.lists(
    some.builds(
        Outcome,
        some.sampled_from(["resolved", "resolved", "resolved", "partly", "not", "no_reply"]),
        some.integers(1, 9),
        some.integers(1, 4),
        some.integers(1, 3),
        some.integers(0, 200).map(lambda day: BEGIN + timedelta(days=day)),
    ),
    max_size=40,
).map(lambda outcomes: sorted(outcomes, key=lambda each: each.at))


@given(anything, some.sampled_from(["partly", "not", "no_reply"]), some.integers(1, 9), some.integers(1, 9))
def test_what_did_not_work_never_makes_anything_proven(
    outcomes: list[Outcome], bad: str, person: int, department: int
) -> None:
    after = BEGIN + timedelta(days=300)
    if label(tally(outcomes)) != "proven":
        assert label(tally([*outcomes, Outcome(bad, person, department, 1, after)])) != "proven"


@given(anything)
def test_departments_and_versions_add_up_to_all(outcomes: list[Outcome]) -> None:
    overall = tally(outcomes)
    for parts in (by_department(outcomes).values(), by_version(outcomes).values()):
        assert sum(each.tried for each in parts) == overall.tried
        assert sum(each.worked for each in parts) == overall.worked


@given(anything)
def test_what_counts_once_counts_for_good(outcomes: list[Outcome]) -> None:
    assert counting(outcomes)[: len(outcomes) // 2] == counting(outcomes[: len(outcomes) // 2])


@given(anything)
def test_a_shrunken_share_lies_between_that_of_the_department_and_that_of_all(outcomes: list[Outcome]) -> None:
    overall = tally(outcomes)
    share = (overall.worked + 1) / (overall.tried + 2)
    for here in by_department(outcomes).values():
        own = here.worked / here.tried if here.tried else share
        assert min(own, share) - 1e-9 <= shrunken(here, overall) <= max(own, share) + 1e-9


@given(anything)
def test_silence_changes_no_share(outcomes: list[Outcome]) -> None:
    spoken = [each for each in outcomes if each.outcome != "no_reply"]
    assert replace(tally(outcomes), silent=0) == tally(spoken)
