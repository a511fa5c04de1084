"""The page of a team, and that a request shows as overdue to both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from forum.commitments.blocking import ask_for
from forum.core.db import db
from forum.people.models import Person
from tests.conftest import Browser
from tests.teams.conftest import MONDAY, Moments


def test_an_overdue_request_shows_to_whoever_asked_to_the_holder_and_one_level_up(
    browser: Callable[[Person], Browser],
    head: Person,
    staff: list[Person],
    top: Person,
    at: Moments,
    pass_time: Callable[..., datetime],
) -> None:
    with at(MONDAY):
        made = ask_for(staff[0], head, kind="time", words="Half a day for the returns.", wanted_by=MONDAY.date())
    pass_time(MONDAY, days=4)
    for person in (staff[0], head, top):
        page = browser(person).get("/team").text
        assert "Half a day for the returns." in page
        assert "Overdue since 23 November 2026" in page
    assert "Half a day" not in browser(staff[1]).get("/team").text
    assert "/blockers/" in browser(top).get("/inbox").text
    assert "Is the way open?" in browser(top).get(f"/blockers/{made.id}/reply").text


def test_what_was_typed_stays_in_a_refused_request(browser: Callable[[Person], Browser], staff: list[Person]) -> None:
    db.session.commit()
    window = browser(staff[0])
    assert "@hanna" in window.get("/team/requests/new").text  # The only one who leads them stands there already.
    refused = window.post("/team/requests/new", data={"kind": "money", "words": "One licence more.", "holder": ""})
    assert refused.status_code == 422
    assert "One licence more." in refused.text
    assert "Name whoever can give it to you." in refused.text


def test_months_that_never_were_are_not_found(browser: Callable[[Person], Browser], head: Person) -> None:
    db.session.commit()
    window = browser(head)
    for month in ("1999-01", "2026-13", "2026-1", "2998-01", "x"):
        assert window.get(f"/notes/{month}").status_code == 404
        assert window.post(f"/notes/{month}/rating", data={"rating": "yes"}).status_code == 404
