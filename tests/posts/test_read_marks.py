"""Up to where somebody has read a thread, and what is new to them since."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.core import clock
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.departments.following import choose_level, follow
from forum.people.models import Person
from forum.posts.models import ReadMark
from forum.posts.read_marks import KEPT_FOR, followed_and_read, mark_read, new_on, news_among, news_since
from forum.posts.removing import remove
from forum.posts.voices import voice_in
from forum.privacy import retention
from forum.questions.models import Question
from tests import factories


@pytest.fixture
def thread(marta: Person) -> Question:
    return factories.question(marta, "Where is the quokka ladder?")


def test_what_came_after_the_mark_is_new(kim: Person, marta: Person, thread: Question, noise: None) -> None:
    seen = factories.answer(marta, thread)
    mark_read(kim, thread.id, seen.id)
    factories.answer(marta, thread)
    factories.comment(marta, seen)
    assert new_on(kim, [thread.id]) == {thread.id: 2}
    assert news_since(kim, thread.id, seen.id) == (1, 1)


def test_a_thread_that_was_never_opened_has_no_news(kim: Person, marta: Person, thread: Question) -> None:
    factories.answer(marta, thread)
    assert new_on(kim, [thread.id]) == {}


def test_a_followed_thread_that_was_never_opened_has_what_came_since(
    kim: Person, marta: Person, thread: Question
) -> None:
    factories.answer(marta, thread)
    with clock.as_of(now() + timedelta(hours=1)):
        follow(kim, "question", thread.id)
    with clock.as_of(now() + timedelta(hours=2)):
        factories.answer(marta, thread)
    assert new_on(kim, [thread.id]) == {thread.id: 1}


@pytest.mark.parametrize(
    ("of", "level", "new"),
    [
        ("question", "watching", 1),
        ("question", "tracking", 1),
        ("question", "normal", 0),
        ("question", "muted", 0),
        ("tag", "watching", 1),
        ("tag", "tracking", 1),
        ("tag", "first_posts", 0),
        ("tag", "muted", 0),
    ],
)
def test_what_is_tracked_or_watched_counts_what_is_new_before_it_was_opened(
    kim: Person, marta: Person, of: str, level: str, new: int
) -> None:
    thread = factories.question(marta, tags="yard")
    choose_level(kim, of, {"question": thread.id, "tag": thread.tags[0].id}[of], level)
    with clock.as_of(now() + timedelta(hours=1)):
        factories.answer(marta, thread)
    assert new_on(kim, [thread.id]) == ({thread.id: 1} if new else {})


def test_a_muted_thread_has_no_news_even_for_whoever_opened_it(kim: Person, marta: Person, thread: Question) -> None:
    mark_read(kim, thread.id, thread.id)
    factories.answer(marta, thread)
    assert new_on(kim, [thread.id]) == {thread.id: 1}
    choose_level(kim, "question", thread.id, "normal")
    assert new_on(kim, [thread.id]) == {thread.id: 1}
    choose_level(kim, "question", thread.id, "muted")
    assert new_on(kim, [thread.id]) == {}


def test_a_thread_chosen_quieter_than_its_topic_has_no_news(kim: Person, marta: Person) -> None:
    thread = factories.question(marta, tags="yard")
    choose_level(kim, "tag", thread.tags[0].id, "watching")
    choose_level(kim, "question", thread.id, "normal")
    with clock.as_of(now() + timedelta(hours=1)):
        factories.answer(marta, thread)
    assert new_on(kim, [thread.id]) == {}


def test_ones_own_words_are_not_new_to_oneself_by_name_or_without(kim: Person, marta: Person, thread: Question) -> None:
    mark_read(kim, thread.id, thread.id)
    unnamed = voice_in(kim, thread, unnamed=True)
    own = factories.answer(unnamed, thread)
    assert new_on(kim, [thread.id]) == {}
    assert not news_among(kim, thread.id, [thread, own])
    mark_read(marta, thread.id, thread.id)
    assert new_on(marta, [thread.id]) == {thread.id: 1}


def test_what_was_removed_is_not_new(kim: Person, marta: Person, thread: Question) -> None:
    mark_read(kim, thread.id, thread.id)
    remove(marta, factories.answer(marta, thread))
    assert new_on(kim, [thread.id]) == {}


def test_a_mark_only_goes_forward(kim: Person, marta: Person, thread: Question) -> None:
    later = factories.answer(marta, thread)
    mark_read(kim, thread.id, later.id)
    mark_read(kim, thread.id, thread.id)
    assert followed_and_read(kim, kim, thread.id)[1] == later.id


def test_each_has_marks_of_their_own(kim: Person, marta: Person, farah: Person, thread: Question) -> None:
    answer = factories.answer(marta, thread)
    mark_read(kim, thread.id, thread.id)
    mark_read(farah, thread.id, answer.id)
    assert (new_on(kim, [thread.id]), new_on(farah, [thread.id])) == ({thread.id: 1}, {})


def test_the_first_new_post_is_the_one_that_is_read_first(kim: Person, marta: Person, thread: Question) -> None:
    old, newer, newest = (factories.answer(marta, thread) for _ in range(3))
    news = news_among(kim, old.id, [thread, newest, old, newer])
    assert (news.first, set(news.ids)) == (newest.id, {newer.id, newest.id})


def test_nothing_is_new_on_a_page_that_is_opened_for_the_first_time(
    kim: Person, marta: Person, thread: Question
) -> None:
    assert not news_among(kim, None, [thread, factories.answer(marta, thread)])


def test_a_mark_goes_a_year_after_something_new_was_read(kim: Person, marta: Person, thread: Question) -> None:
    with transaction():
        mark_read(kim, thread.id, thread.id)
        with clock.as_of(now() - KEPT_FOR - timedelta(days=2)):
            mark_read(marta, thread.id, thread.id)
    retention.prune()
    assert db.session.scalars(select(ReadMark.person_id)).all() == [kim.id]
