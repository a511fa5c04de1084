"""Which words stand in titles that may be seen: the index may not know yet that one was removed."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import aliased

from forum.core.db import db
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.questions.models import Question
from forum.search.analysis import words_of
from forum.search.current import engine
from forum.search.query import Query

LOOKED_AT = 20  # titles that the index finds by a word; that all of them were just removed is unlikely


def may_be_said(words: Collection[str]) -> bool:
    """Whether each of these folded words stands in a title that may be seen. Raises `SearchUnavailable`."""
    return all(_is_seen(word) for word in words)


def _is_seen(word: str) -> bool:
    found = engine().search(Query(words=(word,), kinds=("question", "practice")), per_page=LOOKED_AT)
    ids = [hit.post_id for hit in found.hits]
    titles = db.session.scalars(_titles(), {"ids": ids}) if ids else ()
    return any(word in words_of(title) for title in titles)


@cache  # Made once, as the statement of the results.
def _titles() -> Any:
    """The titles of these pages and of the questions merged into them."""
    post, question, practice = Post.__table__, Question.__table__, Practice.__table__
    into = aliased(Post.__table__)
    wanted: Any = bindparam("ids", expanding=True)
    return (
        select(func.coalesce(question.c.title, practice.c.title))
        .select_from(post)
        .outerjoin(question, question.c.id == post.c.id)
        .outerjoin(practice, practice.c.id == post.c.id)
        .outerjoin(into, into.c.id == question.c.merged_into_id)
        .where(or_(post.c.id.in_(wanted), question.c.merged_into_id.in_(wanted)))
        .where(or_(question.c.id.is_not(None), practice.c.id.is_not(None)))
        .where(post.c.removed_at.is_(None), into.c.removed_at.is_(None))
    )
