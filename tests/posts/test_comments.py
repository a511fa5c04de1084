"""Comments: threaded, and nothing falls out of a conversation."""

from __future__ import annotations

import pytest

from forum.core.errors import Invalid
from forum.people.models import Person
from forum.posts.comments import edit_comment, threads
from forum.posts.removing import remove
from forum.posts.writing import write
from tests import factories


def shape(nodes: list) -> list:
    return [(node.comment.body, shape(node.replies)) for node in nodes]


def test_replies_stand_under_what_they_reply_to(kim: Person, marta: Person, noise: None) -> None:
    question = factories.question(kim)
    first = factories.comment(marta, question, "Which one?")
    reply = factories.comment(kim, question, "The red one.", reply_to=first)
    factories.comment(marta, question, "Ah.", reply_to=reply)
    factories.comment(marta, question, "Something else.")
    assert shape(threads(question.id)[question.id]) == [
        ("Which one?", [("The red one.", [("Ah.", [])])]),
        ("Something else.", []),
    ]


def test_comments_on_an_answer_belong_to_the_page_of_its_question(kim: Person, marta: Person) -> None:
    question = factories.question(kim)
    answer = factories.answer(marta, question)
    factories.comment(kim, answer, "Thank you.")
    assert shape(threads(question.id)[answer.id]) == [("Thank you.", [])]


def test_a_reply_to_a_comment_elsewhere_is_refused(kim: Person, marta: Person) -> None:
    here, elsewhere = factories.question(kim), factories.question(kim)
    strange = factories.comment(marta, elsewhere)
    with pytest.raises(Invalid):
        factories.comment(kim, here, "What?", reply_to=strange)


def test_a_removed_comment_leaves_a_place_while_it_has_replies(kim: Person, marta: Person) -> None:
    question = factories.question(kim)
    first = factories.comment(marta, question, "Rude.")
    reply = factories.comment(kim, question, "Please.", reply_to=first)
    remove(marta, first)
    assert shape(threads(question.id)[question.id]) == [("Rude.", [("Please.", [])])]
    remove(kim, reply)
    assert threads(question.id) == {}


def test_a_comment_can_be_mended(kim: Person) -> None:
    comment = factories.comment(kim, factories.question(kim), "Teh red one.")
    assert edit_comment(kim, comment, write("The red one."), seen=1)
    assert comment.html == "<p>The red one.</p>"
