"""Promoting: from what somebody wrote to what everybody can do, with the way back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from forum.core.clock import clock, now
from forum.core.errors import Forbidden, Invalid, Outdated
from forum.people.models import Person
from forum.posts import revisions
from forum.practices import listing
from forum.practices.ageing import confirm
from forum.practices.promoting import (
    NothingToPromote,
    PromotedBefore,
    deed_of,
    look_after,
    practices_of,
    retire,
    revise,
    texts_of,
)
from tests import factories


@pytest.fixture
def question(kim: Person, noise: None) -> Any:
    return factories.question(kim, "How do we label the boxes?")


@pytest.fixture
def answer(marta: Person, question: Any) -> Any:
    return factories.answer(marta, question, "On two sides.")


@pytest.fixture
def practice(farah: Person, answer: Any) -> Any:
    return factories.practice(farah, answer, title="Label boxes on two sides")


@pytest.mark.parametrize(
    ("asked", "deed"),
    [
        ("How do you stop a meeting that has lost its way?", "Stop a meeting that has lost its way"),
        (
            "How can I get a quote onto my phone so that I can read it?",
            "Get a quote onto your phone so that you can read it",
        ),
        ("How long should a review after a line stop take?", "How long should a review after a line stop take?"),
        ("How do I end a call? They never stop.", "How do I end a call? They never stop."),
        ("VPN drops every hour", "VPN drops every hour"),
        ("How do I ?", "How do I ?"),
    ],
)
def test_a_title_is_proposed_that_says_what_to_do(asked: str, deed: str) -> None:
    assert deed_of(asked) == deed


def test_the_author_stays_named_and_the_way_back_is_kept(
    marta: Person, farah: Person, question: Any, answer: Any, practice: Any
) -> None:
    assert practice.author_id == marta.id
    assert practice.promoted_by_id == farah.id
    assert (practice.source_id, practice.question_id) == (answer.id, question.id)
    assert practices_of(question.id) == {answer.id: (practice.id, "Label boxes on two sides")}


def test_only_moderators_promote(kim: Person, chris: Person, answer: Any) -> None:
    for person in (kim, chris):
        with pytest.raises(Forbidden):
            factories.practice(person, answer)


def test_the_same_post_is_promoted_once(farah: Person, answer: Any, practice: Any) -> None:
    with pytest.raises(PromotedBefore):
        factories.practice(farah, answer)


def test_a_practice_has_a_need_behind_it(farah: Person, practice: Any) -> None:
    with pytest.raises(NothingToPromote):
        factories.practice(farah, practice)


@pytest.mark.parametrize("missing", ["title", "problem", "body", "why_it_works", "when_not", "what_it_takes"])
def test_every_part_has_to_be_there(missing: str, farah: Person, answer: Any) -> None:
    with pytest.raises(Invalid) as refusal:
        factories.practice(farah, answer, **({"title": ""} if missing == "title" else {"texts": {missing: " "}}))
    assert refusal.value.field == missing


def test_anybody_writes_the_next_version_and_the_old_one_stays(kim: Person, practice: Any) -> None:
    changed = texts_of({**practice.texts, "when_not": "When the box has *one* side."})
    assert revise(kim, practice, changed, seen=1, note="Ask me.")
    assert practice.version == 2
    assert "<em>one</em>" in practice.sections_html["when_not"]
    newest, _ = revisions.history(practice)
    assert [name for name, _ in newest.fields] == ["when_not"]
    with pytest.raises(Outdated):
        revise(kim, practice, changed, seen=1)


def test_it_is_due_after_its_pace_and_in_date_again_when_the_owner_confirms(
    marta: Person, kim: Person, practice: Any
) -> None:
    assert not practice.is_due(now().date())
    clock().move(timedelta(days=181))
    assert practice.is_due(now().date())
    assert [row.id for row in listing.library(state="due").rows] == [practice.id]
    with pytest.raises(Forbidden):
        confirm(kim, practice)
    confirm(marta, practice)
    assert not practice.is_due(now().date())


def test_a_retired_one_keeps_its_reason_and_leads_to_its_successor(
    kim: Person, marta: Person, farah: Person, question: Any, practice: Any
) -> None:
    better = factories.practice(farah, factories.answer(marta, question, "On all sides."))
    with pytest.raises(Invalid):
        retire(farah, practice, because=" ")
    with pytest.raises(Forbidden):
        retire(kim, practice, because="I dislike it.")
    retire(farah, practice, because="Boxes are turned over.", successor=better)
    assert practice.successor_id == better.id
    assert [row.id for row in listing.library().rows] == [better.id]
    assert [row.id for row in listing.library(state="retired").rows] == [practice.id]


def test_a_moderator_hands_it_to_another_owner(kim: Person, farah: Person, practice: Any, sales: Any) -> None:
    look_after(farah, practice, owner=kim, departments=[sales.id], tags="boxes", review_pace="fast")
    assert practice.owner_id == kim.id
    assert practice.review_on == (now() + timedelta(days=90)).date()
    assert [row.id for row in listing.library(department="sales", tag="boxes").rows] == [practice.id]
    assert listing.library(department="finance", tag="boxes").rows == []
