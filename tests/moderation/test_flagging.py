"""Flags: private, once a person, and one case however many there are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from forum.answers.models import Answer
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.moderation import deciding
from forum.moderation.flagging import FlaggedAlready, flag
from forum.moderation.models import Case, Flag
from forum.moderation.queue import entries
from forum.people.models import Person
from forum.questions.models import Question
from tests import factories
from tests.moderation.conftest import case_of
from tests.notifications.conftest import notes


def test_two_flags_on_one_post_make_one_entry_of_the_queue(
    kim: Person, chris: Person, farah: Person, answer: Answer
) -> None:
    flag(kim, answer, reason="hurtful", words="He calls us names.")
    flag(chris, answer, reason="hurtful")
    page = entries(farah)
    assert [item.post_id for item in page.rows] == [answer.id]
    assert page.rows[0].reasons == (("Rude or hurtful", 2),)
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_nobody_flags_the_same_post_twice_or_the_own_one(kim: Person, marta: Person, answer: Answer) -> None:
    flag(kim, answer, reason="hurtful")
    with pytest.raises(FlaggedAlready):
        flag(kim, answer, reason="private")
    with pytest.raises(Forbidden):
        flag(marta, answer, reason="hurtful")
    assert db.session.scalar(select(func.count()).select_from(Flag)) == 1


def test_a_flag_needs_a_reason_of_the_list_and_something_else_needs_words(kim: Person, answer: Answer) -> None:
    for reason in ("", "made up", "other"):
        with pytest.raises(Invalid):
            flag(kim, answer, reason=reason)
    flag(kim, answer, reason="other", words="It names a customer's daughter.")


def test_a_flag_after_a_decision_makes_a_case_of_its_own(
    kim: Person, chris: Person, farah: Person, answer: Answer
) -> None:
    flag(kim, answer, reason="hurtful")
    deciding.decide(farah, case_of(answer), "dismiss")
    flag(chris, answer, reason="private")
    assert [case.outcome for case in db.session.scalars(select(Case).order_by(Case.id))] == ["dismissed", None]


def test_every_flagger_is_told_what_became_of_it_and_the_author_is_not_told_of_flags(
    kim: Person, chris: Person, farah: Person, marta: Person, answer: Answer, work: Callable[..., None]
) -> None:
    flag(kim, answer, reason="hurtful")
    flag(chris, answer, reason="private")
    work()
    assert notes(farah) == [("moderation", "moderates")]  # Once, for the case.
    told_before = notes(marta)
    deciding.decide(farah, case_of(answer), "dismiss")
    work()
    assert ("moderated", "flagged") in notes(kim)
    assert ("moderated", "flagged") in notes(chris)
    assert notes(marta) == told_before
    assert notes(farah) == []  # Decided: nothing is left to look at.


def test_a_moderator_does_not_decide_about_the_own_post(kim: Person, farah: Person, question: Question) -> None:
    own = factories.answer(farah, question)
    flag(kim, own, reason="hurtful")
    with pytest.raises(Forbidden):
        deciding.decide(farah, case_of(own), "dismiss")
