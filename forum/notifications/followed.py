"""What somebody follows or has muted, by kind: for the page where they find it again. Read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, not_, select

from forum.causes.linking import address as cause_address
from forum.causes.models import Cause
from forum.core.db import db
from forum.core.paging import PER_PAGE, Paged
from forum.departments.levels import FOLLOWED
from forum.departments.models import Department, Follow, Tag
from forum.people.models import Person
from forum.posts.models import Post
from forum.questions.asking import address as question_address
from forum.questions.models import Question

SHOWN = {"all": (*FOLLOWED, "muted"), "muted": ("muted",)}  # `normal` is what holds for everybody: nothing to look for.


@dataclass(frozen=True, slots=True)
class Followed:
    """One thing that somebody follows or has muted."""

    kind: str
    id: int
    name: str
    url: str
    level_url: str  # where its level is chosen; empty for what is followed or not
    level: str


def labels_and_people(person: Person, show: str) -> Mapping[str, Sequence[Followed]]:
    """Departments, topics, colleagues and causes, by name. Raises KeyError for a `show` that there is not."""
    return {
        "department": [
            Followed("department", id, name, f"/departments/{slug}", f"/departments/{slug}/level", level)
            for id, name, slug, level in _all(person, show, "department", Department, Department.name, Department.slug)
        ],
        "tag": [
            Followed("tag", id, f"#{slug}", f"/tags/{slug}", f"/tags/{slug}/level", level)
            for id, slug, level in _all(person, show, "tag", Tag, Tag.slug)
        ],
        "person": [
            Followed("person", id, name, f"/people/{id}/{handle}", "", level)
            for id, name, handle, level in _all(person, show, "person", Person, Person.name, Person.handle)
        ],
        "cause": [
            Followed("cause", id, title, cause_address(id, title), "", level)
            for id, title, level in _all(person, show, "cause", Cause, Cause.title)
        ],
    }


def threads(person: Person, show: str, before: int = 0) -> Paged[Followed]:
    """One page of questions, those chosen last first, also what is followed without a name."""
    query = _of(Follow.person_id.in_(person.selves), show, "question", Question, Question.title)
    query = query.where(Post.removed_at.is_(None), Question.merged_into_id.is_(None), not_(_is_spoken_for(person)))
    if before:
        query = query.where(Follow.id < before)
    found = db.session.execute(query.add_columns(Follow.id).order_by(Follow.id.desc()).limit(PER_PAGE + 1)).all()
    rows = [
        Followed("question", id, title, question_address(id, title), f"/questions/{id}/level", level)
        for id, title, level, _ in found[:PER_PAGE]
    ]
    return Paged(rows, str(found[PER_PAGE - 1][-1]) if len(found) > PER_PAGE else None)


def _all(person: Person, show: str, kind: str, of: Any, name: Any, *more: Any) -> Sequence[Any]:
    query = _of(Follow.person_id == person.id, show, kind, of, name, *more).order_by(name)
    return db.session.execute(query.where(of.left_at.is_(None)) if kind == "person" else query).all()


def _of(whose: ColumnElement[bool], show: str, kind: str, of: Any, *columns: Any) -> Select[Any]:
    query = select(of.id, *columns, Follow.level).join(Follow, and_(Follow.kind == kind, Follow.followed_id == of.id))
    return query.where(whose, Follow.level.in_(SHOWN[show]))


def _is_spoken_for(person: Person) -> ColumnElement[bool]:
    """Whether somebody made the choice by name in a thread where they speak without one: the other counts."""
    unnamed = select(Follow.followed_id).where(
        Follow.kind == "question", Follow.person_id.in_(person.selves - {person.id})
    )
    return and_(Follow.person_id == person.id, Follow.followed_id.in_(unnamed))
