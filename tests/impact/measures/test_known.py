"""What is known: verified answers, practices, and what of them is in date."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from forum.impact.facts.facts import Facts, Need, Verified
from forum.impact.measures.known import fresh, practices, verified
from tests.impact.worlds import AS_OF, FINANCE, LAUNCH, QUARTER_1, SALES, any_facts, facts, need, practice


def uses_of(id: int, number: int) -> list[Need]:
    return [
        need(origin="reuse", practice_id=id, question_id=None, opened_at=AS_OF - timedelta(days=1))
        for _ in range(number)
    ]


def test_what_is_much_used_weighs_more() -> None:
    state = {1: (10, "in date"), 2: (6, "due"), 3: (4, "in date"), 4: (0, "stale")}
    known = facts(
        [each for id, (number, _) in state.items() for each in uses_of(id, number)],
        practices=[practice(id=id, freshness=freshness) for id, (_, freshness) in state.items()],
    )
    figure = fresh(known, QUARTER_1)
    assert (figure.value, figure.words) == (0.7, "14 of 20 (70 %) uses in the last 90 days were of practices in date.")
    assert [len(part.ids) for part in figure.parts] == [2, 1, 0]


def test_uses_of_long_ago_say_nothing_of_today() -> None:
    old = need(origin="reuse", practice_id=1, question_id=None, opened_at=AS_OF - timedelta(days=91))
    assert fresh(facts([old], practices=[practice(id=1)]), QUARTER_1).n == 0


def test_a_practice_that_was_removed_is_no_longer_counted() -> None:
    shown = [practice(label="proven", worked=9, tried=10), practice(worked=1, tried=1), practice(is_hidden=True)]
    figure = practices(facts(practices=shown), QUARTER_1)
    assert figure.words == "2 practices, 1 of them Proven; 11 outcomes, 10 of them worked."
    assert (figure.count("proven"), figure.count("too_early")) == (1, 1)


def test_verified_answers_are_counted_by_month_and_by_where_they_came_from() -> None:
    found = [
        need(verified=Verified(LAUNCH, FINANCE)),
        need(verified=Verified(LAUNCH, SALES), opened_at=LAUNCH + timedelta(days=31)),
        need(),
    ]
    figure = verified(facts(found), QUARTER_1)
    assert (figure.n, figure.count("crossing")) == (2, 1)
    assert figure.tables[0].rows == [["Month 1", "1", "1"], ["Month 2", "1", "0"]]


@given(any_facts)
def test_every_count_is_the_one_that_is_counted_slowly(known: Facts) -> None:
    since = AS_OF - timedelta(days=90)
    good = total = 0
    for each in known.practices:
        lately = [n for n in known.needs.values() if n.practice_id == each.id and not n.is_own and not each.is_hidden]
        number = sum(since <= n.opened_at < AS_OF for n in lately)
        total += number
        good += number if each.freshness == "in date" else 0
    assert fresh(known, QUARTER_1).value == (good / total if total >= 5 else None)
    marked = [n for n in known.needs.values() if n.origin == "asked" and n.verified and n.opened_at in QUARTER_1]
    figure = verified(known, QUARTER_1)
    assert figure.n == len(marked)
    begun = LAUNCH + timedelta(weeks=13) * 2 / 3  # The third month has not begun.
    assert sum(int(row[1]) for row in figure.tables[0].rows) == sum(n.opened_at < begun for n in marked)
