"""An organisation in which nothing has happened yet: each list says what it is for, and one thing to do next."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.people.models import Person
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]

LISTS = (
    "/",
    *(f"/questions?tab={tab}" for tab in ("needs", "unconfirmed", "confirmed", "new", "active", "following", "mine")),
    "/questions?among=department",
    "/questions?among=me",
    *(f"/practices?state={state}" for state in ("current", "due", "stale", "retired")),
    "/tags",
    "/inbox",
    "/inbox?show=done",
    "/inbox?show=later",
    "/commitments",
    "/commitments?tab=all",
    "/experiments",
    "/objectives",
    "/stories",
    "/causes",
    "/causes?state=verified",
    "/requests",
    "/requests?of=agreed",
    "/chats",
    "/chats?of=past",
    "/impact",
    "/moderation/log",
)
FOR_MODERATORS = (
    "/moderation",
    "/open-problems",
    "/practices/nominations",
    "/practices/nominations?tab=decided",
    "/practices/candidates",
    "/practices/queue",
    "/searches/missed",
    "/synonyms",
)


def says_what_to_do(page: Page) -> bool:
    """Whether an empty place stands on the page with a heading, what it is for, and a way on that is not this page."""
    place = page.soup.select_one("main .empty")
    return place is not None and bool(place.h2 and place.p and place.select_one("a.button"))


@pytest.mark.parametrize("address", LISTS)
def test_a_list_with_nothing_on_it_says_what_it_is_for_and_what_to_do(
    browser: SignIn, kim: Person, address: str
) -> None:
    page = Page(browser(kim).get(address))
    assert page.status == 200
    assert says_what_to_do(page)


@pytest.mark.parametrize("address", FOR_MODERATORS)
def test_so_does_what_moderators_look_after(browser: SignIn, farah: Person, address: str) -> None:
    page = Page(browser(farah).get(address))
    assert page.status == 200
    assert says_what_to_do(page)


@pytest.mark.parametrize("tab", ["answers", "questions", "thanks", "practices"])
def test_so_does_ones_own_profile(browser: SignIn, kim: Person, tab: str) -> None:
    assert says_what_to_do(Page(browser(kim).get(f"/people/{kim.id}?tab={tab}", follow_redirects=True)))


def test_whoever_is_alone_is_led_to_inviting_colleagues(browser: SignIn) -> None:
    first = factories.person("Chris Dunn", None, "administrator")
    window = browser(first)
    assert Page(window.get("/people")).links()["Invite a colleague"] == "/admin/invitations"
    assert Page(window.get("/")).links()["Invite colleagues"] == "/admin/invitations"
    factories.person("Rita New")
    assert "You are the first" not in Page(window.get("/people")).words
    assert "1 of 5 done" in Page(window.get("/")).words
