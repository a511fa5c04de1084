"""Causes, objectives, stories and the pulse as figures, with values worked by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from forum.causes.measuring import Known, Telling
from forum.causes.rates import weigh
from forum.core.suppression import shown
from forum.impact.facts.facts import Story
from forum.impact.measures import changed, results
from forum.objectives.measuring import Mark, Movement, Point
from forum.pulse.measuring import Favour, Item, Round
from tests.impact.worlds import LAUNCH, QUARTER_1, SALES, facts

DAY = timedelta(days=1)


def cause(id: int, **given: Any) -> Known:
    base: dict[str, Any] = {"state": "acknowledged", "signalled_at": LAUNCH + DAY, "seen_at": LAUNCH + 3 * DAY}
    return Known(id, f"Cause {id}", f"/causes/{id}", department_id=SALES, **{**base, **given})


def test_causes_are_counted_by_where_they_stand() -> None:
    states = ("suspected", "signalled", "planned", "verified", "declined")
    figure = changed.standing(facts(causes=[cause(n, state=state) for n, state in enumerate(states, 1)]), QUARTER_1)
    assert figure.words == "5 causes are known, 3 of them open; 1 verified to have stopped."
    assert (figure.count("open"), figure.count("verified"), figure.value) == (3, 1, 3)


def test_a_department_that_has_said_nothing_still_counts_as_waiting() -> None:
    days = (1.0, 2.0, 3.0, 4.0, 9.0)
    known = [cause(n, days=each, seen_at=None if each == 9 else LAUNCH) for n, each in enumerate(days, 1)]
    figure = changed.until_seen(facts(causes=known), QUARTER_1)
    assert figure.words == "4 of 5 were seen, half of them within 3.0 working days."
    assert figure.tables[0].rows[-1] == ["Cause 5", "9.0 so far"]


def test_of_four_causes_no_median_is_said() -> None:
    figure = changed.until_seen(facts(causes=[cause(n, days=1.0) for n in range(4)]), QUARTER_1)
    assert figure.words == "4 of 4 were seen; too few to say how long it takes."
    assert figure.value is None


def test_who_can_still_be_told_in_time_counts_neither_way() -> None:
    said = (True, True, True, True, False, None)
    tellings = [Telling(n, 1, LAUNCH + DAY, in_time) for n, in_time in enumerate(said)]
    figure = changed.told(facts(causes=[cause(1)], tellings=tellings), QUARTER_1)
    assert figure.words.startswith("4 of 5 (80 %) times somebody was told of a step within 8 working hours")
    assert figure.n == 5


def test_what_a_fix_did_stands_there_with_its_rate_ratio() -> None:
    effect_on = (LAUNCH + 30 * DAY).date()
    fixed = [
        cause(1, effect_on=effect_on, weighed=weigh(14, 85, 1, 35)),
        cause(2, effect_on=effect_on, weighed=weigh(6, 90, 0, 28)),
        cause(3, effect_on=(LAUNCH - DAY).date(), weighed=weigh(12, 80, 1, 30)),
    ]
    figure = changed.fixes(facts(causes=fixed), QUARTER_1)
    assert figure.words == "2 fixes took effect: 1 have stopped, 1 too early to say."
    assert figure.tables[0].rows[0] == ["Cause 1", "14 in 85 days", "1 in 35 days", "0.1735", "0.0407", "have stopped"]
    assert figure.tables[0].rows[1][4] == "0.1969"


def test_an_objective_is_told_as_it_stood_at_the_end_of_the_period() -> None:
    points = [Point((LAUNCH + n * 30 * DAY).date(), value, "") for n, value in ((1, 8.0), (2, 6.0), (5, 2.0))]
    mark = Mark((LAUNCH + 20 * DAY).date(), "P1", "/practices/1", "became a best practice")
    moved = Movement(1, "Mis-shipped orders", "a month", "down", 9, 2, points, [mark])
    unread = Movement(2, "Days to quote", "days", "down", 4, 2, points[2:], [])
    figure = results.objectives(facts(movements=[moved, unread]), QUARTER_1)
    assert figure.words == "1 of 1 objective stands better than at first."
    assert figure.notes == ["Mis-shipped orders moved from 9 to 6 while “P1” took effect."]


def test_a_story_that_nobody_has_confirmed_is_told_but_is_no_success() -> None:
    told = [Story(n, "", went, LAUNCH, is_true) for n, (went, is_true) in enumerate(GONE)]
    figure = results.stories(facts(stories=told), QUARTER_1)
    assert figure.words == "4 stories told, 3 confirmed by somebody else: 2 went well, 1 badly."


GONE = (("well", True), ("well", True), ("badly", True), ("well", None))


def round_of(favourable: int, replied: int, invited: int, ends_on: date) -> Round:
    item = Item(1, "I can ask here", Favour(favourable, replied, invited), None, shown(()))
    return Round(2, ends_on - 91 * DAY, ends_on, invited, replied, (item,))


def test_the_pulse_says_what_the_silent_allow_to_be_said() -> None:
    figure = results.pulse(facts(rounds=[round_of(16, 22, 40, (LAUNCH + 60 * DAY).date())]), QUARTER_1)
    assert figure.words == (
        "“I can ask here”: 16 of 22 (73 %) who replied are in favour; "
        "of all who were asked at least 40 %, at most 85 %."
    )
    assert figure.interval is not None
    assert (round(figure.interval.low, 4), round(figure.interval.high, 4)) == (0.5185, 0.8685)
    assert (figure.n, len(figure.ids)) == (22, 1)
    assert "22 of 40 (55 %) replied: too few to judge by them." in figure.notes[0]


def test_of_four_replies_nothing_is_said() -> None:
    figure = results.pulse(facts(rounds=[round_of(4, 4, 40, (LAUNCH + 60 * DAY).date())]), QUARTER_1)
    assert figure.words == "No round with enough replies ended."
    assert (figure.n, figure.tables, figure.value) == (0, [], None)
