"""Saying who wrote without a name: never one alone, with a reason, for a day, and whoever wrote it is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from forum.chats.planning import plan
from forum.chats.running import open_chat, strike, take_turn
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.moderation import intervening
from forum.notifications.listing import inbox
from forum.people import changing
from forum.people.models import Person
from forum.posts.voices import voice_in
from forum.posts.writing import write
from forum.questions.asking import ask
from forum.questions.models import Question
from forum.revealing.models import Reveal
from forum.revealing.revealing import OneGaveTheOtherTheRole, Sealed, agree, ask_to_reveal, counts, look, refuse
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

Browsers = Callable[[Person], Browser]
REASON = "A customer's address is in the text, and the customer asks who had it."


@pytest.fixture
def question(kim: Person) -> Question:
    """Something that Kim asked without a name."""
    made = ask(
        kim,
        title="May I say this here?",
        body=write("Somebody's address."),
        departments=[kim.department_id],
        unnamed=True,
    )
    db.session.commit()
    return made


@pytest.fixture
def asked(question: Question, farah: Person) -> Reveal:
    """A moderator asks who it is."""
    return ask_to_reveal(farah, question, REASON)


def test_a_moderator_and_an_administrator_together_see_who_it_is(
    asked: Reveal, farah: Person, chris: Person, kim: Person
) -> None:
    agree(chris, asked)
    assert look(farah, asked) is look(chris, asked) is kim


def test_it_goes_the_other_way_round_too(question: Question, farah: Person, chris: Person, kim: Person) -> None:
    asked = ask_to_reveal(chris, question, REASON)
    agree(farah, asked)
    assert look(chris, asked) is kim


def test_nobody_finds_out_alone_whatever_roles_they_have(question: Question) -> None:
    both = factories.person(None, None, "moderator", "administrator")
    asked = ask_to_reveal(both, question, REASON)
    with pytest.raises(Forbidden):
        agree(both, asked)
    with pytest.raises(Sealed):
        look(both, asked)


def test_two_of_the_same_role_are_not_enough(asked: Reveal) -> None:
    with pytest.raises(Forbidden):
        agree(factories.person(None, None, "moderator"), asked)


def test_whoever_wrote_it_decides_nothing_about_it(farah: Person, chris: Person) -> None:
    own = ask(chris, title="May I say this here?", body=write("Mine."), departments=[chris.department_id], unnamed=True)
    with pytest.raises(Forbidden):
        ask_to_reveal(chris, own, REASON)
    with pytest.raises(Forbidden):
        agree(chris, ask_to_reveal(farah, own, REASON))


def test_a_reason_has_to_say_something(question: Question, farah: Person) -> None:
    with pytest.raises(Invalid):
        ask_to_reveal(farah, question, "Because.")


def test_what_was_said_in_a_chat_without_a_name_is_asked_about_like_a_post(
    kim: Person, marta: Person, farah: Person, chris: Person, browser: Browsers, work_off: Callable[[], None]
) -> None:
    chat = plan(marta, title="Rain", about="", questions="Who is wet?", starts_at=now() + timedelta(minutes=9))
    open_chat(marta, chat)
    turn = take_turn(voice_in(kim, chat, unnamed=True), chat, None, "Somebody's address.")
    named = take_turn(marta, chat, None, "Not mine.")
    db.session.commit()
    moderator, address = browser(farah), f"/chat-turns/{turn.id}/reveal"
    assert f'href="{address}"' in moderator.get(f"/chats/{chat.id}").text
    for other in (kim, marta):
        assert address not in browser(other).get(f"/chats/{chat.id}").text
        assert browser(other).post(address, data={"reason": REASON}).status_code == 403
    assert "Somebody&#39;s address." in moderator.get(address).text
    assert moderator.get(f"/chat-turns/{named.id}/reveal").status_code == 404
    assert moderator.post(address, data={"reason": "Because."}).status_code == 422
    shown = moderator.post(address, data={"reason": REASON}).location
    asked = db.session.scalars(db.select(Reveal)).one()
    assert (asked.persona_id, asked.turn_id, asked.post_id) == (turn.author_id, turn.id, chat.id)
    second = browser(chris)
    assert f'href="/chats/{chat.id}#turn-{turn.id}"' in second.get(shown).text
    assert second.post(f"{shown}/agreement").status_code == 303
    for one_of_two in (second, moderator):
        assert kim.name in Page(one_of_two.get(shown)).words
    work_off()
    (thread,) = inbox(kim, None).rows
    assert "now know that you wrote this" in thread.lines[0].sentence
    assert inbox(marta, None).rows == []  # Whoever hosts it learns nothing.


def test_a_struck_turn_is_asked_about_by_its_reason_alone(
    kim: Person, marta: Person, farah: Person, browser: Browsers
) -> None:
    chat = plan(marta, title="Rain", about="", questions="Who is wet?", starts_at=now() + timedelta(minutes=9))
    open_chat(marta, chat)
    turn = take_turn(voice_in(kim, chat, unnamed=True), chat, None, "Bo is to blame.")
    strike(marta, turn, "It blames a colleague.")
    db.session.commit()
    page = browser(farah).get(f"/chat-turns/{turn.id}/reveal").text
    assert "It blames a colleague." in page
    assert "Bo is to blame." not in page


def test_nobody_can_agree_after_two_days_and_nobody_looks_after_one(
    asked: Reveal, farah: Person, chris: Person
) -> None:
    with as_of(now() + timedelta(hours=49)), pytest.raises(Sealed):
        agree(chris, asked)
    agree(chris, asked)
    with as_of(now() + timedelta(hours=25)), pytest.raises(Sealed):
        look(farah, asked)


def test_a_third_person_sees_nothing(asked: Reveal, chris: Person) -> None:
    agree(chris, asked)
    with pytest.raises(Forbidden):
        look(factories.person(None, None, "moderator", "administrator"), asked)


def test_whoever_wrote_it_is_told_in_the_same_moment(asked: Reveal, kim: Person, chris: Person) -> None:
    agree(chris, asked)
    (thread,) = inbox(kim, None).rows
    assert "now know that you wrote this" in thread.lines[0].sentence


def test_a_refusal_tells_whoever_wrote_it_nothing(asked: Reveal, kim: Person, chris: Person) -> None:
    refuse(chris, asked)
    assert inbox(kim, None).rows == []
    assert counts() == (1, 0)


def test_no_event_and_no_row_holds_the_name(asked: Reveal, kim: Person, chris: Person) -> None:
    agree(chris, asked)
    db.session.flush()
    told = db.session.query(EventRow).filter(EventRow.name.like("Reveal%")).all()
    assert [row.name for row in told] == ["RevealAsked", "RevealAgreed"]
    assert all(set(row.data) <= {"reveal_id", "wanted"} for row in told)
    row = db.session.execute(text("SELECT persona_id, asked_by_id, decided_by_id FROM reveal")).one()
    assert kim.id not in row


def test_everybody_reads_how_often_it_happened(asked: Reveal, chris: Person, marta: Person, browser: Browsers) -> None:
    agree(chris, asked)
    page = Page(browser(marta).get("/reveals"))
    assert "Revealed: 1 in all" in page.words
    assert REASON not in page.words
    assert browser(marta).get(f"/reveals/{asked.id}").status_code == 403


def test_the_pages_lead_from_the_post_to_the_name(
    question: Question, farah: Person, chris: Person, browser: Browsers
) -> None:
    moderator, administrator = browser(farah), browser(chris)
    assert "Ask who wrote this" in Page(moderator.get(f"/questions/{question.id}", follow_redirects=True)).words
    assert moderator.post(f"/posts/{question.id}/reveal", data={"reason": "Why?"}).status_code == 422
    made = moderator.post(f"/posts/{question.id}/reveal", data={"reason": REASON}, follow_redirects=True)
    assert "waits for a second person" in Page(made).words
    id = db.session.query(Reveal).one().id
    done = administrator.post(f"/reveals/{id}/agreement", follow_redirects=True)
    assert "It is Kim Tran" in Page(done).words.replace("KT ", "")
    assert "Kim Tran" in Page(moderator.get(f"/reveals/{id}")).words


def test_whoever_wrote_it_reads_the_reason_once_it_is_known(
    asked: Reveal, kim: Person, chris: Person, browser: Browsers
) -> None:
    assert browser(kim).get(f"/reveals/{asked.id}").status_code == 403
    agree(chris, asked)
    page = Page(browser(kim).get(f"/reveals/{asked.id}"))
    assert REASON in page.words
    assert "It is Kim" not in page.words


def test_it_is_asked_of_what_was_hidden_or_taken_back_too(
    question: Question, browser: Browsers, farah: Person, chris: Person, kim: Person
) -> None:
    intervening.hide(farah, question, reason="private")
    db.session.commit()
    moderator = browser(farah)
    assert f"/posts/{question.id}/reveal" in moderator.get(f"/posts/{question.id}/state").text
    asked = moderator.post(f"/posts/{question.id}/reveal", data={"reason": REASON})
    assert asked.status_code == 303
    browser(chris).post(f"{asked.location}/agreement")
    assert kim.name in moderator.get(asked.location).text


@pytest.mark.parametrize("first", ["chris", "puppet"])
def test_nobody_agrees_with_whom_they_gave_the_role_for_it(
    first: str, question: Question, chris: Person, kim: Person
) -> None:
    puppet = factories.person("Second Account")
    changing.set_roles(chris, puppet, [("moderator", None)])
    one, other = (chris, puppet) if first == "chris" else (puppet, chris)
    asked = ask_to_reveal(one, question, REASON)
    with pytest.raises(OneGaveTheOtherTheRole):
        agree(other, asked)
    assert asked.state == "waiting"
    refuse(other, asked)
    with as_of(now() + timedelta(days=15)):
        agree(other, later := ask_to_reveal(one, question, REASON))
        assert look(one, later) is kim
