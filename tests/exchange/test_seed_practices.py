"""What came of the sixteen practices of the demonstration: the table of the story beside what the pages show."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.core.db import db
from forum.departments.models import Department
from forum.needs.models import CheckIn, Need
from forum.people.models import Person
from forum.practices.models import Practice
from forum.practices.weighing import weigh
from forum.search.current import engine
from forum.search.query import parse
from tests.exchange.test_seed import DEPARTMENTS, practice_table
from tests.pages import Page

# Number, outcomes, by department where the story says so, its label, what else stands on the page.
STORY = """
P1   9/10 CS 4/4, SA 3/3, OP 2/3   | Proven           | in date
P2   5/5  CS 5/5                   | Promising        | 1 more department where it works
P3   8/10 SA, OP, MK, FI           | Promising        | it worked for 8 of 10
P4  18/20 CS, SA, PE, OP, QR       | Proven           | review due
P5   3/3  OP, FI                   | Promising        | 2 more outcomes
P6   7/8  SA, FI                   | Proven           | in date
P7  10/10 CS, SA, FI, OP, QR, MK   | Proven           | in date
P8   4/5  OP, SA                   | Promising        | it worked for 4 of 5
P9   6/7  CS, IT, PE, MK           | Promising        | it worked for 6 of 7
P10  9/11 CS, SA                   | Proven           | in date
P11  2/2  MK                       | Too early to say | 3 more outcomes
P12 14/20 OP 9/10, SA 4/5, FI 1/5  | Promising        | Does not work in Finance
P13  1/8  SA, PE, MK               | Does not work    | fails more often than not
P14  3/4  SA, FI, QR               | Promising        | 1 more outcome
P15  1/1  FI                       | Too early to say | 4 more outcomes
P16  1/2  FI                       | Too early to say | 3 more outcomes
"""
LINE = re.compile(r"(P\d+) +(\d+)/(\d+) +(.+?) *\| (.+?) *\| (.+)")


def story() -> dict[str, tuple[int, int, str, str, str]]:
    """By title."""
    titles = {number: title for number, _, title in practice_table()}
    lines = [LINE.fullmatch(line) for line in STORY.strip().splitlines()]
    return {titles[line[1]]: (int(line[2]), int(line[3]), line[4], line[5], line[6]) for line in lines if line}


@pytest.fixture
def reader(northwick: Flask) -> Any:
    """Somebody who reads the pages and tries nothing."""
    client: Any = northwick.test_client()
    return client.sign_in(db.session.scalars(select(Person).where(Person.handle == "kim")).one())


def test_every_page_and_every_card_shows_what_the_story_tells(northwick: Flask, reader: Any) -> None:
    codes = {name: code for code, (name, _) in DEPARTMENTS.items()}
    practices = {each.title: each.id for each in db.session.scalars(select(Practice))}
    cards = {
        card.select_one(".card__title").text: " ".join(card.text.split())
        for state in ("current", "retired")
        for card in Page(reader.get(f"/practices?state={state}")).soup.select(".card-grid > .card")
    }
    assert cards.keys() == practices.keys() == story().keys()
    for title, (worked, tried, places, label, more) in story().items():
        retired = "/retired" if "Retired" in cards[title] else ""  # Its own address leads to what took its place.
        page = Page(reader.get(f"/practices/{practices[title]}{retired}", follow_redirects=True))
        assert f"{label} Worked for {worked} of {tried}, in" in page.words, title
        assert more in page.words, title
        assert f"Worked for {worked} of {tried}" in cards[title], title
        assert label in cards[title] or "Retired" in cards[title], title
        rows = Page(reader.get(f"/practices/{practices[title]}/outcomes")).soup.select("table tbody tr")
        shown = {codes[row.th.text]: row.td.text.replace(" of ", "/") for row in rows if row.th.text in codes}
        assert not [name for name, counts in shown.items() if counts == "0/0" and name in places.split(", ")]
        tried_in = {name: counts for name, counts in shown.items() if counts != "0/0"}
        if "/" in places:
            assert tried_in == dict(each.split() for each in places.split(", ")), title
        else:
            assert set(tried_in) == set(places.split(", ")), title


def test_what_was_counted_is_what_counting_anew_finds_and_search_knows_the_same(northwick: Flask) -> None:
    before = {each.id: (each.found, each.label, each.due_on) for each in db.session.scalars(select(Practice))}
    for id in before:
        weigh(id)
    db.session.rollback()
    assert {each.id: (each.found, each.label, each.due_on) for each in db.session.scalars(select(Practice))} == before
    proven = {f"p{id}" for id, (_, label, _) in before.items() if label == "proven"}
    assert len(proven) == 5
    assert {hit.id for hit in engine().search(parse("is:proven")).hits} == proven


def test_of_126_outcomes_101_worked_and_96_of_them_are_of_people_who_used_a_practice(northwick: Flask) -> None:
    counted = db.session.execute(select(func.sum(Practice.worked), func.sum(Practice.tried))).one()
    assert tuple(counted) == (101, 126)
    of_practice = (Need.practice_id.is_not(None), CheckIn.outcome.in_(("resolved", "partly", "not")))
    rows = db.session.execute(
        select(Need.origin, CheckIn.outcome, CheckIn.minutes).join(Need, Need.id == CheckIn.need_id).where(*of_practice)
    ).all()
    assert Counter(origin for origin, _, _ in rows) == {"reuse": 79, "deflected": 17}
    minutes = [minutes for _, outcome, minutes in rows if outcome == "resolved" and minutes is not None]
    assert sum(outcome == "resolved" for _, outcome, _ in rows) == 77
    assert (len(minutes), sum(minutes), median(minutes)) == (45, 2610, 45)


def test_handing_over_in_five_lines_is_proven_and_due_and_was_used_last_two_months_ago(northwick: Flask) -> None:
    end: datetime = northwick.extensions["story_ends"]
    practice = db.session.scalars(select(Practice).where(Practice.title == "Hand over in five lines")).one()
    assert practice.last_worked_at is not None
    assert timedelta(days=56) < end - practice.last_worked_at < timedelta(days=62)
    assert (practice.freshness(end.date()), practice.label) == ("due", "proven")


def test_the_challenge_of_finance_and_its_reply_stand_where_it_does_not_work(northwick: Flask, reader: Any) -> None:
    practice = db.session.scalars(select(Practice).where(Practice.title.startswith("Late supplier"))).one()
    page = Page(reader.get(f"/practices/{practice.id}", follow_redirects=True)).words
    assert "Challenged by Sofia Marin: it still works" in page
    history = Page(reader.get(f"/posts/{practice.id}/history")).words
    assert "Sofia Marin" in history
    assert "It is right for goods" in history
    library = Page(reader.get("/practices")).words
    assert "Worked for 14 of 20, in 3 departments · works in your department · does not work in Finance" in library


def test_the_departments_of_the_story_are_those_of_the_organisation(northwick: Flask) -> None:
    assert db.session.scalar(select(func.count()).select_from(Department)) == len(DEPARTMENTS)
