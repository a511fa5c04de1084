"""A passkey from its adding to signing in with it alone, on a device that Chromium plays."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from forum.core.db import db
from forum.people import factors
from forum.people.demo import PASSWORD
from forum.people.factor_models import Passkey
from tests.journeys.conftest import Site, Visit, Watch

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_a_device(page: Page) -> Any:
    """Give the page a device for passkeys."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return device


def sign_in(page: Page, here: str) -> None:
    page.goto(f"{here}/sign-in")
    page.get_by_label("E-mail").fill("ola@northwick.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_added_asked_for_after_the_password_and_enough_alone(
    visit: Visit, site: Site, watch: Watch
) -> None:
    here = site.url.replace("127.0.0.1", "localhost")  # A browser knows passkeys of names, not of numbers.
    page = visit()
    with_a_device(page)
    try:
        sign_in(page, here)
        page.goto(f"{here}/settings/second-factor")
        page.get_by_label("Name of the passkey").fill("Laptop")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("heading", name="Codes for an emergency")).to_be_visible()
        expect(page.locator(".codes code")).to_have_count(10)
        page.get_by_role("link", name="I have kept them").click()
        expect(page.locator("summary", has_text="Remove Laptop")).to_be_visible()

        leave(page)
        sign_in(page, here)
        expect(page.get_by_role("heading", name="One more step")).to_be_visible()
        page.get_by_role("button", name="Use a passkey").click()
        expect(page).to_have_url(re.compile(r"/$"))

        leave(page)
        page.goto(f"{here}/sign-in?next=/practices")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page).to_have_url(re.compile(r"/practices$"))

        other = page.context.new_page()
        other.goto(f"{site.url}/sign-in")  # Another name of the same server: nothing is signed for it.
        other.get_by_role("button", name="Sign in with a passkey").click()
        expect(other.get_by_text(f"Passkeys work at {here} only.")).to_be_visible()
        with site.app.app_context():
            key = db.session.query(Passkey).one()
            assert key.sign_count > 0
            assert key.last_used_at is not None
    finally:
        with site.arranging():
            factors._forget_all(site.person("ola"))


def leave(page: Page) -> None:
    page.locator("summary", has_text="Menu of").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/sign-in$"))
