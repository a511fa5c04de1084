"""Following: once is enough, and nobody follows for anybody else."""

from __future__ import annotations

from typing import Any

import pytest

from forum.core.errors import Forbidden
from forum.departments.following import follow, followed_ids, following, unfollow
from forum.departments.models import FOLLOWED_KINDS
from forum.people.changing import deactivate
from forum.people.models import Person
from tests import factories


def test_following_twice_is_following_once(kim: Person, finance: Any) -> None:
    follow(kim, "department", finance.id)
    follow(kim, "department", finance.id)
    assert following(kim, "department", finance.id) == (True, 1)


def test_unfollowing_ends_only_ones_own(kim: Person, marta: Person, finance: Any) -> None:
    for person in (kim, marta):
        follow(person, "department", finance.id)
    unfollow(kim, "department", finance.id)
    unfollow(kim, "department", finance.id)
    assert following(kim, "department", finance.id) == (False, 1)
    assert following(marta, "department", finance.id) == (True, 1)


def test_the_same_number_of_another_kind_is_something_else(kim: Person, finance: Any) -> None:
    follow(kim, "department", finance.id)
    assert [kind for kind in FOLLOWED_KINDS if following(kim, kind, finance.id) != (False, 0)] == ["department"]


def test_everything_followed_is_known_by_kind(kim: Person, marta: Person, sales: Any, finance: Any) -> None:
    question = factories.question(marta, tags="vat")
    for kind, id in (("department", sales.id), ("department", finance.id), ("tag", question.tags[0].id)):
        follow(kim, kind, id)
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
