"""The database that the bench measures on is what people would have left behind, and all it asks for is there."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from bench import statements
from bench.cases import Case, all_cases
from bench.filling import fill
from bench.texts import DEPARTMENTS, PEOPLE, invented, queries
from forum.answers.answering import drifted_counts
from forum.answers.models import Acceptance, Answer
from forum.core.db import db
from forum.departments.models import Department
from forum.people.models import Person
from forum.posts.models import Comment, Post, Vote
from forum.posts.votes import drifted_scores
from forum.posts.writing import write
from forum.practices.models import Practice
from forum.questions.models import Question
from forum.search import comparing, indexing

POSTS = 140  # Few, so that filling takes no time, and more questions than a page of a list holds.
SEED = 4  # Threads of which one led to a best practice.


@pytest.fixture
def filled(app: Any) -> None:
    """A small filling."""
    fill(invented(POSTS, SEED), POSTS, lambda done: None)


@pytest.fixture
def cases(filled: None) -> list[Case]:
    """What the bench would ask of it."""
    indexing.rebuild(lambda done: None)
    return all_cases(queries(list(db.session.scalars(select(Post.body)))))


def count(of: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(of)) or 0


def test_there_are_as_many_posts_as_were_asked_for(filled: None) -> None:
    assert count(Post.__table__) == POSTS


def test_two_hundred_people_belong_to_ten_departments(filled: None) -> None:
    belonging = db.session.execute(select(Person.department_id, func.count()).group_by(Person.department_id)).all()
    assert [number for _, number in belonging] == [PEOPLE // len(DEPARTMENTS)] * count(Department)


def test_something_of_every_kind_is_there(filled: None) -> None:
    kinds = (Question, Answer, Comment, Practice, Vote, Acceptance)
    assert [kind for kind in kinds if count(kind.__table__) == 0] == []


def test_no_counter_differs_from_what_it_counts(filled: None) -> None:
    assert (drifted_scores(), drifted_counts()) == ({}, {})


def test_the_index_lacks_nothing(cases: list[Case]) -> None:
    assert comparing.drift() == set()


def test_every_text_looks_as_if_it_had_been_typed(filled: None) -> None:
    different = [post.id for post in db.session.scalars(select(Post)) if write(post.body).html != post.html]
    assert different == []


def test_the_same_seed_gives_the_same_threads() -> None:
    assert list(invented(POSTS)) == list(invented(POSTS))


def test_another_seed_gives_other_threads() -> None:
    assert list(invented(POSTS)) != list(invented(POSTS, seed=1))


def test_every_case_is_answered_as_it_promises(app: Any, cases: list[Case]) -> None:
    counted = statements.count(app, cases)
    assert all(counted[case.name] > 0 for case in cases)
