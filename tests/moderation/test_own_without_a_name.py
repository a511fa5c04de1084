"""A moderator who wrote without a name does nothing about that as a moderator, and goes on with it as its author."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forum.core.errors import Forbidden
from forum.core.permissions import allowed
from forum.moderation import converting, deciding, intervening, suggesting
from forum.moderation.flagging import flag
from forum.moderation.queue import entries
from forum.people.models import Person
from forum.posts.voices import voice_in
from forum.posts.writing import write
from forum.questions.asking import ask
from forum.questions.models import Question
from forum.revealing.revealing import agree, ask_to_reveal
from tests import factories
from tests.conftest import Browser
from tests.moderation.conftest import case_of

Browsers = Callable[[Person], Browser]
REASON = "A customer's address is in the text, and the customer asks who had it."


@pytest.fixture
def own(farah: Person) -> Question:
    """What Farah, a moderator, asked without a name."""
    return ask(
        farah,
        title="May I say this here?",
        body=write("The quokka stamp is mine."),
        departments=[farah.department_id],
        unnamed=True,
    )


def test_a_moderator_decides_nothing_about_what_they_wrote_without_a_name(
    own: Question, farah: Person, second: Person, kim: Person, chris: Person
) -> None:
    flag(kim, own, reason="hurtful")
    given = factories.answer(voice_in(farah, factories.question(kim), unnamed=True), factories.question(kim))
    deeds: dict[str, Callable[[], Any]] = {
        "flag": lambda: flag(farah, own, reason="other"),
        "hide": lambda: deciding.hide_post(farah, own, reason="other"),
        "lock": lambda: intervening.lock(farah, own, reason="other"),
        "dismiss": lambda: deciding.decide(farah, case_of(own), "dismiss"),
        "convert": lambda: converting.convert(farah, given),
        "ask who it is": lambda: ask_to_reveal(farah, own, REASON),
    }
    asked = ask_to_reveal(chris, own, REASON)
    hidden = intervening.hide(second, own, reason="hurtful")
    deeds["agree who it is"] = lambda: agree(farah, asked)
    deeds["confirm"] = lambda: intervening.confirm(farah, hidden)
    deeds["lift"] = lambda: intervening.lift(farah, hidden)
    done = []
    for name, deed in deeds.items():
        try:
            deed()
            done.append(name)
        except Forbidden:
            continue
    assert done == []


def test_several_at_once_pass_over_ones_own_without_a_name(own: Question, farah: Person, kim: Person) -> None:
    flag(kim, own, reason="hurtful")
    assert entries(farah).rows[0].mine
    assert deciding.decide_several(farah, [case_of(own).id], "dismiss").count == 0


def test_nobody_approves_what_they_wrote_without_a_name(
    farah: Person, second: Person, approval: Callable[..., None]
) -> None:
    approval("everybody")
    waiting = ask(
        farah, title="May I say this here?", body=write("Mine."), departments=[farah.department_id], unnamed=True
    )
    assert waiting.withheld == "waiting"  # A persona is no moderator: that it need not wait would tell.
    with pytest.raises(Forbidden):
        deciding.decide(farah, case_of(waiting), "approve")
    deciding.decide(second, case_of(waiting), "approve")
    assert waiting.withheld is None


def test_a_suggestion_of_ones_own_is_decided_by_others_whatever_the_name(
    farah: Person, second: Person, kim: Person
) -> None:
    question = factories.question(kim)
    voice = voice_in(farah, question, unnamed=True)
    made = suggesting.suggest(voice, factories.comment(kim, question), {"body": "On three sides."}, seen=1)
    assert not allowed(farah, "suggestion.decide", made)
    assert allowed(second, "suggestion.decide", made)
