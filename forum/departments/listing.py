"""Lists of departments and tags with what belongs to them: read-only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from forum.core.db import db
from forum.departments.labelling import TAG_LENGTH, slug_of
from forum.departments.models import Department, Tag, post_department, post_tag
from forum.search.synonyms import rewordings

SUGGESTED = 8  # tags while one types: more is no help.


def tags_in_use() -> Sequence[str]:
    """The slugs of all tags, alphabetically."""
    return db.session.scalars(select(Tag.slug).order_by(Tag.slug)).all()


def tags_with_counts() -> list[tuple[Tag, int]]:
    """Every tag with how many posts carry it, the most used first."""
    count = func.count(post_tag.c.post_id)
    query: Any = select(Tag, count).outerjoin(post_tag, post_tag.c.tag_id == Tag.id).group_by(Tag.id)
    return [(tag, number) for tag, number in db.session.execute(query.order_by(count.desc(), Tag.slug))]


def suggested_tags(typed: str) -> list[str]:
    """Slugs that begin with what is being typed, then those in which a later word does, then those that have what it is
    also called here; the most used of each first."""
    start = slug_of(typed, TAG_LENGTH)
    begins, later, uses = Tag.slug.startswith(start), Tag.slug.contains(f"-{start}"), func.count(post_tag.c.post_id)
    also = {slug_of(words, TAG_LENGTH) for words in rewordings(typed)[1:]} - {""}
    called = [condition for words in also for condition in (Tag.slug == words, Tag.slug.startswith(f"{words}-"))]
    called += [Tag.slug.contains(f"-{words}") for words in also]
    rank = case((begins, 0), (later, 1), else_=2)
    query = select(Tag.slug).outerjoin(post_tag, post_tag.c.tag_id == Tag.id).group_by(Tag.id)
    query = query.where(or_(begins, later, *called)).order_by(rank, uses.desc(), Tag.slug)
    return list(db.session.scalars(query.limit(SUGGESTED)))


def topics_of(department: Department, limit: int, *, but: Collection[int] = ()) -> list[Tag]:
    """The tags to choose from, `but` those with these ids: the most used on what concerns a department first, then the
    most used of all."""
    here = and_(post_department.c.post_id == post_tag.c.post_id, post_department.c.department_id == department.id)
    query: Any = select(Tag).join(post_tag, post_tag.c.tag_id == Tag.id).outerjoin(post_department, here)
    query = query.where(Tag.id.not_in(but))
    most_used = (func.count(post_department.c.post_id).desc(), func.count().desc(), Tag.slug)
    return list(db.session.scalars(query.group_by(Tag.id).order_by(*most_used).limit(limit)))
