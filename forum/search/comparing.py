"""The index beside the database: how many posts belong into it, and which of them differ."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import func, select, union_all

from forum.answers.models import Answer
from forum.causes.models import Cause
from forum.chats.models import Chat
from forum.core.clock import now
from forum.core.db import db
from forum.posts.models import Comment, Post
from forum.practices.models import Practice
from forum.questions.models import Question
from forum.search.current import engine
from forum.search.documents import chunks, fingerprint

LATE = timedelta(seconds=60)  # No post may be missing from the index for longer.


def drift() -> set[int]:
    """Ids of posts that the index lacks, has in another version, or has although they are gone."""
    indexed = {int(id[1:]): version for id, version in engine().versions().items()}
    shown: dict[int, int] = dict(db.session.execute(select(_indexed().c.id, _indexed().c.version)).all())
    differing = {id for id, version in shown.items() if indexed.get(id) != version}
    return differing | (indexed.keys() - shown.keys())


def count() -> int:
    """How many posts there are to index: merged questions and what stands on removed pages are not among them."""
    return db.session.scalar(select(func.count()).select_from(_indexed())) or 0


def late_ones(post_ids: Collection[int]) -> set[int]:
    """Of these posts, those that changed longer ago than any post may take into the index."""
    late: set[int] = set()
    changed = func.coalesce(Post.removed_at, Post.edited_at, Post.created_at)
    for chunk in chunks(sorted(post_ids)):
        late |= set(db.session.scalars(select(Post.id).where(Post.id.in_(chunk), changed < now() - LATE)))
    return late


@cache  # Putting the statement together takes longer than reading a few rows.
def _indexed() -> Any:
    """Number and version of every post that belongs into the index."""
    question, answer, comment = Question.__table__, Answer.__table__, Comment.__table__
    questions = _standing(Question).where(question.c.merged_into_id.is_(None))
    practices, causes = _standing(Practice), _standing(Cause)
    chats = _standing(Chat).where(Chat.__table__.c.summarised_at.is_not(None))
    pages = (questions, practices, causes, chats)
    on_page = union_all(*(select(each.subquery().c.id) for each in pages)).scalar_subquery()
    answers = _standing(Answer).where(answer.c.question_id.in_(on_page))
    on_answer = select(answers.subquery().c.id)
    comments = _standing(Comment).where(
        comment.c.page_id.in_(on_page), comment.c.on_id.in_(on_page) | comment.c.on_id.in_(on_answer)
    )
    return union_all(*pages, answers, comments).subquery()


def _standing(kind: type[Post]) -> Any:
    post, table = Post.__table__, kind.__table__
    join = select(post.c.id, fingerprint(kind).label("version")).join(table, table.c.id == post.c.id)
    return join.where(post.c.removed_at.is_(None))
