"""Second factors: codes of an app, codes for an emergency, who must have one, and being asked again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask

from forum.audit.models import AuditLine
from forum.core.db import db, transaction
from forum.core.events import EventRow
from forum.notifications import email
from forum.people import factors, passkeys, recovery, requiring
from forum.people.code_apps import WrongCode, new_secret, secret_of
from forum.people.factor_models import CodeApp, Passkey, PasskeyChallenge, RecoveryCode
from forum.people.models import Organisation, Person, Session
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

PASSWORD = "correct horse battery staple"
SignIn = Callable[[Person], Browser]


@pytest.fixture
def ola(sales: Any) -> Person:
    return factories.person("Ola Mensah", sales, password=PASSWORD)


@pytest.fixture
def noon() -> Any:
    """A moment at the beginning of a half minute, which stands still unless it is moved."""
    with time_machine.travel(datetime.now(UTC).replace(second=0, microsecond=0), tick=False) as moment:
        yield moment


def has_app(person: Person) -> tuple[pyotp.TOTP, list[str]]:
    """Give somebody an app; returns it with the codes for an emergency."""
    sealed = new_secret(person)
    totp = pyotp.TOTP(secret_of(person, sealed))
    with transaction():
        codes = factors.add_app(person, sealed=sealed, code=totp.now())
    person.session_token = person.session = None
    return totp, codes


def give_password(window: Browser, person: Person, **more: str) -> Any:
    return window.post("/sign-in", data={"email": person.email, "password": PASSWORD, **more})


def give_code(window: Browser, code: str) -> Any:
    return window.post("/sign-in/second-factor", data={"code": code})


# Signing in


def test_the_password_alone_opens_nothing_and_a_code_of_the_app_opens_the_page_asked_for(
    client: Browser, ola: Person, noon: Any
) -> None:
    totp, _ = has_app(ola)
    assert give_password(client, ola, next="/practices").location == "/sign-in/second-factor"
    assert client.get("/settings").status_code == 302
    noon.shift(30)
    answer = give_code(client, totp.now())
    assert (answer.status_code, answer.location) == (303, "/practices")
    assert client.get("/settings").status_code == 200


def test_the_secret_between_the_steps_is_no_session(app: Flask, client: Browser, ola: Person, noon: Any) -> None:
    has_app(ola)
    give_password(client, ola)
    with client.session_transaction() as session:
        between = session["factor_due"]
        session["_user_id"] = between
    assert client.get("/settings").status_code == 302


def test_a_code_is_taken_once(app: Flask, client: Browser, ola: Person, noon: Any) -> None:
    totp, _ = has_app(ola)
    noon.shift(30)
    code = totp.now()
    give_password(client, ola)
    assert give_code(client, code).status_code == 303
    other: Any = app.test_client()
    give_password(other, ola)
    assert give_code(other, code).status_code == 422


def test_a_code_of_the_half_minute_before_or_after_is_taken_and_no_other(ola: Person, noon: Any) -> None:
    totp, _ = has_app(ola)
    noon.shift(3600)
    for away, fits in ((-2, False), (2, False), (-1, True), (0, True), (1, True)):
        code = totp.at(datetime.now(UTC) + timedelta(seconds=30 * away))
        if fits:
            factors.take_code(ola, code)
        else:
            with pytest.raises(WrongCode):
                factors.take_code(ola, code)


def test_after_ten_minutes_the_password_is_asked_for_again(client: Browser, ola: Person, noon: Any) -> None:
    totp, _ = has_app(ola)
    give_password(client, ola)
    noon.shift(11 * 60)
    assert give_code(client, totp.now()).location == "/sign-in"


def test_a_new_password_by_a_link_still_asks_for_the_second_factor(
    client: Browser, ola: Person, chris: Person, noon: Any
) -> None:
    from forum.people.joining import let_choose_password

    has_app(ola)
    link = let_choose_password(chris, ola)
    answer = client.post(f"/new-password/{link}", data={"password": "another long pass phrase"})
    assert answer.location == "/sign-in/second-factor"
    assert client.get("/settings").status_code == 302


def test_guessing_codes_is_stopped_with_a_word_on_how_long(app: Flask, client: Browser, ola: Person, noon: Any) -> None:
    totp, _ = has_app(ola)
    noon.shift(30)
    give_password(client, ola)
    app.config["PROVEN_FACTOR_LIMIT"] = "3 per 5 minutes"
    try:
        answers = [give_code(client, "000000") for _ in range(4)]
        other: Any = app.test_client()  # Another browser that knows the password gets no more tries.
        give_password(other, ola)
        right = give_code(other, totp.now())
    finally:
        app.config["PROVEN_FACTOR_LIMIT"] = "1000000 per minute"
    assert [answer.status_code for answer in (*answers, right)] == [422, 422, 422, 429, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 301


def test_a_failure_is_written_down_without_the_address(client: Browser, ola: Person, noon: Any) -> None:
    has_app(ola)
    client.post("/sign-in", data={"email": ola.email, "password": "wrong"})
    client.post("/sign-in", data={"email": "nobody@northwick.example", "password": "wrong"})
    give_password(client, ola)
    give_code(client, "000000")
    rows = db.session.query(EventRow).filter_by(name="SignInFailed").order_by(EventRow.id).all()
    assert [row.data["step"] for row in rows] == ["password", "password", "factor"]
    assert rows[0].data["address"] == rows[2].data["address"] != rows[1].data["address"]
    assert not any("@" in str(row.data) or row.actor_id for row in rows)


# Codes for an emergency


def test_a_code_for_an_emergency_lets_in_once_however_it_is_typed(
    app: Flask, client: Browser, ola: Person, noon: Any
) -> None:
    _, codes = has_app(ola)
    assert len(set(codes)) == 10
    give_password(client, ola)
    assert give_code(client, f" {codes[0].lower().replace('-', ' ')} ").status_code == 303
    assert recovery.codes_left(ola) == 9
    other: Any = app.test_client()
    give_password(other, ola)
    assert give_code(other, codes[0]).status_code == 422


def test_nobody_gets_in_by_the_codes_of_somebody_else(client: Browser, ola: Person, kim: Person, noon: Any) -> None:
    has_app(ola)
    _, codes = has_app(kim)
    give_password(client, ola)
    assert give_code(client, codes[0]).status_code == 422


def test_the_database_holds_neither_a_code_nor_the_secret_of_an_app(ola: Person, noon: Any) -> None:
    totp, codes = has_app(ola)
    kept = [row.fingerprint for row in db.session.query(RecoveryCode)]
    kept += [row.sealed_secret for row in db.session.query(CodeApp)]
    assert not any(code in each or code.replace("-", "") in each for code in codes for each in kept)
    assert not any(totp.secret in each for each in kept)


def test_new_codes_end_the_old_ones(ola: Person, noon: Any) -> None:
    _, old = has_app(ola)
    new = recovery.make_codes(ola, ola)
    assert not recovery.take_recovery_code(ola, old[0])
    assert recovery.take_recovery_code(ola, new[0])


def test_codes_are_given_as_a_file_to_whom_they_belong_only(browser: SignIn, ola: Person, kim: Person) -> None:
    _, codes = has_app(ola)
    answer = browser(ola).post("/settings/second-factor/codes/file", data={"codes": " ".join(codes)})
    assert answer.mimetype == "text/plain"
    assert all(code in answer.text for code in codes)
    for typed in (" ".join(codes), "<script>", ""):
        assert browser(kim).post("/settings/second-factor/codes/file", data={"codes": typed}).status_code == 303


# Keeping them


def test_an_app_is_added_by_its_first_code_and_the_picture_stays_after_a_wrong_one(
    browser: SignIn, ola: Person, noon: Any
) -> None:
    window = browser(ola)
    page = Page(window.get("/settings/second-factor/app"))
    sealed = page.form("/settings/second-factor/app")["sealed"]
    assert str(page.soup.select_one("main img")["src"]).startswith("data:image/svg+xml")  # type: ignore[index]
    refused = Page(window.post("/settings/second-factor/app", data={"sealed": sealed, "code": "000000"}))
    assert (refused.status, refused.problems) == (422, ["code"])
    assert refused.form("/settings/second-factor/app")["sealed"] == sealed
    secret = page.soup.select_one(".secret").text.replace(" ", "")  # type: ignore[union-attr]
    done = Page(window.post("/settings/second-factor/app", data={"sealed": sealed, "code": pyotp.TOTP(secret).now()}))
    assert len(done.soup.select(".codes code")) == 10
    assert requiring.has_factor(ola)
    assert not Page(window.get("/settings/second-factor")).soup.select(".codes code")  # Shown once.


def test_a_secret_that_was_shown_to_somebody_else_is_not_taken(browser: SignIn, ola: Person, kim: Person) -> None:
    sealed = new_secret(kim)
    code = pyotp.TOTP(secret_of(kim, sealed)).now()
    answer = browser(ola).post("/settings/second-factor/app", data={"sealed": sealed, "code": code})
    assert answer.status_code == 422
    assert not requiring.has_factor(ola)


def test_removing_the_last_one_takes_the_codes_for_an_emergency_along(browser: SignIn, ola: Person) -> None:
    has_app(ola)
    assert browser(ola).post("/settings/second-factor/app/removal").status_code == 303
    assert db.session.query(RecoveryCode).count() == 0
    assert not requiring.has_factor(ola)


@pytest.mark.parametrize("answer", ["", "{", "[]", "{}", '{"id": "x", "response": {}}', "[" * 30_000, "1" * 5_000])
def test_rubbish_in_place_of_a_passkey_is_refused(answer: str, browser: SignIn, client: Browser, ola: Person) -> None:
    refused = browser(ola).post("/settings/second-factor/passkeys", data={"name": "x", "credential": answer})
    assert refused.status_code == 422
    assert client.post("/sign-in/passkey", data={"credential": answer}).location.startswith("/sign-in")
    has_app(ola)
    give_password(client, ola)
    assert client.post("/sign-in/second-factor", data={"credential": answer or "x"}).status_code == 422


def test_a_challenge_is_good_for_its_person_its_purpose_and_five_minutes(
    browser: SignIn, client: Browser, ola: Person
) -> None:
    assert client.post("/sign-in/second-factor/options").status_code == 401
    assert client.post("/sign-in/passkey/options").json["userVerification"] == "required"
    asked = browser(ola).post("/settings/second-factor/passkeys/options").json
    assert asked["rp"]["id"] == "localhost"
    assert len(asked["user"]["id"]) == 43  # 256 bits that say nothing
    kept = {(row.purpose, row.person_id) for row in db.session.query(PasskeyChallenge)}
    assert kept == {(passkeys.SIGN_IN, None), (passkeys.ADD, ola.id)}


# Who must have one


@pytest.fixture
def required(chris: Person) -> None:
    requiring.require_factor(chris, on=True)
    db.session.commit()


def test_a_moderator_without_one_is_led_to_adding_it_and_can_do_nothing_else(
    browser: SignIn, farah: Person, chris: Person, kim: Person, required: None
) -> None:
    window = browser(farah)
    for address in ("/", "/settings", "/practices/queue", "/ask"):
        assert window.get(address).location == "/settings/second-factor", address
    assert window.post("/settings/looks", data={"theme": "dark"}).status_code == 403
    for address in ("second-factor/reset", "sessions/end"):
        assert browser(chris).post(f"/admin/people/{kim.id}/{address}").status_code == 403, address
    assert "Your role needs a second factor" in Page(window.get("/settings/second-factor")).words
    sealed = new_secret(farah)
    code = pyotp.TOTP(secret_of(farah, sealed)).now()
    window.post("/settings/second-factor/app", data={"sealed": sealed, "code": code})
    assert window.get("/practices/queue").status_code == 200
    assert browser(kim).get("/").status_code == 200


def test_whoever_must_have_one_keeps_the_last(browser: SignIn, farah: Person, required: None) -> None:
    has_app(farah)
    assert browser(farah).post("/settings/second-factor/app/removal").status_code == 409
    assert requiring.has_factor(farah)


def test_the_switch_stands_on_the_page_of_the_organisation(browser: SignIn, chris: Person) -> None:
    window = browser(chris)
    window.post("/admin/organisation", data={"name": "Northwick Instruments", "requires_factor": "y"})
    assert db.session.query(Organisation).one().requires_factor
    window.post("/admin/organisation", data={"name": "Northwick Instruments"})
    assert not db.session.query(Organisation).one().requires_factor


def test_an_administrator_takes_lost_factors_off_and_the_password_lets_in_again(
    browser: SignIn, client: Browser, chris: Person, ola: Person
) -> None:
    has_app(ola)
    signed_in = browser(ola)
    assert browser(chris).post(f"/admin/people/{ola.id}/second-factor/reset").status_code == 303
    assert signed_in.get("/").status_code == 302
    assert [db.session.query(kind).count() for kind in (CodeApp, Passkey, RecoveryCode)] == [0, 0, 0]
    assert give_password(client, ola).location == "/"


# Being asked again


def grow_old(minutes: int = 11) -> None:
    """Let so many minutes pass since everybody proved who they are."""
    for session in db.session.query(Session):
        session.confirmed_at -= timedelta(minutes=minutes)
    db.session.commit()


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/admin/people/{id}/password-link", {}),
        ("/admin/people/{id}/erasure", {"typed": "Kim Tran"}),
        ("/admin/directory", {"roles": "everybody = administrator"}),
        ("/admin/directory/tokens", {"name": "Mine"}),
    ],
)
def test_what_opens_or_ends_the_accounts_of_others_asks_again(
    address: str, typed: dict[str, str], browser: SignIn, anna: Person, kim: Person
) -> None:
    window = browser(anna)
    grow_old()
    asked = Page(window.post(address.format(id=kim.id), data=typed))
    assert (asked.status, asked.title) == (403, "Is it you?")
    assert db.session.query(AuditLine).filter_by(kind="access.denied").count() == 0
    proved = window.post(address.format(id=kim.id), data={**typed, "confirm_password": PASSWORD})
    assert proved.status_code in (200, 303)


@pytest.fixture
def anna(sales: Any) -> Person:
    """An administrator with a password."""
    return factories.person("Anna Lind", sales, "administrator", password=PASSWORD)


def test_a_role_is_given_after_the_password_only_and_with_all_that_was_typed(
    browser: SignIn, anna: Person, kim: Person
) -> None:
    window = browser(anna)
    grow_old()
    address = f"/admin/people/{kim.id}"
    typed = {"department": str(kim.department_id), "roles": ["moderator", f"champion:{kim.department_id}"]}
    asked = Page(window.post(address, data=typed))
    assert (asked.status, asked.title) == (403, "Is it you?")
    assert not db.session.get_one(Person, kim.id).is_moderator
    kept = [(field["name"], field["value"]) for field in asked.soup.select("main form input[type=hidden]")]
    assert [value for name, value in kept if name == "roles"] == typed["roles"]
    wrong = Page(window.post(address, data={**typed, "confirm_password": "wrong"}))
    assert (wrong.status, wrong.problems) == (422, ["confirm_password"])
    assert window.post(address, data={**typed, "confirm_password": PASSWORD}).status_code == 303
    assert db.session.get_one(Person, kim.id).is_moderator
    assert window.post(address, data={"department": str(kim.department_id)}).status_code == 303  # For ten minutes.


def test_a_page_is_shown_after_a_code_and_a_code_that_was_used_is_not_taken(
    browser: SignIn, ola: Person, noon: Any
) -> None:
    totp, _ = has_app(ola)
    window = browser(ola)
    grow_old()
    asked = Page(window.get("/settings/second-factor/app"))
    assert (asked.status, asked.form("/confirm")["next"]) == (403, "/settings/second-factor/app")
    typed = {"next": "/settings/second-factor/app", "confirm_code": totp.now()}
    assert window.post("/confirm", data=typed).status_code == 422  # It added the app.
    noon.shift(30)
    answer = window.post("/confirm", data={**typed, "confirm_code": totp.now()})
    assert (answer.status_code, answer.location) == (303, "/settings/second-factor/app")
    assert window.get("/settings/second-factor/app").status_code == 200


def test_guessing_when_asked_again_is_stopped_too(app: Flask, browser: SignIn, anna: Person, kim: Person) -> None:
    window = browser(anna)
    grow_old()
    app.config["PROVEN_FACTOR_LIMIT"] = "2 per minute"
    try:
        tries = [window.post(f"/admin/people/{kim.id}", data={"confirm_password": "wrong"}) for _ in range(3)]
    finally:
        app.config["PROVEN_FACTOR_LIMIT"] = "1000000 per minute"
    assert [answer.status_code for answer in tries] == [422, 422, 429]


# Mails


def test_every_change_is_mailed_to_whom_the_account_belongs(
    app: Flask, browser: SignIn, ola: Person, chris: Person, work_off: Callable[[], None]
) -> None:
    class Box:
        way = "box"

        def __init__(self) -> None:
            self.mails: list[Any] = []

        def send(self, message: Any) -> None:
            self.mails.append(message)

    box, app.extensions["mail"] = Box(), Box()
    app.extensions["mail"] = box
    try:
        _, codes = has_app(ola)
        recovery.take_recovery_code(ola, codes[0])
        factors.reset_factors(chris, ola)
        work_off()
    finally:
        email.attach(app)
    told = [str(mail["Subject"]) for mail in box.mails if ola.email in str(mail["To"])]
    assert told == [
        "An app for codes was added to your account",
        "New codes for an emergency were made",
        "A code for an emergency was used",
        "Your second factors were removed",
    ]
    assert all("If it was not" in mail.get_content() for mail in box.mails)
