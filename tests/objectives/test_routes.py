"""The pages of objectives and stories: first on the first page, forms that keep what was typed, history in sight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from forum.core.clock import now
from forum.core.db import db
from forum.objectives.linking import link
from forum.objectives.models import Objective
from forum.objectives.stating import enter
from forum.objectives.telling import reply
from forum.people.models import Person
from forum.practices.models import Practice
from tests.conftest import Browser
from tests.objectives.test_telling import told
from tests.pages import Page

Browsers = Callable[[Person], Browser]


def test_an_objective_is_stated_read_off_corrected_and_closed(anna: Person, kim: Person, browser: Browsers) -> None:
    db.session.commit()
    window = browser(anna)
    sent: dict[str, Any] = {
        "department": str(anna.department_id),
        "title": "Days to quote",
        "unit": "days",
        "direction": "down",
        "baseline": "3,8",
        "target": "5",
        "due_on": (now() + timedelta(days=30)).date().isoformat(),
    }
    refused = window.post("/objectives/new", data=sent)
    assert refused.status_code == 422
    for kept in ("Days to quote", "3,8", sent["due_on"]):
        assert kept in refused.text
    made = window.post("/objectives/new", data={**sent, "target": "2"})
    assert made.status_code == 303
    today = now().date().isoformat()
    window.post(f"{made.location}/readings/new", data={"value": "24", "on": today, "note": "October"})
    page = Page(window.get(made.location))
    assert "It moved from 3.8 to 24." in page.words
    correction = page.soup.select_one("a[href$='/correction']")
    assert correction is not None
    refused = window.post(correction["href"], data={"value": "2.4", "on": today, "note": ""})
    assert (refused.status_code, "2.4" in refused.text) == (422, True)
    window.post(correction["href"], data={"value": "2.4", "on": today, "note": "A slip."})
    page = Page(window.get(made.location))
    assert "It moved from 3.8 to 2.4." in page.words
    assert page.soup.select_one("del").text == "24"
    assert "3.8 to 2.4" in Page(browser(kim).get("/")).words
    assert "Enter a reading" not in browser(kim).get(made.location).text
    window.post(f"{made.location}/closing", data={"word": "Good enough."})
    assert "Good enough." in window.get(made.location).text
    assert "Days to quote" not in browser(kim).get("/").text


def test_a_page_says_what_it_serves_who_said_so_and_what_is_told_of_it(
    anna: Person, kim: Person, marta: Person, practice: Practice, objective: Objective, browser: Browsers
) -> None:
    enter(anna, objective, value="2", on=now().date())
    db.session.commit()
    window = browser(kim)
    chosen = window.post(f"/posts/{practice.id}/objective", data={"objective": str(objective.id)})
    assert chosen.status_code == 303
    story = told(kim, practice, anna, witness_as="manager")
    reply(anna, story, is_true=True)
    db.session.commit()
    page = Page(browser(marta).get(f"/practices/{practice.id}", follow_redirects=True))
    assert "Serves: Mis-shipped orders 9 at first, 2 now (a month) Kim Tran said so" in page.words
    assert "Confirmed by Anna Wójcik. They are a manager, and saw it." in page.words
    shown = Page(browser(marta).get(f"/objectives/{objective.id}"))
    assert "It moved from 9 to 2 while “Read it back” took effect." in shown.words
    window.post(f"/posts/{practice.id}/objective", data={"objective": "0"})
    assert "Kim Tran took it back" in Page(browser(marta).get(f"/objectives/{objective.id}")).words
    assert window.post(f"/posts/{practice.id}/objective", data={"objective": "999"}).status_code == 422


def test_a_story_is_told_kept_when_refused_confirmed_and_found_in_its_quarter(
    kim: Person, marta: Person, farah: Person, practice: Practice, browser: Browsers
) -> None:
    db.session.commit()
    window = browser(kim)
    sent = {"title": "The box", "tale": "It was late.", "outcome": "It came.", "went": "badly", "witness": "@nobody"}
    refused = window.post(f"/posts/{practice.id}/stories/new", data=sent)
    assert refused.status_code == 422
    for kept in ("The box", "It was late.", "It came.", "@nobody"):
        assert kept in refused.text
    made = window.post(
        f"/posts/{practice.id}/stories/new",
        data={**sent, "witness": f"@{marta.handle}", "witness_as": "concerned"},
    )
    assert made.status_code == 303
    assert "Marta Silva is asked whether it is so" in Page(window.get(made.location)).words
    assert browser(marta).post(made.location, data={"is_true": ""}).status_code == 422
    assert browser(marta).post(made.location, data={"is_true": "yes"}).status_code == 303
    stories = Page(browser(farah).get("/stories"))
    assert "Confirmed by Marta Silva" in stories.words
    assert browser(farah).post(f"{made.location}/choice").status_code == 303
    assert "Of the quarter" in browser(kim).get("/stories").text
    assert browser(farah).post(f"{made.location}/choice/withdrawal").status_code == 303
    assert browser(kim).post(f"{made.location}/removal").status_code == 303
    assert browser(kim).get(made.location).status_code == 404


def test_an_odd_quarter_is_the_latest_one(kim: Person, browser: Browsers) -> None:
    db.session.commit()
    for odd in ("2026-5", "1999-1", "x", "2099-4"):
        assert browser(kim).get("/stories", query_string={"quarter": odd}).status_code == 200


def test_the_objectives_stand_on_the_home_page_and_on_no_list(
    anna: Person, kim: Person, practice: Practice, objective: Objective, browser: Browsers
) -> None:
    link(kim, practice, objective)
    db.session.commit()
    assert "What we want to move" in browser(kim).get("/").text
    assert "What we want to move" not in browser(kim).get("/questions").text
