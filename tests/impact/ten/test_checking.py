"""The ten practices: each by hand at its threshold and just below it, and counted again slowly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from forum.impact.facts.facts import REPLIED, Facts, Need, Verified
from forum.impact.ten import counts, thresholds
from forum.impact.ten.checking import TEN, check, checks, history
from forum.impact.ten.counts import Count
from tests.impact.worlds import (
    AS_OF,
    FINANCE,
    LAUNCH,
    QUARTER_1,
    SALES,
    any_facts,
    course,
    facts,
    hours,
    need,
    outcome,
    practice,
)

YES, NO = True, False
SOME_DAY = LAUNCH + hours(5)
# What every count leaves out: another department, another quarter, merged and removed questions, other origins.
NOISE: Sequence[dict[str, Any]] = (
    {"department_id": FINANCE},
    {"opened_at": QUARTER_1.end + hours(1)},
    {"is_merged": True},
    {"is_hidden": True},
    {"origin": "me_too"},
    {"origin": "reuse"},
)


def some(number: int, **given: Any) -> list[Need]:
    return [need(**given) for _ in range(number)]


def noise(**given: Any) -> list[Need]:
    """Many needs for which it holds, none of which may be counted."""
    return [each for other in NOISE for each in some(9, **{**given, **other})]


def said(count: Count) -> tuple[int, int, bool | None]:
    return len(count.those), count.n, count.in_use


def test_diagnosed_is_what_says_the_moment_and_what_was_tried() -> None:
    whole = {"moment": "apply", "says_tried": True}
    half = [*some(3, **whole), *some(2, moment="new"), *some(1, says_tried=True)]
    assert said(counts.diagnosed(facts([*half, *noise(**whole)]), SALES, QUARTER_1)) == (3, 6, YES)
    assert said(counts.diagnosed(facts([*half, *some(1)]), SALES, QUARTER_1)) == (3, 7, NO)


def test_in_time_is_of_those_whose_day_is_over() -> None:
    day = (LAUNCH + timedelta(days=2)).date()
    met = {"needed_by": day, "verified": Verified(SOME_DAY, FINANCE)}
    late = {"needed_by": day, "verified": Verified(LAUNCH + timedelta(days=3), FINANCE)}
    open_days = [*some(9), *some(9, needed_by=AS_OF.date())]
    found = facts([*some(4, **met), *some(2, **late), *open_days, *noise(**met)])
    assert said(counts.in_time(found, SALES, QUARTER_1)) == (4, 6, YES)
    assert said(counts.in_time(facts([*some(3, **met), *some(2, **late)]), SALES, QUARTER_1)) == (3, 5, NO)


def test_answered_soon_counts_those_who_wait_still() -> None:
    count = counts.answered_soon(facts([*some(3, answered=4), *some(3), *noise(answered=1)]), SALES, QUARTER_1)
    assert (count.words, count.in_use) == ("half within 4.0 h", YES)
    count = counts.answered_soon(facts([*some(3, answered=1), *some(4)]), SALES, QUARTER_1)
    assert (count.words, count.in_use) == ("half not reached (longest wait still open: 1440 h)", NO)
    assert counts.answered_soon(facts(some(6, answered=4.1)), SALES, QUARTER_1).in_use is NO
    assert counts.answered_soon(facts(some(4, answered=1)), SALES, QUARTER_1).words == "4 of 4 answered"


def test_told_is_any_reply_and_silence_is_none() -> None:
    replied = [*some(1, said="resolved"), *some(1, said="partly"), *some(1, said="not")]
    found = facts([*replied, *some(2, said="no_reply"), *some(9), *some(9, said="not", origin="reuse", practice_id=1)])
    assert said(counts.told(found, SALES, QUARTER_1)) == (3, 5, YES)
    assert said(counts.told(facts([*replied, *some(3, said="no_reply")]), SALES, QUARTER_1)) == (3, 6, NO)


def test_told_belongs_to_the_quarter_in_which_the_check_in_fell_due() -> None:
    late = outcome(due_at=QUARTER_1.end)
    assert counts.told(facts(some(5, said=late)), SALES, QUARTER_1).n == 0


def test_tracked_is_from_the_question_to_the_result() -> None:
    whole = {"answered": 1, "accepted": 2, "said": "not"}
    broken = [*some(1, answered=1), *some(1, answered=1, accepted=2), *some(1, answered=1, accepted=2, said="no_reply")]
    tried = some(9, answered=1, accepted=2, state="trying")
    found = facts([*some(3, **whole), *broken, *tried, *some(9), *noise(**whole)])
    assert said(counts.tracked(found, SALES, QUARTER_1)) == (3, 6, YES)
    assert said(counts.tracked(facts([*some(2, **whole), *broken]), SALES, QUARTER_1)) == (2, 5, NO)


def use(id: int, **given: Any) -> Need:
    return need(**{"origin": "reuse", "practice_id": id, "question_id": None, "said": "not", **given})


def test_judged_are_practices_used_here_of_which_many_said_how_they_went() -> None:
    known = [use(id, department_id=FINANCE) for id in (1, 2, 3, 4) for _ in range(4)]
    here = [use(id) for id in (1, 2, 3, 4, 5, 6)]
    silent = [use(7, said="no_reply"), *(use(8, department_id=FINANCE) for _ in range(9)), use(9), use(10, is_own=True)]
    practices = [practice(id=id, is_hidden=id == 9) for id in range(1, 11)]
    found = facts([*known, *here, *silent], practices=practices)
    count = counts.judged(found, SALES, QUARTER_1)
    assert (list(count.all), list(count.those), count.in_use) == ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4], YES)
    count = counts.judged(facts([*known[:-1], *here], practices=practices), SALES, QUARTER_1)
    assert said(count) == (3, 6, NO)


def test_what_is_said_of_a_practice_later_does_not_count_yet() -> None:
    later = outcome("not", closed_at=QUARTER_1.end)
    found = facts([use(1), *(use(1, said=later) for _ in range(9))], practices=[practice(id=1)])
    assert said(counts.judged(found, SALES, QUARTER_1)) == (0, 1, None)


def test_shared_is_what_the_department_gave_to_another() -> None:
    mine = Verified(SOME_DAY, SALES)
    elsewhere, at_home = {"verified": mine, "department_id": FINANCE}, {"verified": mine}
    got = some(9, verified=Verified(SOME_DAY, FINANCE))
    found = facts([*some(2, **elsewhere), *some(4, **at_home), *got, *some(9, is_hidden=True, **elsewhere)])
    assert said(counts.shared(found, SALES, QUARTER_1)) == (2, 6, YES)
    assert said(counts.shared(facts([*some(2, **elsewhere), *some(5, **at_home)]), SALES, QUARTER_1)) == (2, 7, NO)


def test_heard_is_what_led_to_a_cause_whose_owner_knows() -> None:
    found = facts([need(question_id=1), *some(9), *noise(question_id=1)], heard={1: AS_OF})
    assert said(counts.heard(found, SALES, QUARTER_1)) == (1, 10, YES)
    found = facts([need(question_id=1), *some(10)], heard={1: AS_OF})
    assert said(counts.heard(found, SALES, QUARTER_1)) == (1, 11, NO)


def test_reported_is_by_those_whom_the_department_helped() -> None:
    def helped(word: str, department: int | None = SALES) -> Need:
        return need(department_id=FINANCE, said=outcome(word, helper_department_id=department))

    silent = [helped("no_reply") for _ in range(2)]
    others = [helped("not", department) for department in (FINANCE, None) for _ in range(9)]
    found = facts([helped("resolved"), helped("partly"), helped("not"), *silent, *others])
    assert said(counts.reported(found, SALES, QUARTER_1)) == (3, 5, YES)
    found = facts([helped("resolved"), helped("not"), *silent, helped("no_reply"), helped("no_reply")])
    assert said(counts.reported(found, SALES, QUARTER_1)) == (2, 6, NO)


def test_without_course_is_held_against_courses_agreed_in_the_quarter() -> None:
    met = some(4, said="resolved")
    late = course(agreed_at=QUARTER_1.end)
    known = {"courses": [course(), course(department_id=FINANCE), late]}
    found = facts([*met, *some(9, said="not"), *noise(said="resolved")], **known)
    assert said(counts.without_course(found, SALES, QUARTER_1)) == (4, 5, YES)
    found = facts(met, courses=[course(), course()])
    assert said(counts.without_course(found, SALES, QUARTER_1)) == (4, 6, NO)


def test_too_few_is_told_apart_from_not_yet() -> None:
    found = check(facts(some(4, answered=9, accepted=10, said="no_reply")), SALES, QUARTER_1)
    assert found.words == "0 of 10 in use, 10 too few to say"
    assert {count.verdict for count in found.counts.values()} == {"Too few to say"}
    found = check(facts(some(5, answered=9, accepted=10, said="resolved")), SALES, QUARTER_1)
    assert found.words == "3 of 10 in use, 3 not yet, 4 too few to say"


def test_departments_stand_by_name_in_every_quarter_that_is_over() -> None:
    known = facts(some(1), as_of=LAUNCH + timedelta(weeks=27))
    assert [period.key for period, _ in history(known)] == ["q1", "q2"]
    assert [period.key for period, _ in history(facts(some(1)))] == ["q1"]  # In the first quarter that one.
    assert [each.department_id for each in checks(known, QUARTER_1)] == [FINANCE, SALES]


@pytest.mark.parametrize("threshold", [practised.threshold for practised in TEN])
def test_every_threshold_says_why(threshold: thresholds.Threshold) -> None:
    assert threshold.words
    assert threshold.reason.endswith(".")


@given(any_facts)
def test_what_holds_is_among_what_was_counted_and_everything_can_be_opened(known: Facts) -> None:
    for department in known.departments:
        for key, count in check(known, department, QUARTER_1).counts.items():
            assert set(count.those) <= set(count.all), key
            assert len(set(count.all)) == len(count.all), key
            if count.kind == "need":
                assert all(known.needs[id].origin == "asked" and not known.needs[id].is_hidden for id in count.all), key


@given(any_facts)
def test_diagnosed_counted_slowly(known: Facts) -> None:
    all, those = set(), set()
    for each in known.needs.values():
        if is_live(each) and each.department_id == SALES:
            all.add(each.id)
            if each.moment is not None and each.says_tried:
                those.add(each.id)
    same(counts.diagnosed(known, SALES, QUARTER_1), all, those, at_least=0.5)


@given(any_facts)
def test_told_and_reported_counted_slowly(known: Facts) -> None:
    told, reported = (set[int](), set[int]()), (set[int](), set[int]())
    for each in known.needs.values():
        if each.origin != "asked" or each.is_hidden or not each.first or not in_quarter(each.first.due_at):
            continue
        for place, (all, those) in ((each.department_id, told), (each.first.helper_department_id, reported)):
            if place == SALES:
                all.add(each.id)
                if each.first.outcome in REPLIED:
                    those.add(each.id)
    same(counts.told(known, SALES, QUARTER_1), *told, at_least=0.6)
    same(counts.reported(known, SALES, QUARTER_1), *reported, at_least=0.6)


@given(any_facts)
def test_judged_counted_slowly(known: Facts) -> None:
    all, those = set(), set()
    for each in known.practices:
        moments = []
        is_used = False
        for one in known.needs.values():
            if one.practice_id == each.id and not one.is_own and one.first and one.first.outcome in REPLIED:
                moments.append(one.first.closed_at)
                is_used |= one.department_id == SALES and in_quarter(one.first.closed_at)
        if is_used and not each.is_hidden:
            all.add(each.id)
            if len([at for at in moments if at < QUARTER_1.end]) >= 5:
                those.add(each.id)
    same(counts.judged(known, SALES, QUARTER_1), all, those, at_least=2 / 3)


@given(any_facts)
def test_shared_and_heard_counted_slowly(known: Facts) -> None:
    live = [each for each in known.needs.values() if is_live(each)]
    gave = {each.id for each in live if each.verified and each.verified.department_id == SALES}
    crossed = {id for id in gave if known.needs[id].department_id != SALES}
    same(counts.shared(known, SALES, QUARTER_1), gave, crossed, at_least=1 / 3)
    asked = {each.id for each in live if each.department_id == SALES}
    led = {id for id in asked if known.needs[id].question_id in known.heard}
    same(counts.heard(known, SALES, QUARTER_1), asked, led, at_least=0.1)


def is_live(each: Need) -> bool:
    return each.origin == "asked" and not each.is_merged and not each.is_hidden and in_quarter(each.opened_at)


def in_quarter(moment: datetime) -> bool:
    return QUARTER_1.begin <= moment < QUARTER_1.end


def same(count: Count, all: set[int], those: set[int], *, at_least: float) -> None:
    assert (set(count.all), set(count.those)) == (all, those)
    if len(all) < 5:
        assert count.in_use is None
    else:
        assert count.in_use is (len(those) / len(all) >= at_least - 1e-9)
