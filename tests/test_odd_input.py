"""Whatever is put into an address or a form, the answer says what is wrong with it and is never a failure of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

import pytest
from bs4 import Tag
from flask import Flask
from werkzeug.routing import Rule

from forum.core.db import transaction
from forum.people import joining
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser
from tests.pages import Page, sent_by

ODD: dict[str, str | bytes] = {
    "nothing": "",
    "a number that no key can hold": "9223372036854775808",
    "a number that takes minutes to read": "9" * 5_000,
    "NUL": "be\x00fore",
    "half a character": b"\xed\xa0\x80",
}
ODD_ADDRESSES = ["2147483648", "9" * 5_000, "%00", "%ED%A0%80", "..%2F.."]
FILLING = "Words that are long enough for any field."
PARAMETERS = "q after page tab title department tags tag state key next".split()
NOT_SENT = re.compile(r"/sign-out|/removal|/leaving")  # They take what the others need away, and have no fields.


@pytest.fixture
def sam(app: Flask) -> Person:
    """Somebody who sees every button there is."""
    return factories.person("Sam Steward", factories.department("Works"), "moderator", "administrator")


@pytest.fixture
def forms(browser: Callable[[Person], Browser], client: Browser, sam: Person, kim: Person) -> list[tuple]:
    """Every form of the site as (who sends it, its address, what it holds, the names of its fields), each once."""
    signed_in, stranger = pages_with_forms(sam, kim)
    found = [*forms_on(signed_in, browser(sam)), *forms_on(stranger, client)]
    return list(
        {(re.sub(r"\d+", "", action), tuple(names)): form for form in found for _, action, _, names in [form]}.values()
    )


def pages_with_forms(sam: Person, kim: Person) -> tuple[list[str], list[str]]:
    with transaction():
        question = factories.question(kim, "Where do the old labels go?", tags="labels")
        promoted, spare, own = (factories.answer(who, question) for who in (kim, kim, sam))
        comment = factories.comment(kim, promoted)
        practice = factories.practice(sam, promoted)
        invited = joining.invite(sam, email="new@northwick.example", department=sam.department)
        forgetful = joining.let_choose_password(sam, kim)
    assert own.author_id == sam.id
    signed_in = [
        "/ask",
        f"/questions/{question.id}/where-do-the-old-labels-go",
        f"/questions/{question.id}/edit",
        f"/answers/{promoted.id}/edit",
        f"/comments/{comment.id}/edit",
        f"/posts/{spare.id}/promotion/new",
        f"/posts/{question.id}/history",
        f"/practices/{practice.id}/edit",
        f"/practices/{practice.id}/care",
        f"/practices/{practice.id}/retirement",
        "/departments/sales",
        "/tags/labels",
        "/settings",
        f"/admin/people/{kim.id}",
        "/admin/invitations",
        "/admin/departments",
        f"/admin/departments/{kim.department_id}",
        "/admin/organisation",
        "/admin/system",
    ]
    return signed_in, ["/sign-in", f"/join/{invited}", f"/new-password/{forgetful}"]


def forms_on(addresses: Iterable[str], window: Browser) -> Iterator[tuple[Browser, str, dict, list[str]]]:
    for address in addresses:
        page = Page(window.get(address))
        assert page.status == 200, address
        for form in page.soup.find_all("form", method="post"):
            action = str(form.get("action") or address)
            if not NOT_SENT.search(action):
                filled = {name: value or FILLING for name, value in sent_by(form).items()}
                yield window, action, filled, names_of(form)


def names_of(form: Tag) -> list[str]:
    return sorted({str(control["name"]) for control in form.select("[name]")} - {"csrf_token"})


@pytest.mark.parametrize("what", ODD)
def test_no_form_fails_whatever_is_typed_into_one_of_its_fields(what: str, forms: list[tuple]) -> None:
    answers = {
        f"{name} of {action}": window.post(action, data={**filled, name: ODD[what]}).status_code
        for window, action, filled, names in forms
        for name in names
    }
    assert [case for case, status in answers.items() if status >= 500] == []


def test_no_form_fails_when_its_fields_are_missing(forms: list[tuple]) -> None:
    answers = {action: window.post(action).status_code for window, action, _, _ in forms}
    assert [action for action, status in answers.items() if status >= 500] == []


@pytest.mark.parametrize("odd", ODD_ADDRESSES, ids=lambda odd: odd[:12])
def test_no_address_fails_whatever_stands_in_it(
    odd: str, app: Flask, browser: Callable[[Person], Browser], sam: Person
) -> None:
    window = browser(sam)
    paths = [re.sub(r"<[^>]*>", odd, rule.rule) for rule in rules(app) if rule.arguments]
    answers = {path: window.open(path, method=method).status_code for path in paths for method in ("GET", "POST")}
    assert [path[:80] for path, status in answers.items() if status >= 500] == []


@pytest.mark.parametrize("odd", ODD_ADDRESSES, ids=lambda odd: odd[:12])
def test_no_page_fails_whatever_is_asked_of_it(
    odd: str, app: Flask, browser: Callable[[Person], Browser], sam: Person
) -> None:
    window = browser(sam)
    asked = "&".join(f"{name}={odd}" for name in PARAMETERS)
    answers = {rule.rule: window.get(f"{rule.rule}?{asked}").status_code for rule in rules(app) if not rule.arguments}
    assert [path for path, status in answers.items() if status >= 500] == []


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_more_than_a_post_can_be_is_refused_before_it_is_read(
    browser: Callable[[Person], Browser], kim: Person
) -> None:
    answer = browser(kim).post("/ask", data={"title": "How long may this be?", "body": "wordy " * 200_000})
    assert (answer.status_code, Page(answer).title) == (413, "Too much at once")


def test_an_address_with_a_nul_finds_nothing(browser: Callable[[Person], Browser], kim: Person) -> None:
    assert browser(kim).get("/tags/" + quote("la\x00bels")).status_code in (400, 404)
