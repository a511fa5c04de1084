"""Whoever wrote without a name replies without a name, and nothing that is kept or sent tells who it was."""

from __future__ import annotations

import logging
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from forum.core.db import db
from forum.incoming.own_name import tells_who
from forum.people.models import Person
from forum.people.persona_links import part
from forum.posts.models import Comment
from forum.posts.taking_back import TAKE_BACK_FOR
from forum.questions.models import Question
from tests.attachments.files import PDF, photograph
from tests.conftest import Browser
from tests.incoming.conftest import LATER, Receive, posts_by
from tests.incoming.letters import PROGRAMMES, apple, begun, gmail
from tests.notifications.conftest import PostOffice, html_of, text_of

WORDS = "I told it the yard. They say that it was never written down."


def rows() -> dict[str, set[str]]:
    """Every row of every table, but for the counts of rate limits, which are of whoever sends anything."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: set(map(repr, connection.execute(select(table)).all()))
            for table in db.metadata.sorted_tables
            if table.name != "rate_count"
        }


@pytest.mark.parametrize("programme", ["outlook", "thunderbird", "only a page"])
def test_a_reply_without_a_name_tells_nobody_whose_it_is(
    kim: Person,
    marta: Person,
    unnamed: Question,
    unnamed_letter: EmailMessage,
    receive: Receive,
    work: Any,
    post_office: PostOffice,
    browser: Callable[[Person], Browser],
    caplog: pytest.LogCaptureFixture,
    programme: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    before = rows()
    sent = len(post_office.letters)
    ended = receive(PROGRAMMES[programme](unnamed_letter, kim, WORDS))
    assert (ended.code, ended.said) == (0, "")
    work(LATER + TAKE_BACK_FOR, mail=True)
    assert posts_by(kim) == []
    (made,) = db.session.scalars(select(Comment)).all()
    assert (made.author_id, made.body.replace("\n", " ")) == (unnamed.author_id, WORDS)
    new = "\n".join(row for table, after in rows().items() for row in after - before[table])
    pages = [browser(marta).get(f"/questions/{unnamed.id}", follow_redirects=True).text]
    pages += [browser(marta).get("/search?q=written+down").text, browser(marta).get(f"/posts/{made.id}/history").text]
    mails = "".join(text_of(each) + html_of(each) for each in post_office.letters[sent:])
    assert WORDS.split(". ")[1] in pages[0]
    assert "never written down" in mails
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name != "mail.log")  # The tests' own.
    for kept in (made.html, new, mails, logged, *pages):
        for name in ("Kim", "Tran", "kim-tran", kim.email):
            assert name not in kept


def test_the_mail_says_that_the_reply_has_no_name(unnamed_letter: EmailMessage) -> None:
    assert text_of(unnamed_letter).startswith(
        "Reply to this mail to comment, without your name, on what Marta Silva wrote."
    )


def test_what_would_tell_whose_it_is_is_not_posted(kim: Person, unnamed_letter: EmailMessage, receive: Receive) -> None:
    for words in (
        "Ask me, Kim, about it.",
        "It was in the yard.\n\nBye\nkim",
        "It was in the yard.\n\n/kt",
        "It was in the yard.\n\nK. T.",
        "Write to kim-tran@northwick.example about it.",
        "I am @kim-tran here.",
        "On Monday Kim Tran <kim-tran@northwick.example> wrote:\n> where is it?\n\nThere.",
        "KIM TRAN said it.",
    ):
        ended = receive(apple(unnamed_letter, kim, words))
        assert (ended.code, "it would be shown without your name" in ended.said) == (65, True), words
        assert "Kim" not in ended.said
    assert db.session.scalars(select(Comment)).all() == []


def test_whoever_is_called_like_a_word_may_use_it() -> None:
    will = Person(name="Will Best", handle="will-best", email="will@northwick.example")
    assert not tells_who("It will be the best of the yard if you ask, and nobody else will.", will)
    assert tells_who("It will be there, says Will.", will)
    assert tells_who("It is there.\n\nwill", will)
    jose = Person(name="José Núñez", handle="jose", email="j.nunez@northwick.example")
    assert tells_who("jose nunez wrote it, as everybody in the yard and in the office knows by now", jose)
    assert not tells_who("Nobody knows that.", jose)
    ola = Person(name="Ola Berg", handle="ola-berg", email="o_berg@northwick.example")
    assert tells_who("As everybody knows: write to o\\_berg@northwick.example and you will hear of it", ola)


def test_a_picture_goes_without_what_the_camera_wrote_and_a_file_that_names_goes_not(
    kim: Person, unnamed_letter: EmailMessage, receive: Receive
) -> None:
    def reply(data: bytes, kind: str, name: str) -> int:
        made = begun(unnamed_letter, kim)
        made.set_content(WORDS)
        main, _, sub = kind.partition("/")
        made.add_attachment(data, main, sub, filename=name)
        return receive(made.as_bytes()).code

    assert reply(PDF, "application/pdf", "yard.pdf") == 65
    assert reply(b"written by Kim Tran", "text/plain", "yard.txt") == 65
    assert db.session.scalars(select(Comment)).all() == []
    before = rows()
    assert reply(photograph(), "image/jpeg", "Kim at the yard.jpg") == 0
    (made,) = db.session.scalars(select(Comment)).all()
    assert "![picture](/attachments/" in made.body
    new = "\n".join(row for table, after in rows().items() for row in after - before[table])
    assert "Kim" not in new


def test_what_was_told_without_a_name_is_never_posted_under_it(
    kim: Person, unnamed: Question, unnamed_letter: EmailMessage, receive: Receive, app: Any
) -> None:
    part(kim.id)
    db.session.commit()
    assert receive(gmail(unnamed_letter, kim, WORDS)).code == 67
    assert posts_by(kim) == []
