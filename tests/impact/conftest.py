"""Answers between departments, as often as a test needs them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.answers.answering import accept
from forum.answers.models import Answer
from forum.people.models import Person
from tests import factories

Helps = Callable[..., list[Answer]]


@pytest.fixture
def helps() -> Helps:
    """Adds so many verified answers of one person to another."""

    def add(helper: Person, asker: Person, times: int = 1, *, tags: str = "") -> list[Answer]:
        given = [factories.answer(helper, factories.question(asker, tags=tags)) for _ in range(times)]
        for answer in given:
            accept(asker, answer)
        return given

    return add
