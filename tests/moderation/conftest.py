"""What the tests of moderation share: office hours, two moderators, a question with an answer, and time that passes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.models import Answer
from forum.core import jobs
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.moderation.models import Case
from forum.people.models import Organisation, Person
from forum.posts.models import Post
from forum.questions.models import Question
from tests import factories

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def office_hours(sales: Any, finance: Any) -> None:
    """Everybody works from nine to five, in UTC."""
    for department in (sales, finance):
        department.calendar = {"timezone": "UTC", "hours": WEEK}
    db.session.commit()


@pytest.fixture
def second(finance: Any) -> Person:
    """Another moderator than Farah."""
    return factories.person("Mona Moderator", finance, "moderator")


@pytest.fixture
def question(kim: Person) -> Question:
    """A question of Kim's, for Sales."""
    return factories.question(kim, "How do we label the boxes?")


@pytest.fixture
def answer(marta: Person, question: Question) -> Answer:
    """Marta's answer to it."""
    return factories.answer(marta, question, "On two sides, with the quokka stamp.")


@pytest.fixture
def approval() -> Callable[..., None]:
    """Let posts wait for approval."""

    def switch(mode: str, first_posts: int = 1) -> None:
        organisation = db.session.scalars(select(Organisation)).one()
        organisation.approval, organisation.first_posts = mode, first_posts
        db.session.flush()

    return switch


@pytest.fixture
def work(app: Any) -> Callable[..., None]:
    """Let a worker do what is due by now, or at a moment."""

    def run(moment: datetime | None = None) -> None:
        db.session.commit()
        with as_of(moment or now()):
            while jobs.run_due():
                pass
        db.session.expire_all()

    return run


def case_of(post: Post) -> Case:
    """The only case about a post."""
    return db.session.scalars(select(Case).where(Case.post_id == post.id)).one()
