"""Lists of answers: read-only."""

from __future__ import annotations

from sqlalchemy import select

from forum.answers.models import Answer
from forum.core.db import db
from forum.core.paging import PER_PAGE, Paged, after_key, next_key
from forum.people.models import Person
from forum.posts.models import Post
from forum.questions import listing


def given_by(person: Person, key: str | None) -> Paged[listing.Row]:
    """The questions somebody answered, the latest answer first; each once a page."""
    query = select(Answer.question_id, Answer.id, Post.created_at).where(
        Post.author_id == person.id, Post.removed_at.is_(None)
    )
    found = db.session.execute(after_key(query, key, Post.created_at, Answer.id)).all()
    ids = list(dict.fromkeys(row.question_id for row in found[:PER_PAGE]))
    return Paged(listing.with_ids(ids), next_key(found, lambda row: (row.created_at, row.id)))
