"""A practice that is not one yet: expected, tried in small, told whatever came of it, and thanked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from forum.commitments import listing
from forum.commitments.committing import ReportedBefore
from forum.commitments.experimenting import back, experiment, tell, thank
from forum.commitments.models import Experiment
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid, Refused
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser
from tests.needs.conftest import MONDAY, at, office_hours, pass_time

__all__ = ["at", "office_hours", "pass_time"]

Browsers = Callable[[Person], Browser]


def idea(person: Person, page: Any, **given: Any) -> Experiment:
    said = {
        "title": "Call late payers first",
        "expectation": "half of them pay within the week",
        "test": "the next six, on the phone",
        "due_on": now().date(),
        **given,
    }
    return experiment(person, page, **said)


@pytest.fixture
def running(kim: Person, marta: Person) -> Experiment:
    return idea(kim, factories.question(marta))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": "x"}, "title"),
        ({"expectation": " "}, "expectation"),
        ({"test": ""}, "test"),
        ({"due_on": None}, "due_on"),
        ({"limited_to": "no_people"}, "limited_to"),
    ],
)
def test_an_experiment_says_what_it_expects_and_how_it_is_tested(
    said: dict[str, Any], field: str, kim: Person, marta: Person
) -> None:
    with pytest.raises(Invalid) as refused:
        idea(kim, factories.question(marta), **said)
    assert refused.value.field == field


def test_a_failed_one_is_told_once_kept_and_thanked_for(kim: Person, marta: Person, running: Experiment) -> None:
    with pytest.raises(Refused):
        thank(marta, running, "Well tried.")
    with pytest.raises(Invalid) as refused:
        tell(kim, running, "failed", "")
    assert refused.value.field == "word"
    tell(kim, running, "failed", "Two of six paid, as without it.")
    with pytest.raises(ReportedBefore):
        tell(kim, running, "worked", "After all.")
    thank(marta, running, "Well tried.")
    thank(marta, running, "Very well tried.")
    assert [line for _, _, line in listing.thanks_for(running.commitment_id)] == ["Very well tried."]
    assert [row.result for row in listing.experiments(result="failed").rows] == ["failed"]


def test_only_whoever_tries_it_tells_and_nobody_backs_or_thanks_themselves(
    kim: Person, marta: Person, running: Experiment
) -> None:
    with pytest.raises(Forbidden):
        tell(marta, running, "worked", "I saw it.")
    with pytest.raises(Forbidden):
        back(kim, running)
    tell(kim, running, "worked", "Four of six paid.")
    with pytest.raises(Forbidden):
        thank(kim, running, "Well done, me.")


def test_one_colleague_backs_it_while_it_runs(kim: Person, marta: Person, farah: Person, running: Experiment) -> None:
    back(marta, running)
    back(marta, running)
    with pytest.raises(Refused):
        back(farah, running)
    assert [row.sponsor for row in listing.experiments().rows] == [marta.name]
    other = idea(kim, factories.question(marta))
    tell(kim, other, "stopped", "There was no time.")
    with pytest.raises(Refused):
        back(marta, other)


def test_a_stopped_one_counts_as_let_go_and_any_other_as_done(kim: Person, marta: Person) -> None:
    states = {}
    for result in ("worked", "mixed", "failed", "stopped"):
        tried = idea(kim, factories.question(marta))
        tell(kim, tried, result, "That is what I saw.")
        states[result] = tried.commitment.state
    assert states == {"worked": "kept", "mixed": "kept", "failed": "kept", "stopped": "dropped"}


def test_what_came_of_it_is_asked_like_any_commitment(
    kim: Person, marta: Person, at: Callable[[datetime], Any], pass_time: Callable[..., datetime]
) -> None:
    with at(MONDAY):
        tried = idea(kim, factories.question(marta), due_on=date(2026, 11, 24))
    pass_time(MONDAY, days=2)
    assert tried.commitment.state == "due"


def test_its_news_reach_whom_they_concern(
    kim: Person, marta: Person, farah: Person, browser: Browsers, work_off: Callable[[], None]
) -> None:
    question = factories.question(marta)
    db.session.commit()
    sent = {
        "title": "Call late payers first",
        "expectation": "half of them pay within the week",
        "test": "the next six, on the phone",
        "due_on": now().date().isoformat(),
        "limited_to": "no_money",
    }
    refused = browser(kim).post(f"/posts/{question.id}/experiments/new", data={**sent, "test": ""})
    assert refused.status_code == 422
    assert "half of them pay within the week" in refused.text
    made = browser(kim).post(f"/posts/{question.id}/experiments/new", data=sent).location
    assert "limit: No money" in browser(marta).get(made).text
    assert browser(farah).post(f"{made}/backing").status_code == 303
    told = {"result": "failed", "word": "Two of six paid."}
    assert browser(kim).post(f"{made}/result", data=told).status_code == 303
    assert browser(farah).post(f"{made}/thanks", data={"line": "Now we know."}).status_code == 303
    work_off()
    assert "tries something new about it" in browser(marta).get("/inbox").text
    assert "what came of the experiment: it went otherwise" in browser(farah).get("/inbox").text
    own = browser(kim).get("/inbox").text
    assert "stands behind your experiment" in own
    assert "Now we know." in own
    assert "Two of six paid." in browser(farah).get("/experiments?result=failed&limit=no_money").text
    assert browser(farah).get(made.replace("experiments", "commitments")).location == made
