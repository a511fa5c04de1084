"""One's own bookmarks, the latest first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectin_polymorphic

from forum.bookmarks.models import Bookmark
from forum.core.db import db
from forum.core.paging import PER_PAGE, Paged, after_key, next_key
from forum.people.models import Person
from forum.posts.models import Post


def bookmarks(person: Person, key: str | None) -> Paged[tuple[Bookmark, Post]]:
    """A page of what somebody has bookmarked, each with its post, also where that is off its page by now."""
    query: Any = select(Bookmark, Post).join(Post, Post.id == Bookmark.post_id)
    query = query.where(Bookmark.person_id == person.id)
    query = query.options(selectin_polymorphic(Post, Post.__subclasses__()))
    found = db.session.execute(after_key(query, key, Bookmark.made_at, Bookmark.id)).all()
    rows = [(made, post) for made, post in found[:PER_PAGE]]
    return Paged(rows, next_key(found, lambda row: (row[0].made_at, row[0].id)))
