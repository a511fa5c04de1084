"""What somebody has just written, found by themselves before the index knows it: taken from the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from forum.answers.models import Answer
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.people.models import Person
from forum.posts.models import Comment, Post
from forum.practices.models import Practice
from forum.questions.models import Question
from forum.search.analysis import terms
from forum.search.documents import document_id
from forum.search.port import Hit, Page
from forum.search.query import Query

FRESH = timedelta(minutes=1)  # The index is two seconds behind; when it is a minute behind, the page of it says so.
MOST = 20  # posts of one's own that are looked at: nobody writes more in a minute


def with_own(person: Person, query: Query, page: Page) -> Page:
    """The first page of a search, and before its hits what `person` wrote in the last minute with all the words.

    For searches by words alone: whoever filters or sorts looks for something else than what they just wrote. One
    statement for a few rows.
    """
    if not (query.words or query.phrases) or query.is_narrowed:
        return page
    known = {hit.post_id for hit in page.hits}
    own = [
        Hit(document_id(row.kind, row.id), 0.0, row.title or "")
        for row in db.session.execute(_fresh(person.id))
        if row.id not in known and _matches(f"{row.title or ''}\n{text.plain(row.html)}", query)
    ]
    if not own:
        return page
    others = [] if page.widened else page.hits  # Those with some of the words only: one has them all.
    return replace(page, hits=[*own, *others], total=len(own) + (0 if page.widened else page.total), widened=False)


def _fresh(person_id: int) -> Any:
    """One's posts of the last minute that may be seen, the newest first."""
    post, question, answer = Post.__table__, Question.__table__, Answer.__table__
    comment, practice, page = Comment.__table__, Practice.__table__, Question.__table__.alias()
    on = Post.__table__.alias()  # what a remark stands on
    page_id = func.coalesce(answer.c.question_id, comment.c.page_id, post.c.id)
    return (
        select(post.c.id, post.c.kind, post.c.html, func.coalesce(question.c.title, practice.c.title).label("title"))
        .outerjoin(question, question.c.id == post.c.id)
        .outerjoin(answer, answer.c.id == post.c.id)
        .outerjoin(comment, comment.c.id == post.c.id)
        .outerjoin(practice, practice.c.id == post.c.id)
        .outerjoin(page, page.c.id == page_id)
        .outerjoin(on, on.c.id == comment.c.on_id)
        .where(post.c.author_id == person_id, Post.created_at > now() - FRESH, post.c.removed_at.is_(None))
        .where(page.c.merged_into_id.is_(None), on.c.removed_at.is_(None))
        .order_by(post.c.id.desc())
        .limit(MOST)
    )


def _matches(words: str, query: Query) -> bool:
    there = _padded(words)
    wanted = [_padded(each) for each in (*query.words, *query.phrases)]
    unwanted = [_padded(each) for each in query.excluded]
    return all(each in there for each in wanted) and not any(each in there for each in unwanted if each.strip())


def _padded(words: str) -> str:
    """The terms of a text between spaces, so that one is part of another only as whole terms; one space for none."""
    return f" {' '.join(terms(words))} " if any(terms(words)) else " "
