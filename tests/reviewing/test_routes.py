"""Challenging on the pages, as a browser does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.models import Answer
from forum.core.db import db
from forum.people.models import Person
from forum.practices.models import Practice
from forum.reviewing.challenging import challenge, reply
from forum.reviewing.models import Challenge
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]
GONE = "The label printer is gone since March."


@pytest.fixture
def here(practice: Practice) -> str:
    return f"/practices/{practice.id}/label-boxes-on-two-sides"


def words_of(answer: Any) -> str:
    """The words of a whole page, in single blanks."""
    return Page(answer).words


def the_challenge() -> Challenge:
    return db.session.scalars(select(Challenge)).one()


def test_a_reader_challenges_a_practice_and_its_page_and_card_show_it(
    kim: Person, farah: Person, practice: Practice, browser: SignIn, here: str
) -> None:
    window = browser(kim)
    assert f'href="/posts/{practice.id}/challenge"' in window.get(here).text
    answer = window.post(f"/posts/{practice.id}/challenge", data={"what": GONE, "tried": "Another one."})
    assert answer.location.endswith(f"/challenges/{the_challenge().id}")
    page = words_of(browser(farah).get(here))
    assert "1 colleague says that this no longer works." in page
    assert GONE in page
    assert "Challenged" in words_of(window.get("/practices"))
    assert f'href="/posts/{practice.id}/challenge"' not in window.get(here).text


def test_a_refused_challenge_keeps_what_was_typed(kim: Person, practice: Practice, browser: SignIn) -> None:
    answer = browser(kim).post(f"/posts/{practice.id}/challenge", data={"what": "no", "tried": "Everything there is."})
    assert answer.status_code == 422
    assert "Say what no longer works" in words_of(answer)
    assert "Everything there is." in answer.text


def test_whoever_comes_second_is_led_to_the_first(
    kim: Person, chris: Person, practice: Practice, browser: SignIn
) -> None:
    made = challenge(kim, practice, what=GONE)
    window = browser(chris)
    address = f"/challenges/{made.id}"
    assert window.get(f"/posts/{practice.id}/challenge").location.endswith(address)
    window.post(f"{address}/backing", data={"note": "Nor in our hall."})
    page = words_of(window.get(address))
    assert "1 colleague sees the same" in page
    assert "Nor in our hall." in page


def test_an_accepted_answer_carries_the_banner_in_its_thread(
    farah: Person, kim: Person, answer: Answer, browser: SignIn
) -> None:
    thread = f"/questions/{answer.question_id}"
    window = browser(farah)
    assert "No longer works?" in words_of(window.get(thread, follow_redirects=True))
    window.post(f"/posts/{answer.id}/challenge", data={"what": GONE})
    page = words_of(browser(kim).get(thread, follow_redirects=True))
    assert "1 colleague says that this no longer works." in page
    assert "No longer works?" not in page


def test_the_owner_replies_and_the_history_keeps_it(
    kim: Person, marta: Person, practice: Practice, browser: SignIn, here: str
) -> None:
    made = challenge(kim, practice, what=GONE)
    window = browser(marta)
    assert "Reply" in words_of(window.get(here))
    address = f"/challenges/{made.id}"
    refused = window.post(f"{address}/reply", data={"outcome": "changed", "reply": "Done."})
    assert refused.status_code == 422
    assert "Change the text first." in words_of(refused)
    assert "Done." in refused.text
    window.post(f"{address}/reply", data={"outcome": "right", "reply": "It moved upstairs."})
    page = words_of(browser(kim).get(address))
    assert "It still works" in page
    assert "It moved upstairs." in page
    assert "no longer works" not in words_of(browser(kim).get(here)).replace("No longer works?", "")
    history = words_of(browser(kim).get(f"/posts/{practice.id}/history"))
    assert "Kim Tran said that it no longer works" in history
    assert "it still works. “It moved upstairs.”" in history


def test_what_was_upheld_stays_on_the_page_with_the_reply(
    kim: Person, marta: Person, practice: Practice, browser: SignIn, here: str
) -> None:
    reply(marta, challenge(kim, practice, what=GONE), "upheld", "Nobody knows better yet.")
    page = words_of(browser(kim).get(here))
    assert "This no longer works." in page
    assert "Nobody knows better yet." in page


def test_what_people_type_is_shown_as_words(kim: Person, practice: Practice, browser: SignIn, here: str) -> None:
    made = challenge(kim, practice, what="<script>alert(1)</script>", tried="<b>all</b>")
    for address in (here, f"/challenges/{made.id}", f"/posts/{practice.id}/history"):
        text = browser(kim).get(address).text
        assert "<script>alert" not in text
        assert "<b>all" not in text


def test_the_inbox_leads_to_the_reply(
    kim: Person, marta: Person, practice: Practice, browser: SignIn, work_off: Any
) -> None:
    made = challenge(kim, practice, what=GONE)
    work_off()
    page = browser(marta).get("/inbox")
    assert "Kim Tran says that this practice no longer works. A reply is due by" in words_of(page)
    assert f'href="/challenges/{made.id}"' in page.text
    reply(marta, made, "right", "It is.")
    work_off()
    assert "looked at this practice after your challenge: it still works" in words_of(browser(kim).get("/inbox"))
