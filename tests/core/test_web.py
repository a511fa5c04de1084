"""What every page shares: where one is sent, what protects a page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from forum import create_app
from forum.core.web import safe_next
from forum.people.models import Person
from forum.posts.removing import remove
from tests import factories
from tests.conftest import Browser
from tests.core.html_policy import SITE, as_browsers_read
from tests.core.situations import SITUATIONS, Site
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


@pytest.mark.parametrize("id", ["0", "-1", "2147483648", "9223372036854775808", "1.5", "1%00", "x"])
def test_an_address_with_a_number_that_no_key_can_be_is_not_found(browser: SignIn, kim: Person, id: str) -> None:
    for path in (f"/questions/{id}", f"/posts/{id}/history", f"/people/{id}"):
        assert browser(kim).get(path).status_code == 404


@pytest.fixture
def site(app: Flask, browser: SignIn, kim: Person) -> Site:
    return Site(app, browser(kim), kim)


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


def test_a_form_is_answered_with_a_part_or_with_the_way_back(browser: SignIn, kim: Person, marta: Person) -> None:
    form = {"kind": "person", "id": str(marta.id), "on": "1", "next": "/departments/sales"}
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
