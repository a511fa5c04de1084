"""How a refusal and a fault look: a page of the design that says what to do, with a number that is in the log."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from forum import create_app
from forum.core.db import db
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser
from tests.core.situations import SITUATIONS, Site
from tests.pages import Page

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def site(app: Flask, browser: Callable[[Person], Browser], kim: Person) -> Site:
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
