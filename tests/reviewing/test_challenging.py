"""Challenging: shown at once, a reply owed in forty working hours, and everybody told what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.answering import edit_answer
from forum.answers.models import Answer
from forum.core.clock import as_of
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.people.changing import deactivate
from forum.people.hours import go_away
from forum.people.models import Person
from forum.posts.removing import remove, restore
from forum.posts.writing import write
from forum.practices.models import Practice
from forum.practices.promoting import look_after, retire, revise, texts_of
from forum.reviewing.challenging import (
    ChallengedAlready,
    NotRecommended,
    OthersAgree,
    Settled,
    challenge,
    join,
    open_on,
    reply,
    trail,
    withdraw,
)
from forum.reviewing.models import Challenge
from tests import factories
from tests.notifications.conftest import notes
from tests.reviewing.conftest import MONDAY

Work = Callable[..., None]
GONE = "The label printer is gone since March."
LATER = MONDAY + timedelta(days=30)


@pytest.fixture
def challenged(kim: Person, practice: Practice) -> Challenge:
    with as_of(MONDAY):
        return challenge(kim, practice, what=GONE, tried="Two other printers.")


def events(name: str) -> int:
    return db.session.query(EventRow).filter_by(name=name).count()


def test_it_stands_on_the_post_at_once_with_what_was_seen(
    kim: Person, practice: Practice, challenged: Challenge
) -> None:
    assert open_on([practice])[practice.id] is challenged
    assert (challenged.what, challenged.tried, challenged.by_id, challenged.department_id) == (
        GONE,
        "Two other printers.",
        kim.id,
        kim.department_id,
    )
    assert practice.challenged_at == MONDAY


def test_a_reply_is_owed_within_forty_working_hours_of_whoever_looks_after_it(
    marta: Person, challenged: Challenge
) -> None:
    assert challenged.owner_id == marta.id
    assert challenged.due_at == datetime(2026, 11, 30, 10, tzinfo=UTC)


def test_an_absence_that_is_known_puts_the_reply_off(kim: Person, marta: Person, practice: Practice) -> None:
    with as_of(MONDAY):
        go_away(marta, marta, date(2026, 11, 27))
        assert challenge(kim, practice, what=GONE).due_at == datetime(2026, 12, 4, 17, tzinfo=UTC)


def test_what_nobody_looks_after_is_a_moderators_at_once(
    kim: Person, marta: Person, farah: Person, chris: Person, practice: Practice, work: Work
) -> None:
    with as_of(MONDAY):
        deactivate(chris, marta)
        made = challenge(kim, practice, what=GONE)
    work()
    assert made.overdue_at == MONDAY
    assert ("upkeep", "moderates") in notes(farah)


def test_the_owner_is_asked_and_the_moderators_are_not_yet(
    marta: Person, farah: Person, challenged: Challenge, work: Work
) -> None:
    work()
    assert ("challenge", "keeps") in notes(marta)
    assert "upkeep" not in dict(notes(farah))


def test_whoever_wrote_it_is_told_and_is_not_asked(
    kim: Person, marta: Person, chris: Person, farah: Person, answer: Answer, work: Work
) -> None:
    with as_of(MONDAY):
        challenge(kim, factories.practice(farah, answer, owner=chris), what=GONE)
    work()
    assert ("challenge", "keeps") in notes(chris)
    assert ("outcome", "wrote") in notes(marta)
    assert "challenge" not in dict(notes(marta))


def test_an_accepted_answer_is_its_authors_to_reply(farah: Person, marta: Person, answer: Answer, work: Work) -> None:
    with as_of(MONDAY):
        assert challenge(farah, answer, what=GONE).owner_id == marta.id
    work()
    assert ("challenge", "wrote") in notes(marta)


def test_only_what_is_recommended_can_be_challenged(
    kim: Person, farah: Person, marta: Person, question: Any, practice: Practice
) -> None:
    retire(farah, practice, because="The boxes are gone.")
    for post in (practice, question, factories.answer(marta, question), factories.comment(marta, question)):
        with pytest.raises((NotRecommended, Forbidden)):
            challenge(farah, post, what=GONE)


def test_nobody_challenges_what_they_look_after(marta: Person, practice: Practice, answer: Answer) -> None:
    for post in (practice, answer):
        with pytest.raises(Forbidden):
            challenge(marta, post, what=GONE)


@pytest.mark.parametrize("what", ["", "  ", "broken"])
def test_it_says_what_no_longer_works(what: str, kim: Person, practice: Practice) -> None:
    with pytest.raises(Invalid) as refused:
        challenge(kim, practice, what=what)
    assert (refused.value.field, practice.challenged_at) == ("what", None)


def test_one_stands_at_a_time_and_others_join_it(
    farah: Person, chris: Person, marta: Person, practice: Practice, challenged: Challenge, work: Work
) -> None:
    with pytest.raises(ChallengedAlready):
        challenge(farah, practice, what=GONE)
    with as_of(MONDAY):
        join(chris, challenged, note="Nor for me.")
        join(chris, challenged)
    db.session.refresh(challenged, ["backings"])
    assert [(each.person_id, each.note) for each in challenged.backings] == [(chris.id, "Nor for me.")]
    assert events("ChallengeJoined") == 1
    work()
    assert notes(marta).count(("challenge", "keeps")) == 2


def test_neither_challenger_nor_owner_join(kim: Person, marta: Person, challenged: Challenge) -> None:
    for person in (kim, marta):
        with pytest.raises(Forbidden):
            join(person, challenged)


def test_the_reply_ends_it_and_everybody_who_said_so_is_told(
    kim: Person, marta: Person, chris: Person, practice: Practice, challenged: Challenge, work: Work
) -> None:
    with as_of(MONDAY):
        join(chris, challenged)
    work()
    with as_of(MONDAY + timedelta(hours=1)):
        reply(marta, challenged, "right", "It moved to the second floor.")
    work(MONDAY + timedelta(hours=1))
    assert open_on([practice]) == {}
    assert practice.challenged_at is None
    assert ("outcome", "challenged") in notes(kim)
    assert ("outcome", "agrees") in notes(chris)
    assert "challenge" not in dict(notes(marta))
    assert [(each.outcome, each.reply) for each in trail(practice)] == [("right", "It moved to the second floor.")]


def test_changed_is_said_only_of_what_was_changed(marta: Person, practice: Practice, challenged: Challenge) -> None:
    with pytest.raises(Invalid) as refused:
        reply(marta, challenged, "changed", "Mended.")
    assert refused.value.field == "outcome"
    revise(marta, practice, texts_of({**practice.texts, "body": "1. Write by hand."}), seen=1)
    reply(marta, challenged, "changed", "Mended.")
    assert challenged.outcome == "changed"


@pytest.mark.parametrize(
    ("outcome", "words", "field"), [("", "So.", "outcome"), ("retired", "So.", "outcome"), ("right", " ", "reply")]
)
def test_a_reply_says_what_came_of_it_and_why(
    outcome: str, words: str, field: str, marta: Person, challenged: Challenge
) -> None:
    with pytest.raises(Invalid) as refused:
        reply(marta, challenged, outcome, words)
    assert (refused.value.field, challenged.outcome) == (field, None)


def test_what_is_upheld_stays_on_the_page_until_it_is_mended(farah: Person, marta: Person, answer: Answer) -> None:
    with as_of(MONDAY):
        made = challenge(farah, answer, what=GONE)
        reply(marta, made, "upheld", "Nobody knows better yet.")
        assert open_on([answer])[answer.id] is made
        with pytest.raises(ChallengedAlready):
            challenge(farah, answer, what=GONE)
        edit_answer(marta, answer, write("By hand."), seen=answer.version)
        reply(marta, made, "changed", "By hand now.")
    assert (open_on([answer]), answer.challenged_at, made.outcome) == ({}, None, "changed")


def test_only_owner_and_moderators_reply_and_no_moderator_decides_on_their_own(
    kim: Person, chris: Person, farah: Person, practice: Practice, challenged: Challenge
) -> None:
    for person in (kim, chris):
        with pytest.raises(Forbidden):
            reply(person, challenged, "right", "It is.")
    reply(farah, challenged, "right", "It is.")
    own = challenge(farah, practice, what=GONE)
    with pytest.raises(Forbidden):
        reply(farah, own, "upheld", "I said so.")


def test_of_two_replies_the_second_is_told_so(marta: Person, farah: Person, challenged: Challenge) -> None:
    reply(marta, challenged, "right", "It is.")
    with pytest.raises(Settled):
        reply(farah, challenged, "upheld", "It is not.")
    with pytest.raises(Settled):
        join(farah, challenged)


def test_overdue_it_is_told_to_the_moderators_once_and_they_decide(
    kim: Person, farah: Person, marta: Person, practice: Practice, challenged: Challenge, work: Work
) -> None:
    work(challenged.due_at - timedelta(minutes=1))
    assert challenged.overdue_at is None
    due = challenged.due_at
    work(LATER)
    assert challenged.overdue_at == due
    assert events("ChallengeOverdue") == 1
    assert notes(farah).count(("upkeep", "moderates")) == 1
    assert notes(marta).count(("challenge", "keeps")) == 2
    with as_of(LATER):
        reply(farah, challenged, "upheld", "The printer is gone indeed.")
    assert {"challenge", "upkeep"}.isdisjoint(dict(notes(farah)) | dict(notes(marta)))


def test_a_reply_in_time_leaves_nothing_to_the_moderators(
    farah: Person, marta: Person, challenged: Challenge, work: Work
) -> None:
    reply(marta, challenged, "right", "It is.")
    work(LATER)
    assert (challenged.overdue_at, events("ChallengeOverdue")) == (None, 0)


def test_a_moderator_who_challenged_it_is_not_asked_to_decide(farah: Person, practice: Practice, work: Work) -> None:
    with as_of(MONDAY):
        challenge(farah, practice, what=GONE)
    other = factories.person(None, None, "moderator")
    work(LATER)
    assert "upkeep" not in dict(notes(farah))
    assert ("upkeep", "moderates") in notes(other)


def test_a_new_keeper_owes_the_reply_and_has_as_much_time(
    chris: Person, farah: Person, marta: Person, sales: Any, practice: Practice, challenged: Challenge, work: Work
) -> None:
    work()
    thursday = MONDAY + timedelta(days=3)
    db.session.refresh(practice, ["departments", "tags"])
    with as_of(thursday):
        look_after(farah, practice, owner=chris, departments=[sales.id], tags="", review_pace="normal")
    assert (challenged.owner_id, challenged.due_at) == (chris.id, datetime(2026, 12, 3, 10, tzinfo=UTC))
    work(thursday)
    assert "challenge" in dict(notes(chris))
    assert "challenge" not in dict(notes(marta))
    work(datetime(2026, 12, 3, 9, 59, tzinfo=UTC))
    assert challenged.overdue_at is None
    work(LATER)
    assert events("ChallengeOverdue") == 1


def test_retiring_the_practice_is_a_reply(
    kim: Person, farah: Person, practice: Practice, challenged: Challenge, work: Work
) -> None:
    work()
    with as_of(MONDAY):
        retire(farah, practice, because="The boxes are gone.")
    assert (challenged.outcome, challenged.reply, challenged.replied_by_id) == (
        "retired",
        "The boxes are gone.",
        farah.id,
    )
    work()
    assert ("outcome", "challenged") in notes(kim)


def test_it_is_taken_back_unless_others_see_the_same(
    kim: Person, chris: Person, marta: Person, practice: Practice, challenged: Challenge
) -> None:
    with pytest.raises(Forbidden):
        withdraw(marta, challenged)
    join(chris, challenged)
    with pytest.raises(OthersAgree):
        withdraw(kim, challenged)
    reply(marta, challenged, "right", "It is.")
    again = challenge(kim, practice, what=GONE)
    withdraw(kim, again)
    assert (again.outcome, practice.challenged_at) == ("withdrawn", None)
    assert len(trail(practice)) == 2


def test_time_that_runs_out_while_it_is_removed_is_made_up_for(
    farah: Person, question: Any, answer: Answer, work: Work
) -> None:
    with as_of(MONDAY):
        made = challenge(farah, answer, what=GONE)
        remove(farah, question)
    work(LATER)
    assert made.overdue_at is None
    with as_of(LATER):
        restore(farah, question)
    work(LATER)
    assert made.overdue_at is not None


def test_posts_that_nobody_doubts_cost_no_statement(
    answer: Answer, practice: Practice, statements: Callable[[], Any]
) -> None:
    db.session.refresh(answer)
    db.session.refresh(practice)
    with statements() as seen:
        assert open_on([answer, practice]) == {}
    assert seen == []


def test_history_tells_of_every_one(marta: Person, kim: Person, practice: Practice, challenged: Challenge) -> None:
    reply(marta, challenged, "right", "It is.")
    challenge(kim, practice, what="Now it is gone for good.")
    assert [each.outcome for each in trail(practice)] == [None, "right"]
    assert db.session.scalars(select(Challenge.id)).all()
