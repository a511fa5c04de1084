"""Time saved: mean on purpose."""

from __future__ import annotations

from hypothesis import given

from forum.impact.facts.facts import Facts, Need
from forum.impact.measures.results import saved
from tests.impact.worlds import QUARTER_1, any_facts, facts, need, outcome, practice


def use(said: str = "resolved", minutes: int | None = None) -> Need:
    return need(origin="reuse", practice_id=1, question_id=None, said=outcome(said, minutes=minutes))


def test_half_of_what_is_reported_less_what_it_cost() -> None:
    minutes = [*[30] * 12, *[45] * 6, *[110] * 12]
    assert (len(minutes), sum(minutes)) == (30, 1950)
    worked = [use(minutes=each) for each in minutes] + [use() for _ in range(12)]
    others = [use("not") for _ in range(10)] + [use("partly", 30) for _ in range(9)]
    figure = saved(facts([*worked, *others], practices=[practice() for _ in range(12)]), QUARTER_1)
    assert figure.words == "About 7 hours, at most 32 hours."
    assert figure.value == 432 / 60
    assert figure.notes[0] == "30 reports with 1,950 minutes together, the median 45."
    assert figure.notes[1] == "It cost 543 minutes: 12 practices and 61 uses."


def test_one_report_gains_two_hours_at_most_but_is_taken_at_its_word_at_the_other_end() -> None:
    figure = saved(facts([use(minutes=400)]), QUARTER_1)
    assert figure.value == (0.5 * 120 - 3) / 60
    assert figure.notes[-1] == "Net 57 minutes = 0.95 h, at most 6.6 h."


def test_a_loss_is_printed_as_it_is() -> None:
    figure = saved(facts([use("not")], practices=[practice() for _ in range(4)]), QUARTER_1)
    assert figure.words == "About 2 hours less than it cost, at most 2 hours less."


def test_no_reply_costs_and_gains_nothing() -> None:
    assert saved(facts([use("no_reply")]), QUARTER_1).n == 0


@given(any_facts)
def test_it_is_the_sum_that_is_counted_slowly(known: Facts) -> None:
    net = 0.0
    for each in known.needs.values():
        if each.practice_id and not each.is_own and each.opened_at in QUARTER_1 and each.first:
            if each.first.outcome == "resolved":
                net += min(each.first.minutes or 0, 120) / 2
            if each.first.outcome != "no_reply":
                net -= 3
    net -= 30 * sum(QUARTER_1.begin <= each.created_at < QUARTER_1.end for each in known.practices)
    value = saved(known, QUARTER_1).value
    assert value is not None
    assert abs(value - net / 60) < 1e-9
