"""Lists of departments and tags with what belongs to them: read-only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from forum.core.db import db
from forum.departments.models import Tag, post_tag


def tags_in_use() -> Sequence[str]:
    """The slugs of all tags, alphabetically."""
    return db.session.scalars(select(Tag.slug).order_by(Tag.slug)).all()


def tags_with_counts() -> list[tuple[Tag, int]]:
    """Every tag with how many posts carry it, the most used first."""
    count = func.count(post_tag.c.post_id)
    query: Any = select(Tag, count).outerjoin(post_tag, post_tag.c.tag_id == Tag.id).group_by(Tag.id)
    return [(tag, number) for tag, number in db.session.execute(query.order_by(count.desc(), Tag.slug))]
