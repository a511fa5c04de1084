"""From the plan to the follow-up: who may do what, when, and what stays of a turn that was struck."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.audit.models import AuditLine
from forum.chats.listing import questions
from forum.chats.models import LAST_QUESTION, Chat
from forum.chats.planning import call_off, come, plan
from forum.chats.running import add_question, ask_next, close, open_chat, present_question, strike, take_turn
from forum.chats.summing_up import summarise
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid, Refused
from forum.people.models import Person
from forum.people.personas import choose_unnamed
from forum.posts.voices import voice_in
from forum.posts.writing import write
from tests.chats.conftest import PLANNED, TEN, Moments, say
from tests.needs.conftest import MONDAY


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title", "  "),
        ("title", "x" * 121),
        ("questions", "\n \n"),
        ("questions", "Why?\n" * 9),
        ("questions", "x" * 201),
        ("starts_at", None),
        ("starts_at", MONDAY),
        ("starts_at", MONDAY + timedelta(days=200)),
    ],
)
def test_a_plan_needs_a_topic_a_time_to_come_and_a_few_questions(
    kim: Person, at: Moments, field: str, typed: Any
) -> None:
    with at(MONDAY), pytest.raises(Invalid) as refused:
        plan(kim, **{**PLANNED, field: typed})
    assert refused.value.field == field


def test_only_the_host_opens_it_and_only_in_its_time(kim: Person, farah: Person, planned: Chat, at: Moments) -> None:
    with at(TEN), pytest.raises(Forbidden):
        open_chat(farah, planned)
    for too in (TEN - timedelta(minutes=16), TEN + timedelta(hours=4)):
        with at(too), pytest.raises(Refused):
            open_chat(kim, planned)
    with at(TEN - timedelta(minutes=15)):
        open_chat(kim, planned)
    assert planned.is_open
    with at(TEN), pytest.raises(Refused):
        call_off(kim, planned)


def test_questions_open_one_after_another_and_the_last_one_is_always_the_same(
    kim: Person, opened: Chat, at: Moments
) -> None:
    with at(TEN):
        add_question(kim, opened, "What would one line more have said?")
        seen = list[str]()
        while (present := present_question(opened)) is not None and not present.is_last:
            seen.append(present.words)
            ask_next(kim, opened, seen=present.id)
            ask_next(kim, opened, seen=present.id)  # Pressed twice.
        assert seen == ["What got lost last week?", "Who noticed first?", "What would one line more have said?"]
        assert present_question(opened).words == LAST_QUESTION  # type: ignore[union-attr]
        with pytest.raises(Refused):
            add_question(kim, opened, "And one more?")
        with pytest.raises(Refused):
            ask_next(kim, opened, seen=present_question(opened).id)  # type: ignore[union-attr]


def test_a_turn_is_short_and_stands_under_a_question_that_is_open(
    kim: Person, marta: Person, opened: Chat, at: Moments
) -> None:
    first, second, _ = questions(opened)
    with at(TEN):
        assert take_turn(marta, opened, first.id, " Two pallets. ").words == "Two pallets."
        assert take_turn(marta, opened, None, "x" * 500).question_id == first.id
        for question_id, words in ((first.id, " "), (first.id, "x" * 501), (second.id, "Me."), (0, "Me.")):
            with pytest.raises(Invalid):
                take_turn(marta, opened, question_id, words)
        close(kim, opened)
        with pytest.raises(Refused):
            take_turn(marta, opened, first.id, "Too late.")


def test_whoever_speaks_without_a_name_has_one_voice_in_the_chat(
    kim: Person, marta: Person, opened: Chat, at: Moments
) -> None:
    with at(TEN + timedelta(minutes=7)):
        voice = voice_in(marta, opened, unnamed=True)
        first = say(voice, opened, "I lost it, and told nobody.")
        again = voice_in(marta, opened)
        assert (voice.is_persona, again.id) == (True, voice.id)
        assert first.said_at.minute == 0  # To the half-day: a time would tell.
        say(kim, opened, "Thank you for saying so.")
        with pytest.raises(Invalid):
            voice_in(kim, opened, unnamed=True)


def test_nobody_speaks_without_a_name_where_that_is_switched_off(
    marta: Person, chris: Person, opened: Chat, at: Moments
) -> None:
    choose_unnamed(chris, "askers")
    with at(TEN), pytest.raises(Refused):
        voice_in(marta, opened, unnamed=True)


def test_host_moderator_and_speaker_strike_a_turn_and_nobody_else(
    kim: Person, marta: Person, farah: Person, chris: Person, opened: Chat, at: Moments
) -> None:
    with at(TEN):
        voice = voice_in(marta, opened, unnamed=True)
        turns = [say(voice, opened, f"A name, {number}.") for number in range(4)]
        for nobody in (chris, marta):  # An administrator; and the person herself, who acts as her persona.
            with pytest.raises(Forbidden):
                strike(nobody, turns[0], "No.")
        with pytest.raises(Invalid):
            strike(kim, turns[0], " ")
        strike(kim, turns[0], "It names somebody.")
        strike(farah, turns[1], "It names somebody.")
        strike(voice, turns[2], "")
        with pytest.raises(Refused):
            strike(farah, turns[2], "Again.")
    assert turns[0].struck_because == "It names somebody."
    db.session.commit()
    lines = db.session.scalars(select(AuditLine).where(AuditLine.kind == "post.turn_struck").order_by(AuditLine.id))
    assert [(line.actor_id, line.data) for line in lines] == [
        (kim.id, {"turn_id": turns[0].id}),
        (farah.id, {"turn_id": turns[1].id}),
    ]  # Nothing of what was said, and nothing of what somebody took back.


def test_after_an_hour_it_closes_and_asks_the_last_question_in_any_case(
    opened: Chat, pass_time: Callable[..., Any]
) -> None:
    pass_time(TEN, minutes=59)
    assert opened.is_open
    pass_time(TEN, minutes=61)
    assert (opened.state, questions(opened)[-1].opened_at is not None) == ("closed", True)


def test_summary_and_follow_up_end_it_in_either_order(
    kim: Person, marta: Person, opened: Chat, at: Moments, pass_time: Callable[..., Any]
) -> None:
    with at(TEN), pytest.raises(Refused):
        summarise(kim, opened, write("Too early."), links=[], seen=1)
    pass_time(TEN, days=27)
    assert (opened.state, opened.followed_up_at) == ("closed", None)
    end = pass_time(TEN, days=30)
    assert opened.followed_up_at is not None
    with at(end):
        with pytest.raises(Invalid):
            summarise(kim, opened, write("It is the line."), links=[opened.id], seen=1)
        with pytest.raises(Forbidden):
            summarise(marta, opened, write("Mine."), links=[], seen=1)
        summarise(kim, opened, write("It is the line."), links=[], seen=1)
    assert (opened.state, opened.body) == ("followed_up", "It is the line.")


def test_nobody_comes_to_what_is_over_and_whoever_comes_can_say_no(
    marta: Person, kim: Person, planned: Chat, at: Moments
) -> None:
    with at(MONDAY):
        come(marta, planned, comes=False)
        come(marta, planned)
        come(marta, planned)
        call_off(kim, planned)
        with pytest.raises(Refused):
            come(marta, planned)
