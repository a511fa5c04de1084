"""What pages about impact begin with, and that nobody waits for it after a start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from forum.impact.facts import keeping
from forum.impact.viewing import warm
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser


def test_after_warming_the_first_look_reads_and_computes_nothing(
    browser: Callable[[Person], Browser], kim: Person, marta: Person, statements: Callable[[], Any], noise: None
) -> None:
    factories.answer(marta, factories.question(kim))
    window = browser(kim)
    warm()
    made = dict(keeping.facts().kept)
    assert made
    with statements() as seen:
        assert window.get("/impact").status_code == 200
    assert keeping.facts().kept == made
    assert not [each for each in seen if "FROM need" in str(each) or "check_in" in str(each)]
