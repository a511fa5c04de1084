"""The causes of the story: their numbers, whatever day it ends on, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.causes import counting, measuring, stepping
from forum.causes.models import Cause, CauseLink
from forum.causes.rates import Occurrence, between, days_later
from forum.core.clock import as_of
from forum.core.db import db
from forum.core.working_time import elapsed
from forum.exchange.causing import Story
from forum.exchange.threads import Thread
from forum.exchange.world import FOLDER, World, read, told_moments
from forum.search.known import known
from tests.exchange.test_seed_moments import ENDS

SHIP_TO, DISCOUNTS, BATCH, CARD = range(4)  # in the order of the file
CALENDARS = {each["slug"]: each["calendar"] for each in read("organisation.toml")["department"]}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize(("cause", "before", "after"), [(SHIP_TO, 14, 1), (DISCOUNTS, 6, 0)])
def test_as_many_needs_lie_on_both_sides_of_a_fix_whatever_day_it_is(
    end: datetime, cause: int, before: int, after: int
) -> None:
    world = World(told_moments(end))
    told = read("causes.toml")["cause"][cause]
    story = Story(world, told, CALENDARS[told["department"]])
    asked = {each["question"] for each in (told, *told["linked"]) if "question" in each}
    struck = list(_needs(world, asked))
    assert story.effect_on is not None
    assert story.since is not None
    tomorrow = days_later(story.calendar, story.calendar.local_date(end), 1)
    assert len(between(struck, story.calendar, story.since, story.effect_on)) == before
    assert len(between(struck, story.calendar, story.effect_on, tomorrow)) == after


def _needs(world: World, questions: set[int]) -> Iterable[Occurrence]:
    people = {handle: number for number, handle in enumerate(world.moments.calendars)}
    for file in sorted((FOLDER / "questions").glob("*.toml")):
        number, told = int(file.name.split("-")[0]), read(file)
        if number in questions or told.get("merged", {}).get("into") in questions:
            thread = Thread(world, number, told)
            yield Occurrence(people[told["asked_by"]], thread.asked_at)
            for each in told.get("me_too", []):
                yield Occurrence(people[each["by"]], thread.at(each["after"]))


@pytest.fixture
def causes(northwick: Flask) -> Any:
    """The four of them, on the day on which the story ends, in the order of the file."""
    titles = [told["title"] for told in read("causes.toml")["cause"]]
    found = {cause.title: cause for cause in db.session.scalars(select(Cause))}
    with as_of(northwick.extensions["story_ends"]):
        yield [found[title] for title in titles]


def test_each_stands_where_it_should(causes: list[Cause]) -> None:
    assert [cause.state for cause in causes] == ["verified", "fixed", "acknowledged", "declined"]
    assert causes[BATCH].overdue_at is not None
    assert causes[DISCOUNTS].doubted_at is not None


def test_the_ship_to_is_verified_and_the_discounts_are_too_early(causes: list[Cause]) -> None:
    found = [counting.weighed(cause) for cause in causes]
    ship_to, discounts = found[SHIP_TO], found[DISCOUNTS]
    assert (ship_to.before, ship_to.days_before, ship_to.after, ship_to.days_after) == (14, 85, 1, 35)
    assert ship_to.change is not None
    assert ship_to.change == pytest.approx((0.1735, 0.0407), abs=5e-5)
    assert ship_to.verdict == "verified"
    assert (discounts.before, discounts.days_before, discounts.after, discounts.days_after) == (6, 90, 0, 28)
    assert discounts.verdict == "early"
    assert (found[BATCH].before, found[CARD].before) == (5, 4)


def test_the_ship_to_was_signalled_with_six_needs_and_seen_two_working_days_later(causes: list[Cause]) -> None:
    first, second = stepping.steps_of(causes[SHIP_TO].id)[:2]
    assert (first.kind, first.needs) == ("signalled", 6)
    assert second.kind == "acknowledged"
    took = elapsed(counting.calendar_of(causes[SHIP_TO]), first.at, second.at)
    assert timedelta(hours=16) <= took <= timedelta(hours=20)


def test_everybody_who_asked_was_told_of_every_step(causes: list[Cause]) -> None:
    told = measuring.told()
    assert told.n > 80
    assert told.told == told.n


def test_what_is_something_else_is_remembered(causes: list[Cause]) -> None:
    refused = select(CauseLink).where(CauseLink.cause_id == causes[DISCOUNTS].id, CauseLink.refused_at.is_not(None))
    assert len(db.session.scalars(refused).all()) == 1


def test_whoever_types_it_sees_the_practice_and_the_cause(causes: list[Cause]) -> None:
    found = known("delivery address changes back next morning")
    assert causes[SHIP_TO].id in [each.id for each in found if each.kind == "cause"]
    assert any(each.title.startswith("Read the ship-to back") for each in found)
