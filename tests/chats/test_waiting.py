"""Turns that wait for approval: nobody else meets them, a moderator lets them stand, and nothing tells who it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.audit.models import AuditLine
from forum.chats import listing
from forum.chats.models import Chat, ChatTurn
from forum.chats.running import let_stand, strike
from forum.core.clock import as_of, half_day
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid, Refused
from forum.moderation import scoping, turns
from forum.moderation.deciding import decide_several
from forum.moderation.log import lines
from forum.moderation.models import Case
from forum.moderation.queue import open_cases
from forum.people.models import Organisation, Person
from forum.posts.voices import voice_in
from tests import factories
from tests.chats.conftest import TEN, say
from tests.conftest import Browser
from tests.notifications.conftest import notes
from tests.pages import Page

Browsers = Callable[[Person], Browser]


@pytest.fixture(autouse=True)
def approval(opened: Chat) -> None:
    """Everybody's posts wait, except moderators'."""
    db.session.scalars(select(Organisation)).one().approval = "everybody"
    db.session.commit()


@pytest.fixture
def held(marta: Person, opened: Chat) -> ChatTurn:
    """What Marta said, which waits."""
    with as_of(TEN):
        made = say(marta, opened, "Two pallets.")
    db.session.commit()
    return made


def read(person: Person, chat: Chat) -> list[str]:
    """What somebody reads of a chat."""
    return [turn.words for part in listing.parts(chat, listing.questions(chat), person) for turn in part.turns]


def test_what_waits_is_there_for_whoever_said_it_and_for_moderators_alone(
    held: ChatTurn, opened: Chat, kim: Person, marta: Person, farah: Person, browser: Browsers
) -> None:
    for reader, finds in ((marta, True), (farah, True), (kim, False)):  # Kim hosts it.
        window = browser(reader)
        assert ("Two pallets." in window.get(f"/chats/{opened.id}").text) is finds
        assert window.get(f"/chat-turns/{held.id}/striking").status_code == (200 if finds else 404)
        for everybodys in (f"/chats/{opened.id}/transcript.txt", f"/chats/{opened.id}/summary"):
            assert "Two pallets." not in window.get(everybodys).text
    with as_of(TEN):
        assert [row.speakers for row in listing.chats().rows] == [0]
    assert "you need not say it again" in say_by_form(browser(marta), opened, "Three pallets.")


def say_by_form(window: Browser, chat: Chat, words: str, **more: str) -> str:
    with as_of(TEN):
        window.post(f"/chats/{chat.id}/turns", data={"words": words, **more})
        return Page(window.get(f"/chats/{chat.id}")).words


def test_a_moderator_lets_it_stand_and_is_told_once_of_all_that_waits(
    held: ChatTurn,
    opened: Chat,
    kim: Person,
    marta: Person,
    farah: Person,
    browser: Browsers,
    pass_time: Callable[..., Any],
) -> None:
    with as_of(TEN):
        other = say(kim, opened, "Three.")
        db.session.commit()
    pass_time(TEN, minutes=1)
    assert notes(farah) == [("moderation", "moderates")]
    window = browser(farah)
    with as_of(TEN):
        part = str(Page(window.get(f"/chats/{opened.id}")).soup.find(id="chat-live")["hx-get"])  # type: ignore[index]
    assert window.post(f"/chat-turns/{held.id}/approval").status_code == 303
    assert read(kim, opened) == ["Two pallets.", "Three."]  # Her own waits still.
    assert "for approval" in window.get(part, headers={"HX-Request": "true"}).text  # The page learns that one is out.
    assert notes(farah) == [("moderation", "moderates")]
    with as_of(TEN):
        let_stand(farah, other)
        with pytest.raises(Refused):
            let_stand(farah, other)
    db.session.commit()
    assert notes(farah) == []
    assert read(marta, opened) == ["Two pallets.", "Three."]
    approved = select(AuditLine).where(AuditLine.kind == "post.turn_approved").order_by(AuditLine.id)
    lines = db.session.scalars(approved).all()
    assert [(line.actor_id, line.data) for line in lines] == [
        (farah.id, {"turn_id": held.id}),
        (farah.id, {"turn_id": other.id}),
    ]


def test_neither_whoever_said_it_nor_the_host_lets_it_stand(
    held: ChatTurn, opened: Chat, kim: Person, marta: Person, farah: Person
) -> None:
    for person in (marta, kim):
        with pytest.raises(Forbidden):
            let_stand(person, held)
    with as_of(TEN):
        own = say(voice_in(farah, opened, unnamed=True), opened, "A moderator's persona is no moderator.")
        assert own.held_at is not None
        with pytest.raises(Forbidden):
            let_stand(farah, own)


def test_what_a_moderator_says_is_out_at_once(opened: Chat, kim: Person, farah: Person) -> None:
    with as_of(TEN):
        say(farah, opened, "It begins.")
    assert read(kim, opened) == ["It begins."]


def test_one_that_was_struck_before_anybody_read_it_leaves_no_place(
    held: ChatTurn, opened: Chat, kim: Person, marta: Person, farah: Person, browser: Browsers
) -> None:
    with as_of(TEN):
        strike(farah, held, "It names a customer.")
        db.session.commit()
    assert read(kim, opened) == []
    assert "It names a customer." not in browser(kim).get(f"/chats/{opened.id}").text
    assert "Only you see what it said: Two pallets." in Page(browser(marta).get(f"/chats/{opened.id}")).words
    with pytest.raises(Refused):
        let_stand(farah, held)


def test_no_minute_tells_who_said_something_without_a_name_that_waited(
    opened: Chat, marta: Person, farah: Person
) -> None:
    with as_of(TEN + timedelta(minutes=7)):
        turn = say(voice_in(factories.person(), opened, unnamed=True), opened, "I lost it.")
        assert turn.held_at == half_day(turn.held_at)
    with as_of(TEN + timedelta(minutes=23)):
        let_stand(farah, turn)
    assert turn.said_at == half_day(turn.said_at)


def test_it_is_an_entry_of_the_queue_for_those_who_look_after_its_departments(
    held: ChatTurn, opened: Chat, kim: Person, marta: Person, farah: Person, browser: Browsers
) -> None:
    champion = factories.person("Olga Champion", marta.department, "champion")
    elsewhere = factories.person("Mona Moderator", marta.department, "moderator")
    scoping.choose(elsewhere, [kim.department_id])
    assert [(turn.words, turn.mine) for turn in turns.waiting(farah)] == [("Two pallets.", False)]
    assert [turn.id for turn in turns.waiting(champion)] == [held.id]
    assert turns.waiting(elsewhere) == []
    assert db.session.scalar(open_cases(farah)) == 1
    for address, finds in (("/moderation", True), ("/moderation?show=held", True), ("/moderation?show=flagged", False)):
        assert ("Two pallets." in browser(farah).get(address).text) is finds
    seen = Page(browser(champion).get("/moderation"))
    assert "Two pallets." in seen.words
    assert seen.soup.find("input", attrs={"name": "turn"}) is None
    with pytest.raises(Forbidden):
        turns.waiting(kim)


def test_the_queue_approves_and_sends_back_turns_and_posts_together(
    held: ChatTurn, opened: Chat, kim: Person, marta: Person, farah: Person, browser: Browsers
) -> None:
    with as_of(TEN):
        other, third = (
            say(kim, opened, "Three."),
            say(voice_in(factories.person(), opened, unnamed=True), opened, "I lost it."),
        )
        question = factories.question(marta)
    db.session.commit()
    case = db.session.scalars(select(Case).where(Case.post_id == question.id)).one()
    window = browser(farah)
    with as_of(TEN):
        done = window.post("/moderation", data={"act": "approve", "case": case.id, "turn": [held.id, other.id]})
        assert done.status_code == 303
        assert "Done with 3 entries." in window.get("/moderation").text
        refused = window.post("/moderation", data={"act": "refuse", "turn": third.id, "words": "It names a customer."})
        assert refused.status_code == 422
        assert Page(refused).soup.find("input", attrs={"name": "turn", "value": str(third.id)}).has_attr("checked")  # type: ignore[union-attr]
        typed = {"act": "refuse", "turn": third.id, "reason": "private", "words": "It names a customer."}
        assert window.post("/moderation", data=typed).status_code == 303
    assert read(kim, opened) == ["Two pallets.", "Three."]
    assert question.withheld is None
    assert third.struck_because == "Tells what is private or confidential. It names a customer."
    assert turns.waiting(farah) == []


def test_the_log_says_what_was_decided_about_turns_and_neither_whose_nor_what(
    opened: Chat, kim: Person, marta: Person, farah: Person, browser: Browsers
) -> None:
    with as_of(TEN):
        said = [say(voice_in(marta, opened, unnamed=True), opened, f"SECRET-{number}") for number in range(3)]
        decide_several(farah, [], "approve", turn_ids=[said[0].id, said[1].id])
        decide_several(farah, [], "refuse", turn_ids=[said[2].id], reason="private", words="SECRET-WORDS")
        strike(farah, said[0], "SECRET-BECAUSE")
        strike(kim, said[1], "The host says so.")  # No moderator's deed: it stands in the chat.
        db.session.commit()
    assert [line.words % {"name": "", "post": line.post} for line in lines(kim).rows] == [
        " struck what somebody said in a chat",
        " struck what somebody said in a chat before it was read",
        " let stand what somebody said in a chat and waited",
        " let stand what somebody said in a chat and waited",
    ]
    page = Page(browser(kim).get("/moderation/log"))
    assert "before it was read: tells what is private or confidential" in page.words
    assert opened.title in page.words
    assert page.links()["a chat"] == f"/posts/{opened.id}"
    for private in ("SECRET", "Marta", "The host"):
        assert private not in page.words


def test_nobody_decides_in_the_queue_about_what_they_said_themselves(opened: Chat, farah: Person) -> None:
    with as_of(TEN):
        own = say(voice_in(farah, opened, unnamed=True), opened, "A moderator's persona is no moderator.")
        assert [turn.mine for turn in turns.waiting(farah)] == [True]
        for act in ("approve", "refuse"):
            done = decide_several(farah, [], act, turn_ids=[own.id], reason="other")
            assert (done.count, done.left) == (0, 1)
        with pytest.raises(Invalid):
            decide_several(farah, [], "refuse", turn_ids=[own.id], reason="other", words="x" * 300)
