"""An identity provider that really runs, and the application with the settings that know it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask

from tests import identity_provider
from tests.conftest import Browser
from tests.identity_provider import IdentityProvider

ADA = {"sub": "248289761001", "name": "Ada Quist", "email": "ada@northwick.example", "email_verified": True}


@pytest.fixture(scope="session")
def running_provider() -> Iterator[IdentityProvider]:
    with identity_provider.running() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: IdentityProvider, app: Flask, monkeypatch: pytest.MonkeyPatch) -> IdentityProvider:
    """The provider, honest and with Ada before its login page, and the application set up for it."""
    fresh = IdentityProvider()
    for name in ("user", "lies", "signs_with", "header", "document", "more", "named", "asked", "fails"):
        setattr(running_provider, name, getattr(fresh, name))
    running_provider.user = {**ADA, "department": "Sales"}
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "true")  # Of the provider's own library: there is no TLS here.
    for name, value in {
        "PROVEN_OIDC_ISSUER": running_provider.issuer,
        "PROVEN_OIDC_CLIENT_ID": identity_provider.CLIENT_ID,
        "PROVEN_OIDC_CLIENT_SECRET": identity_provider.SECRET,
        "PROVEN_OIDC_ROLES_CLAIM": "groups",
        "PROVEN_OIDC_NAME": "Northwick Login",
    }.items():
        monkeypatch.setitem(app.config, name, value)
    app.extensions.pop("identity_provider", None)
    running_provider.client.back_to = f"{app.config['PROVEN_ADDRESS']}/sign-in/provider/answer"
    return running_provider


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Any:
    """What the log holds."""
    caplog.set_level(logging.DEBUG)
    return caplog


def leave_for_provider(client: Browser, to: str = "") -> str:
    """Press the button of the sign-in page and sign in there; the address that the provider sends the browser to."""
    left = client.get("/sign-in/provider", query_string={"next": to} if to else {})
    assert left.status_code == 302, left.text
    there = requests.get(left.location, allow_redirects=False, timeout=5)
    assert there.status_code == 302, there.text
    parts = urlsplit(there.headers["Location"])
    return f"{parts.path}?{parts.query}"


def come_by_provider(client: Browser, to: str = "") -> Any:
    """Sign in by the provider; what this site says to whoever comes back."""
    return client.get(leave_for_provider(client, to))
