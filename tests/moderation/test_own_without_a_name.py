"""A moderator who wrote without a name does nothing about that as a moderator, and goes on with it as its author."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forum.core.db import db
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


def test_whoever_wrote_it_without_a_name_finds_it_while_it_waits_and_changes_it(
    farah: Person, kim: Person, marta: Person, approval: Callable[..., None], browser: Browsers
) -> None:
    approval("everybody")
    waiting = ask(kim, title="May I say this?", body=write("Mine."), departments=[kim.department_id], unnamed=True)
    db.session.commit()
    window = browser(kim)
    assert "May I say this?" in window.get("/?tab=mine").text
    page = window.get(f"/posts/{waiting.id}/state").text
    assert "You need not post it again" in page
    sent = window.post(f"/posts/{waiting.id}/state", data={"title": "May I say so?", "body": "Yes.", "version": "1"})
    assert sent.status_code == 303
    assert db.session.get_one(Question, waiting.id).title == "May I say so?"
    assert browser(marta).get(f"/posts/{waiting.id}/state").status_code == 404


def test_whoever_wrote_it_without_a_name_decides_about_a_suggestion_for_it(
    kim: Person, marta: Person, browser: Browsers
) -> None:
    question = factories.question(marta)
    given = factories.comment(voice_in(kim, question, unnamed=True), question, "On two sides.")
    made = suggesting.suggest(marta, given, {"body": "On three sides."}, seen=1)
    window = browser(kim)
    assert "Put it in" in window.get(f"/suggestions/{made.id}").text
    assert window.post(f"/suggestions/{made.id}/acceptance", data={"version": "1"}).status_code == 303
    assert (given.body, made.decided_by_id) == ("On three sides.", given.author_id)
