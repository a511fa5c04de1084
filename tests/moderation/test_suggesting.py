"""Suggested edits: put in as a revision by whoever suggested them, or refused with a word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.answers.answering import edit_answer
from forum.answers.models import Answer
from forum.core.clock import half_day
from forum.core.db import transaction
from forum.core.errors import Forbidden, Invalid, Outdated
from forum.moderation import suggesting
from forum.moderation.suggesting import Decided, suggest
from forum.people.models import Person
from forum.posts import revisions
from forum.posts.writing import write
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.notifications.conftest import notes


def test_an_accepted_suggestion_rolled_back_makes_three_entries_of_history_and_nothing_is_lost(
    kim: Person, marta: Person, farah: Person, answer: Answer, browser: Callable[[Person], Browser]
) -> None:
    first = answer.body
    made = suggest(kim, answer, {"body": "On three sides."}, seen=1, why="The top is read too")
    suggesting.accept(marta, made, write("On three sides."), seen=answer.version, word="Right")
    assert answer.body == "On three sides."
    browser(farah).post(f"/posts/{answer.id}/rollback", data={"number": "1"})
    steps = [(step.revision.by.name, step.revision.texts["body"]) for step in revisions.history(answer)]
    assert steps == [("Farah Aziz", first), ("Kim Tran", "On three sides."), ("Marta Silva", first)]


def test_the_author_is_told_of_it_and_the_suggester_what_became_of_it(
    kim: Person, marta: Person, answer: Answer, work: Callable[..., None]
) -> None:
    made = suggest(kim, answer, {"body": "On three sides."}, seen=1)
    work()
    assert ("suggestion", "wrote") in notes(marta)
    suggesting.refuse(marta, made, "Two are enough.")
    work()
    assert ("suggestion", "wrote") not in notes(marta)
    assert notes(kim)[-1] == ("suggestion", "suggested")
    assert (made.outcome, made.word) == ("refused", "Two are enough.")


def test_a_refusal_needs_a_word_and_a_suggestion_needs_a_change(kim: Person, marta: Person, answer: Answer) -> None:
    with pytest.raises(Invalid):
        suggest(kim, answer, {"body": answer.body}, seen=1)
    made = suggest(kim, answer, {"body": "On three sides."}, seen=1)
    with pytest.raises(Invalid):
        suggesting.refuse(marta, made, "  ")
    assert made.outcome is None


def test_nobody_decides_the_own_suggestion_and_a_stranger_to_the_text_does_not_either(
    kim: Person, chris: Person, farah: Person, answer: Answer
) -> None:
    own = suggest(farah, answer, {"body": "On four sides."}, seen=1)
    with pytest.raises(Forbidden):
        suggesting.refuse(farah, own, "No.")
    with pytest.raises(Forbidden):
        suggesting.refuse(chris, own, "No.")


def test_a_second_suggestion_of_the_same_person_takes_the_place_of_the_first(kim: Person, answer: Answer) -> None:
    first = suggest(kim, answer, {"body": "On three sides."}, seen=1)
    suggest(kim, answer, {"body": "On four sides."}, seen=1)
    assert first.outcome == "withdrawn"


def test_one_that_has_become_stale_shows_both_and_goes_in_only_knowingly(
    kim: Person, marta: Person, answer: Answer, browser: Callable[[Person], Browser]
) -> None:
    made = suggest(kim, answer, {"body": "On three sides."}, seen=1)
    edit_answer(marta, answer, write("On two sides, please."), seen=1)
    with pytest.raises(Outdated), transaction():
        suggesting.accept(marta, made, write("On three sides."), seen=1)
    window = browser(marta)
    page = window.get(f"/suggestions/{made.id}").text
    assert "The text was changed since" in page
    assert "please" in page
    assert "three" in page
    refused = window.post(f"/suggestions/{made.id}/acceptance", data={"version": "1"})
    assert refused.status_code == 409
    window.post(f"/suggestions/{made.id}/acceptance", data={"version": "2"})
    assert answer.body == "On three sides."


def test_of_two_decisions_the_second_is_told_so(kim: Person, marta: Person, answer: Answer) -> None:
    made = suggest(kim, answer, {"body": "On three sides."}, seen=1)
    suggesting.withdraw(kim, made)
    with pytest.raises(Decided):
        suggesting.refuse(marta, made, "Two are enough.")


def test_a_better_title_is_suggested_for_a_question_without_its_labels(
    marta: Person, kim: Person, question: Question
) -> None:
    labels = [each.id for each in question.departments]
    made = suggest(marta, question, {"body": question.body, "title": "How are boxes labelled?"}, seen=1)
    suggesting.accept(kim, made, write(question.body), seen=1)
    assert question.title == "How are boxes labelled?"
    assert [each.id for each in question.departments] == labels


def test_whoever_wrote_without_a_name_decides_about_a_suggestion_as_that(
    kim: Person, marta: Person, browser: Callable[[Person], Browser]
) -> None:
    post = factories.question(kim, unnamed=True)
    made = suggest(marta, post, {"body": "Better.", "title": post.title}, seen=1)
    answer = browser(kim).post(f"/suggestions/{made.id}/acceptance", data={"version": "1"})
    assert (answer.status_code, post.body, made.decided_by_id) == (303, "Better.", post.author_id)
    assert made.decided_at == half_day(made.decided_at)
    assert post.edited_at == half_day(post.edited_at)  # The change carries Marta's name, and not when Kim put it in.
