"""Replays what the organisation wants to move, what is told of it, and which courses were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from forum.core.clock import now
from forum.core.db import db
from forum.core.working_time import next_opening
from forum.exchange.replaying import Deed
from forum.exchange.world import World
from forum.objectives import telling as stories
from forum.objectives.linking import link
from forum.objectives.models import Objective, Reading, Story
from forum.objectives.stating import correct, enter, state
from forum.posts.models import Post
from forum.requests.agreeing import decide, diagnose, propose
from forum.requests.asking import ask_for
from forum.requests.checking import CHECK_AFTER, answer
from forum.requests.models import Request, RequestCheck

STATED = ("title", "unit", "direction", "baseline", "target")
TOLD = ("title", "tale", "outcome", "went", "witness_as")


def aiming(world: World, told: dict[str, Any]) -> Iterator[Deed]:
    """Somebody states an objective and reads off where it stands; colleagues say what serves it."""
    person, made = told["by"], list[Objective]()

    def say() -> None:
        due_on = (now() + timedelta(days=told["due_in"])).date()
        given = {name: told[name] for name in STATED}
        made.append(state(world.people[person], world.departments[told["department"]], due_on=due_on, **given))

    def serve(served: dict[str, Any]) -> None:
        link(world.people[served["by"]], page_of(world, served), made[0])

    yield world.moments.at(told, person), say
    for read in told["reading"]:
        yield from _reading(world, person, made, read)
    for served in told["link"]:
        yield world.moments.at(served, served["by"]), partial(serve, served)


def _reading(world: World, person: str, made: list[Objective], told: dict[str, Any]) -> Iterator[Deed]:
    entered = list[Reading]()

    def read_off() -> None:
        given = {"value": told["value"], "on": now().date(), "note": told.get("note", "")}
        entered.append(enter(world.people[person], made[0], **given))

    def mend(right: dict[str, Any]) -> None:
        correct(world.people[person], entered[0], value=right["value"], on=entered[0].on, note=right["note"])

    moment = world.moments.at(told, person)
    yield moment, read_off
    if "corrected" in told:
        right = told["corrected"]
        yield world.moments.after(person, moment, right["after"]), partial(mend, right)


def telling(world: World, told: dict[str, Any]) -> Iterator[Deed]:
    """Somebody tells what happened, and whoever they name says that it is so."""
    made = list[Story]()

    def tell() -> None:
        given = {name: told[name] for name in TOLD}
        witness = world.people[told["witness"]]
        made.append(stories.tell(world.people[told["by"]], page_of(world, told), witness=witness, **given))

    def say(said: dict[str, Any]) -> None:
        stories.reply(world.people[told["witness"]], made[0], is_true=True, words=said["words"])

    moment = _told_at(world, told)
    yield moment, tell
    if "confirmed" in told:
        said = told["confirmed"]
        yield world.moments.after(told["witness"], moment, said["after"]), partial(say, said)


def requesting(world: World, told: dict[str, Any]) -> Iterator[Deed]:
    """Somebody asks for a course; a colleague of another department diagnoses and proposes; they decide and check."""
    made = list[Request]()
    asker, other = told["by"], told["diagnosis"]["by"]

    def ask() -> None:
        concerned = [world.people[handle] for handle in told["concerned"]]
        given = {"title": told["title"], "gap": world.text(told["gap"]), "evidence": told["evidence"]}
        made.append(ask_for(world.people[asker], concerned=concerned, **given))

    def look() -> None:
        said = told["diagnosis"]
        questions = [world.questions[number].id for number in said["questions"]]
        practices = [world.practices[number].id for number in said["practices"]]
        diagnose(world.people[other], made[0], words=said["words"], posts=[*questions, *practices])

    def offer() -> None:
        said = told["proposal"]
        propose(world.people[other], made[0], way=said["way"], options=said["options"], words=said["words"])

    def agree() -> None:
        decide(world.people[asker], made[0], told["decision"]["reply"], told["decision"]["words"])

    asked_at = world.moments.at(told, asker)
    looked_at = world.moments.after(other, asked_at, told["diagnosis"]["after"])
    offered_at = world.moments.after(other, looked_at, told["proposal"]["after"])
    agreed_at = world.moments.after(asker, offered_at, told["decision"]["after"])
    yield from ((asked_at, ask), (looked_at, look), (offered_at, offer), (agreed_at, agree))
    for said in told["check"]:
        checked_at = next_opening(world.moments.calendars[asker], agreed_at + CHECK_AFTER)
        yield world.moments.after(said["by"], checked_at, said["after"]), partial(_say, world, made, said)


def _say(world: World, made: list[Request], said: dict[str, Any]) -> None:
    person = world.people[said["by"]]
    own = (RequestCheck.request_id == made[0].id, RequestCheck.person_id == person.id)
    answer(person, db.session.scalars(select(RequestCheck).where(*own)).one(), said["reply"], said.get("word", ""))


def page_of(world: World, told: dict[str, Any]) -> Post:
    """The practice, cause or question that something is told about."""
    if "cause" in told:
        return world.causes[told["cause"]]
    return world.practices[told["practice"]] if "practice" in told else world.questions[told["question"]]


def _told_at(world: World, told: dict[str, Any]) -> datetime:
    """When a story is told: so many days before the last whole quarter ended, or as everything else."""
    if "in_last_quarter" not in told:
        return world.moments.at(told, told["by"])
    first, _ = stories.moments_of(world.moments.end.date())
    days = timedelta(days=told["in_last_quarter"], hours=-10)  # ten in the morning of that day
    return next_opening(world.moments.calendars[told["by"]], first - days)
