"""An answer becomes a comment and back: nothing is lost on the way, and every address leads to what stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from forum.answers.answering import accept, answers_of, edit_answer
from forum.answers.models import Answer
from forum.core.db import db
from forum.core.errors import Forbidden
from forum.moderation.converting import Accepted, NotConvertible, convert, undo
from forum.moderation.flagging import flag
from forum.moderation.models import Conversion
from forum.needs.opening import asked_need
from forum.people.models import Person
from forum.posts import revisions
from forum.posts.comments import edit_comment, threads
from forum.posts.models import Comment, Post
from forum.posts.votes import cast
from forum.posts.writing import write
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.moderation.conftest import case_of


def conversion() -> Conversion:
    return db.session.scalars(select(Conversion)).one()


def shape(question: Question) -> dict[int, list[tuple[str, list[str]]]]:
    """The comments of a page: on what, each with the replies to it."""
    found = threads(question.id)
    return {
        on: [(node.comment.body, [reply.comment.body for reply in node.replies]) for node in nodes]
        for on, nodes in found.items()
    }


def test_an_answer_becomes_a_comment_with_author_time_history_and_its_comments_as_replies(
    farah: Person, kim: Person, marta: Person, question: Question, answer: Answer
) -> None:
    edit_answer(marta, answer, write("Which label do you mean?"), seen=1)
    top = factories.comment(kim, answer, "The big one.")
    factories.comment(marta, answer, "Thanks.", reply_to=top)
    made = convert(farah, answer)
    assert isinstance(made, Comment)
    assert (made.author_id, made.created_at, made.body) == (marta.id, answer.created_at, "Which label do you mean?")
    assert [step.revision.number for step in revisions.history(made)] == [2, 1]
    assert shape(question) == {question.id: [("Which label do you mean?", ["The big one."])]}
    assert [node.comment.body for node in threads(question.id)[question.id][0].replies[0].replies] == ["Thanks."]
    assert (answers_of(question), question.answer_count, question.state) == ([], 0, "open")


def test_undoing_it_loses_nothing_neither_votes_nor_what_was_said_and_changed_since(
    farah: Person, kim: Person, marta: Person, question: Question, answer: Answer
) -> None:
    cast(kim, answer, 1)
    factories.comment(kim, answer, "The big one.")
    made = convert(farah, answer)
    assert isinstance(made, Comment)
    factories.comment(kim, question, "And the small one.", reply_to=made)
    edit_comment(marta, made, write("On two sides or three."), seen=made.version)
    undo(farah, conversion())
    assert [each.id for each in answers_of(question)] == [answer.id]
    assert (answer.body, answer.score, question.answer_count) == ("On two sides or three.", 1, 1)
    assert [step.revision.number for step in revisions.history(answer)] == [2, 1]
    assert shape(question) == {answer.id: [("The big one.", []), ("And the small one.", [])]}


def test_a_comment_becomes_an_answer_and_whoever_asked_waits_no_more(
    farah: Person, kim: Person, marta: Person, question: Question
) -> None:
    remark = factories.comment(marta, question, "Two sides, I think.")
    reply = factories.comment(kim, question, "Which two?", reply_to=remark)
    made = convert(farah, remark)
    assert isinstance(made, Answer)
    need = asked_need(question)
    assert need is not None
    assert need.state == "answered"
    assert shape(question) == {made.id: [("Which two?", [])]}
    assert (question.answer_count, question.state) == (1, "answered")
    undo(farah, conversion())
    assert shape(question) == {question.id: [("Two sides, I think.", ["Which two?"])]}
    assert (question.answer_count, reply.reply_to_id) == (0, remark.id)


def test_old_addresses_lead_to_whichever_of_the_two_stands(
    farah: Person, kim: Person, question: Question, answer: Answer, browser: Callable[[Person], Browser]
) -> None:
    made, window = convert(farah, answer), browser(kim)
    assert window.get(f"/posts/{answer.id}").location.endswith(f"#post-{made.id}")
    assert f'id="post-{answer.id}"' in window.get(f"/posts/{answer.id}", follow_redirects=True).text
    undo(farah, conversion())
    assert window.get(f"/posts/{made.id}").location.endswith(f"#post-{answer.id}")


def test_an_accepted_answer_and_a_remark_on_a_practice_stay_what_they_are(
    farah: Person, second: Person, kim: Person, question: Question, answer: Answer
) -> None:
    accept(kim, answer)
    with pytest.raises(Accepted):
        convert(farah, answer)
    remark = factories.comment(kim, factories.practice(farah, answer))
    with pytest.raises(NotConvertible):
        convert(second, remark)


def test_only_a_moderator_who_did_not_write_it_converts(
    farah: Person, kim: Person, question: Question, answer: Answer
) -> None:
    for person, post in ((kim, answer), (farah, factories.answer(farah, question))):
        with pytest.raises(Forbidden):
            convert(person, post)


def test_a_case_about_it_goes_along(farah: Person, kim: Person, answer: Answer) -> None:
    flag(kim, answer, reason="elsewhere")
    made = convert(farah, answer)
    assert case_of(made).post_id == made.id


def test_it_can_be_converted_again_after_it_was_undone(farah: Person, question: Question, answer: Answer) -> None:
    convert(farah, answer)
    undo(farah, conversion())
    again: Post = convert(farah, answer)
    assert [nodes[0].comment.id for nodes in threads(question.id).values()] == [again.id]
