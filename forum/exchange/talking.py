"""Replays a chat: planned a week before, held, and summed up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from forum.chats.listing import questions
from forum.chats.models import Chat
from forum.chats.planning import plan
from forum.chats.running import ask_next, close, open_chat, present_question, take_turn
from forum.chats.summing_up import summarise
from forum.exchange.replaying import Deed
from forum.exchange.world import World
from forum.posts.voices import voice_in

AHEAD = timedelta(days=7)
PACE = timedelta(minutes=4)  # between two turns


def talking(world: World, told: dict[str, Any]) -> Iterator[Deed]:
    """Somebody hosts a chat, colleagues say something, and the host sums up."""
    made = list[Chat]()
    host = told["host"]
    begins = world.moments.at(told, host)

    def announce() -> None:
        given = {name: told[name] for name in ("title", "about")}
        departments = [world.departments[slug].id for slug in told["departments"]]
        lines, tags = "\n".join(told["questions"]), " ".join(told["tags"])
        person = world.people[host]
        made.append(plan(person, **given, questions=lines, starts_at=begins, departments=departments, tags=tags))

    def begin() -> None:
        open_chat(world.people[host], made[0])

    def say(turn: dict[str, Any]) -> None:
        question = questions(made[0])[turn["to"]]
        while question.opened_at is None:
            present = present_question(made[0])
            ask_next(world.people[host], made[0], seen=present.id if present else 0)
        unnamed = turn.get("unnamed", False)
        # With the department, as questions do: or no department's figures could be told by its own numbers.
        voice = voice_in(world.people[turn["by"]], made[0], unnamed=unnamed, shows_department=unnamed)
        take_turn(voice, made[0], question.id, turn["words"])

    def end() -> None:
        close(world.people[host], made[0])

    def sum_up() -> None:
        summarise(world.people[host], made[0], world.text(told["summary"]["words"]), links=[], seen=1)

    yield begins - AHEAD, announce
    yield begins, begin
    moment = begins
    for turn in told["turn"]:
        moment += PACE
        yield moment, partial(say, turn)
    over = moment + PACE
    yield over, end
    yield world.moments.after(host, over, told["summary"]["after"]), sum_up
