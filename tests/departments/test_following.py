"""Following: once is enough, and nobody follows for anybody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.core.clock import as_of, now
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.departments.following import choose_level, follow, followed_ids, following, unfollow
from forum.departments.models import FOLLOWED_KINDS, Follow
from forum.people.changing import deactivate
from forum.people.models import Person
from tests import factories


def test_following_twice_is_following_once(kim: Person, finance: Any) -> None:
    follow(kim, "department", finance.id)
    follow(kim, "department", finance.id)
    assert following(kim, "department", finance.id) == ("first_posts", 0)


def test_unfollowing_ends_only_ones_own(kim: Person, marta: Person, finance: Any) -> None:
    for person in (kim, marta):
        follow(person, "department", finance.id)
    unfollow(kim, "department", finance.id)
    unfollow(kim, "department", finance.id)
    assert following(kim, "department", finance.id) == ("normal", 1)
    assert following(marta, "department", finance.id) == ("first_posts", 0)


def test_the_same_number_of_another_kind_is_something_else(kim: Person, finance: Any) -> None:
    follow(kim, "department", finance.id)
    assert [kind for kind in FOLLOWED_KINDS if following(kim, kind, finance.id) != ("normal", 0)] == ["department"]


def test_what_was_chosen_stands_when_something_is_followed_of_itself(kim: Person, marta: Person) -> None:
    question = factories.question(marta)
    choose_level(kim, "question", question.id, "muted")
    follow(kim, "question", question.id)
    assert following(kim, "question", question.id) == ("muted", 1)


def test_normal_is_kept_of_a_thread_and_of_nothing_else(kim: Person, marta: Person, finance: Any) -> None:
    question = factories.question(marta, tags="vat")
    for kind, id in (("question", question.id), ("tag", question.tags[0].id), ("department", finance.id)):
        choose_level(kim, kind, id, "tracking")
        choose_level(kim, kind, id, "normal")
    rows = db.session.scalars(select(Follow).where(Follow.person_id == kim.id)).all()
    assert [(row.kind, row.level) for row in rows] == [("question", "normal")]


def test_whoever_goes_on_following_at_another_level_has_followed_since_they_began(kim: Person, finance: Any) -> None:
    began, later, again = (now() + timedelta(hours=n) for n in range(3))
    seen = []
    for moment, level in ((began, "first_posts"), (later, "watching"), (later, "muted"), (again, "tracking")):
        with as_of(moment):
            choose_level(kim, "department", finance.id, level)
        db.session.expire_all()
        seen.append(db.session.scalars(select(Follow.since)).one())
    assert seen == [began, began, later, again]


def test_a_level_that_there_is_not_for_a_kind_is_refused(kim: Person, marta: Person) -> None:
    question = factories.question(marta)
    with pytest.raises(Invalid):
        choose_level(kim, "question", question.id, "first_posts")
    with pytest.raises(Invalid):
        choose_level(kim, "person", marta.id, "muted")


def test_everything_followed_is_known_by_kind(kim: Person, marta: Person, sales: Any, finance: Any) -> None:
    question = factories.question(marta, tags="vat")
    for kind, id in (("department", sales.id), ("department", finance.id), ("tag", question.tags[0].id)):
        follow(kim, kind, id)
    choose_level(kim, "question", question.id, "muted")
    assert followed_ids(kim) == {
        "department": [sales.id, finance.id],
        "tag": [question.tags[0].id],
        "question": [],
        "person": [],
        "cause": [],
    }


def test_what_nobody_can_follow_is_an_error_of_ours(kim: Person) -> None:
    with pytest.raises(ValueError, match="comment"):
        follow(kim, "comment", 1)


def test_whoever_has_left_follows_nothing_new(kim: Person, chris: Person, finance: Any) -> None:
    deactivate(chris, kim)
    with pytest.raises(Forbidden):
        follow(kim, "department", finance.id)
