"""The pulse, the requests, the pledges and the notes of the demonstration come out exactly."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from forum.commitments import listing
from forum.core.clock import as_of
from forum.core.db import db
from forum.notifications.models import Notification
from forum.people.models import Person
from forum.pulse.measuring import Favour, rounds
from forum.pulse.models import PulseInvitation
from forum.pulse.replying import turn_of
from forum.teams.measuring import Kept, Useful, pledges_kept
from forum.teams.models import MonthlyNote
from forum.teams.sending import useful
from tests.pages import Page, words_of


def person(handle: str) -> Person:
    return db.session.scalars(select(Person).where(Person.handle == handle)).one()


def test_the_pulse_went_from_10_of_18_to_16_of_22_of_40_who_were_asked(northwick: Flask) -> None:
    with as_of(northwick.extensions["story_ends"]):
        second, first = rounds()
    assert (first.invited, second.invited) == (40, 40)
    assert first.items[0].favour == Favour(10, 18, 40)
    assert second.items[0].favour == Favour(16, 22, 40)
    assert [item.favour.replied for item in second.items] == [22, 22, 22, 6, 6]


def test_it_is_arthurs_turn_today(northwick: Flask) -> None:
    with as_of(northwick.extensions["story_ends"]):
        invitation = turn_of(person("arthur"))
    assert invitation is not None
    assert invitation.is_stakeholder
    open_now = select(PulseInvitation.asked_on).where(PulseInvitation.round_id == invitation.round_id)
    assert invitation.asked_on == max(db.session.scalars(open_now))


def test_a_request_to_arthur_is_overdue_and_paul_is_asked_for_a_key(northwick: Flask) -> None:
    with as_of(northwick.extensions["story_ends"]):
        (late,) = (each for each in listing.requests(person("arthur")) if each.holder == "Arthur Webb")
        asked = [each for each in listing.requests(person("paul")) if each.holder == "Paul Hughes"]
        waiting = [each.overdue for each in listing.requests(person("kim"))]
    assert (late.asked_by, late.overdue, late.passed_to) == ("Kim Tran", True, "Paul Hughes")
    assert [(each.asked_by, each.overdue) for each in asked] == [("Beth Carver", False)]
    assert waiting == [True]
    unread = select(Notification.kind).where(
        Notification.person_id == person("paul").id, Notification.kind == "key", Notification.read_at.is_(None)
    )
    assert db.session.scalars(unread).all() == ["key", "key"]


def test_fewer_need_a_permission_than_in_the_quarter_before(northwick: Flask) -> None:
    client: Any = northwick.test_client()
    page = Page(client.sign_in(person("kim")).get("/commitments?blockers"))
    row = next(each for each in page.soup.select("tr") if words_of(each).startswith("Permission"))
    first, second = (int(words_of(cell)) for cell in row.select("td"))
    assert first == 7
    assert second in (5, 6)  # Beth's of today belongs to the quarter that ends today, or to the next.


def test_arthurs_pledge_was_kept_and_confirmed(northwick: Flask) -> None:
    assert pledges_kept(person("arthur").id) == Kept(1, 1, 0)
    assert pledges_kept() == Kept(2, 1, 0)


def test_the_last_two_notes_were_rated(northwick: Flask) -> None:
    notes = db.session.scalars(select(MonthlyNote).order_by(MonthlyNote.month.desc())).all()
    assert len(notes) >= 4
    assert [useful(note) for note in notes[:3]] == [Useful(3, 1, 1, 8), Useful(2, 2, 0, 8), Useful(0, 0, 0, 8)]
    assert all(line["words"] for note in notes for line in note.lines)
