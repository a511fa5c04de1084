"""A session dies when it should: a cookie that was copied before is worth nothing at the very next request.

`pytest tests/people/test_session_death.py -s` prints the figure: how many copied cookies still opened a page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask

from forum.core.db import db, transaction
from forum.people import changing, factors, joining, sign_in
from forum.people.code_apps import new_secret, secret_of
from forum.people.models import Person, Session
from forum.privacy.retention import prune
from tests import factories
from tests.conftest import Browser

PASSWORD = "correct horse battery staple"
NEW_PASSWORD = "another long pass phrase"


@pytest.fixture
def ola(sales: Any) -> Person:
    return factories.person("Ola Mensah", sales, password=PASSWORD)


def enter(app: Flask, person: Person) -> Browser:
    """A browser that signed in by the form."""
    window: Any = app.test_client()
    assert window.post("/sign-in", data={"email": person.email, "password": PASSWORD}).status_code == 303
    return window  # type: ignore[no-any-return]


def cookie_of(window: Browser) -> str:
    return str(window.get_cookie("proven").value)  # type: ignore[union-attr]


def opens(app: Flask, cookie: str) -> bool:
    """Whether a thief's browser with that cookie sees anything at its first request."""
    thief: Any = app.test_client()
    thief.set_cookie("proven", cookie)
    return bool(thief.get("/settings").status_code == 200)


def add_app(window: Browser, person: Person) -> Any:
    with window.application.app_context():
        sealed = new_secret(person)
        code = pyotp.TOTP(secret_of(person, sealed)).now()
    return window.post("/settings/second-factor/app", data={"sealed": sealed, "code": code})


def by_signing_out(window: Browser, ola: Person, chris: Person) -> None:
    window.post("/sign-out")


def by_a_new_password(window: Browser, ola: Person, chris: Person) -> None:
    window.post("/settings/password", data={"current": PASSWORD, "password": NEW_PASSWORD})


def by_a_password_link(window: Browser, ola: Person, chris: Person) -> None:
    with transaction():
        link = joining.let_choose_password(chris, ola)
    other: Any = window.application.test_client()
    other.post(f"/new-password/{link}", data={"password": NEW_PASSWORD})


def by_leaving(window: Browser, ola: Person, chris: Person) -> None:
    with transaction():
        changing.deactivate(chris, ola)


def by_a_role(window: Browser, ola: Person, chris: Person) -> None:
    with transaction():
        changing.set_roles(chris, db.session.get_one(Person, ola.id), [("moderator", None)])


def by_losing_a_role(window: Browser, ola: Person, chris: Person) -> None:
    by_a_role(window, ola, chris)
    with transaction():
        changing.set_roles(chris, ola, [])


def by_a_second_factor(window: Browser, ola: Person, chris: Person) -> None:
    assert add_app(window, ola).status_code == 200


def by_removing_a_second_factor(window: Browser, ola: Person, chris: Person) -> None:
    add_app(window, ola)
    window.post("/settings/second-factor/app/removal")


def by_a_reset(window: Browser, ola: Person, chris: Person) -> None:
    with transaction():
        factors.reset_factors(chris, ola)


def by_an_administrator(window: Browser, ola: Person, chris: Person) -> None:
    with transaction():
        sign_in.end_all_sessions(chris, ola)


WAYS = [value for name, value in sorted(globals().items()) if name.startswith("by_")]


def test_a_copied_cookie_is_dead_at_the_next_request(
    app: Flask, ola: Person, chris: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    alive = []
    for number, way in enumerate(WAYS):
        person = factories.person(f"Person of {number}", ola.department, password=PASSWORD)
        window, elsewhere = enter(app, person), enter(app, person)
        copies = {cookie_of(window), cookie_of(elsewhere)} if way is not by_signing_out else {cookie_of(window)}
        assert all(opens(app, copy) for copy in copies), way.__name__
        person.session_token = person.session = None  # Of another request than those of the browsers.
        way(window, person, chris)
        alive += [way.__name__ for copy in copies if opens(app, copy)]
    with capsys.disabled():
        print(f"\nS10: {len(WAYS)} ways for a session to end, {len(alive)} copied cookies that still opened a page")
    assert alive == []


def test_whoever_changes_something_goes_on_under_a_new_secret(app: Flask, ola: Person, chris: Person) -> None:
    for way in (by_a_new_password, by_a_second_factor):
        person = factories.person(password=PASSWORD)
        window = enter(app, person)
        before = cookie_of(window)
        way(window, person, chris)
        assert window.get("/settings").status_code == 200, way.__name__
        assert cookie_of(window) != before


def test_an_administrator_who_changes_the_own_roles_stays_under_a_new_secret(
    browser: Callable[[Person], Browser], app: Flask, chris: Person
) -> None:
    window = browser(chris)
    before = cookie_of(window)
    form = {"department": str(chris.department_id), "roles": ["administrator", "moderator"]}
    assert window.post(f"/admin/people/{chris.id}", data=form).status_code == 303
    assert window.get("/settings").status_code == 200
    assert not opens(app, before)


def test_a_cookie_planted_before_signing_in_is_not_the_one_afterwards(app: Flask, ola: Person) -> None:
    victim: Any = app.test_client()
    victim.get("/sign-in")
    with victim.session_transaction() as session:
        session["_user_id"], session["csrf_token"] = "planted", "planted"
    planted = cookie_of(victim)
    victim.post("/sign-in", data={"email": ola.email, "password": PASSWORD})
    assert cookie_of(victim) != planted
    assert not opens(app, planted)


def test_signing_in_again_does_not_use_the_same_secret(app: Flask, ola: Person) -> None:
    secrets = {enter(app, ola).get_cookie("proven").value for _ in range(3)}  # type: ignore[union-attr]
    assert len(secrets) == 3
    assert db.session.query(Session).count() == len({row.token_hash for row in db.session.query(Session)}) == 3


def test_a_session_that_nobody_uses_ends_by_itself(app: Flask, ola: Person) -> None:
    window = enter(app, ola)
    hours = app.config["PROVEN_SESSION_IDLE_HOURS"]
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours, minutes=1)):
        assert window.get("/settings").status_code == 302


def test_a_session_that_is_used_goes_on_and_its_use_is_written_down_every_five_minutes_only(
    app: Flask, ola: Person
) -> None:
    window, begun = enter(app, ola), datetime.now(UTC)
    noted = set()
    for minutes in range(0, 20, 2):
        with time_machine.travel(begun + timedelta(minutes=minutes)):
            assert window.get("/settings").status_code == 200
        noted.add(db.session.query(Session).one().last_used_at)
    assert len(noted) == 4  # At the beginning, and after 6, 12 and 18 minutes.
    idle = timedelta(hours=app.config["PROVEN_SESSION_IDLE_HOURS"])
    with time_machine.travel(begun + timedelta(minutes=17) + idle):
        assert window.get("/settings").status_code == 200


def test_everywhere_else_is_ended_by_one_button(app: Flask, ola: Person) -> None:
    here, elsewhere = enter(app, ola), [enter(app, ola) for _ in range(2)]
    assert here.post("/settings/sessions/end").status_code == 303
    assert here.get("/settings").status_code == 200
    assert [window.get("/settings").status_code for window in elsewhere] == [302, 302]


def test_only_an_administrator_ends_the_sessions_of_somebody_else(
    app: Flask, browser: Callable[[Person], Browser], ola: Person, kim: Person, chris: Person
) -> None:
    window = enter(app, ola)
    assert browser(kim).post(f"/admin/people/{ola.id}/sessions/end").status_code == 403
    assert window.get("/settings").status_code == 200
    assert browser(chris).post(f"/admin/people/{ola.id}/sessions/end").status_code == 303
    assert window.get("/settings").status_code == 302


def test_what_ended_by_itself_leaves_no_row(app: Flask, ola: Person) -> None:
    enter(app, ola)
    enter(app, ola)
    db.session.query(Session).first().last_used_at = datetime(2020, 1, 1, tzinfo=UTC)  # type: ignore[union-attr]
    prune()
    assert db.session.query(Session).count() == 1
