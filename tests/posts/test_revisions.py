"""History: nothing that was written is lost, and of two edits at once one is refused."""

from __future__ import annotations

from typing import Any

import pytest

from forum.answers.answering import edit_answer
from forum.core.errors import Forbidden, Outdated
from forum.people.models import Person
from forum.posts import revisions
from forum.posts.writing import write
from forum.questions.asking import edit_question
from tests import factories


@pytest.fixture
def question(kim: Person) -> Any:
    return factories.question(kim, "Where is the long ladder?", tags="ladders", body="The short one is too short.")


@pytest.fixture
def answer(marta: Person, question: Any) -> Any:
    return factories.answer(marta, question, "Behind the door.")


def test_an_edit_keeps_the_old_text(marta: Person, answer: Any, noise: None) -> None:
    assert edit_answer(marta, answer, write("Behind the *blue* door."), seen=1, reason="There are two doors.")
    newest, first = revisions.history(answer)
    assert first.revision.texts == {"body": "Behind the door."}
    assert newest.revision.texts == {"body": "Behind the *blue* door."}
    assert newest.revision.reason == "There are two doors."
    assert "<ins>" in newest.fields[0][1]
    assert answer.version == 2
    assert "<em>blue</em>" in answer.html


def test_an_edit_that_changes_nothing_leaves_no_trace(marta: Person, answer: Any) -> None:
    assert not edit_answer(marta, answer, write("Behind the door."), seen=1)
    assert len(revisions.history(answer)) == 1
    assert answer.version == 1
    assert edit_answer(marta, answer, write("In front of it."), seen=1)


def test_an_edit_of_what_somebody_else_changed_meanwhile_is_refused(marta: Person, farah: Person, answer: Any) -> None:
    edit_answer(farah, answer, write("Behind the blue door."), seen=1)
    with pytest.raises(Outdated):
        edit_answer(marta, answer, write("Behind the green door."), seen=1)
    assert answer.body == "Behind the blue door."


def test_title_labels_and_tags_are_part_of_the_history(kim: Person, question: Any, finance: Any) -> None:
    edit_question(
        kim,
        question,
        title="Where is the very long ladder?",
        body=write("The short one is too short."),
        departments=[finance.id],
        tags="ladders keys",
        seen=1,
    )
    changed = dict(revisions.history(question)[0].fields)
    assert set(changed) == {"title", "departments", "tags"}
    assert "very" in changed["title"]


def test_only_the_author_and_moderators_edit(kim: Person, farah: Person, answer: Any) -> None:
    with pytest.raises(Forbidden):
        edit_answer(kim, answer, write("I know better."), seen=1)
    assert edit_answer(farah, answer, write("Behind the door on the left."), seen=1)


def test_a_moderator_goes_back_to_an_earlier_text_and_the_later_one_stays_in_the_history(
    marta: Person, farah: Person, answer: Any
) -> None:
    edit_answer(marta, answer, write("Nowhere, I am angry."), seen=1)

    def back() -> None:
        answer.body = "Behind the door."

    with pytest.raises(Forbidden):
        revisions.roll_back(marta, answer, back, number=1)
    revisions.roll_back(farah, answer, back, number=1)
    assert [step.revision.number for step in revisions.history(answer)] == [3, 2, 1]
    assert answer.body == "Behind the door."
