"""Reads what came of it besides needs: causes, objectives, stories, the pulse, and the moderators' words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from forum.causes import measuring as causes
from forum.core.db import db
from forum.impact.facts.facts import Note, Story
from forum.impact.models import QuarterNote
from forum.objectives import measuring as objectives
from forum.objectives.models import Story as StoryRow
from forum.people.models import Person
from forum.posts.models import Post
from forum.pulse import measuring as pulse


def read_results() -> dict[str, Any]:
    """All of it, in a few statements; see `Facts`."""
    return {
        "causes": causes.known(),
        "tellings": causes.tellings(),
        "movements": objectives.movements().rows,
        "stories": _stories(),
        "rounds": pulse.rounds(),
        "notes": _notes(),
    }


def _stories() -> Sequence[Story]:
    """What was told and can be read: neither taken back nor denied by whoever was asked."""
    query = (
        select(StoryRow.id, StoryRow.title, StoryRow.went, StoryRow.told_at, StoryRow.is_true)
        .join(Post, Post.id == StoryRow.page_id)
        .where(StoryRow.removed_at.is_(None), StoryRow.is_true.is_not(False), Post.removed_at.is_(None))
    )
    return [Story(*row) for row in db.session.execute(query.order_by(StoryRow.id))]


def _notes() -> Sequence[Note]:
    query = select(QuarterNote.begins_on, QuarterNote.words, Person.name, QuarterNote.at)
    query = query.join(Person, Person.id == QuarterNote.by_id).order_by(QuarterNote.id.desc())
    return [Note(*row) for row in db.session.execute(query)]
