"""A moderator says of a quarter whether the right things were measured."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.core.errors import Forbidden, Invalid
from forum.impact import noting
from forum.impact.facts.periods import quarters
from forum.impact.facts.reading import read
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser


def test_what_was_said_of_a_quarter_stands_there_with_name_and_day(
    browser: Callable[[Person], Browser], kim: Person, farah: Person
) -> None:
    factories.question(kim)
    window = browser(farah)
    assert "Write it for months 1–3" in window.get("/impact?open=all").text
    for words in ("They missed who does not ask.", "Now they have it."):
        assert window.post("/impact/note?period=q1", data={"words": words}).status_code == 303
    page = browser(kim).get("/impact?period=all&open=all").text
    assert page.index("Now they have it.") < page.index("They missed who does not ask.")
    assert "Farah Aziz, " in page
    assert "Write it for" not in page


def test_what_was_typed_stays_when_it_cannot_be_kept(browser: Callable[[Person], Browser], farah: Person) -> None:
    window = browser(farah)
    assert "Write a sentence" in window.post("/impact/note?period=q1", data={"words": " "}).text
    answer = window.post("/impact/note?period=q1", data={"words": "x" * 2_001})
    assert answer.status_code == 422
    assert "x" * 2_001 in answer.text
    assert window.get("/impact/note?period=all").status_code == 404


def test_only_a_moderator_says_it(kim: Person, farah: Person) -> None:
    known = read()
    (quarter,) = quarters(known.launch, known.as_of)
    with pytest.raises(Forbidden):
        noting.note(kim, quarter, "I do.")
    with pytest.raises(Invalid):
        noting.note(farah, quarter, "")
