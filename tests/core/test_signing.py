"""What is signed is signed with SHA-256, and what was signed with SHA-1 before is good for as long as it was to be."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner, URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import select

from forum.answers.answering import accept
from forum.core.clock import now
from forum.core.db import db
from forum.needs import links
from forum.needs.models import CheckIn
from forum.notifications.models import EVERYTHING, Mail
from forum.notifications.preferences import stop_link
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

OF_SHA_256 = 43  # letters of a signature; of SHA-1 they are 27
BEFORE: Any = {"signer_kwargs": {"digest_method": hashlib.sha1}}


@pytest.fixture
def mail(kim: Person) -> Mail:
    row = Mail(person_id=kim.id, due_at=now())
    db.session.add(row)
    db.session.commit()
    return row


@pytest.fixture
def asked_whether(kim: Person, marta: Person) -> CheckIn:
    """Kim is asked by mail whether the answer worked."""
    accept(kim, factories.answer(marta, factories.question(kim)))
    db.session.commit()
    return db.session.scalars(select(CheckIn)).one()


def test_cookies_links_and_the_tokens_of_forms_are_signed_with_sha_256(
    browser: Callable[[Person], Browser], kim: Person, mail: Mail
) -> None:
    window = browser(kim)
    token = Page(window.get("/ask")).soup.find("input", attrs={"name": "csrf_token"})
    signed = {
        "cookie": window.get_cookie("proven").value,  # type: ignore[union-attr]
        "form": token["value"],  # type: ignore[index]
        "did it work": links.token_for(1, kim.id),
        "no more mails": stop_link(mail, EVERYTHING),
    }
    lengths = {what: len(str(value).rpartition(".")[2]) for what, value in signed.items()}
    assert lengths == dict.fromkeys(signed, OF_SHA_256)


def test_links_that_were_mailed_before_still_open(
    app: Flask, client: Browser, mail: Mail, asked_whether: CheckIn
) -> None:
    stop = URLSafeSerializer(str(app.secret_key), salt="stop mails", **BEFORE).dumps([mail.id, EVERYTHING])
    reply = URLSafeTimedSerializer(str(app.secret_key), salt="did-it-work", **BEFORE)
    words = [asked_whether.id, asked_whether.need.person_id]
    assert client.get(f"/unsubscribe/{stop}").status_code == 200
    assert client.get(f"/did-it-work/{reply.dumps(words)}").status_code == 200
    long_ago = int(time.time()) - links.VALID - 60
    with mock.patch.object(TimestampSigner, "get_timestamp", return_value=long_ago):
        too_old = reply.dumps(words)
    assert client.get(f"/did-it-work/{too_old}").status_code == 404


def test_nobody_is_signed_out_and_no_form_that_is_open_is_lost(
    app: Flask, browser: Callable[[Person], Browser], kim: Person
) -> None:
    window, before = browser(kim), SecureCookieSessionInterface().get_signing_serializer(app)
    assert before is not None
    with window.session_transaction() as session:
        session["csrf_token"] = "as it was"
        held = dict(session)
    window.set_cookie("proven", str(before.dumps(held)))
    token = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token", **BEFORE).dumps("as it was")
    answer = window.post("/settings/looks", data={"theme": "dark"}, headers={"X-CSRFToken": token})
    assert answer.status_code == 303


def test_a_signature_of_another_key_opens_nothing(app: Flask, client: Browser, mail: Mail) -> None:
    for how in (BEFORE, BEFORE | {"signer_kwargs": {}}):
        forged = URLSafeSerializer("a guess", salt="stop mails", **how).dumps([mail.id, EVERYTHING])
        assert client.get(f"/unsubscribe/{forged}").status_code == 404
