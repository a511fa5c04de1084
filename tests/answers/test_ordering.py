"""Answers stand in the order of what became of them; the values were worked out on paper."""

from __future__ import annotations

from types import SimpleNamespace

from forum.answers.ordering import FAILED, reason, value


def tried(worked: int = 0, partly: int = 0, failed: int = 0) -> SimpleNamespace:
    return SimpleNamespace(worked=worked, partly=partly, failed=failed)


WORKED_FOR_ALL = (tried(worked=3), False)
ACCEPTED_AND_WORKED = (tried(worked=1), True)
ACCEPTED_ONLY = (tried(), True)
FAILED_THE_ASKER = (tried(failed=1), True)


def test_the_values_are_those_worked_out_on_paper() -> None:
    assert round(value(WORKED_FOR_ALL[0], accepted=False), 4) == 0.4385
    assert value(ACCEPTED_AND_WORKED[0], accepted=True) == 0.35
    assert value(ACCEPTED_ONLY[0], accepted=True) == 0.30
    assert round(value(tried(), accepted=False, votes=[(1, 0.0)] * 10), 4) == 0.1445
    assert value(FAILED_THE_ASKER[0], accepted=True) == FAILED


def test_what_worked_stands_first_and_what_failed_last() -> None:
    votes = value(tried(), accepted=False, votes=[(1, 0.0)] * 10)
    values = [
        value(answer, accepted=accepted) for answer, accepted in (WORKED_FOR_ALL, ACCEPTED_AND_WORKED, ACCEPTED_ONLY)
    ]
    order = [*values, votes, value(FAILED_THE_ASKER[0], accepted=True)]
    assert order == sorted(order, reverse=True)


def test_old_votes_weigh_less_than_fresh_ones() -> None:
    fresh = value(tried(), accepted=False, votes=[(1, 0.0)] * 5)
    assert value(tried(), accepted=False, votes=[(1, 730.0)] * 5) < fresh


def test_a_failure_takes_the_floor_away() -> None:
    assert value(tried(worked=1, failed=1), accepted=True) < 0.35


def test_the_reason_is_said_in_words() -> None:
    assert reason(tried(worked=3, failed=1), accepted=True) == "Worked for 3 of 4"
    assert reason(tried(), accepted=True) == "Accepted, not confirmed yet"
    assert reason(tried(failed=1), accepted=True) == "Did not work for the one who tried it"
    assert reason(tried(), accepted=False) == ""
