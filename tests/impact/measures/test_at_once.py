"""Time to an answer: the values worked by hand, and the same counted slowly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from forum.impact.facts.facts import Facts, Verified
from forum.impact.facts.periods import QUARTER, Period
from forum.impact.measures.at_once import (
    accepted,
    answered_again,
    curve_of,
    first_answer,
    in_time,
    relieved,
    waiting_now,
)
from tests.impact.worlds import AS_OF, LAUNCH, QUARTER_1, SALES, any_facts, facts, hours, need, outcome

OPEN = [need(opened_at=AS_OF - hours(waited)) for waited in (2, 5, 20, 40)]


def test_those_who_wait_still_are_in_the_median() -> None:
    figure = first_answer(facts([*(need(answered=after) for after in (0.5, 1, 2, 3, 4, 6)), *OPEN]), QUARTER_1)
    assert (figure.value, figure.n) == (4, 10)
    assert figure.words == (
        "Half within 4.0 h, nine in ten not reached (longest wait still open: 40.0 h); 69 % within 8 h. "
        "Working hours, n = 10."
    )


def test_nine_in_ten_is_found_although_the_share_comes_out_a_little_above_a_tenth() -> None:
    answered = [need(answered=after) for after in (0.5, 1, 1.5, 2, 3, 4, 6, 9, 15)]
    figure = first_answer(facts([*answered, need(opened_at=AS_OF - hours(16))]), QUARTER_1)
    assert figure.words.startswith("Half within 3.0 h, nine in ten within 15.0 h;")


def test_of_few_nothing_is_said_in_percent() -> None:
    figure = first_answer(facts([need(answered=1), need(answered=2), *OPEN[:2]]), QUARTER_1)
    assert (figure.words, figure.value) == ("2 of 4 had one; too few to say how long it takes.", None)
    assert "%" not in figure.words


def test_whoever_withdrew_waited_until_then() -> None:
    waits = curve_of(facts(), [need(withdrawn=3, state="withdrawn")], lambda each: each.answered_at)
    assert (waits.curve.longest_open, waits.longest) == (3, 0)


def test_merged_removed_and_other_needs_are_no_questions_of_their_own() -> None:
    others = [need(is_merged=True), need(is_hidden=True), need(origin="me_too"), need(opened_at=QUARTER_1.end)]
    assert first_answer(facts([need(), *others]), QUARTER_1).n == 1


def test_every_question_stands_in_one_place() -> None:
    figure = first_answer(
        facts(
            [
                need(answered=1, state="resolved"),
                need(),
                need(state="open_problem"),
                need(state="withdrawn", withdrawn=2),
                need(state="withdrawn", withdrawn=2, answered=1),
            ]
        ),
        QUARTER_1,
    )
    assert [len(part.ids) for part in figure.parts] == [1, 1, 1, 1, 1]
    assert figure.notes == ("5 asked: 0 merged into another question, 2 withdrawn, 3 live.",)


def test_the_large_number_leads_to_rows_where_all_of_them_stand_together() -> None:
    plain = first_answer(facts([need(answered=1), need()]), QUARTER_1)
    assert [(head.number, head.part) for head in plain.heads] == [("1", "answered")]
    late = first_answer(facts([need(answered=1), need(state="withdrawn", withdrawn=2, answered=1)]), QUARTER_1)
    assert [(head.number, head.part) for head in late.heads] == [("2", "")]


def test_the_waits_are_shown_themselves() -> None:
    figure = first_answer(facts([need(answered=after) for after in (0, 1, 1.5, 8, 41)] + OPEN[:1]), QUARTER_1)
    assert figure.tables[0].rows == [["2", "1", "0", "1", "0", "0", "1", "1", "0"]]


def test_reading_and_trying_take_longer_than_answering() -> None:
    figure = accepted(facts([need(answered=1, accepted=10) for _ in range(5)]), QUARTER_1)
    assert (figure.value, figure.count("accepted")) == (10, 5)


def test_each_time_that_something_did_not_work_is_a_wait_of_its_own() -> None:
    again = [(LAUNCH + hours(10), LAUNCH + hours(12)), (LAUNCH + hours(20), None)]
    figure = answered_again(facts([need(rounds=tuple(again)), need()]), QUARTER_1)
    assert figure.words == "2 times somebody needed another answer; 1 times it came."
    assert figure.n == 1


@pytest.mark.parametrize(
    ("day", "verified", "count"),
    [(3, 2, 1), (3, 3, 1), (3, 4, 0), (3, None, 0)],
    ids=["before", "on the day", "a day late", "never"],
)
def test_the_day_itself_is_still_in_time(day: int, verified: int | None, count: int) -> None:
    mark = Verified(LAUNCH + timedelta(days=verified, hours=23), SALES) if verified else None
    figure = in_time(facts([need(needed_by=(LAUNCH + timedelta(days=day)).date(), verified=mark)]), QUARTER_1)
    assert (figure.count("met"), figure.n) == (count, 1)


def test_a_day_that_is_to_come_is_not_judged() -> None:
    assert in_time(facts([need(needed_by=AS_OF.date()), need()]), QUARTER_1).n == 0


def test_pain_ends_when_the_asker_says_so() -> None:
    met = [need(impact="blocked", said=outcome(after=after)) for after in (10, 20, 30)]
    figure = relieved(facts([*met, need(impact="blocked"), need(impact="blocked"), need()]), QUARTER_1)
    assert (figure.value, figure.n, figure.count("relieved")) == (30, 5, 3)


def test_who_waits_now_is_counted_once() -> None:
    figure = waiting_now(facts([need(), need(state="open_problem"), need(state="answered")]), QUARTER_1)
    assert figure.words == "2 wait for an answer now, 1 of them with an open problem."


def test_of_all_who_wait_it_says_who_asked_in_the_period() -> None:
    second = Period("q2", "Months 4–6", QUARTER_1.end, QUARTER_1.end + QUARTER)
    figure = waiting_now(facts([need(), need(state="open_problem", opened_at=second.begin)]), second)
    assert figure.words == "2 wait for an answer now, 1 of them asked in this time, 1 of these with an open problem."
    assert [(each.number, each.words) for each in figure.heads] == [("1", "of 2 waiting now asked in this time")]
    assert waiting_now(facts([need(state="answered")]), QUARTER_1).words == "Nobody waits for an answer now."


def test_a_look_at_the_past_names_the_moment_and_never_now() -> None:
    figure = waiting_now(facts([need()], past=QUARTER_1), QUARTER_1)
    assert figure.words == "1 waited for an answer when months 1–3 ended."
    assert figure.title == "Waiting when months 1–3 ended"


@given(any_facts)
def test_the_estimate_is_the_one_that_is_counted_slowly(known: Facts) -> None:
    figure = first_answer(known, QUARTER_1)
    live = [known.needs[id] for id in figure.ids]
    observed = [((each.answered_at or each.withdrawn_at or AS_OF) - each.opened_at) / hours(1) for each in live]
    ended = [each.answered_at is not None for each in live]
    share, median = 1.0, None
    for u in sorted({max(t, 0) for t, e in zip(observed, ended, strict=True) if e}):
        at_risk = sum(max(t, 0) >= u for t in observed)
        share *= 1 - sum(e and max(t, 0) == u for t, e in zip(observed, ended, strict=True)) / at_risk
        if median is None and share <= 0.5 + 1e-9:
            median = u
    assert figure.value == (pytest.approx(median) if median is not None and len(live) >= 5 else None)
