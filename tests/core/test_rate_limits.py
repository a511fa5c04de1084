"""Rate limits: one count for all processes, kept by the database, over when real time says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from forum import create_app
from forum.core.clock import clock
from forum.core.db import db
from forum.core.rate_limits import DatabaseStorage, RateCount, forget_old_counts
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser

THREE = "3 per 10 minutes"
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def strict(app: Flask) -> Iterator[Flask]:
    """The application with room for three previews."""
    allowed = app.config["PROVEN_PREVIEW_LIMIT"]
    app.config["PROVEN_PREVIEW_LIMIT"] = THREE
    yield app
    app.config["PROVEN_PREVIEW_LIMIT"] = allowed


@pytest.fixture
def storage(app: Flask) -> DatabaseStorage:
    db.session.commit()
    return DatabaseStorage()


def preview(window: Any) -> int:
    status: int = window.post("/preview", data={"body": "x"}).status_code
    return status


def test_two_servers_on_one_database_share_one_count(strict: Flask, kim: Person) -> None:
    names = ("PROVEN_DATA", "PROVEN_DATABASE", "PROVEN_PREVIEW_LIMIT")
    other = create_app({name: str(strict.config[name]) for name in names} | {"PROVEN_LOG": "error"})
    other.test_client_class = Browser
    here, there = (each.test_client().sign_in(kim) for each in (strict, other))  # type: ignore[attr-defined]
    with other.app_context():
        statuses = [preview(here), preview(there), preview(here), preview(there), preview(here)]
        db.session.remove()
        db.engine.dispose()
    assert statuses == [200, 200, 200, 429, 429]


def test_each_person_has_a_count_of_their_own(
    strict: Flask, browser: Callable[[Person], Browser], kim: Person, marta: Person
) -> None:
    window = browser(kim)
    assert [preview(window) for _ in range(4)] == [200, 200, 200, 429]
    assert preview(browser(kim)) == 429  # Another browser is the same person.
    assert preview(browser(marta)) == 200


def test_after_the_window_one_may_go_on(strict: Flask, browser: Callable[[Person], Browser], kim: Person) -> None:
    with time_machine.travel(NOON, tick=False) as time:
        window = browser(kim)
        assert [preview(window) for _ in range(4)] == [200, 200, 200, 429]
        time.shift(timedelta(minutes=10, seconds=1))
        assert preview(window) == 200


def test_the_refusal_says_when_the_window_ends(
    strict: Flask, browser: Callable[[Person], Browser], kim: Person
) -> None:
    with time_machine.travel(NOON, tick=False) as time:
        window = browser(kim)
        assert [preview(window) for _ in range(3)] == [200, 200, 200]
        time.shift(timedelta(minutes=4))
        refused = window.post("/preview", data={"body": "x"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) == pytest.approx(6 * 60, abs=1)
    assert "A little slower, please" in refused.text


def test_moving_the_demonstrations_clock_ends_no_window(
    strict: Flask, browser: Callable[[Person], Browser], kim: Person
) -> None:
    window = browser(kim)
    assert [preview(window) for _ in range(3)] == [200, 200, 200]
    clock().move(timedelta(days=1))
    assert preview(window) == 429


def test_what_is_refused_for_another_reason_counts_too(
    strict: Flask, browser: Callable[[Person], Browser], kim: Person
) -> None:
    window = browser(kim)
    for _ in range(3):
        assert window.post("/preview", data={"body": "x" * 31_000}).status_code in (200, 422)
    assert preview(window) == 429


def test_looking_is_not_limited(strict: Flask, browser: Callable[[Person], Browser], kim: Person) -> None:
    window = browser(kim)
    for _ in range(4):
        preview(window)
    assert window.get("/").status_code == 200


def test_hits_at_the_same_moment_are_all_counted(app: Flask, storage: DatabaseStorage) -> None:
    def hit(_: int) -> int:
        with app.app_context():
            return storage.incr("key", 60)

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(hit, range(30))) == list(range(1, 31))
    assert storage.get("key") == 30


def test_a_window_begins_with_its_first_hit_and_ends_on_time(storage: DatabaseStorage) -> None:
    with time_machine.travel(NOON, tick=False) as time:
        assert [storage.incr("key", 60), storage.incr("key", 60, amount=2)] == [1, 3]
        ends = storage.get_expiry("key")
        time.shift(59)
        assert (storage.incr("key", 60), storage.get_expiry("key")) == (4, ends)
        time.shift(1)
        assert storage.get("key") == 0
        assert storage.incr("key", 60) == 1
        assert storage.get_expiry("key") == ends + 60


def test_a_key_that_was_never_hit_has_no_hits(storage: DatabaseStorage) -> None:
    assert storage.get("never") == 0
    assert storage.check()


def test_counts_can_be_forgotten_one_by_one_and_all_at_once(storage: DatabaseStorage) -> None:
    for key in ("a", "b", "c"):
        storage.incr(key, 60)
    storage.clear("a")
    assert (storage.get("a"), storage.get("b")) == (0, 1)
    assert storage.reset() == 2
    assert storage.get("b") == 0


def test_only_windows_that_are_over_are_forgotten(storage: DatabaseStorage) -> None:
    with time_machine.travel(NOON, tick=False) as time:
        storage.incr("short", 60)
        storage.incr("long", 3_600)
        time.shift(61)
        forget_old_counts()
        db.session.rollback()
        assert db.session.scalars(select(RateCount.key)).all() == ["long"]


def test_wrong_passwords_are_counted_by_address_and_by_account(app: Flask, client: Browser) -> None:
    allowed, app.config["PROVEN_SIGN_IN_LIMIT"] = app.config["PROVEN_SIGN_IN_LIMIT"], THREE
    try:
        guess = {"email": "ola@northwick.example", "password": "guess"}
        answers = [client.post("/sign-in", data=guess).status_code for _ in range(4)]
        other = {**guess, "email": "kim@northwick.example"}
        elsewhere = [
            client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code
            for data in (guess, other)
        ]
    finally:
        app.config["PROVEN_SIGN_IN_LIMIT"] = allowed
    assert (answers, elsewhere) == ([422, 422, 422, 429], [429, 422])


def test_a_refused_question_is_not_asked(app: Flask, browser: Callable[[Person], Browser], kim: Person) -> None:
    allowed, app.config["PROVEN_POST_LIMIT"] = app.config["PROVEN_POST_LIMIT"], "1 per hour"
    question = factories.question(kim)
    try:
        window = browser(kim)
        answers = [window.post(f"/questions/{question.id}/answers", data={"body": "Ask."}) for _ in range(2)]
    finally:
        app.config["PROVEN_POST_LIMIT"] = allowed
    assert [answer.status_code for answer in answers] == [303, 429]
    assert db.session.get(type(question), question.id, populate_existing=True).answer_count == 1  # type: ignore[union-attr]


@contextmanager
def only(app: Flask, name: str, rate: str) -> Iterator[None]:
    """While the block runs, this is how often."""
    allowed, app.config[name] = app.config[name], rate
    try:
        yield
    finally:
        app.config[name] = allowed


def test_searches_are_counted_with_what_is_offered_while_one_types(
    app: Flask, browser: Callable[[Person], Browser], kim: Person, marta: Person
) -> None:
    window = browser(kim)
    with only(app, "PROVEN_SEARCH_LIMIT", THREE):
        answers = [
            window.get(path) for path in ("/search?q=a", "/suggest?q=a", "/search?q=b", "/search?q=c", "/suggest?q=d")
        ]
        other = browser(marta).get("/search?q=a")
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert (int(answers[-1].headers["Retry-After"]) > 0, other.status_code) == (True, 200)
    assert "A little slower, please" in answers[3].text


def test_votes_are_counted_apart_from_what_is_written(
    app: Flask, browser: Callable[[Person], Browser], kim: Person, marta: Person
) -> None:
    question = factories.question(kim)
    window = browser(marta)
    with only(app, "PROVEN_VOTE_LIMIT", THREE):
        votes = [window.post(f"/posts/{question.id}/vote", data={"value": "1"}).status_code for _ in range(4)]
        answer = window.post(f"/questions/{question.id}/answers", data={"body": "Ask."}).status_code
    assert (votes, answer) == ([303, 303, 303, 429], 303)


def test_many_guessers_together_are_stopped_although_each_tries_seldom(
    app: Flask, client: Browser, storage: DatabaseStorage
) -> None:
    guess = {"email": "ola@northwick.example", "password": "guess"}
    client.post("/sign-in", data=guess)
    (key,) = db.session.scalars(select(RateCount.key).where(RateCount.key.contains("everybody"))).all()
    storage.incr(key, 300, amount=1_000)
    elsewhere = {"email": "kim@northwick.example", "password": "guess"}
    refused = client.post("/sign-in", data=elsewhere, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert refused.status_code == 429


def test_a_search_answers_while_nothing_can_be_counted(
    app: Flask, browser: Callable[[Person], Browser], kim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: Any, **__: Any) -> int:
        raise OperationalError("INSERT", {}, Exception("attempt to write a readonly database"))

    monkeypatch.setattr(DatabaseStorage, "incr", read_only)
    assert browser(kim).get("/suggest?q=a").status_code == 200
