"""Tells the demonstration's pulse, what leaders and teams ask and pledge, and the notes of the months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from forum.commitments.blocking import ask_for, reply_to
from forum.commitments.models import Blocker
from forum.core.clock import now
from forum.core.db import db
from forum.exchange.replaying import Deed
from forum.exchange.world import LENGTH, World, read
from forum.pulse.asking import ask_whose_turn_it_is
from forum.pulse.replying import reply, turn_of
from forum.teams.models import MonthlyNote, Pledge
from forum.teams.pledging import confirm, pledge, report
from forum.teams.sending import rate, send_note

REPLY_AFTER = timedelta(days=2)  # of being asked: most reply soon or never


def days(world: World) -> Iterator[Deed]:
    """What the worker does by itself every day, and who replies to the pulse then."""
    told = {each["number"]: each for each in read("pulse.toml")["round"]}
    for number in range(LENGTH.days + 1):
        yield world.moments.begin + timedelta(days=number, minutes=1), partial(_day, world, told)


def requests(world: World) -> Iterator[Deed]:
    """Somebody needs something of somebody else by a day."""
    for told in read("teams.toml")["asked_for"]:
        yield from _asking(world, told)


def pledges(world: World) -> Iterator[Deed]:
    """A leader pledges time, says how it went, and some of the team confirm it."""
    for told in read("teams.toml")["pledged"]:
        yield from _pledging(world, told)


def ratings(world: World) -> Iterator[Deed]:
    """What those who answer for a department say of the last notes, today."""
    yield world.moments.end, partial(_rate, world, read("teams.toml")["rated"])


def _day(world: World, told: dict[int, dict[str, Any]]) -> None:
    ask_whose_turn_it_is()
    send_note()
    for round in told.values():
        for handle in list(round["replied"]):
            invitation = turn_of(world.people[handle])
            if invitation is None or invitation.round.number != round["number"]:
                continue
            if invitation.asked_on + REPLY_AFTER <= now().date():
                round["replied"].remove(handle)
                values = {item: round[f"item_{item}"].pop(0) for item in invitation.items}
                reply(world.people[handle], invitation, values)


def _asking(world: World, told: dict[str, Any]) -> Iterator[Deed]:
    made: list[Blocker] = []
    holder = told["of"]

    def ask() -> None:
        wanted_by = (now() + timedelta(days=told["wanted_in"])).date()
        said = {"kind": told["kind"], "words": told["words"], "wanted_by": wanted_by}
        made.append(ask_for(world.people[told["by"]], world.people[holder], **said))

    def answer() -> None:
        reply_to(world.people[holder], made[0], told["replied"]["reply"], told["replied"]["answer"])

    asked_at = world.moments.at(told, told["by"])
    yield asked_at, ask
    if "replied" in told:
        yield world.moments.after(holder, asked_at, told["replied"]["after"]), answer


def _pledging(world: World, told: dict[str, Any]) -> Iterator[Deed]:
    made: list[Pledge] = []

    def promise() -> None:
        until_on = (now() + timedelta(days=told["for_days"])).date()
        said = {"hours_a_week": told["hours_a_week"], "purpose": told["purpose"], "until_on": until_on}
        made.append(pledge(world.people[told["by"]], **said))

    def tell() -> None:
        report(world.people[told["by"]], made[0], told["state"], told["word"])
        for handle in told["confirmed"]:
            confirm(world.people[handle], made[0])

    made_at = world.moments.at(told, told["by"])
    yield made_at, promise
    if "state" in told:
        over = made_at + timedelta(days=told["for_days"] + 1)
        yield world.moments.after(told["by"], over, 3), tell


def _rate(world: World, told: list[dict[str, str]]) -> None:
    notes = db.session.scalars(select(MonthlyNote).order_by(MonthlyNote.month.desc()).limit(len(told)))
    for note, said in zip(notes, told, strict=True):
        for handle, rating in said.items():
            rate(world.people[handle], note, rating)
