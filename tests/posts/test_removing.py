"""Removing and restoring: nothing is deleted, and counters follow."""

from __future__ import annotations

import pytest

from forum.answers.answering import accept, drifted_counts
from forum.core.db import db
from forum.core.errors import Forbidden
from forum.people.models import Person
from forum.posts.removing import StillNeeded, remove, restore
from tests import factories


def test_the_author_removes_an_answer_and_may_undo_it(kim: Person, marta: Person, noise: None) -> None:
    question = factories.question(kim)
    answer = factories.answer(marta, question)
    remove(marta, answer)
    db.session.refresh(question)
    assert question.answer_count == 0
    restore(marta, answer)
    db.session.refresh(question)
    assert question.answer_count == 1
    assert drifted_counts() == {}


def test_a_question_with_answers_stays_unless_a_moderator_removes_it(kim: Person, marta: Person, farah: Person) -> None:
    question = factories.question(kim)
    factories.answer(marta, question)
    with pytest.raises(StillNeeded):
        remove(kim, question)
    remove(farah, question)
    assert question.removed_at is not None


def test_an_accepted_answer_stays(kim: Person, marta: Person) -> None:
    answer = factories.answer(marta, factories.question(kim))
    accept(kim, answer)
    with pytest.raises(StillNeeded):
        remove(marta, answer)


def test_nobody_removes_what_others_wrote(kim: Person, marta: Person) -> None:
    with pytest.raises(Forbidden):
        remove(marta, factories.question(kim))


def test_what_a_moderator_removed_its_author_cannot_put_back(kim: Person, farah: Person) -> None:
    question = factories.question(kim)
    remove(farah, question)
    with pytest.raises(Forbidden):
        restore(kim, question)
