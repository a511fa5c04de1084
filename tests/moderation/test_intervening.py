"""Hiding and locking: at once, and only for as long as a second moderator agrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from forum.answers.answering import answers_of
from forum.answers.models import Answer
from forum.core.clock import as_of
from forum.core.errors import Forbidden, Invalid
from forum.moderation import intervening
from forum.moderation.intervening import Over
from forum.needs.inviting import claim
from forum.people.models import Person
from forum.posts.locking import Locked
from forum.posts.removing import Withheld, restore
from forum.posts.voices import voice_in
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.moderation.conftest import MONDAY
from tests.notifications.conftest import notes
from tests.pages import Page


def test_a_hidden_answer_is_off_the_page_and_no_longer_counted(
    farah: Person, question: Question, answer: Answer
) -> None:
    intervening.hide(farah, answer, reason="hurtful", words="Please say it without the name.")
    assert (answer.withheld, answer.withheld_because) == ("hidden", "hurtful")
    assert answers_of(question) == []
    assert question.answer_count == 0


def test_the_inboxes_of_its_author_and_of_moderators_tell_of_a_hidden_answer(
    farah: Person,
    marta: Person,
    second: Person,
    answer: Answer,
    work: Callable[..., None],
    browser: Callable[[Person], Browser],
) -> None:
    intervening.hide(farah, answer, reason="hurtful")
    work()
    for reader in (marta, second):
        page = browser(reader).get("/inbox").text
        assert "How do we label the boxes?" in page
        assert "quokka stamp" not in page  # It says that it is hidden, not what it said.


def test_without_a_second_moderator_it_comes_back_after_sixteen_working_hours_and_both_are_told(
    farah: Person, marta: Person, second: Person, answer: Answer, work: Callable[..., None]
) -> None:
    with as_of(MONDAY):
        standing = intervening.hide(farah, answer, reason="hurtful")
    assert standing.due_at == MONDAY + timedelta(days=2)  # Monday 10:00, two days of eight hours later
    work(MONDAY)
    assert notes(second) == [("moderation", "second_moderator")]
    work(standing.due_at - timedelta(minutes=1))
    assert answer.withheld == "hidden"
    work(standing.due_at)
    assert (answer.withheld, answer.removed_at) == (None, None)
    assert notes(marta)[-1] == ("moderated", "wrote")
    assert ("moderated", "moderated") in notes(farah)
    assert notes(second) == []


def test_what_a_second_moderator_confirms_stays(
    farah: Person, second: Person, answer: Answer, work: Callable[..., None]
) -> None:
    with as_of(MONDAY):
        standing = intervening.hide(farah, answer, reason="hurtful")
        intervening.confirm(second, standing)
    work(standing.due_at + timedelta(days=9))
    assert answer.withheld == "hidden"
    with pytest.raises(Over):
        intervening.confirm(second, standing)


def test_neither_whoever_did_it_nor_the_author_confirms_it(farah: Person, second: Person, question: Question) -> None:
    own = factories.answer(second, question)
    standing = intervening.hide(farah, own, reason="hurtful")
    for person in (farah, second):
        with pytest.raises(Forbidden):
            intervening.confirm(person, standing)


def test_a_moderator_puts_it_back_and_nobody_does_by_restoring(
    farah: Person, second: Person, question: Question, answer: Answer
) -> None:
    standing = intervening.hide(farah, answer, reason="hurtful")
    with pytest.raises(Withheld):
        restore(farah, answer)
    intervening.lift(second, standing)
    assert [each.id for each in answers_of(question)] == [answer.id]
    assert question.answer_count == 1


def test_hiding_needs_a_reason_of_the_list(farah: Person, kim: Person, answer: Answer) -> None:
    with pytest.raises(Invalid):
        intervening.hide(farah, answer, reason="because I say so")
    with pytest.raises(Forbidden):
        intervening.hide(kim, answer, reason="hurtful")
    assert answer.removed_at is None


def test_a_locked_page_takes_no_answers_comments_or_claims_until_it_is_opened(
    farah: Person, marta: Person, question: Question, answer: Answer, work: Callable[..., None]
) -> None:
    with as_of(MONDAY):
        standing = intervening.lock(farah, question, reason="heated")
    for write_there in (
        lambda: factories.answer(marta, question),
        lambda: factories.comment(marta, question),
        lambda: factories.comment(marta, answer),
        lambda: claim(marta, question),  # Who takes a question may not answer it here.
    ):
        with pytest.raises(Locked):
            write_there()
    work(standing.due_at)
    assert question.locked_at is None
    factories.comment(marta, answer)
    claim(marta, question)


def test_with_one_moderator_an_administrator_is_asked_reads_it_and_may_agree(
    farah: Person,
    kim: Person,
    chris: Person,
    answer: Answer,
    work: Callable[..., None],
    browser: Callable[[Person], Browser],
) -> None:
    with as_of(MONDAY):
        browser(farah).post(f"/posts/{answer.id}/hiding", data={"reason": "hurtful"})
        standing = intervening.in_force(answer, "hidden")
        assert standing is not None
        assert "so administrators are asked" in intervening.who_is_asked(standing)
    work(MONDAY)
    assert notes(chris) == [("moderation", "stands_in")]
    window, state = browser(chris), f"/posts/{answer.id}/state"
    with as_of(MONDAY):
        asked = Page(window.get(state))
        assert "quokka stamp" in asked.words
        assert asked.has_form(f"/interventions/{standing.id}/confirmation")
        assert not asked.has_form(f"/interventions/{standing.id}/lifting")
        assert "quokka stamp" not in browser(kim).get(state).text
        assert window.post(f"/interventions/{standing.id}/confirmation").location == state
        assert "quokka stamp" not in window.get(state).text  # Whoever is asked no more reads it no more.
    work(standing.due_at + timedelta(days=9))
    assert answer.withheld == "hidden"
    assert notes(chris) == []
    assert "Chris Dunn agreed, as a second person" in Page(browser(kim).get("/moderation/log")).words


def test_where_there_is_a_second_moderator_or_nobody_no_administrator_agrees(
    farah: Person, second: Person, chris: Person, answer: Answer, work: Callable[..., None]
) -> None:
    with as_of(MONDAY):
        standing = intervening.hide(farah, answer, reason="hurtful")
    work(MONDAY)
    assert notes(chris) == []
    with pytest.raises(Forbidden):
        intervening.confirm(chris, standing)
    second.left_at = chris.left_at = MONDAY
    assert "nobody who could agree" in intervening.who_is_asked(standing)
    work(standing.due_at)
    assert answer.withheld is None


def test_that_a_moderator_wrote_it_without_a_name_brings_no_administrator(
    farah: Person, second: Person, chris: Person, question: Question
) -> None:
    unnamed = factories.answer(voice_in(second, question, unnamed=True), question)
    standing = intervening.hide(farah, unnamed, reason="hurtful")
    assert standing.has_second
    for person in (second, chris):
        with pytest.raises(Forbidden):
            intervening.confirm(person, standing)


def test_the_note_of_a_lock_leads_a_second_person_to_the_button(
    farah: Person, second: Person, kim: Person, question: Question, browser: Callable[[Person], Browser]
) -> None:
    standing = intervening.lock(farah, question, reason="heated", words="Until Monday.")
    asked = Page(browser(second).get(f"/posts/{question.id}/state"))
    assert asked.has_form(f"/interventions/{standing.id}/confirmation")
    assert "Farah Aziz: “Until Monday.”" in asked.words
    assert browser(kim).get(f"/posts/{question.id}/state").status_code == 303
