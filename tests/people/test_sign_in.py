"""Signing in: constant answers, and sessions that end when they should."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update
from werkzeug.security import generate_password_hash

from forum.core.clock import clock
from forum.core.db import db, transaction
from forum.people import changing, joining, sign_in
from forum.people.models import Person, Session
from tests import factories

PASSWORD = "correct horse battery staple"


@pytest.fixture
def ola(sales: Any) -> Person:
    return factories.person("Ola Mensah", sales, password=PASSWORD)


def send(client: Any, email: str, password: str, **more: str) -> Any:
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def test_the_right_password_lets_in(client: Any, ola: Person) -> None:
    answer = send(client, " Ola-Mensah@Northwick.example ", PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [("ola-mensah@northwick.example", "wrong"), ("nobody@northwick.example", PASSWORD), ("", ""), ("ola", "\x00")],
)
def test_every_failure_looks_the_same(client: Any, ola: Person, email: str, password: str) -> None:
    answer = send(client, email, password)
    assert answer.status_code == 422
    assert "do not belong together" in answer.text


def test_a_person_who_left_cannot_sign_in(client: Any, ola: Person, chris: Person) -> None:
    changing.deactivate(chris, ola)
    assert send(client, ola.email, PASSWORD).status_code == 422


def test_an_address_of_another_site_is_not_gone_to_after_signing_in(client: Any, ola: Person) -> None:
    for address in ("https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:x"):
        assert send(client, ola.email, PASSWORD, next=address).location == "/"
        client.post("/sign-out")
    assert send(client, ola.email, PASSWORD, next="/practices?state=due").location == "/practices?state=due"


def test_signing_out_kills_the_session_and_not_only_the_cookie(client: Any, app: Flask, ola: Person) -> None:
    send(client, ola.email, PASSWORD)
    cookie = client.get_cookie("proven").value
    client.post("/sign-out")
    thief = app.test_client()
    thief.set_cookie("proven", cookie)
    assert thief.get("/").status_code == 302


def test_changing_the_password_ends_every_other_session(browser: Callable[[Person], Any], ola: Person) -> None:
    here, elsewhere = browser(ola), browser(ola)
    answer = here.post("/settings/password", data={"current": PASSWORD, "password": "another long pass phrase"})
    assert answer.status_code == 303
    assert elsewhere.get("/").status_code == 302
    assert here.get("/").status_code == 200


def test_a_wrong_present_password_changes_nothing(browser: Callable[[Person], Any], ola: Person) -> None:
    answer = browser(ola).post("/settings/password", data={"current": "no", "password": "another long pass phrase"})
    assert answer.status_code == 422
    assert sign_in.check_password(ola.email, PASSWORD).id == ola.id


def test_leaving_ends_every_session_at_once_and_posts_stay(
    browser: Callable[[Person], Any], ola: Person, chris: Person, kim: Person
) -> None:
    question = factories.question(ola, "What will be left of me?")
    window = browser(ola)
    assert window.get("/").status_code == 200
    with transaction():
        changing.deactivate(chris, ola)
    assert window.get("/").status_code == 302
    assert "What will be left of me?" in browser(kim).get(f"/questions/{question.id}", follow_redirects=True).text


def test_a_session_ends_by_itself(browser: Callable[[Person], Any], app: Flask, ola: Person) -> None:
    window = browser(ola)
    over = datetime.now(UTC) + timedelta(days=app.config["PROVEN_SESSION_DAYS"], minutes=1)
    with time_machine.travel(over):
        assert window.get("/").status_code == 302


def test_however_much_it_is_used_a_session_ends_after_a_week(
    browser: Callable[[Person], Any], app: Flask, ola: Person
) -> None:
    assert (app.config["PROVEN_SESSION_DAYS"], app.config["PROVEN_SESSION_IDLE_HOURS"]) == (7, 8)
    began = datetime.now(UTC)
    window = browser(ola)
    for hours in range(6, 7 * 24, 6):
        with time_machine.travel(began + timedelta(hours=hours)):
            assert window.get("/inbox").status_code == 200, hours
    with time_machine.travel(began + timedelta(days=7, minutes=1)):
        assert window.get("/inbox").status_code == 302
        assert sign_in.sessions_of(ola) == []


def test_a_shorter_time_counts_for_the_sessions_that_stand(
    browser: Callable[[Person], Any], app: Flask, ola: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = browser(ola)
    db.session.execute(update(Session).values(began_at=datetime.now(UTC) - timedelta(days=2)))
    assert window.get("/inbox").status_code == 200
    monkeypatch.setitem(app.config, "PROVEN_SESSION_DAYS", 1)
    assert window.get("/inbox").status_code == 302


def test_moving_the_story_forward_signs_nobody_out(browser: Callable[[Person], Any], app: Flask, ola: Person) -> None:
    window = browser(ola)
    clock().move(timedelta(days=30))
    assert window.get("/").status_code == 200


def test_the_database_holds_no_secret_that_opens_a_session(browser: Callable[[Person], Any], ola: Person) -> None:
    browser(ola)
    assert db.session.query(Session).one().token_hash != ola.session_token


def test_another_browser_can_be_signed_out_from_the_settings(browser: Callable[[Person], Any], ola: Person) -> None:
    here, elsewhere = browser(ola), browser(ola)
    other = db.session.query(Session).order_by(Session.id.desc()).first()
    here.post(f"/settings/sessions/{other.id}/end")
    assert elsewhere.get("/").status_code == 302


def test_guessing_passwords_is_stopped(app: Flask, client: Any, ola: Person) -> None:
    app.config["PROVEN_SIGN_IN_LIMIT"] = "3 per minute"
    try:
        answers = [send(client, ola.email, "wrong").status_code for _ in range(4)]
    finally:
        app.config["PROVEN_SIGN_IN_LIMIT"] = "1000000 per minute"
    assert answers == [422, 422, 422, 429]


def test_a_whole_office_behind_one_address_may_sign_in(app: Flask, ola: Person) -> None:
    app.config["PROVEN_SIGN_IN_LIMIT"] = "3 per minute"
    try:
        answers = [send(app.test_client(), ola.email, PASSWORD).status_code for _ in range(5)]
    finally:
        app.config["PROVEN_SIGN_IN_LIMIT"] = "1000000 per minute"
    assert answers == [303] * 5


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "ola mensah 1", "x" * 2000])
def test_weak_passwords_are_refused(password: str, ola: Person) -> None:
    with pytest.raises(sign_in.Invalid):
        sign_in.set_password(ola, password)


def test_a_new_person_has_a_free_handle(sales: Any, ola: Person) -> None:
    twin = joining.join(name="Ola Mensah", email="ola2@northwick.example", department=sales, password=None)
    assert (ola.handle, twin.handle) == ("ola-mensah", "ola-mensah-2")


def test_a_password_that_was_hashed_in_another_way_is_hashed_anew_at_the_next_sign_in(client: Any, ola: Person) -> None:
    ola.password_hash = old = generate_password_hash(PASSWORD)
    assert send(client, ola.email, PASSWORD).status_code == 303
    hashed = db.session.get_one(Person, ola.id).password_hash
    assert hashed != old
    assert send(client.application.test_client(), ola.email, PASSWORD).status_code == 303


def test_the_name_of_the_organisation_with_a_year_is_no_password(ola: Person) -> None:
    with pytest.raises(sign_in.Invalid):
        sign_in.set_password(ola, "Northwick-2026!")
