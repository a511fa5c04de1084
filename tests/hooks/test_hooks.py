"""The chat beside the site: what it is told, to whom that may go, and the search that is typed there."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.answers.answering import accept
from forum.causes.models import Cause
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.jobs import Job
from forum.core.languages import speaking
from forum.departments.models import Department
from forum.home.listing import to_decide
from forum.hooks import command, reaching, registering, telling
from forum.hooks.models import KINDS, Delivery, Hook
from forum.people.models import Person
from forum.posts.removing import take_off
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

Work = Callable[..., None]
LATER = timedelta(minutes=3)  # by then nothing can be taken back any more
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # Slack's own example


class Chat:
    """A server that takes hooks, or answers as it is told to."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes, str]] = []
        self.status = 200
        chat = self

        class Taker(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                chat.taken.append((dict(self.headers), body, self.path))
                self.send_response(chat.status)
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
        self.address = f"http://127.0.0.1:{self.server.server_port}/hooks/T0/secret?thread=1"

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body, _ in self.taken]


@pytest.fixture
def chat(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    monkeypatch.setitem(app.config, "PROVEN_HOOKS", "inside")
    made = Chat()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def hook_to(chat: Chat, chris: Person, *, kinds: Any = tuple(KINDS), departments: Any = ()) -> tuple[Hook, str]:
    ids = [each.id for each in departments]
    made = registering.register(chris, name="#sales", address=chat.address, kinds=kinds, department_ids=ids)
    db.session.commit()
    return made


def deliveries() -> list[tuple[str, int | None, str]]:
    found = db.session.scalars(select(Delivery).order_by(Delivery.id))
    return [(each.kind, each.status, each.problem) for each in found]


def work_later(work_off: Work, by: timedelta = LATER) -> None:
    db.session.commit()
    work_off()
    with as_of(now() + by):
        work_off()
    db.session.expire_all()


def test_of_a_question_without_a_name_the_chat_learns_neither_who_nor_when(
    chat: Chat, chris: Person, kim: Person, work_off: Work
) -> None:
    hook_to(chat, chris)
    question = factories.question(kim, "Who may sign for it?", unnamed=True)
    db.session.commit()
    work_off()
    due = db.session.scalars(select(Job.due_at).where(Job.listener == "send_hook")).one()
    assert (due.hour % 12, due.minute, due.second) == (0, 0, 0)  # Whenever it was asked in that half-day.
    work_later(work_off, timedelta(hours=12))
    body = chat.taken[0][1].decode()
    assert question.title in body
    assert kim.name not in body
    assert db.session.get_one(Person, question.author_id).name not in body


def test_a_question_is_told_once_it_stands_and_nobody_is_named(
    app: Flask, chat: Chat, chris: Person, kim: Person, sales: Department, work_off: Work
) -> None:
    _, secret = hook_to(chat, chris)
    question = factories.question(kim, "Who may <!channel> sign for @here?", departments=[sales])
    db.session.commit()
    work_off()
    assert chat.taken == []  # It may still be taken back.
    work_later(work_off)
    (headers, body, path) = chat.taken[0]
    assert path == "/hooks/T0/secret?thread=1"
    (told,) = chat.told
    assert told["text"].startswith("A question was asked: Who may ‹!channel› sign for @\u200bhere?\n")
    assert told["url"].startswith(f"{app.config['PROVEN_ADDRESS']}/questions/{question.id}")
    assert (told["event"], told["departments"]) == ("question", ["sales"])
    assert kim.name not in body.decode()
    moment = headers["X-Proven-Timestamp"]
    mark = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Proven-Signature"] == f"v1={mark}"
    assert abs(int(moment) - time.time()) < 60
    assert deliveries() == [("question", 200, "")]


def test_a_channel_is_spoken_to_in_the_language_of_the_organisation(
    app: Flask, chat: Chat, chris: Person, kim: Person, work_off: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROVEN_LANGUAGE", "de")
    chris.language = "ar"
    hook, _ = hook_to(chat, chris)
    question = factories.question(kim)
    telling.test(chris, hook)
    work_later(work_off)
    texts = [told["text"].splitlines()[0] for told in chat.told]
    assert texts == [
        "Das ist eine Probe: Hier werden Neuigkeiten stehen.",
        f"Eine Frage wurde gestellt: {question.title}",
    ]


def test_what_went_wrong_is_said_in_the_language_of_whoever_reads_it(app: Flask) -> None:
    with speaking("de"):
        assert Delivery(status=302, problem="it answered 302").why == "die Antwort war 302"
        for problem, said in ((telling.OTHER_KEY, "geheimen Schlüssel"), ("it did not answer in time", "rechtzeitig")):
            assert said in Delivery(problem=problem).why


def test_each_kind_is_told_to_whoever_wants_it(
    chat: Chat,
    chris: Person,
    kim: Person,
    marta: Person,
    farah: Person,
    sales: Department,
    finance: Department,
    work_off: Work,
) -> None:
    hook_to(chat, chris, kinds=["accepted", "practice", "fixed"], departments=[sales])
    question = factories.question(kim, departments=[sales])
    answer = factories.answer(marta, question)
    accept(kim, answer)
    practice = factories.practice(farah, answer, departments=[sales])
    other = factories.question(kim, "Where do the invoices go?", departments=[finance])
    accept(kim, factories.answer(marta, other))
    work_later(work_off)
    assert sorted((each["event"], each["title"]) for each in chat.told) == [
        ("accepted", question.title),
        ("practice", practice.title),
    ]


def test_what_is_hidden_before_it_is_sent_is_not_sent(
    chat: Chat, chris: Person, kim: Person, farah: Person, work_off: Work
) -> None:
    hook_to(chat, chris)
    take_off(farah, factories.question(kim), withheld="hidden")
    work_later(work_off)
    assert chat.taken == []


def test_a_cause_is_told_of_when_it_is_fixed_and_not_again(chris: Person, app: Flask) -> None:
    moved = telling.CauseMoved(post_id=1, step_id=1, before="planned", after="fixed", kind="fixed")
    assert telling._kind_of(moved) == "fixed"
    held = telling.CauseMoved(post_id=1, step_id=2, before="fixed", after="verified", kind="verified")
    assert telling._kind_of(held) is None
    assert telling._news_of(telling.HookDue(hook_id=1, kind="fixed", post_id=1)) is None
    assert db.session.get(Cause, 1) is None


def test_what_fails_is_tried_again_and_ends_by_itself_with_word_to_the_administrator(
    chat: Chat, chris: Person, kim: Person, work_off: Work
) -> None:
    hook, _ = hook_to(chat, chris)
    chat.status = 302  # A redirect is not followed.
    factories.question(kim)
    work_later(work_off)
    assert deliveries() == [("question", 302, "it answered 302")]
    assert to_decide(chris) == []
    for number in range(3):
        factories.question(kim, f"Where is form {number} kept?")
    for hours in range(1, 8):
        work_later(work_off, timedelta(hours=2 * hours))
    assert (hook.failures, hook.gave_up) == (telling.PATIENCE, True)
    assert len(chat.taken) == telling.PATIENCE
    assert to_decide(chris) == [("1 web hook that failed and is off", "/admin/hooks")]
    chat.status = 204
    registering.switch(chris, hook, on=True)
    factories.question(kim, "Where is the last form kept?")
    work_later(work_off, timedelta(hours=20))
    assert deliveries()[-1] == ("question", 204, "")
    assert hook.failures == 0
    assert to_decide(chris) == []


def test_nothing_is_sent_while_it_is_off(
    app: Flask, chat: Chat, chris: Person, kim: Person, work_off: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook_to(chat, chris)
    factories.question(kim)
    db.session.commit()
    work_off()
    monkeypatch.setitem(app.config, "PROVEN_HOOKS", "off")
    work_later(work_off)
    assert chat.taken == []
    with pytest.raises(registering.HooksOff):
        hook_to(chat, chris)


@pytest.mark.parametrize(
    ("number", "outside", "inside"),
    [
        ("93.184.216.34", True, True),
        ("127.0.0.1", False, True),
        ("10.1.2.3", False, True),
        ("192.168.0.1", False, True),
        ("100.64.0.1", False, True),
        ("169.254.169.254", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
        ("2606:2800:220:1:248:1893:25c8:1946", True, True),
        ("::1", False, True),
        ("::ffff:10.1.2.3", False, True),
        ("::ffff:169.254.169.254", False, False),
        ("2002:7f00:0001::", False, True),
        ("fd00::1", False, True),
        ("fe80::1%eth0", False, False),
    ],
)
def test_only_machines_that_may_be_reached_are(number: str, outside: bool, inside: bool) -> None:
    assert reaching.may_reach(number, inside=False) is outside
    assert reaching.may_reach(number, inside=True) is inside


def test_a_name_that_leads_inside_is_connected_to_nowhere(chat: Chat) -> None:
    address = chat.address.replace("127.0.0.1", "localhost")
    with pytest.raises(reaching.NotReached, match="private network"):
        reaching.post(address, b"{}", {}, inside=False)
    assert chat.taken == []
    assert reaching.post(address, b"{}", {}, inside=True) == 200
    with pytest.raises(reaching.NotReached, match="TLS"):
        reaching.post(address.replace("http:", "https:"), b"{}", {}, inside=True)


def test_an_answer_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "WHOLE", 0.3)
    stop = threading.Event()

    class Dripping(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                while not stop.wait(0.05):
                    self.wfile.write(b"H")
            except OSError:
                pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Dripping)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    began = time.monotonic()
    try:
        with pytest.raises(reaching.NotReached):
            reaching.post(f"http://127.0.0.1:{server.server_port}/", b"{}", {}, inside=True)
    finally:
        stop.set()
        server.shutdown()
        thread.join()
        server.server_close()
    assert time.monotonic() - began < reaching.TIME


@pytest.mark.parametrize(
    ("address", "outside", "inside"),
    [
        ("https://hooks.example.org/T0?x=1", True, True),
        ("http://hooks.example.org/T0", False, True),
        ("https://kim:secret@hooks.example.org/", False, False),
        ("ftp://hooks.example.org/", False, False),
        ("https://hooks.example.org/\r\nX: y", False, False),
        ("https://", False, False),
        ("", False, False),
    ],
)
def test_an_address_is_looked_at_before_it_is_kept(
    app: Flask, monkeypatch: pytest.MonkeyPatch, address: str, outside: bool, inside: bool
) -> None:
    for mode, taken in (("outside", outside), ("inside", inside)):
        monkeypatch.setitem(app.config, "PROVEN_HOOKS", mode)
        assert registering.is_address(address) is taken


def test_an_administrator_registers_tries_and_removes_it_on_one_page(
    chat: Chat, chris: Person, kim: Person, browser: Callable[[Person], Browser], work_off: Work
) -> None:
    window = browser(chris)
    page = Page(window.post("/admin/hooks", data={"name": "", "address": chat.address, "kinds": ["fixed"]}))
    assert (page.status, page.problems) == (422, ["name"])
    assert [box["value"] for box in page.soup.select("input[name=kinds][checked]")] == ["fixed"]
    page = Page(window.post("/admin/hooks", data={"name": "#sales", "address": chat.address}))
    assert page.status == 422
    assert "Choose at least one thing to be told." in page.words
    page = Page(window.post("/admin/hooks", data={"name": "#sales", "address": chat.address, "kinds": ["question"]}))
    secret = page.soup.select_one("#new-secret")
    assert secret is not None
    assert "secret?thread" not in str(page.soup)  # Of the address only the host.
    hook = db.session.scalars(select(Hook)).one()
    assert hook.secret == secret["value"]
    assert secret["value"] not in hook.sealed_secret
    assert window.post(f"/admin/hooks/{hook.id}/test").location == f"/admin/hooks#hook-{hook.id}"
    work_off()
    assert "This is a test" in chat.told[0]["text"]
    assert "Taken (200)" in Page(window.get("/admin/hooks")).words
    window.post(f"/admin/hooks/{hook.id}/state", data={"on": "no"})
    db.session.expire_all()
    assert hook.off_at is not None
    window.post(f"/admin/hooks/{hook.id}/removal")
    assert db.session.scalars(select(Hook)).all() == []
    assert deliveries() == []
    with pytest.raises(Forbidden):
        registering.register(kim, name="x", address=chat.address, kinds=["question"], department_ids=[])
    with pytest.raises(Invalid):
        registering.register(chris, name="x", address=chat.address, kinds=[], department_ids=[])


# Searching from the chat


@pytest.fixture
def typed(app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Send what somebody typed in the chat, signed as Slack signs."""
    monkeypatch.setitem(app.config, "PROVEN_CHAT_SECRET", SECRET)

    def send(words: str, *, age: float = 0, secret: str = SECRET, change: str = "") -> Any:
        body, moment = f"text={words}&user_name=kim", str(int(time.time() - age))
        mark = hmac.new(secret.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={mark}"}
        kind = "application/x-www-form-urlencoded"
        return client.post("/chat/command", data=body + change, headers=headers, content_type=kind)

    return send


def test_a_search_in_the_chat_finds_at_most_five_links(
    app: Flask, typed: Any, kim: Person, farah: Person, work_off: Work
) -> None:
    asked = [factories.question(kim, f"Where is crate number {number}?") for number in range(7)]
    hidden = factories.question(kim, "Where is the secret crate?")
    db.session.commit()
    work_off()
    take_off(farah, hidden, withheld="hidden")  # The index has not heard of it.
    db.session.commit()
    answer = typed("crate")
    assert answer.status_code == 200
    assert answer.json["response_type"] == "ephemeral"
    lines = answer.json["text"].splitlines()
    assert sum(app.config["PROVEN_ADDRESS"] in line for line in lines) == command.MOST
    assert "secret" not in answer.json["text"]
    assert any(f"/questions/{each.id}" in answer.json["text"] for each in asked)
    assert "Nothing found" in typed("zeppelin").json["text"]
    assert "Write what you look for" in typed("").json["text"]


@pytest.mark.parametrize("wrong", [{"age": 301}, {"age": -301}, {"secret": "x" * 32}, {"change": "&text=y"}])
def test_what_is_not_signed_now_and_as_it_is_finds_nothing(typed: Any, wrong: dict[str, Any]) -> None:
    assert typed("crate", **wrong).status_code == 403


def test_without_a_secret_there_is_no_such_address(app: Flask, client: Browser) -> None:
    assert client.post("/chat/command", data={"text": "crate"}).status_code == 404
    assert not command.is_signed("1", "v0=", b"")
