"""The story is the same on whatever day it ends: nothing of it depends on weekends, holidays or the hour of seeding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forum.core.working_time import Calendar, elapsed, read
from forum.exchange.threads import TRIED, Thread
from forum.exchange.world import FOLDER, LENGTH, World, begun, told_moments
from forum.exchange.world import read as read_file
from forum.needs import timers
from forum.needs.check_ins import FURTHEST
from forum.people.quarters import LENGTH as QUARTER

ENDS = {
    "a Monday morning": datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
    "a Wednesday at noon": datetime(2026, 6, 17, 12, tzinfo=UTC),
    "a Saturday": datetime(2026, 9, 12, 15, tzinfo=UTC),
    "the second of January": datetime(2027, 1, 2, 9, tzinfo=UTC),
    "after Christmas": datetime(2026, 12, 29, 3, tzinfo=UTC),
    "after Easter": datetime(2026, 4, 8, 10, tzinfo=UTC),
    "the day the clocks go on": datetime(2026, 3, 29, 1, tzinfo=UTC),
    "the day the clocks go back": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    "a leap day": datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
}
MONTH = LENGTH / 6
REMINDED = timers.TRY.other + timers.REMIND.other
CLOSED = timers.TRY.other + timers.CLOSE.other  # working hours from the acceptance until silence is no reply


@pytest.fixture(params=ENDS.values(), ids=ENDS.keys())
def world(request: pytest.FixtureRequest) -> World:
    return World(told_moments(request.param))


def threads(world: World) -> Iterator[Thread]:
    for file in sorted((FOLDER / "questions").glob("*.toml")):
        yield Thread(world, int(file.name.split("-")[0]), read_file(file))


def practices() -> dict[int, dict[str, Any]]:
    return {int(file.name[1:3]): read_file(file) for file in (FOLDER / "practices").glob("*.toml")}


def test_every_question_is_asked_in_the_month_in_which_it_is_told(world: World) -> None:
    assert [thread.number for thread in threads(world) if months_of(thread) != {told_month(thread)}] == []


def told_month(thread: Thread) -> int:
    """The sixth of the story, 0 to 5, in which a question is told."""
    return 5 if "before" in thread.told else int(timedelta(days=thread.told["day"]) / MONTH)


def months_of(thread: Thread) -> set[int]:
    """The sixth in which it is asked, counted from the first midnight, and counted back from the end.

    From midnight the last sixth is a part of a day too long.
    """
    moments = thread.world.moments
    return {min(int((thread.asked_at - begin) / MONTH), 5) for begin in (moments.begin, moments.end - LENGTH)}


def test_every_question_is_asked_within_the_two_quarters_that_end_with_the_story(world: World) -> None:
    begin, end = world.moments.opening, world.moments.end
    assert end - begin == 2 * QUARTER
    assert [thread.number for thread in threads(world) if not begin <= thread.asked_at < end] == []


def test_every_first_answer_takes_as_long_as_it_is_told(world: World) -> None:
    for thread in threads(world):
        calendar = world.moments.calendars[thread.told["asked_by"]]
        for answer in thread.told.get("answer", []):
            took = elapsed(calendar, thread.asked_at, thread.at(answer["after"]))
            assert took / timedelta(hours=1) == pytest.approx(answer["after"], abs=1e-6)


def test_nothing_happens_after_the_end(world: World) -> None:
    late = [thread.number for thread in threads(world) if max(at for at, _ in thread.story()) > world.moments.end]
    assert late == []


def test_every_check_in_with_an_outcome_is_over(world: World) -> None:
    late = [
        thread.number
        for thread, answer in accepted_answers(world)
        if "outcome" in answer
        and thread.at(answer["accepted_after"] + (CLOSED if answer["outcome"] == "no_reply" else TRIED))
        > world.moments.end
    ]
    assert late == []


def test_of_those_without_five_are_asked_and_not_reminded_and_three_are_tried(world: World) -> None:
    end = world.moments.end
    running = [
        (thread, answer["accepted_after"])
        for thread, answer in accepted_answers(world)
        if not answer.keys() & {"outcome", "to_be_tried_in"}
    ]
    asked = [thread.number for thread, accepted in running if thread.at(accepted + timers.TRY.other) <= end]
    reminded = [thread.number for thread, accepted in running if thread.at(accepted + REMINDED) <= end]
    assert (len(running), len(asked), reminded) == (8, 5, [])


def test_what_is_put_off_is_put_off_by_no_more_than_is_allowed(world: World) -> None:
    for thread, answer in accepted_answers(world):
        if "to_be_tried_in" in answer:
            day = world.moments.end + timedelta(days=answer["to_be_tried_in"] + 1)
            assert day - thread.at(answer["accepted_after"]) <= FURTHEST, thread.number


def test_questions_are_merged_after_the_other_one_is_solved(world: World) -> None:
    found = {thread.number: thread for thread in threads(world)}
    for thread in found.values():
        if "merged" in thread.told:
            other = found[thread.told["merged"]["into"]]
            accepted = other.at(other.told["answer"][0]["accepted_after"])
            assert accepted < thread.at(thread.told["merged"]["after"]), thread.number
            assert thread.at(thread.told["merged"]["after"] + CLOSED) <= world.moments.end


def accepted_answers(world: World) -> Iterator[tuple[Thread, dict[str, Any]]]:
    for thread in threads(world):
        yield from ((thread, answer) for answer in thread.told.get("answer", []) if "accepted_after" in answer)


def test_a_practice_comes_after_the_acceptance_of_its_answer(world: World) -> None:
    found = {thread.number: thread for thread in threads(world)}
    for number, told in practices().items():
        thread = found[told["question"]]
        accepted = thread.at(thread.told["answer"][told["answer"]]["accepted_after"])
        assert accepted < world.moments.at(told), number


def test_a_practice_is_taken_after_it_is_there_and_before_it_is_retired(world: World) -> None:
    known = practices()
    for told in read_file("taken.toml")["taken"]:
        taken, practice = world.moments.at(told, told["by"]), known[told["practice"]]
        assert world.moments.at(practice) < taken
        assert "retired" not in practice
        over = CLOSED if told["outcome"] == "no_reply" else TRIED
        assert world.moments.after(told["by"], taken, over) <= world.moments.end


def test_a_practice_is_used_after_it_is_there_before_it_is_retired_and_not_by_who_knew_it(world: World) -> None:
    known, asked = practices(), {thread.number: thread for thread in threads(world)}
    for told in read_file("used.toml")["used"]:
        used, practice = world.moments.at(told, told["by"]), known[told["practice"]]
        until = world.moments.at(practice["retired"]) if "retired" in practice else world.moments.end
        assert world.moments.at(practice) < used < until
        assert told["by"] != asked[practice["question"]].told["answer"][practice["answer"]]["by"]


NINE_TO_FIVE: Calendar = read(
    {"timezone": "Europe/London", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
)


@pytest.mark.parametrize(
    ("hours", "began"),
    [
        (1, datetime(2026, 3, 30, 8, 30, tzinfo=UTC)),  # an hour earlier on the same Monday
        (4, datetime(2026, 3, 27, 14, 30, tzinfo=UTC)),  # on Friday, before the clocks went on
        (12, datetime(2026, 3, 26, 14, 30, tzinfo=UTC)),
    ],
)
def test_what_has_taken_some_working_hours_began_that_long_ago(hours: float, began: datetime) -> None:
    end = datetime(2026, 3, 30, 9, 30, tzinfo=UTC)
    assert begun(NINE_TO_FIVE, end, hours) == began
    assert elapsed(NINE_TO_FIVE, began, end) == timedelta(hours=hours)


def test_on_a_weekend_it_began_before_the_weekend() -> None:
    assert begun(NINE_TO_FIVE, datetime(2026, 3, 29, 12, tzinfo=UTC), 0.5) == datetime(2026, 3, 27, 16, 30, tzinfo=UTC)
