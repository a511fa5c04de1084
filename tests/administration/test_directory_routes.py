"""Sign-in and directory: what an administrator sees of it, and what can be said there."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from sqlalchemy import select

from forum.core.db import db
from forum.identity.models import Directory, DirectoryToken
from forum.people.models import Person
from tests.identity_provider import SECRET, IdentityProvider


def test_without_a_provider_the_page_says_which_settings_name_one(browser: Any, chris: Person) -> None:
    page = browser(chris).get("/admin/directory").text
    assert "No identity provider is set up" in page
    assert "/scim/v2" in page


def test_the_page_shows_what_is_set_and_never_the_secret(browser: Any, chris: Person, provider: Any) -> None:
    page = browser(chris).get("/admin/directory").text
    assert provider.issuer in page
    assert "/sign-in/provider/answer" in page
    assert "is turned away" in page
    assert SECRET not in page


def test_asking_the_provider_says_what_is_right_or_wrong(
    browser: Any,
    chris: Person,
    provider: IdentityProvider,
) -> None:
    window = browser(chris)
    assert "signs with 2 keys" in window.post("/admin/directory/test").text
    provider.document = {"issuer": "https://elsewhere.example"}
    assert "elsewhere.example" in window.post("/admin/directory/test").text
    provider.fails = True
    assert "answers with status 503" in window.post("/admin/directory/test").text


def test_what_is_typed_wrong_comes_back_with_the_line_at_fault(browser: Any, chris: Person, sales: Any) -> None:
    window = browser(chris)
    for field, typed, words in [
        ("roles", "kb = king", "no role called king"),
        ("roles", "kb = moderator of Sales", "nobody can be moderator of Sales"),
        ("roles", "kb", "an equals sign"),
        ("departments", "Vertrieb = Atlantis", "no department called Atlantis"),
    ]:
        answer = window.post("/admin/directory", data={field: typed})
        assert answer.status_code == 422
        assert words in answer.text
        assert f">{typed}</textarea>" in re.sub(r">\s+", ">", answer.text)
    sent = {
        "department": str(sales.id),
        "roles": "kb = champion of Sales",
        "departments": "V = Sales",
        "links_by_email": "y",
    }
    assert window.post("/admin/directory", data=sent).status_code == 303
    kept = db.session.get_one(Directory, 1)
    assert (kept.default_department_id, kept.links_by_email) == (sales.id, True)


def test_a_token_is_shown_once_and_works(app: Flask, browser: Any, chris: Person) -> None:
    window = browser(chris)
    assert window.post("/admin/directory/tokens", data={"name": " "}).status_code == 422
    page = window.post("/admin/directory/tokens", data={"name": "Entra"}).text
    secret = re.search(r'value="(proven-directory-[^"]+)"', page)
    assert secret is not None
    assert secret[1] not in window.get("/admin/directory").text
    headers = {"Authorization": f"Bearer {secret[1]}"}
    assert app.test_client().get("/scim/v2/Users", headers=headers).status_code == 200
    token = db.session.scalars(select(DirectoryToken)).one()
    window.post(f"/admin/directory/tokens/{token.id}/revocation")
    assert app.test_client().get("/scim/v2/Users", headers=headers).status_code == 401
