"""What every page shares: where one is sent, how lists are paged, what protects a page, how a refusal looks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from forum import create_app
from forum.core import web
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.web import PER_PAGE, next_key, safe_next
from forum.people.models import Person
from forum.posts.removing import remove
from tests import factories
from tests.conftest import Browser
from tests.core.html_policy import SITE, as_browsers_read
from tests.pages import Page

SignIn = Callable[[Person], Browser]
FRAGMENT = {"HX-Request": "true"}
FOREIGN = [
    "https://evil.example",
    "//evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\x00/evil.example",
    "/\x7f/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "evil.example",
    "?next=x",
    "#x",
    "/a\r\nSet-Cookie: x=y",
    "/a b",
    "",
    None,
]


@pytest.mark.parametrize("given", FOREIGN)
def test_nobody_is_sent_to_another_site(given: str | None) -> None:
    assert safe_next(given, "/home") == "/home"


@pytest.mark.parametrize(
    "given", ["/", "/practices?state=due", "/questions/1/a-b#post-2", "/tags/%C3%A9", "/a?next=//b"]
)
def test_a_plain_path_of_this_site_is_gone_to(given: str) -> None:
    assert safe_next(given, "/home") == given


def leaves(address: str) -> bool:
    """Whether a browser that is sent there leaves this site."""
    return urlsplit(as_browsers_read(address))[:2] != urlsplit(SITE)[:2]


def test_no_collected_trick_sends_a_browser_to_another_site(shared_data: Path) -> None:
    file = shared_data / "security" / "open_redirect_payloadsallthethings.jsonl"
    payloads = [json.loads(line)["payload"] for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(payloads) > 100
    assert [payload for payload in payloads if leaves(safe_next(payload, "/home"))] == []


@hypothesis_settings(max_examples=300)
@given(st.lists(st.sampled_from(["/", "\\", ".", "\t", "\n", "@", ":", "evil.example", "http", "%2f", "?", "#", " "])))
def test_no_combination_of_tricks_does_either(pieces: list[str]) -> None:
    assert not leaves(safe_next("".join(pieces), "/home"))


def test_a_page_that_is_followed_by_another_says_where_that_one_starts() -> None:
    at = datetime(2026, 11, 23, 9, 18, 1, 234_567, tzinfo=UTC)
    full = [(at, id) for id in range(PER_PAGE + 1, 0, -1)]
    key = next_key(full, lambda row: row)
    assert web.read_key(key) == {"last": at, "last_id": 2}
    assert next_key(full[:-1], lambda row: row) is None
    assert next_key([], lambda row: row) is None


@hypothesis_settings(max_examples=200)
@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(1, web.LARGEST_ID))
def test_a_key_says_exactly_where_the_next_page_starts(at: datetime, id: int) -> None:
    key = next_key([(at, id)] * (PER_PAGE + 1), lambda row: row)
    assert web.read_key(key) == {"last": at, "last_id": id}


BROKEN_KEYS = [
    "",
    "x",
    "1",
    "1-",
    "-1",
    "1-2-3",
    "1-2\n",
    "١-٢",
    "9" * 18 + "-1",
    "1-" + "9" * 11,
    "1e5-1",
    "0x1-1",
    "--",
]


@pytest.mark.parametrize("key", BROKEN_KEYS)
def test_a_key_that_is_not_ours_is_the_start_of_the_list(browser: SignIn, kim: Person, key: str) -> None:
    factories.question(kim, "Where does this list start?")
    answer = browser(kim).get("/questions", query_string={"tab": "new", "after": key})
    assert "Where does this list start?" in answer.text


@pytest.mark.parametrize("key", ["0-1", "99999999999999999-9999999999"])
def test_a_key_at_the_edge_of_time_is_no_failure(browser: SignIn, kim: Person, key: str) -> None:
    factories.question(kim)
    for path in (
        "/questions?tab=new",
        f"/people/{kim.id}?tab=answers",
        "/practices?state=current",
        "/departments/sales?x=",
    ):
        assert browser(kim).get(f"{path}&after={key}", follow_redirects=True).status_code == 200


@pytest.mark.parametrize("id", ["0", "-1", "2147483648", "9223372036854775808", "1.5", "1%00", "x"])
def test_an_address_with_a_number_that_no_key_can_be_is_not_found(browser: SignIn, kim: Person, id: str) -> None:
    for path in (f"/questions/{id}", f"/posts/{id}/history", f"/people/{id}"):
        assert browser(kim).get(path).status_code == 404


def broken(**_: Any) -> str:
    raise RuntimeError("a secret that must not be shown")


def away(**_: Any) -> str:
    raise OperationalError("SELECT a secret", {}, Exception("server closed the connection"))


def not_understood(**_: Any) -> str:
    raise Invalid("Choose a colour.", "colour")


Situation = Callable[["Site"], Any]


class Site:
    """The application in the hands of an employee, with something to run into."""

    def __init__(self, app: Flask, window: Browser, person: Person) -> None:
        self.app, self.window, self.person = app, window, person
        self.headers: dict[str, str] = {}

    def get(self, path: str) -> Any:
        return self.window.get(path, headers=self.headers)

    def post(self, path: str, data: Any = None, **headers: str) -> Any:
        return self.window.post(path, data=data, headers={**self.headers, **headers})

    def view(self, failing: Callable[..., str]) -> Any:
        """The help page, made by something that fails."""
        own = self.app.view_functions["pages.help"]
        self.app.view_functions["pages.help"] = failing
        try:
            return self.get("/help")
        finally:
            self.app.view_functions["pages.help"] = own

    def slowed_down(self) -> Any:
        """A second look at a text where one a minute is allowed."""
        allowed = self.app.config["PROVEN_PREVIEW_LIMIT"]
        self.app.config["PROVEN_PREVIEW_LIMIT"] = "1 per minute"
        try:
            self.post("/preview", {"body": "x"})
            return self.post("/preview", {"body": "x"})
        finally:
            self.app.config["PROVEN_PREVIEW_LIMIT"] = allowed

    def as_a_stranger(self) -> Any:
        self.window = self.app.test_client()  # type: ignore[assignment]
        return self.post("/preview", {"body": "x"})

    def still_needed(self) -> Any:
        question = factories.question(self.person)
        factories.answer(factories.person(), question)
        return self.post(f"/posts/{question.id}/removal")


SITUATIONS: dict[int, tuple[Situation, str]] = {
    400: (lambda site: site.post("/preview", {"body": "x"}, **{"X-CSRFToken": "x"}), "This form is too old"),
    401: (lambda site: site.as_a_stranger(), "Please sign in"),
    403: (lambda site: site.get("/admin/people"), "Not yours to do"),
    404: (lambda site: site.get("/questions/2000000000"), "Nothing here"),
    405: (lambda site: site.post("/help"), "Not that way"),
    409: (lambda site: site.still_needed(), "That did not work"),
    413: (lambda site: site.post("/preview", {"body": "x" * 1_100_000}), "Too much at once"),
    422: (lambda site: site.view(not_understood), "Please check what you entered"),
    429: (lambda site: site.slowed_down(), "A little slower, please"),
    500: (lambda site: site.view(broken), "Something broke on our side"),
    503: (lambda site: site.view(away), "The database is busy or away"),
}


@pytest.fixture
def site(app: Flask, browser: SignIn, kim: Person) -> Site:
    return Site(app, browser(kim), kim)


@pytest.mark.parametrize("status", SITUATIONS)
def test_a_refusal_is_a_page_in_the_design_with_its_number(site: Site, status: int) -> None:
    situation, title = SITUATIONS[status]
    answer = situation(site)
    page = Page(answer)
    assert (answer.status_code, page.title) == (status, title)
    assert page.soup.select_one("header .brand") is not None
    assert re.fullmatch(r"[0-9a-f]{8}", page.soup.select("main code")[-1].text)
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("status", SITUATIONS)
def test_a_refusal_of_a_part_is_a_part_that_stands_beside(site: Site, status: int) -> None:
    situation, title = SITUATIONS[status]
    site.headers = FRAGMENT
    answer = situation(site)
    assert answer.status_code == status
    assert "<html" not in answer.text
    assert f"<b>{title}.</b>" in answer.text
    assert answer.headers["HX-Retarget"] == "#problem"


@pytest.mark.parametrize("status", [500, 503])
def test_what_broke_on_our_side_is_found_in_the_log_by_the_number_on_the_page(
    site: Site, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    situation, _ = SITUATIONS[status]
    for headers in ({}, FRAGMENT):
        site.headers = headers
        (number,) = re.findall(r"\b[0-9a-f]{8}\b", Page(situation(site)).words)
        assert f"[{number}]" in caplog.text


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_for_now_says_when_to_come_back(site: Site, status: int) -> None:
    situation, _ = SITUATIONS[status]
    assert 0 < int(situation(site).headers["Retry-After"]) <= 60


def test_a_crash_leaves_nothing_half_written_behind(site: Site) -> None:
    def half_way(**_: Any) -> str:
        factories.question(db.session.get_one(Person, site.person.id), "Was I saved half way?")
        raise RuntimeError("half way")

    assert site.view(half_way).status_code == 500
    assert "Was I saved half way?" not in site.get("/questions?tab=new").text


@pytest.fixture
def without_database(app: Flask, tmp_path: Path) -> Flask:
    """The application whose database cannot be reached."""
    nowhere = f"sqlite:///{tmp_path / 'gone' / 'proven.sqlite'}"
    made = create_app({"PROVEN_DATA": str(tmp_path), "PROVEN_DATABASE": nowhere, "PROVEN_LOG": "error"})
    made.test_client_class = Browser
    return made


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_without_the_database_everybody_gets_a_page_that_says_so(
    without_database: Flask, signed_in: bool, headers: dict[str, str]
) -> None:
    window = without_database.test_client()
    if signed_in:
        with window.session_transaction() as session:
            session["_user_id"] = "what the cookie holds"
    for path in ("/", "/questions/1", "/readyz"):
        answer = window.get(path, headers=headers)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10"), path
        assert "Nothing was saved" in answer.text
    assert window.get("/nowhere", headers=headers).status_code == 404
    assert window.get("/healthz").status_code == 200


def answers(site: Site) -> Iterator[tuple[str, Any]]:
    """One answer of every sort: pages, parts, redirects, data, static files, and each refusal."""
    question = factories.question(site.person)
    for path in ("/", "/questions/2000000000", f"/questions/{question.id}", "/suggest?q=a", "/healthz", "/readyz"):
        yield path, site.get(path)
    yield "a part", site.window.get("/ask/similar?title=a+b+c", headers=FRAGMENT)
    yield "a missing static file", site.get("/static/nothing.css")
    with site.get("/static/img/logo.svg") as file:
        yield "a static file", file
    for status, (situation, _) in SITUATIONS.items():
        yield str(status), situation(site)


def policy(answer: Any) -> dict[str, list[str]]:
    """The directives of the Content-Security-Policy."""
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in parts}


def test_every_answer_is_protected(site: Site) -> None:
    for what, answer in answers(site):
        expected = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        assert {name: answer.headers.get(name) for name in expected} == expected, what
        assert "camera=()" in answer.headers["Permissions-Policy"], what
        assert "Server" not in answer.headers, what


def test_the_policy_lets_nothing_run_that_is_not_a_file_of_ours(site: Site) -> None:
    for what, answer in answers(site):
        said = policy(answer)
        assert said["default-src"] == ["'none'"], what
        assert {name: said[name] for name in ("base-uri", "frame-ancestors")} == {
            "base-uri": ["'none'"],
            "frame-ancestors": ["'none'"],
        }
        if "static file" in what:  # It can do nothing at all.
            assert set(said) == {"default-src", "base-uri", "frame-ancestors"}, what
            continue
        assert said["form-action"] == said["connect-src"] == said["style-src"] == ["'self'"], what
        assert said["require-trusted-types-for"] == ["'script'"], what
        assert [source for source in said["script-src"] if not source.startswith("'nonce-")] == ["'self'"], what
        assert not re.search(r"unsafe|\*|https?:", answer.headers["Content-Security-Policy"]), what


def test_each_answer_has_a_nonce_of_its_own(site: Site) -> None:
    nonces = {policy(site.get("/"))["script-src"][1] for _ in range(3)}
    assert len(nonces) == 3
    assert all(len(nonce) > 24 for nonce in nonces)


def test_the_nonce_of_the_policy_is_the_one_on_the_page(site: Site) -> None:
    answer = site.get("/ask")
    own = policy(answer)["script-src"][1].removeprefix("'nonce-").rstrip("'")
    elements = Page(answer).soup.select("script, [hx-nonce]")
    assert {element.get("nonce") or element.get("hx-nonce") for element in elements} == {own}


def test_what_one_person_sees_is_kept_by_no_cache(site: Site) -> None:
    for what, answer in answers(site):
        if "static file" not in what:
            assert answer.headers["Cache-Control"] == "no-store", what
            assert {"HX-Request", "Cookie"} & set(re.split(r",\s*", answer.headers["Vary"])), what


def test_a_page_and_its_part_are_told_apart_by_caches(site: Site) -> None:
    assert "HX-Request" in site.get("/").headers["Vary"]


def test_a_browser_is_told_to_insist_on_tls_only_where_there_is_tls(site: Site) -> None:
    assert "Strict-Transport-Security" not in site.get("/").headers
    secure = site.window.get("/", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_behind_tls_the_cookie_is_bound_to_this_host(tmp_path: Path) -> None:
    config = create_app({"PROVEN_DATA": str(tmp_path), "PROVEN_HTTPS": "on", "PROVEN_LOG": "error"}).config
    assert (config["SESSION_COOKIE_NAME"], config["SESSION_COOKIE_SECURE"]) == ("__Host-proven", True)
    assert (config["SESSION_COOKIE_HTTPONLY"], config["SESSION_COOKIE_SAMESITE"]) == (True, "Lax")


def test_a_host_that_is_not_ours_is_refused(app: Flask, tmp_path: Path) -> None:
    environ = {"PROVEN_DATA": str(tmp_path), "PROVEN_HOSTS": "proven.example", "PROVEN_LOG": "error"}
    window = create_app(environ).test_client()
    assert window.get("/healthz", base_url="http://proven.example").status_code == 200
    assert window.get("/healthz", base_url="http://evil.example").status_code == 400


def test_forwarded_headers_count_only_behind_a_named_proxy(tmp_path: Path) -> None:
    forged = {"X-Forwarded-Proto": "https"}
    for proxies, believed in (("0", False), ("1", True)):
        environ = {"PROVEN_DATA": str(tmp_path), "PROVEN_PROXIES": proxies, "PROVEN_LOG": "error"}
        answer = create_app(environ).test_client().get("/healthz", headers=forged)
        assert ("Strict-Transport-Security" in answer.headers) == believed


def test_a_removed_record_and_one_that_never_was_are_the_same(browser: SignIn, kim: Person) -> None:
    question = factories.question(kim)
    remove(kim, question)
    gone, never = (browser(kim).get(f"/questions/{id}/similar") for id in (question.id, 2_000_000_000))
    assert (gone.status_code, Page(gone).title) == (never.status_code, Page(never).title) == (404, "Nothing here")


def test_a_form_is_answered_with_a_part_or_with_the_way_back(browser: SignIn, kim: Person, sales: Any) -> None:
    form = {"kind": "department", "id": str(sales.id), "on": "1", "next": "/departments/sales"}
    whole = browser(kim).post("/follows", data=form)
    assert (whole.status_code, whole.location) == (303, "/departments/sales")
    part = browser(kim).post("/follows", data=form, headers=FRAGMENT)
    assert (part.status_code, part.text.startswith("<form")) == (200, True)


def test_every_answer_says_what_it_is_and_in_which_letters(site: Site) -> None:
    for what, answer in answers(site):
        kind = answer.headers.get("Content-Type", "")
        assert answer.status_code in (301, 302, 303, 204) or kind, what
        assert not kind.startswith("text/html") or "charset=utf-8" in kind, what


def test_nothing_but_files_of_the_design_is_served_from_the_folder(site: Site) -> None:
    for path in (
        "/static/",
        "/static/dist/",
        "/static/../forum/core/config.py",
        "/static/%2e%2e/wsgi.py",
        "/.git/config",
    ):
        answer = site.get(path)
        assert answer.status_code == 404, path
    for path in ("/forum/core/config.py", "/data/secret-key", "/.env", "/static/dist/../../start.py"):
        assert site.get(path).status_code == 404, path


def test_a_parameter_that_comes_twice_is_no_failure(site: Site) -> None:
    assert site.get("/search?q=a&q=b&page=1&page=x").status_code == 200
    assert site.window.post("/preview", data={"body": ["one", "two"]}).status_code == 200
