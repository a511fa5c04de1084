"""From hits of the index to results that a person can judge at a glance; what may be seen is checked again in SQL."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import aliased

from forum.answers.models import Answer
from forum.core import text
from forum.core.db import db, transaction
from forum.departments.labelling import labels_of
from forum.people.models import Person
from forum.posts.models import Comment, Post
from forum.practices.models import Practice
from forum.practices.promoting import address as practice_address
from forum.questions.asking import address as question_address
from forum.questions.models import Question
from forum.search.current import engine
from forum.search.highlight import highlight, mark
from forum.search.indexing import ask_for_rebuild, document_id
from forum.search.port import Hit, Page, SearchUnavailable
from forum.search.query import Query, parse
from forum.search.similar import Match
from forum.search.similar import similar as find_similar
from forum.search.titles import may_be_said

log = logging.getLogger(__name__)

PER_PAGE = 20  # results: two screens; whoever looks further refines the search instead
SHORTEST_SIMILAR = 2  # words: below it anything is similar
STATES = {
    "solved": "Solved",
    "answered": "Answered",
    "open": "Open",
    "accepted": "Accepted",
    "practice": "Best practice",
    "retired": "Retired",
}
LIMITED = "The search index is being rebuilt. Until it is back, only titles are searched."


@dataclass(slots=True)
class Result:
    """One post found, ready to be shown."""

    id: int
    kind: str
    url: str
    title: str
    title_html: str
    excerpt_html: str
    state: str
    author_id: int
    author_name: str
    created_at: datetime
    score: int
    answers: int
    departments: list[tuple[str, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search page shows."""

    results: Sequence[Result]
    page: Page
    limited: str | None = None


def find(query: Query, *, page: int) -> Found:
    """Search; when the index is away, search the titles, say so, and have the index rebuilt."""
    try:
        found = engine().search(query, page=page, per_page=PER_PAGE)
        if found.suggestion and not may_be_said(set(parse(found.suggestion).words) - set(query.words)):
            found = replace(found, suggestion=None)
    except SearchUnavailable as away:
        log.warning("search index unavailable: %s", away)
        _repair()
        return _find_in_titles(query)
    return Found(_results(found.hits, found.terms), found)


def similar(title: str, *, limit: int = 5) -> Sequence[Result]:
    """Questions and practices like a title: what colleagues know already. Nothing when the index is away."""
    words = text.clean_line(title, 300)
    if len(words.split()) < SHORTEST_SIMILAR:
        return []
    try:
        matches = find_similar(words, limit=limit)
    except SearchUnavailable as away:
        log.warning("search index unavailable: %s", away)
        _repair()
        return []
    return _results(matches, words.split())


def titles_of(hits: Sequence[Hit]) -> list[dict[str, str]]:
    """Number, kind, title and address of each hit that may be seen, in the same order."""
    return [
        {"id": str(result.id), "kind": result.kind, "title": result.title, "url": result.url}
        for result in _results(hits, ())
    ]


def _repair() -> None:
    with transaction():
        ask_for_rebuild()


def _results(hits: Sequence[Hit | Match], terms: Sequence[str]) -> list[Result]:
    found = {document_id(row.kind, row.id): row for row in _rows([hit.post_id for hit in hits])}
    rows = [found[hit.id] for hit in hits if hit.id in found]
    departments, tags = labels_of({row.page_id for row in rows})
    return [_result(row, terms, departments[row.page_id], tags[row.page_id]) for row in rows]


def _result(row: Any, terms: Sequence[str], departments: list[tuple[str, str]], tags: list[str]) -> Result:
    title = row.title or ""
    page = practice_address(row.page_id, title) if row.on_practice else question_address(row.page_id, title)
    return Result(
        id=row.id,
        kind=row.kind,
        url=page if row.id == row.page_id else f"{page}#post-{row.id}",
        title=title,
        title_html=mark(title, terms),
        excerpt_html=highlight(text.plain(row.html), terms),
        state=_state(row),
        author_id=row.author_id,
        author_name=row.author_name,
        created_at=row.created_at,
        score=row.score,
        answers=row.answer_count or 0,
        departments=departments,
        tags=tags,
    )


def _state(row: Any) -> str:
    if row.kind == "practice":
        return "retired" if row.retired_at else "practice"
    if row.kind == "question":
        return "solved" if row.accepted_answer_id else "answered" if row.answer_count else "open"
    return "accepted" if row.kind == "answer" and row.is_accepted else ""


def _rows(ids: Sequence[int]) -> Sequence[Any]:
    """The posts among these that may be seen, whatever their kind, in one statement."""
    return db.session.execute(_statement(), {"ids": list(ids)}).all() if ids else []


@cache  # Made once: putting so many tables together takes longer than reading the rows.
def _statement() -> Any:
    post, question, answer = Post.__table__, Question.__table__, Answer.__table__
    comment, practice, person = Comment.__table__, Practice.__table__, Person.__table__
    page = aliased(Post.__table__)
    page_question, page_practice = aliased(Question.__table__), aliased(Practice.__table__)
    page_id = func.coalesce(answer.c.question_id, comment.c.page_id, post.c.id)
    return (
        select(
            post.c.id,
            post.c.kind,
            post.c.html,
            post.c.score,
            post.c.created_at,
            page_id.label("page_id"),
            func.coalesce(page_question.c.title, page_practice.c.title).label("title"),
            page_practice.c.id.is_not(None).label("on_practice"),
            question.c.answer_count,
            question.c.accepted_answer_id,
            practice.c.retired_at,
            (page_question.c.accepted_answer_id == answer.c.id).label("is_accepted"),
            person.c.id.label("author_id"),
            person.c.name.label("author_name"),
        )
        .select_from(post)
        .join(person, person.c.id == post.c.author_id)
        .outerjoin(question, question.c.id == post.c.id)
        .outerjoin(answer, answer.c.id == post.c.id)
        .outerjoin(comment, comment.c.id == post.c.id)
        .outerjoin(practice, practice.c.id == post.c.id)
        .join(page, page.c.id == page_id)
        .outerjoin(page_question, page_question.c.id == page_id)
        .outerjoin(page_practice, page_practice.c.id == page_id)
        .where(
            post.c.id.in_(bindparam("ids", expanding=True)), post.c.removed_at.is_(None), page.c.removed_at.is_(None)
        )
        .where(page_question.c.merged_into_id.is_(None))
    )


def _find_in_titles(query: Query) -> Found:
    """The newest questions and practices whose titles contain every word: what is left without an index."""
    words = [*query.words, *query.phrases]
    question, practice = Question.__table__, Practice.__table__
    title = func.coalesce(question.c.title, practice.c.title)
    statement = (
        select(Post.__table__.c.id, Post.__table__.c.kind)
        .outerjoin(question, question.c.id == Post.__table__.c.id)
        .outerjoin(practice, practice.c.id == Post.__table__.c.id)
        .where(or_(question.c.id.is_not(None), practice.c.id.is_not(None)), Post.__table__.c.removed_at.is_(None))
        .where(question.c.merged_into_id.is_(None))
        .where(*(title.icontains(word, autoescape=True) for word in words))
        .order_by(Post.__table__.c.id.desc())
        .limit(PER_PAGE)
    )
    hits = [Hit(document_id(kind, id), 0.0) for id, kind in db.session.execute(statement)]
    return Found(_results(hits, words), Page(hits, len(hits), terms=words), LIMITED)
