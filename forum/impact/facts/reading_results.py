"""Reads what came of it besides needs: causes, objectives, stories, the pulse, and the moderators' words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, select

from forum.causes import measuring as causes
from forum.core.db import db
from forum.core.moments import had_happened
from forum.impact.facts.facts import Note, Story
from forum.impact.models import QuarterNote
from forum.objectives import measuring as objectives
from forum.objectives.models import Story as StoryRow
from forum.people.models import Person
from forum.posts.models import Post
from forum.pulse import measuring as pulse


def read_results(by: datetime | None = None) -> dict[str, Any]:
    """All of it, in a few statements, as it is or stood at a moment; see `Facts`."""
    return {
        "causes": causes.known(by),
        "tellings": causes.tellings(by=by),
        "movements": objectives.movements(by).rows,
        "stories": _stories(by),
        "rounds": pulse.rounds(),  # They are over, and what is over does not change.
        "notes": _notes(by),
    }


def _stories(by: datetime | None) -> Sequence[Story]:
    """What was told and can be read: neither taken back nor denied by whoever was asked."""
    is_true = StoryRow.is_true if by is None else case((had_happened(StoryRow.replied_at, by), StoryRow.is_true))
    query = (
        select(StoryRow.id, StoryRow.title, StoryRow.went, StoryRow.told_at, is_true)
        .join(Post, Post.id == StoryRow.page_id)
        .where(StoryRow.removed_at.is_(None), StoryRow.is_true.is_not(False), Post.removed_at.is_(None))
        .where(had_happened(StoryRow.told_at, by))
    )
    return [Story(*row) for row in db.session.execute(query.order_by(StoryRow.id))]


def _notes(by: datetime | None) -> Sequence[Note]:
    query = select(QuarterNote.begins_on, QuarterNote.words, Person.name, QuarterNote.at)
    query = query.join(Person, Person.id == QuarterNote.by_id).where(had_happened(QuarterNote.at, by))
    query = query.order_by(QuarterNote.id.desc())
    return [Note(*row) for row in db.session.execute(query)]
