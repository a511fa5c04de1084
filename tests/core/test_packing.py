"""Every page is packed for the way, also those that say that something did not work."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from forum.people.models import Person
from tests import factories
from tests.conftest import Browser

SignIn = Callable[[Person], Browser]
GZIP = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize(("address", "status"), [("/questions", 200), ("/questions/999", 404), ("/admin/people", 403)])
def test_a_page_is_packed_whatever_its_status(browser: SignIn, kim: Person, address: str, status: int) -> None:
    answer = browser(kim).get(address, headers=GZIP)
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (status, "gzip")
    assert b"</html>" in gzip.decompress(answer.data)


def test_a_refused_form_is_packed(browser: SignIn, kim: Person) -> None:
    question = factories.question(kim)
    answer = browser(kim).post(f"/questions/{question.id}/answers", data={"body": ""}, headers=GZIP)
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (422, "gzip")


def test_whoever_cannot_open_it_gets_it_as_it_is(browser: SignIn, kim: Person) -> None:
    answer = browser(kim).get("/questions/999", headers={"Accept-Encoding": "identity"})
    assert (answer.status_code, "Content-Encoding" in answer.headers) == (404, False)
