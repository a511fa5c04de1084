"""What the tests of mail that comes in share: mail that went out, and the command that takes a reply to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask

from forum.answers.models import Answer
from forum.core.clock import as_of
from forum.core.db import db
from forum.incoming import mail_child
from forum.notifications.models import KINDS
from forum.notifications.preferences import choose
from forum.people.models import Person
from forum.posts.models import Post
from forum.posts.taking_back import TAKE_BACK_FOR
from forum.posts.writing import write
from forum.questions.asking import ask
from forum.questions.models import Question
from tests import factories
from tests.notifications.conftest import MONDAY, PostOffice, office_hours, post_office, work

__all__ = ["office_hours", "post_office", "work"]

REPLY_ADDRESS = "reply@proven.northwick.example"
LATER = MONDAY + timedelta(days=1, hours=4)


@dataclass(frozen=True)
class Ended:
    """How the command ended, and its line."""

    code: int
    said: str


Receive = Callable[..., Ended]


@pytest.fixture(autouse=True)
def replies(app: Flask, monkeypatch: pytest.MonkeyPatch, kim: Person, marta: Person) -> None:
    """Replies are taken, and both hear of everything at once."""
    monkeypatch.setitem(app.config, "PROVEN_REPLY_ADDRESS", REPLY_ADDRESS)
    for person in (kim, marta):
        choose(person, dict.fromkeys(KINDS, "at_once"), no_mail=False)
    db.session.commit()


@pytest.fixture(autouse=True)
def taken_apart_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the child does is done in this process, a second sooner for each mail; `child` has the real one."""
    if "child" not in request.fixturenames:
        monkeypatch.setattr("forum.incoming.reading.take_apart", _taken_apart)


@pytest.fixture
def child() -> None:
    """Mails are taken apart in a process of their own, as for people."""


def _taken_apart(data: bytes) -> dict[str, Any] | None:
    try:
        return mail_child._taken_apart(data)
    except Exception:  # The child dies of it.
        return None


@pytest.fixture
def receive(app: Flask) -> Receive:
    """Give a mail to the command, as a mail server does."""

    def run(data: bytes, *words: str, moment: Any = LATER) -> Ended:
        db.session.commit()
        with as_of(moment):
            ended = app.test_cli_runner().invoke(args=["receive-mail", *words], input=data)
        db.session.rollback()
        db.session.expire_all()
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return Ended(ended.exit_code, ended.stderr)

    return run


@pytest.fixture
def asked(kim: Person) -> Question:
    """A question of Kim's."""
    with as_of(MONDAY - 2 * TAKE_BACK_FOR):
        return factories.question(kim, "How do I book freight?")


@pytest.fixture
def answered(marta: Person, asked: Question) -> Answer:
    """Marta's answer to it."""
    with as_of(MONDAY - TAKE_BACK_FOR):
        return factories.answer(marta, asked, "Ask the yard, they have **the list**.")


@pytest.fixture
def letter(kim: Person, answered: Answer, work: Any, post_office: PostOffice) -> EmailMessage:
    """The mail to Kim about that answer."""
    work(MONDAY, mail=True)
    (only,) = post_office.to(kim)
    return only


@pytest.fixture
def unnamed(kim: Person) -> Question:
    """What Kim asked without a name."""
    with as_of(MONDAY - 2 * TAKE_BACK_FOR):
        words = write("Nobody tells me.")
        asked = ask(kim, title="Whom do I tell?", body=words, departments=[kim.department_id], unnamed=True)
        db.session.commit()
        return asked


@pytest.fixture
def unnamed_letter(kim: Person, marta: Person, unnamed: Question, work: Any, post_office: PostOffice) -> EmailMessage:
    """The mail to Kim about an answer to it."""
    with as_of(MONDAY - TAKE_BACK_FOR):
        factories.answer(marta, unnamed, "Tell it the yard.")
    work(MONDAY)
    work(MONDAY + timedelta(days=1, hours=3), mail=True)  # Not at once, but at the hours of a digest.
    (only,) = post_office.to(kim)
    return only


def posts_by(person: Person) -> list[Post]:
    """What a person posted, the oldest first."""
    return list(db.session.query(Post).filter(Post.author_id == person.id).order_by(Post.id))
