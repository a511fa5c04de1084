"""The log that everybody may read: what moderators did, and nothing that anybody said in private."""

from __future__ import annotations

from collections.abc import Callable

from forum.answers.models import Answer
from forum.moderation import deciding, intervening
from forum.moderation.flagging import flag
from forum.moderation.labelling import move
from forum.moderation.log import lines
from forum.people.models import Person
from forum.posts.removing import remove, restore
from forum.questions.merging import merge, undo
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.moderation.conftest import case_of


def read(person: Person) -> list[str]:
    return [line.words % {"name": line.by, "post": line.post} for line in lines(person).rows]


def test_it_holds_nothing_private(
    farah: Person, kim: Person, chris: Person, answer: Answer, browser: Callable[[Person], Browser]
) -> None:
    flag(kim, answer, reason="hurtful", words="SECRET-FLAG")
    deciding.decide(farah, case_of(answer), "hide", reason="private", words="SECRET-WORDS")
    page = browser(chris).get("/moderation/log").text
    assert "Farah Aziz hid" in page
    assert "tells what is private or confidential" in page
    for private in ("SECRET", "quokka stamp", "Kim Tran", "Marta Silva", f"/posts/{answer.id}"):
        assert private not in page, private


def test_each_deed_is_one_line_with_who_did_it(
    farah: Person, second: Person, kim: Person, question: Question, answer: Answer
) -> None:
    standing = intervening.hide(farah, answer, reason="hurtful")
    intervening.confirm(second, standing)
    intervening.lift(farah, standing)
    remove(farah, answer)
    restore(farah, answer)
    other = factories.question(kim)
    merged = merge(farah, question, other)
    undo(second, merged)
    move(farah, question, departments=[second.department_id], tags="", seen=question.version)
    assert read(kim) == [
        "Farah Aziz gave a question other departments or topics",
        "Mona Moderator made a question a question of its own again",
        "Farah Aziz merged a question into another one",
        "Farah Aziz restored an answer",
        "Farah Aziz removed an answer",
        "Farah Aziz put an answer back that was hidden",
        "Mona Moderator agreed, as a second person, that an answer is hidden",
        "Farah Aziz hid an answer",
    ]


def test_what_authors_do_with_their_own_posts_is_not_in_it(kim: Person, marta: Person, answer: Answer) -> None:
    remove(marta, answer)
    restore(marta, answer)
    assert read(kim) == []


def test_a_line_links_what_can_be_read_and_only_that(farah: Person, kim: Person, answer: Answer) -> None:
    standing = intervening.hide(farah, answer, reason="hurtful")
    assert [(line.url, line.title) for line in lines(kim).rows] == [("", "")]
    intervening.lift(farah, standing)
    assert lines(kim).rows[0].url == f"/posts/{answer.id}"
