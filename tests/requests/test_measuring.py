"""What became of requests is counted over all of them, and whoever did not reply is never counted as content."""

from __future__ import annotations

from sqlalchemy import select

from forum.core.db import db
from forum.people.models import Person
from forum.requests import measuring
from forum.requests.agreeing import decide, diagnose, propose
from forum.requests.asking import RequestTimer
from forum.requests.checking import answer, ask_whether_it_helped
from forum.requests.models import Request, RequestCheck
from tests.requests.conftest import ask


def finished(kim: Person, mina: Person, way: str, reply: str, helped: str | None) -> Request:
    made = ask(kim)
    diagnose(mina, made, words="Found.", posts=[])
    propose(mina, made, way=way, options=["answer"], words="So.")
    decide(kim, made, reply, "Because.")
    ask_whether_it_helped.run(RequestTimer(request_id=made.id))
    check = db.session.scalars(select(RequestCheck).where(RequestCheck.request_id == made.id)).one()
    if helped is None:
        made.state = "checked"  # as the timers leave it when nobody replies
    else:
        answer(kim, check, helped)
    return made


def test_solved_another_way_and_confirmed_is_a_share_of_all_that_were_checked(kim: Person, mina: Person) -> None:
    ask(kim)  # noise: nothing is agreed yet
    finished(kim, mina, "other_way", "accepted", "yes")
    finished(kim, mina, "none", "amended", "yes")
    finished(kim, mina, "other_way", "accepted", "no")
    finished(kim, mina, "other_way", "accepted", None)
    finished(kim, mina, "other_way", "insisted", "yes")
    found = measuring.solved_another_way()
    assert (found.figure, found.n, found.unknown, len(found.rows)) == (2, 5, 1, 5)
    assert found.interval.low < 2 / 4 < found.interval.high
    counter = measuring.counter_proposals()
    assert (counter.figure, counter.n) == (3, 5)
    assert (measuring.looked_after_by_both().figure, measuring.looked_after_by_both().n) == (5, 6)
    assert (measuring.satisfied().figure, measuring.satisfied().n) == (3, 4)


def test_the_course_as_asked_is_no_counter_proposal(kim: Person, mina: Person) -> None:
    finished(kim, mina, "as_asked", "accepted", "yes")
    assert (measuring.counter_proposals().n, measuring.solved_another_way().figure) == (0, 0)


def test_nothing_is_known_of_nothing(kim: Person) -> None:
    assert (measuring.solved_another_way().n, measuring.solved_another_way().interval.low) == (0, 0.0)
