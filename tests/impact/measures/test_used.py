"""Used at work: the values worked by hand, and the same counted slowly."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given

from forum.impact.facts.facts import Beginning, Facts
from forum.impact.measures.used import confirmed, deflected, kept, known_share, reused
from tests.impact.worlds import (
    FINANCE,
    LAUNCH,
    QUARTER_1,
    any_facts,
    commitment,
    facts,
    hours,
    need,
    outcome,
    practice,
)


def test_silence_is_in_the_number_and_in_the_bounds() -> None:
    said = {"resolved": 52, "partly": 12, "not": 8, "no_reply": 16}
    figure = confirmed(facts([need(said=each) for each, number in said.items() for _ in range(number)]), QUARTER_1)
    assert figure.words == "52 of 88 confirmed; at least 59 %, at most 77 %."
    assert figure.value == pytest.approx(0.5909, abs=5e-5)
    assert figure.interval == pytest.approx((0.4865, 0.6877), abs=5e-5)
    assert figure.bounds == pytest.approx((0.5909, 0.7727), abs=5e-5)
    assert figure.notes == [
        "The share that is confirmed lies between 49 % and 69 %, 95 times out of 100.",
        "72 of 88 (82 %) replied.",
        "Among those who replied: 52 of 72 (72 %), between 61 % and 81 %.",
    ]


def test_where_few_reply_the_page_says_so() -> None:
    figure = confirmed(facts([need(said="resolved"), *(need(said="no_reply") for _ in range(4))]), QUARTER_1)
    assert "1 of 5 (20 %) replied: too few replies to judge." in figure.notes


def test_of_few_nothing_is_said_in_percent() -> None:
    figure = confirmed(facts([need(said="resolved") for _ in range(4)]), QUARTER_1)
    assert (figure.words, figure.value, figure.interval, figure.bounds) == ("4 of 4 confirmed.", None, None, None)
    assert not any("%" in note for note in figure.notes)


def test_only_those_who_asked_are_the_headline_and_the_others_stand_beside_it() -> None:
    known = facts([need(said="resolved"), need(origin="reuse", practice_id=1, question_id=None, said="not")])
    figure = confirmed(known, QUARTER_1)
    assert figure.n == 1
    assert figure.tables[0].rows[-1] == ["All together", "1", "0", "1", "0", "2"]


def test_a_check_in_belongs_to_the_period_in_which_it_fell_due() -> None:
    late = outcome(after=QUARTER_1.end.timestamp() / 3_600 - LAUNCH.timestamp() / 3_600)
    assert confirmed(facts([need(said=late)]), QUARTER_1).n == 0


def test_what_is_resolved_after_it_was_opened_again_is_told_apart() -> None:
    again = ((LAUNCH + hours(80), None),)
    figure = confirmed(facts([need(said="not", rounds=again, met_again=True), need(said="resolved")]), QUARTER_1)
    assert (figure.count("reopened"), figure.count("later"), figure.count("resolved")) == (1, 1, 1)


def test_a_use_by_the_author_is_none() -> None:
    mine = practice(id=7, department_id=FINANCE)
    uses = [
        need(origin="reuse", practice_id=7, question_id=None, said="resolved"),
        need(origin="reuse", practice_id=7, question_id=None, said="no_reply", department_id=FINANCE),
        need(origin="reuse", practice_id=7, question_id=None, is_own=True),
    ]
    figure = reused(facts(uses, practices=[mine]), QUARTER_1)
    assert (figure.n, figure.count("elsewhere"), figure.count("replied"), figure.count("worked")) == (2, 1, 1, 1)


def test_confirmed_and_claimed_are_two_things() -> None:
    said = {"resolved": 14, "partly": 2, "not": 1, "no_reply": 5}
    taken = [need(origin="deflected", person_id=2, said=each) for each, count in said.items() for _ in range(count)]
    asked = [need(opened_at=LAUNCH + hours(1)) for _ in range(117)]
    back = [need(person_id=50 + place, opened_at=LAUNCH + hours(40)) for place in range(3)]
    for place in range(3):
        taken[place] = need(origin="deflected", person_id=50 + place, said="resolved")
    began = [Beginning(number, LAUNCH, "abandoned") for number in range(12)]
    figure = deflected(facts([*asked, *taken, *back], beginnings=began), QUARTER_1)
    assert (figure.successes, figure.n) == (14, 142)
    assert figure.value == pytest.approx(0.0986, abs=5e-5)
    assert figure.interval == pytest.approx((0.0596, 0.1587), abs=5e-5)
    assert figure.notes[1].startswith("22 of 142 (15 %)")
    assert figure.count("back") == 3


@pytest.mark.parametrize(("after", "count"), [(40, 1), (40.5, 0), (-1, 0)])
def test_whoever_asks_within_forty_working_hours_came_back(after: float, count: int) -> None:
    asked = need(opened_at=LAUNCH + hours(48 + after))
    taken = need(origin="deflected", opened_at=LAUNCH + hours(48))
    assert deflected(facts([asked, taken, need(person_id=9)]), QUARTER_1).count("back") == count


def test_what_was_there_before_the_need_is_known() -> None:
    figure = known_share(facts([need(said=outcome(is_known=True)), need(said=outcome()), need()]), QUARTER_1)
    assert figure.words == "1 of 2 needs that were resolved found their answer waiting."


def test_commitments_have_bounds_too() -> None:
    said = {"kept": 15, "partly": 4, "dropped": 3, "no_reply": 5, "made": 4}
    made = [commitment(state) for state, number in said.items() for _ in range(number)]
    figure = kept(facts(commitments=made), QUARTER_1)
    assert figure.words == "15 of 27 (56 %) kept; at least 56 %, at most 74 %."
    assert figure.value == pytest.approx(0.5556, abs=5e-5)
    assert figure.bounds == pytest.approx((0.5556, 0.7407), abs=5e-5)


def test_a_commitment_belongs_to_the_period_of_its_day() -> None:
    later = commitment(due_on=(QUARTER_1.end + timedelta(days=1)).date())
    assert kept(facts(commitments=[later, commitment()]), QUARTER_1).n == 1


@given(any_facts)
def test_every_count_is_the_one_that_is_counted_slowly(known: Facts) -> None:
    figure = confirmed(known, QUARTER_1)
    said: Counter[str] = Counter()
    for each in known.needs.values():
        if each.origin == "asked" and each.first is not None and QUARTER_1.begin <= each.first.due_at < QUARTER_1.end:
            said[each.first.outcome] += 1
    assert {key: figure.count(key) for key in ("resolved", "partly", "not", "no_reply")} == {
        key: said[key] for key in ("resolved", "partly", "not", "no_reply")
    }
    n = said.total()
    assert figure.value == (said["resolved"] / n if n >= 5 else None)
    uses = [each for each in known.needs.values() if each.practice_id and not each.is_own]
    assert sorted(reused(known, QUARTER_1).ids) == sorted(each.id for each in uses if each.opened_at in QUARTER_1)
    met = [each for each in known.needs.values() if each.met and QUARTER_1.begin <= each.opened_at < QUARTER_1.end]
    share = known_share(known, QUARTER_1)
    assert (share.successes, share.n) == (sum(bool(each.met and each.met.is_known) for each in met), len(met))
    fell = [
        each.state
        for each in known.commitments
        if QUARTER_1.begin.date() <= each.due_on < QUARTER_1.end.date() and each.state not in ("made", "due")
    ]
    promised = kept(known, QUARTER_1)
    assert (promised.successes, promised.n) == (fell.count("kept"), len(fell))
