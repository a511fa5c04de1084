"""Which objective a question, a practice or a cause serves: anybody says so, and the history shows who."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.objectives.evidence import weigh_stories
from forum.objectives.models import LINKABLE, Objective, ObjectiveLink
from forum.people.models import Person
from forum.posts.models import Post


@dataclass(frozen=True, kw_only=True)
class ObjectiveLinked(PostEvent):
    """Somebody said that a post serves an objective."""

    objective_id: int


@dataclass(frozen=True, kw_only=True)
class ObjectiveUnlinked(PostEvent):
    """Somebody said that a post does not serve an objective, or another one."""

    objective_id: int


def link(person: Person, post: Post, objective: Objective) -> None:
    """Say that a post serves an objective. It serves one at a time: an earlier link ends. Twice is once."""
    require(person, "objective.link", post)
    if post.kind not in LINKABLE:
        raise Refused("Only a question, a practice or a cause can serve an objective.")
    if objective.closed_at is not None:
        raise Invalid("That objective is closed. Choose one that is pursued.", "objective")
    standing = standing_of(post)
    if standing is not None and standing.objective_id == objective.id:
        return
    _end(person, standing)
    db.session.add(ObjectiveLink(objective_id=objective.id, post_id=post.id, by_id=person.id, at=now()))
    db.session.flush()
    publish(ObjectiveLinked(post_id=post.id, objective_id=objective.id), actor=person)
    weigh_stories(post.id)


def unlink(person: Person, post: Post) -> None:
    """Say that a post serves no objective. The link stays in the history."""
    require(person, "objective.link", post)
    _end(person, standing_of(post))
    weigh_stories(post.id)


def standing_of(post: Post) -> ObjectiveLink | None:
    """The link that says which objective a post serves today."""
    standing = (ObjectiveLink.post_id == post.id, ObjectiveLink.removed_at.is_(None))
    return db.session.scalar(select(ObjectiveLink).where(*standing).with_for_update())


def _end(person: Person, standing: ObjectiveLink | None) -> None:
    if standing is not None:
        standing.removed_at, standing.removed_by_id = now(), person.id
        db.session.flush()  # Before the next one: only one stands.
        publish(ObjectiveUnlinked(post_id=standing.post_id, objective_id=standing.objective_id), actor=person)
