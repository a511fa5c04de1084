"""What came of a chat is found, once its host has written it; what was said in the hour is not."""

from __future__ import annotations

from collections.abc import Callable

from forum.chats.models import Chat
from forum.chats.running import close
from forum.chats.summing_up import summarise
from forum.core.clock import as_of
from forum.core.db import db
from forum.people.models import Person
from forum.posts.comments import comment
from forum.posts.removing import take_off
from forum.posts.writing import write
from forum.search import comparing
from tests.chats.conftest import TEN, say
from tests.conftest import Browser

Browsers = Callable[[Person], Browser]


def test_what_came_of_a_chat_is_found_and_leads_to_its_page(
    kim: Person, marta: Person, opened: Chat, browser: Browsers, work_off: Callable[[], None]
) -> None:
    window, found = browser(marta), f'href="/chats/{opened.id}"'
    with as_of(TEN):
        say(marta, opened, "A wallaby ate it.")
        db.session.commit()
        work_off()
        assert found not in window.get("/search?q=handing+shifts").text  # There is nothing to read yet.
        close(kim, opened)
        summarise(kim, opened, write("A quokka stands at **each** gate."), links=[], seen=opened.version)
        comment(marta, opened, write("I saw a numbat there."), page_id=opened.id)
        db.session.commit()
        work_off()
    for words in ("quokka+gate", "handing+shifts", "is:chat+quokka", "who+notices"):
        assert found in window.get(f"/search?q={words}").text, words
    assert f"{found[:-1]}#post-" in window.get("/search?q=numbat").text
    assert found not in window.get("/search?q=wallaby").text
    assert comparing.drift() == set()
    take_off(None, opened)
    db.session.commit()
    work_off()
    assert found not in window.get("/search?q=quokka").text
