"""The pages of requests: from "I need a course" to one tap, with both sides' words on one page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from forum.core.db import db, transaction
from forum.people.models import Person
from forum.requests.asking import RequestTimer
from forum.requests.checking import ask_whether_it_helped
from forum.requests.models import Request, RequestCheck
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

Browsers = Callable[[Person], Browser]
SENT: dict[str, Any] = {
    "title": "a course on spreadsheets",
    "body": "They copy last month's file.",
    "evidence": "Three wrong sums.",
}


def test_from_the_wish_to_one_tap(
    kim: Person, marta: Person, mina: Person, farah: Person, browser: Browsers, work_off: Callable[[], None]
) -> None:
    question = factories.question(marta, "Which spreadsheets have to be in before month-end?")
    db.session.commit()
    work_off()
    asker, other = browser(kim), browser(mina)
    made = asker.post("/requests/new", data={**SENT, "concerned": f"@{marta.handle}, @{farah.handle}"})
    assert made.status_code == 303
    work_off()
    assert "asks for a course. What is needed?" in browser(farah).get("/inbox").text
    assert "I need a course on spreadsheets" in Page(other.get("/requests")).words
    page = Page(other.get(made.location))
    assert "Which spreadsheets have to be in" in page.words
    assert "Look at it together" in page.words
    looked = {"words": "Nobody knows what is due.", "posts": str(question.id)}
    assert other.post(f"{made.location}/diagnosis", data=looked).status_code == 303
    work_off()
    assert "asks for a course" not in browser(farah).get("/inbox").text
    offer = {"way": "other_way", "options": ["practice", "peer_call"], "words": "A page, and an hour."}
    assert "1 matching need found" in Page(other.get(f"{made.location}/proposal")).words
    assert other.post(f"{made.location}/proposal", data=offer).status_code == 303
    work_off()
    inbox = asker.get("/inbox").text
    assert "proposes what to do. You decide" in inbox
    assert f'href="{made.location}/decision"' in inbox
    refused = asker.post(f"{made.location}/decision", data={"reply": "amended", "words": ""})
    assert refused.status_code == 422
    assert asker.post(f"{made.location}/decision", data={"reply": "amended", "words": "Two hours."}).status_code == 303
    work_off()
    assert "accepts what you proposed, with a change" in other.get("/inbox").text
    page = Page(browser(marta).get(made.location))
    for said in ("They copy last month", "Nobody knows what is due.", "A page, and an hour.", "Two hours."):
        assert said in page.words
    with transaction():
        ask_whether_it_helped.run(RequestTimer(request_id=db.session.scalars(select(Request.id)).one()))
    work_off()
    assert "One tap is enough" in browser(marta).get("/inbox").text
    check = db.session.scalars(select(RequestCheck.id).where(RequestCheck.person_id == marta.id)).one()
    assert browser(marta).post(f"/request-checks/{check}", data={"reply": "yes"}).status_code == 303
    assert "One tap is enough" not in browser(marta).get("/inbox").text
    assert "You said: Yes. Thank you." in Page(browser(marta).get(f"/request-checks/{check}")).words
    assert "Yes Marta Silva, whom it concerns" in Page(asker.get(made.location)).words
    assert "another way" in asker.get("/requests?of=agreed").text


def test_a_refused_wish_keeps_what_was_typed(kim: Person, browser: Browsers) -> None:
    db.session.commit()
    refused = browser(kim).post("/requests/new", data={**SENT, "evidence": "", "concerned": "@nobody-here"})
    assert refused.status_code == 422
    for kept in ("a course on spreadsheets", "They copy last month", "@nobody-here"):
        assert kept in refused.text


def test_a_refused_diagnosis_keeps_what_was_typed_and_ticked(
    kim: Person, marta: Person, mina: Person, received: Request, browser: Browsers
) -> None:
    db.session.commit()
    refused = browser(mina).post(
        f"/requests/{received.id}/diagnosis", data={"words": "Nobody knows.", "more": "#999999, twelve"}
    )
    assert refused.status_code == 422
    for kept in ("Nobody knows.", "#999999, twelve", "is no question or practice"):
        assert kept in refused.text


def test_other_questions_are_named_by_number(marta: Person, mina: Person, received: Request, browser: Browsers) -> None:
    question = factories.question(marta)
    db.session.commit()
    sent = {"words": "Nobody knows.", "more": f"#{question.id}"}
    assert browser(mina).post(f"/requests/{received.id}/diagnosis", data=sent).status_code == 303
    assert question.title in browser(mina).get(f"/requests/{received.id}").text
    assert f"#{question.id}" in browser(mina).get(f"/requests/{received.id}/diagnosis").text


def test_nobody_remarks_on_a_request_and_its_short_address_leads_to_it(
    kim: Person, received: Request, browser: Browsers
) -> None:
    db.session.commit()
    assert browser(kim).post(f"/posts/{received.id}/comments", data={"body": "Hm."}).status_code == 404
    assert browser(kim).get(f"/posts/{received.id}").location == f"/requests/{received.id}"
    assert browser(kim).get(f"/posts/{received.id}/stories/new").status_code == 404
