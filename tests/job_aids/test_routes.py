"""A practice on paper, and as a card in other sites: who may frame it, and what strangers see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select

from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.people.embedding import SITE, let_embed, sites_of
from forum.people.joining import organisation
from forum.people.models import Organisation, Person
from forum.practices.models import Practice
from forum.practices.promoting import retire
from forum.reviewing.challenging import challenge
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]
INTRANET = "https://intranet.example.org"


@pytest.fixture
def practice(kim: Person, marta: Person, farah: Person) -> Practice:
    return factories.practice(farah, factories.answer(marta, factories.question(kim)), title='Look "before" you <leap>')


def policy(answer: Any) -> str:
    return str(answer.headers["Content-Security-Policy"])


def test_the_sheet_has_all_there_is_to_do_and_the_address_that_stays(
    kim: Person, practice: Practice, browser: SignIn
) -> None:
    answer = browser(kim).get(f"/practices/{practice.id}/print")
    page = Page(answer)
    for words in (
        "Look first.",
        "In the dark.",
        "Five minutes, no money",
        "Ask Marta Silva, Finance",
        "Version 1, printed",
    ):
        assert words in page.words
    assert f"http://127.0.0.1:8000/practices/{practice.id}" in page.words
    assert page.soup.find("header", class_="header") is None
    assert page.soup.find("footer", class_="footer") is None


def test_the_paper_says_what_is_wrong_with_it(kim: Person, farah: Person, practice: Practice, browser: SignIn) -> None:
    address = f"/practices/{practice.id}/print"
    challenge(kim, practice, what="The menu is gone since March.")
    assert "A colleague says that this no longer works." in Page(browser(kim).get(address)).words
    retire(farah, practice, because="There is a new one.")
    assert "There is a new one." in Page(browser(kim).get(address)).words


def test_long_practices_are_printed_smaller(kim: Person, farah: Person, marta: Person, browser: SignIn) -> None:
    for length, size in ((100, ""), (3_000, "job-aid--compact"), (6_000, "job-aid--small")):
        source = factories.answer(marta, factories.question(kim))
        made = factories.practice(farah, source, texts={"body": "word " * (length // 5)})
        sheet = Page(browser(kim).get(f"/practices/{made.id}/print")).soup.find("article")
        assert sheet is not None
        assert sheet["class"] == ["job-aid", *([size] if size else [])]


def test_without_a_named_site_there_is_neither_card_nor_code(
    client: Browser, kim: Person, practice: Practice, browser: SignIn
) -> None:
    for window in (client, browser(kim)):
        refused = window.get(f"/practices/{practice.id}/card")
        assert refused.status_code == 403
        assert "frame-ancestors 'none'" in policy(refused)
        assert refused.headers["X-Frame-Options"] == "DENY"
    assert "iframe" not in browser(kim).get(f"/practices/{practice.id}/print").text


def test_only_the_named_sites_may_frame_the_card_and_nothing_else(
    chris: Person, kim: Person, practice: Practice, browser: SignIn
) -> None:
    let_embed(chris, f"{INTRANET}\nwiki.example.org:8443")
    window = browser(kim)
    answer = window.get(f"/practices/{practice.id}/card")
    assert f"frame-ancestors {INTRANET} https://wiki.example.org:8443;" in policy(answer)
    assert "X-Frame-Options" not in answer.headers
    page = Page(answer)
    assert "Kept by Marta Silva, Finance" in page.words
    assert page.soup.find("nav") is None
    assert page.soup.find("form") is None
    for other in ("/", f"/practices/{practice.id}/print", f"/practices/{practice.id}/edit"):
        refused = window.get(other)
        assert "frame-ancestors 'none'" in policy(refused)
        assert refused.headers["X-Frame-Options"] == "DENY"


def test_a_stranger_sees_nothing_of_it_whether_it_exists_or_not(
    client: Browser, chris: Person, practice: Practice
) -> None:
    let_embed(chris, INTRANET)
    seen, never = (client.get(f"/practices/{id}/card") for id in (practice.id, 2_000_000))
    assert seen.status_code == never.status_code == 200
    assert Page(seen).words == Page(never).words
    assert "before" not in seen.text
    assert "Marta" not in seen.text


def test_the_code_to_copy_is_html_whatever_the_title(
    chris: Person, kim: Person, practice: Practice, browser: SignIn
) -> None:
    let_embed(chris, INTRANET)
    field = Page(browser(kim).get(f"/practices/{practice.id}/print")).soup.find("input", id="embed-code")
    assert field is not None
    assert field["value"] == (
        f'<iframe src="http://127.0.0.1:8000/practices/{practice.id}/card" '
        'title="Best practice: Look &quot;before&quot; you &lt;leap&gt;" width="100%" height="230"></iframe>'
    )


def test_an_administrator_names_the_sites_and_it_is_written_down(
    chris: Person, kim: Person, farah: Person, browser: SignIn
) -> None:
    for person in (kim, farah):
        with pytest.raises(Forbidden):
            let_embed(person, INTRANET)
    window = browser(chris)
    sent = {"name": "Northwick", "embedded_by": "Intranet.example.org/\nhttp://10.0.0.7:8080\nintranet.example.org"}
    assert window.post("/admin/organisation", data=sent).status_code == 303
    assert sites_of(organisation()) == [INTRANET, "http://10.0.0.7:8080"]
    assert db.session.query(EventRow).filter_by(name="EmbeddingChanged").one().data == {
        "sites": [INTRANET, "http://10.0.0.7:8080"]
    }
    refused = window.post("/admin/organisation", data={"name": "Southwick", "embedded_by": "*; script-src *"})
    assert refused.status_code == 422
    assert Page(refused).form("")["embedded_by"] == "*; script-src *"
    kept = db.session.scalars(select(Organisation)).one()
    assert (kept.name, sites_of(kept)) == ("Northwick", [INTRANET, "http://10.0.0.7:8080"])


@pytest.mark.parametrize(
    "typed", ["*", "https://*", "https://a.b/path", "javascript:x", "'self'", "https://a b;c", "ftp://a.b"]
)
def test_what_is_no_site_is_refused(typed: str, chris: Person) -> None:
    with pytest.raises(Invalid) as refused:
        let_embed(chris, typed)
    assert refused.value.field == "embedded_by"


@given(some.text())
def test_no_site_can_end_its_part_of_the_policy(typed: str) -> None:
    if SITE.fullmatch(typed):
        assert not set(typed) & set(" ;,'\"*\r\n")
