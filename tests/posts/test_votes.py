"""Votes: one person, one post, and a score that is always their sum."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.core.db import db, transaction
from forum.core.errors import Forbidden
from forum.people.models import Person
from forum.posts.models import Post, Vote
from forum.posts.votes import NotVotedOn, cast, drifted_scores, mend_scores, own_votes
from tests import factories


@pytest.fixture
def question(kim: Person, noise: None) -> Any:
    return factories.question(kim)


def test_a_vote_moves_the_score_by_one(marta: Person, question: Any) -> None:
    cast(marta, question, 1)
    assert question.score == 1
    assert own_votes(marta, [question.id]) == {question.id: 1}


def test_a_second_vote_replaces_the_first(marta: Person, question: Any) -> None:
    cast(marta, question, 1)
    cast(marta, question, -1)
    assert question.score == -1
    assert db.session.query(Vote).filter_by(post_id=question.id).count() == 1


def test_voting_the_same_again_changes_nothing(marta: Person, question: Any) -> None:
    cast(marta, question, 1)
    cast(marta, question, 1)
    assert question.score == 1


def test_a_vote_can_be_taken_back(marta: Person, question: Any) -> None:
    cast(marta, question, -1)
    cast(marta, question, 0)
    assert question.score == 0
    assert own_votes(marta, [question.id]) == {}


def test_nobody_votes_on_their_own_post(kim: Person, question: Any) -> None:
    with pytest.raises(Forbidden):
        cast(kim, question, 1)


def test_comments_are_not_voted_on(kim: Person, marta: Person, question: Any) -> None:
    with pytest.raises(NotVotedOn):
        cast(kim, factories.comment(marta, question), 1)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(votes=st.lists(st.tuples(st.integers(0, 2), st.sampled_from([-1, 0, 1])), max_size=12))
def test_whatever_is_voted_the_score_is_the_sum_of_the_votes_that_stand(
    votes: list[tuple[int, int]], voters: list[Person], question: Any
) -> None:
    standing: dict[int, int] = own_votes_of_all(voters, question)
    for voter, value in votes:
        cast(voters[voter], question, value)
        standing[voter] = value
    assert question.score == sum(standing.values())
    assert drifted_scores() == {}


def own_votes_of_all(voters: list[Person], question: Any) -> dict[int, int]:
    return {place: own_votes(voter, [question.id]).get(question.id, 0) for place, voter in enumerate(voters)}


@pytest.fixture
def voters(app: Flask) -> list[Person]:
    return [factories.person() for _ in range(3)]


def test_people_who_vote_at_the_same_moment_are_all_counted(app: Flask, question: Any) -> None:
    voters = [factories.person() for _ in range(12)]
    db.session.commit()
    start = threading.Barrier(len(voters))

    def vote(person_id: int) -> None:
        with app.app_context():
            start.wait()
            with transaction():
                cast(db.session.get_one(Person, person_id), db.session.get_one(Post, question.id), 1)

    threads = [threading.Thread(target=vote, args=(voter.id,)) for voter in voters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.refresh(question)
    assert question.score == 12


def test_one_person_pressing_in_many_windows_votes_once(app: Flask, marta: Person, question: Any) -> None:
    db.session.commit()
    person_id, question_id = marta.id, question.id

    def vote() -> None:
        with app.app_context(), transaction():
            cast(db.session.get_one(Person, person_id), db.session.get_one(Post, question_id), 1)

    threads = [threading.Thread(target=vote) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.refresh(question)
    assert question.score == 1


def test_a_drifted_score_is_found_and_mended(marta: Person, question: Any) -> None:
    cast(marta, question, 1)
    db.session.execute(db.update(Post).where(Post.id == question.id).values(score=40))
    assert drifted_scores() == {question.id: (40, 1)}
    assert mend_scores() == 1
    assert drifted_scores() == {}


def test_the_score_that_came_with_an_import_stays(marta: Person, question: Any) -> None:
    db.session.execute(db.update(Post).where(Post.id == question.id).values(score=7, imported_score=7))
    cast(marta, question, 1)
    assert question.score == 8
    assert drifted_scores() == {}
