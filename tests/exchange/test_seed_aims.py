"""What the demonstration wants to move, what is told of it, and which courses were asked for, as the story has it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.core.db import db
from forum.objectives import listing, measuring
from forum.objectives.models import Story
from forum.people.models import Person
from forum.practices.models import Practice
from forum.requests import listing as requests_listing
from forum.requests import measuring as requests_measuring
from forum.requests.models import Request
from tests.pages import Page

READINGS = {
    "Mis-shipped orders": [9, 8, 8, 6, 3, 2],
    "Days to close a complaint": [16, 16, 14, 13, 12, 11],
    "Days to quote": [3.8, 3.7, 3.3, 3.0, 2.7, 2.4],
}
P1 = "Read the ship-to back and check the morning report before release"


@pytest.fixture
def reader(northwick: Flask) -> Any:
    """Somebody who reads the pages and does nothing."""
    client: Any = northwick.test_client()
    return client.sign_in(db.session.scalars(select(Person).where(Person.handle == "kim")).one())


def test_the_three_objectives_moved_as_they_were_read_off(northwick: Flask) -> None:
    found = measuring.movements()
    assert {row.title: [point.value for point in row.points] for row in found.rows} == READINGS
    assert (found.figure, found.n) == (3, 3)
    assert [each.title for each in listing.at_home()] == list(READINGS)


def test_they_stand_first_on_the_home_page(reader: Any) -> None:
    words = Page(reader.get("/")).words
    assert "Mis-shipped orders 9 to 2 a month" in words
    assert words.index("What we want to move") < words.index("Mis-shipped orders") < words.index("Days to quote")
    assert words.index("Days to quote") < words.index("They wait for your answer")


def test_the_first_practice_stands_at_level_four_by_a_story_that_anna_confirmed(northwick: Flask, reader: Any) -> None:
    practices = {each.title: each for each in db.session.scalars(select(Practice))}
    assert [title for title, each in practices.items() if each.is_told] == [P1]
    page = Page(reader.get(f"/practices/{practices[P1].id}", follow_redirects=True))
    assert "Evidence: level 4 of 4" in page.words
    assert "Confirmed by Anna Wójcik" in page.words
    assert "Serves: Mis-shipped orders" in page.words


def test_three_went_best_and_three_went_worst_in_the_last_quarter(northwick: Flask) -> None:
    last = listing.quarters()[1]
    assert [len(listing.three(last, went)) for went in ("well", "badly")] == [3, 3]
    assert all(story.is_true for went in ("well", "badly") for story in listing.three(last, went))
    waiting = db.session.scalars(select(Story).where(Story.is_true.is_(None))).all()
    assert [story.title for story in waiting] == ["A discount that was approved before lunch"]


def test_three_courses_were_asked_for_and_each_ended_in_another_way(northwick: Flask) -> None:
    found = {each.title: each for each in db.session.scalars(select(Request))}
    assert {title: (each.way, each.state) for title, each in found.items()} == {
        "a two-day Excel course for four people": ("other_way", "checked"),
        "a course on negotiating": ("as_asked", "checked"),
        "a course on phone manner": ("none", "checked"),
    }
    excel = found["a two-day Excel course for four people"]
    assert sum(each.needs for each in requests_listing.evidence(excel)) == 7
    (proposal,) = requests_listing.proposals(excel)
    assert (proposal.options, proposal.reply) == (["practice", "peer_call"], "accepted")
    assert [each.reply for each in requests_listing.checks(excel) if each.side == "requester"] == ["yes"]


def test_two_of_three_were_solved_another_way_and_confirmed(northwick: Flask) -> None:
    solved, counter = requests_measuring.solved_another_way(), requests_measuring.counter_proposals()
    assert (solved.figure, solved.n, solved.unknown) == (2, 3, 0)
    assert (counter.figure, counter.n) == (1, 3)
    assert requests_measuring.looked_after_by_both().figure == 3
