"""The pages of a chat: from the plan to what came of it, by reload and by parts, and who hears of what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from forum.chats.models import Chat
from forum.chats.planning import FIVE
from forum.chats.running import close
from forum.chats.summing_up import summarise
from forum.core.clock import as_of
from forum.core.db import db
from forum.departments.following import follow
from forum.departments.models import Department
from forum.people.models import Person
from forum.posts.voices import voice_in
from forum.posts.writing import write
from tests import factories
from tests.chats.conftest import PLANNED, TEN, say
from tests.conftest import Browser
from tests.needs.conftest import MONDAY
from tests.pages import Page

Browsers = Callable[[Person], Browser]
SENT = {**PLANNED, "starts_at": "2026-11-23T10:00"}
PART = {"HX-Request": "true"}


def test_from_the_plan_to_the_follow_up(
    kim: Person, marta: Person, farah: Person, sales: Department, browser: Browsers, pass_time: Callable[..., Any]
) -> None:
    with as_of(MONDAY):
        follow(farah, "department", sales.id)
    question = factories.question(marta, "What belongs into the handover book?")
    db.session.commit()
    host, guest = browser(kim), browser(marta)
    with as_of(MONDAY):
        refused = host.post("/chats/new", data={**SENT, "questions": ""})
        assert (refused.status_code, Page(refused).problems) == (422, ["questions"])
        assert "What gets lost, and who notices." in refused.text
        made = host.post("/chats/new", data={**SENT, "departments": str(sales.id)}).location
        chat = db.session.scalars(db.select(Chat)).one()
        assert chat.starts_at == TEN
        assert guest.post(f"{made}/coming", data={"comes": "1"}).status_code == 303
        assert "1 colleague will come" in Page(guest.get(made)).words
        assert "Handing over between two shifts" in guest.get("/chats").text
    pass_time(MONDAY, minutes=46)
    assert "hosts a chat, and you may come" in browser(farah).get("/inbox").text
    assert "begins in a quarter of an hour" in guest.get("/inbox").text
    with as_of(TEN):
        assert host.post(f"{made}/steps", data={"step": "open"}).status_code == 303
        turn = Page(guest.get(made)).form(f"{made}/turns") | {"question": _present(guest, made)}
        assert guest.post(f"{made}/turns", data={**turn, "words": "Two pallets."}).status_code == 303
        long = guest.post(f"{made}/turns", data={**turn, "words": "y" * 501})
        assert (long.status_code, "y" * 501 in long.text) == (422, True)
        unnamed = {"words": "I lost them.", "unnamed": "y", "question": _present(browser(farah), made)}
        assert browser(farah).post(f"{made}/turns", data=unnamed).status_code == 303
        assert "Colleague 1" in Page(guest.get(made)).words
        host.post(f"{made}/steps", data={"step": "next", "seen": _present(host, made)})
        host.post(f"{made}/questions", data={"words": "What else?"})
        host.post(f"{made}/steps", data={"step": "close"})
        page = Page(guest.get(made))
        assert not page.has_form(f"{made}/turns")
        assert "What are you doing about it?" in page.words
    pass_time(TEN, minutes=1)
    assert "The chat is over. What are you doing about it?" in guest.get("/inbox").text
    promise = {"occasion": "my shift ends", "deed": "write one line", "due_on": "2026-12-01"}
    with as_of(TEN):
        assert guest.post(f"/posts/{chat.id}/commitments/new", data=promise).status_code == 303
        assert "I will write one line" in Page(guest.get(made)).words
        assert "Handing over between two shifts" in guest.get("/commitments").text
    pass_time(TEN, days=3)
    assert "Its summary is due" in host.get("/inbox").text
    with as_of(TEN + timedelta(days=3)):
        wrong = host.post(f"{made}/summary", data={"body": "**One line.**", "links": "#x", "version": "1"})
        assert (wrong.status_code, Page(wrong).problems) == (422, ["links"])
        sent = {"body": "**One line.**", "links": f"#{question.id}", "version": "1"}
        assert host.post(f"{made}/summary", data=sent).status_code == 303
        assert host.post(f"{made}/summary", data=sent).status_code == 409
        shown = guest.get(made).text
        assert "<strong>One line.</strong>" in shown
        assert "What belongs into the handover book?" in shown
    pass_time(TEN, days=4)
    assert "wrote what came of the chat" in guest.get("/inbox").text
    assert "Its summary is due" not in host.get("/inbox").text
    pass_time(TEN, days=30)
    assert "you said here what you will do. How did it go?" in guest.get("/inbox").text
    assert "Handing over between two shifts" in guest.get("/chats?of=past").text
    text = guest.get(f"{made}/transcript.txt")
    assert (text.mimetype, "Colleague 1: I lost them." in text.text) == ("text/plain", True)


def test_a_part_comes_only_when_something_is_new_and_says_how_much(
    kim: Person, marta: Person, opened: Chat, browser: Browsers
) -> None:
    reader, address = browser(kim), f"/chats/{opened.id}"
    with as_of(TEN):
        seen = Page(reader.get(address)).soup.find(id="chat-live")["hx-get"]  # type: ignore[index]
        assert reader.get(str(seen), headers=PART).status_code == 204
        question = _present(reader, address)
        for words in ("One.", "Two."):
            browser(marta).post(f"{address}/turns", data={"words": words, "question": question})
        reader.post(f"{address}/turns", data={"words": "My own.", "question": question})
        part = reader.get(str(seen), headers=PART)
        assert "2 new turns" in part.text
        assert "<main" not in part.text
        assert reader.get(f"{address}?seen=nonsense", headers=PART).status_code == 200


def test_a_struck_turn_leaves_its_reason_and_its_words_to_whoever_said_it_alone(
    kim: Person, marta: Person, farah: Person, opened: Chat, browser: Browsers, pass_time: Callable[..., Any]
) -> None:
    address = f"/chats/{opened.id}"
    with as_of(TEN):
        said = {"words": "Bo is to blame.", "unnamed": "y", "question": _present(browser(marta), address)}
        browser(marta).post(f"{address}/turns", data=said)
        strike = _strike_link(kim, browser, address)
        assert browser(kim).post(strike, data={"because": ""}).status_code == 422
        assert browser(kim).post(strike, data={"because": "It blames a colleague."}).status_code == 303
        for reader in (kim, farah):
            page = Page(browser(reader).get(address)).words
            assert "Struck: It blames a colleague." in page
            for where in (address, strike, f"{address}/transcript.txt", f"{address}/summary"):
                assert "Bo is to blame." not in browser(reader).get(where).text
        assert "Only you see what it said: Bo is to blame." in Page(browser(marta).get(address)).words
    pass_time(TEN, minutes=1)
    assert "struck what you said, and says why" in browser(marta).get("/inbox").text


def test_whoever_saw_it_differently_says_so_beside_the_summary(
    kim: Person, marta: Person, farah: Person, opened: Chat, browser: Browsers, pass_time: Callable[..., Any]
) -> None:
    address, remarks = f"/chats/{opened.id}", f"/posts/{opened.id}/comments"
    with as_of(TEN):
        say(voice_in(marta, opened, unnamed=True), opened, "I lost them.")
        db.session.commit()
        assert browser(farah).post(remarks, data={"body": "Not so."}).status_code == 404  # There are turns for that.
        assert "I saw it differently" not in browser(farah).get(address).text
        close(kim, opened)
        summarise(kim, opened, write("Nobody lost anything."), links=[], seen=opened.version)
        db.session.commit()
        assert "Whoever saw it differently says so here" in browser(farah).get(address).text
        assert browser(farah).post(remarks, data={"body": "I lost *one*."}).status_code == 303
        assert browser(marta).post(remarks, data={"body": "I lost two."}).status_code == 303
        page = browser(kim).get(address)
        assert "I lost <em>one</em>." in page.text
        assert "Colleague 1" in Page(page).words  # Who spoke without a name in the chat goes on so.
        assert "Marta" not in Page(page).words
    pass_time(TEN, minutes=1)
    assert "I lost one." in Page(browser(kim).get("/inbox")).words


def test_five_questions_are_there_to_start_from(kim: Person, browser: Browsers) -> None:
    window = browser(kim)
    assert 'href="/chats/new?from=five"' in window.get("/chats/new").text
    given = Page(window.get("/chats/new?from=five")).form()["questions"]
    assert given.splitlines() == list(FIVE)


def test_a_turn_by_name_begins_a_commitment_and_one_without_does_not(
    marta: Person, kim: Person, opened: Chat, browser: Browsers
) -> None:
    address = f"/chats/{opened.id}"
    with as_of(TEN):
        for _ in range(2):
            browser(kim).post(f"{address}/steps", data={"step": "next", "seen": _present(browser(kim), address)})
        browser(kim).post(
            f"{address}/turns", data={"words": "Ring first.", "question": _present(browser(kim), address)}
        )
        offered = Page(browser(kim).get(address)).soup.select_one('a[href*="commitments/new?turn="]')
        assert offered is not None
        assert 'value="Ring first."' in browser(kim).get(str(offered["href"])).text
        assert 'value="Ring first."' not in browser(marta).get(str(offered["href"])).text
        said = {"words": "Say it.", "unnamed": "y", "question": _present(browser(marta), address)}
        browser(marta).post(f"{address}/turns", data=said)
        assert "commitments/new?turn=" not in browser(marta).get(address).text


def _present(browser: Browser, address: str) -> str:
    """The question that the form of the page is about."""
    field: Any = Page(browser.get(address)).soup.find("input", attrs={"name": "question"})
    return str(field["value"])


def _strike_link(person: Person, browser: Browsers, address: str) -> str:
    link: Any = Page(browser(person).get(address)).soup.select_one('a[href*="/striking"]')
    return str(link["href"])
