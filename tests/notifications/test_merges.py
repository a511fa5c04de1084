"""Who hears of merged questions, and where what was told before is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from forum.core.clock import as_of
from forum.core.db import db
from forum.departments.models import Department
from forum.needs.merging import object_to
from forum.needs.opening import share
from forum.notifications.listing import inbox
from forum.notifications.models import Notification
from forum.people.models import Person
from forum.questions.merging import keep, merge, undo
from forum.questions.models import Question
from tests import factories
from tests.notifications.conftest import MONDAY

Work = Callable[..., None]


@pytest.fixture
def ola(sales: Department) -> Person:
    return factories.person("Ola Berg", sales)


@pytest.fixture
def mo(finance: Department) -> Person:
    return factories.person("Mo Diaz", finance, "moderator")


@pytest.fixture
def known(kim: Person, finance: Department) -> Question:
    with as_of(MONDAY):
        return factories.question(kim, "How do I correct an address?", departments=[finance])


@pytest.fixture
def again(ola: Person) -> Question:
    with as_of(MONDAY):
        return factories.question(ola, "The address is wrong, what now?")


def sentences(person: Person) -> list[tuple[str, str]]:
    return [(thread.title, line.sentence) for thread in inbox(person, None).rows for line in thread.lines]


def test_whoever_asked_and_whoever_shares_it_are_told_and_nobody_else(
    farah: Person, kim: Person, ola: Person, marta: Person, chris: Person, known: Question, again: Question, work: Work
) -> None:
    with as_of(MONDAY):
        factories.answer(marta, known)
        share(chris, again)
    work()
    with as_of(MONDAY):
        merge(farah, again, known)
    work()
    told = "Farah Aziz merged {} into this one, which asks the same and has 1 answer"
    assert sentences(ola) == [(known.title, told.format("your question"))]
    assert sentences(chris) == [(known.title, told.format("a question that you need too"))]
    assert sentences(farah) == []
    assert all("merged" not in sentence for _, sentence in sentences(kim))


def test_an_answer_after_the_merge_is_told_to_both_askers(
    farah: Person, kim: Person, ola: Person, marta: Person, known: Question, again: Question, work: Work
) -> None:
    with as_of(MONDAY):
        merge(farah, again, known)
        factories.answer(marta, known)
    work()
    assert (known.title, "Marta Silva answered your question") in sentences(kim)
    assert (known.title, "Marta Silva answered") in sentences(ola)


def test_an_objection_is_told_to_the_moderators_and_the_decision_to_the_asker(
    farah: Person, mo: Person, ola: Person, known: Question, again: Question, work: Work
) -> None:
    with as_of(MONDAY):
        made = merge(farah, again, known)
        object_to(ola, made)
    work()
    says = "Ola Berg says that it was another question:"
    assert (known.title, f"{says} should it stay merged?") in sentences(mo)
    assert (known.title, f"{says} somebody else decides whether it stays merged") in sentences(farah)
    with as_of(MONDAY):
        keep(mo, made)
    work()
    assert (known.title, "Mo Diaz compared the two questions and leaves them merged") in sentences(ola)
    with as_of(MONDAY):
        undo(mo, made)
    work()
    assert (again.title, "Mo Diaz made your question a question of its own again") in sentences(ola)
    assert all("own again" not in sentence for _, sentence in sentences(mo))


def test_an_objection_that_is_decided_before_anybody_was_told_is_no_news(
    farah: Person, mo: Person, ola: Person, known: Question, again: Question, work: Work
) -> None:
    with as_of(MONDAY):
        made = merge(farah, again, known)
        object_to(ola, made)
        keep(mo, made)
    work()
    assert all("another question" not in sentence for _, sentence in sentences(mo))


def test_what_was_told_before_is_found_at_the_question_that_stands_for_it_and_back(
    farah: Person, ola: Person, marta: Person, known: Question, again: Question, work: Work
) -> None:
    with as_of(MONDAY):
        answer = factories.answer(marta, again)
    work()
    with as_of(MONDAY):
        made = merge(farah, again, known)
    work()
    note = db.session.scalars(select(Notification).where(Notification.post_id == answer.id)).one()
    assert note.page_id == known.id
    with as_of(MONDAY):
        undo(farah, made)
    db.session.expire_all()
    assert note.page_id == again.id
