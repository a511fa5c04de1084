"""Before what matters most, whoever signed in this morning is asked again who they are; and then it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.audit.models import AuditLine
from forum.core.clock import real_now
from forum.core.db import db, transaction
from forum.identity import tokens
from forum.identity.models import DirectoryToken
from forum.people.models import Person, Session
from forum.people.passwords import hash_password
from forum.posts.writing import write
from forum.privacy.models import ErasureRequest
from forum.questions.asking import ask
from forum.revealing.models import Reveal
from forum.revealing.revealing import ask_to_reveal
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

Browsers = Callable[[Person], Browser]
PASSWORD = "quokkas on the ladder"
REASON = "A customer's address is in the text, and the customer asks who had it."


@pytest.fixture
def everything(kim: Person, chris: Person, farah: Person) -> dict[str, Any]:
    """What the deeds are done to."""
    for person in (kim, chris, farah):
        person.password_hash = hash_password(PASSWORD)
    asked = [
        ask(kim, title=f"May I say this, {n}?", body=write("No."), departments=[kim.department_id], unnamed=True)
        for n in (1, 2)
    ]
    tokens.make_token(chris, "Entra")
    db.session.commit()
    return {
        "kim": kim,
        "chris": chris,
        "farah": farah,
        "question": asked[0],
        "reveal": ask_to_reveal(farah, asked[1], REASON),
        "token": db.session.scalars(select(DirectoryToken)).one(),
        "leaver": factories.person("Zebedee Quixley"),
    }


def count(model: Any, *which: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*which)) or 0


DEEDS: dict[str, tuple[str, str, dict[str, str], Callable[[], bool]]] = {
    "taking the export": (
        "kim",
        "/settings/privacy/export",
        {},
        lambda: count(AuditLine, AuditLine.kind == "person.exported") > 0,
    ),
    "asking to be taken out": ("kim", "/settings/privacy/erasure", {}, lambda: count(ErasureRequest) > 0),
    "taking somebody out": (
        "chris",
        "/admin/people/{leaver}/erasure",
        {"typed": "Zebedee Quixley"},
        lambda: count(Person, Person.erased_at.is_not(None)) > 0,
    ),
    "asking who wrote it": (
        "farah",
        "/posts/{question}/reveal",
        {"reason": REASON},
        lambda: count(Reveal) > 1,
    ),
    "agreeing": ("chris", "/reveals/{reveal}/agreement", {}, lambda: count(Reveal, Reveal.agreed) > 0),
    "making a token": ("chris", "/admin/directory/tokens", {"name": "Okta"}, lambda: count(DirectoryToken) > 1),
    "revoking a token": (
        "chris",
        "/admin/directory/tokens/{token}/revocation",
        {},
        lambda: count(DirectoryToken, DirectoryToken.revoked_at.is_not(None)) > 0,
    ),
    "what groups mean": (
        "chris",
        "/admin/directory",
        {"roles": "", "departments": "", "links_by_email": "y"},
        lambda: count(AuditLine, AuditLine.kind == "organisation.directory") > 0,
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_it_is_done_once_the_password_is_given_again(browser: Browsers, everything: dict[str, Any], deed: str) -> None:
    who, address, typed, is_done = DEEDS[deed]
    address = address.format(**{name: each.id for name, each in everything.items()})
    window = browser(everything[who])
    db.session.execute(update(Session).values(confirmed_at=real_now() - timedelta(minutes=11)))
    asked = window.post(address, data=typed)
    assert asked.status_code == 403
    form = Page(asked).soup.select_one(f'form[action="{address}"]')
    assert form is not None
    assert {field["name"]: field["value"] for field in form.select("input[type=hidden]")}.items() >= typed.items()
    assert window.post(address, data={**typed, "confirm_password": "not this one"}).status_code == 422
    assert not is_done()
    answer = window.post(address, data={**typed, "confirm_password": PASSWORD})
    assert answer.status_code in (200, 303)
    assert answer.data is not None  # The export is made while it is read.
    assert is_done()
    assert count(AuditLine, AuditLine.kind == "access.denied") == 0  # To be asked is no refusal.


def test_a_directory_does_all_of_that_without_being_asked(app: Flask, chris: Person, kim: Person) -> None:
    with transaction():
        secret = tokens.make_token(chris, "Entra")
    window: Any = app.test_client()
    window.sends_token = False
    ended = window.delete(f"/scim/v2/Users/{kim.id}", headers={"Authorization": f"Bearer {secret}"})
    assert ended.status_code == 204
    assert not db.session.get_one(Person, kim.id).is_active
