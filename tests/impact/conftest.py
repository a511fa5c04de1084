"""What the tests of impact share: a week in which people work, and answers between departments."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.answers.answering import accept
from forum.answers.models import Answer
from forum.people.models import Person
from tests import factories
from tests.needs.conftest import office_hours

__all__ = ["helps", "office_hours"]

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
