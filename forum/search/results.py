"""From hits of the index to results that a person can judge at a glance; what may be seen is checked again in SQL."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import aliased

from forum.answers.models import Answer
from forum.causes.linking import address as cause_address
from forum.causes.models import Cause
from forum.chats.models import Chat
from forum.chats.planning import address as chat_address
from forum.core.db import db
from forum.core.languages import Message, gettext, number, said
from forum.departments.labelling import labels_of
from forum.people.models import Person
from forum.posts.models import Comment, Post
from forum.practices.evidence import LABELS
from forum.practices.models import Practice
from forum.practices.promoting import address as practice_address
from forum.questions.asking import address as question_address
from forum.questions.models import Question, state_of
from forum.search import pace
from forum.search.current import engine
from forum.search.documents import document_id, is_due
from forum.search.excerpts import Passage, passages
from forum.search.highlight import mark
from forum.search.indexing import ask_for_repair
from forum.search.own import with_own
from forum.search.port import Hit, Page, SearchUnavailable
from forum.search.query import Query, beside, parse, without
from forum.search.ranking import RERANKED, factor, moved
from forum.search.synonyms import alternatives
from forum.search.titles import find_in_titles
from forum.search.visible_words import may_be_said

log = logging.getLogger(__name__)

ADDRESSES: dict[str, Callable[[int, str], str]] = {
    "question": question_address,
    "practice": practice_address,
    "cause": cause_address,
    "chat": chat_address,
}
PER_PAGE = 20  # results: two screens; whoever looks further refines the search instead
LIMITED = Message("The search index is being rebuilt. Until it is back, only titles are searched.")


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
    worked: int = 0
    tried: int = 0
    is_proven: bool = False
    is_due: bool = False
    places: int = 0  # in how many departments a practice worked
    label: str = ""  # what may be said of a practice, in words
    times_asked: int = 1
    place: str = ""  # where the excerpt stands, when that is not in the post itself
    reason: str = ""  # why it stands higher or lower than its words alone would put it
    more: list[Result] = field(default_factory=list)  # what else was found in the same thread, on the same page
    page_id: int = 0
    departments: list[tuple[str, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search page shows."""

    results: Sequence[Result]
    page: Page
    limited: str | None = None
    also: Sequence[str] = ()  # What the words are also called here, which was looked for too.
    begun: bool = False  # Nothing has the words; these titles have words that begin so.


def find(query: Query, *, page: int, by: Person | None = None) -> Found:
    """Search; when the index is away, search the titles, say so, and have the index rebuilt.

    What `by` has just written is on their first page before the index knows it.
    """
    query = replace(query, alternatives=alternatives(query.words))
    also = list(dict.fromkeys(other for others in query.alternatives.values() for other in others))
    try:
        with pace.measured():
            found = engine().search(query, page=page, per_page=PER_PAGE)
            if found.suggestion and not may_be_said(set(parse(found.suggestion).words) - set(query.words)):
                found = replace(found, suggestion=None)
            begun = _begun(query) if page == 1 and not found.total else []
    except SearchUnavailable as away:
        log.warning("search index unavailable: %s", away)
        ask_for_repair()
        hits = find_in_titles(query, limit=PER_PAGE)
        words = [*query.words, *query.phrases]
        return Found(_results(hits, words), Page(hits, len(hits), terms=words), said(LIMITED))
    if by is not None and page == 1:
        found = with_own(by, query, found)
    if not found.hits and (results := _results(begun, found.terms)):
        return Found(results, replace(found, total=len(results), facets={}, suggestion=None, widened=True), begun=True)
    results = _results(found.hits, [*found.terms, *also])
    return Found(_explained(results, found.hits, query, page), _counted(found, query, len(results), page), also=also)


def _begun(query: Query) -> Sequence[Hit]:
    """Titles with words that begin like those of a search by words alone, whose last one may be unfinished."""
    only_words = query.words and not (query.phrases or query.excluded or query.is_narrowed or query.is_too_common)
    return engine().suggest(" ".join(query.words), limit=PER_PAGE) if only_words else []


def _counted(found: Page, query: Query, shown: int, page: int) -> Page:
    """Without those that may not be seen any more and that the index does not know of: they are not counted either, and
    where nothing else was found, nothing is said of their departments."""
    if not shown and page == 1:
        return replace(found, total=0, facets={} if found.total else _beside(found, query))
    return replace(found, total=found.total - len(found.hits) + shown)


def _beside(found: Page, query: Query) -> Mapping[str, Sequence[tuple[str, int]]]:
    """The facets of a search that found nothing, what else could be chosen, if any of that may be seen."""
    names = beside(query)
    if not names:
        return {}
    anywhere = without(query, *names)
    try:
        seen = anywhere.is_empty or _results(engine().search(anywhere, per_page=PER_PAGE).hits, ())
    except SearchUnavailable:
        return {}
    return {} if not seen else {name: found.facets[name] for name in names}


def titles_of(hits: Sequence[Hit]) -> list[dict[str, str]]:
    """Number, kind, title and address of each hit that may be seen, in the same order."""
    return [
        {"id": str(result.id), "kind": result.kind, "title": result.title, "url": result.url}
        for result in _results(hits, ())
    ]


def _results(hits: Sequence[Hit], terms: Sequence[str]) -> list[Result]:
    found = {document_id(row.kind, row.id): row for row in _rows([hit.post_id for hit in hits])}
    rows = [found[hit.id] for hit in hits if hit.id in found]
    departments, tags = labels_of({row.page_id for row in rows})
    best = passages(rows, terms) if terms else {}
    return [
        _result(row, terms, best.get(row.id) or Passage(""), departments[row.page_id], tags[row.page_id])
        for row in rows
    ]


def _result(
    row: Any, terms: Sequence[str], passage: Passage, departments: list[tuple[str, str]], tags: list[str]
) -> Result:
    title = row.title or ""
    page = ADDRESSES[row.page_kind](row.page_id, title)
    return Result(
        id=row.id,
        kind=row.kind,
        url=page if row.id == row.page_id else f"{page}#post-{row.id}",
        title=title,
        title_html=mark(title, terms),
        excerpt_html=passage.html,
        state=_state(row),
        author_id=row.author_id,
        author_name=row.author_name,
        created_at=row.created_at,
        score=row.score,
        answers=row.answer_count or 0,
        worked=row.worked or 0,
        tried=row.tried or 0,
        places=row.worked_departments or 0,
        is_due=bool(row.is_due),
        is_proven=row.label == "proven" and not row.retired_at and not row.stale_since,
        label=said(LABELS[row.label]) if row.label and not row.retired_at and not row.stale_since else "",
        times_asked=row.times_asked or 1,
        place=passage.place,
        page_id=row.page_id,
        departments=departments,
        tags=tags,
    )


def _explained(results: list[Result], hits: Sequence[Hit], query: Query, page: int) -> list[Result]:
    """With the reason of each that its words alone would have put elsewhere; a thread once, with what else it has."""
    if query.sort == "relevance" and (page - 1) * PER_PAGE < RERANKED:  # Further down nothing is moved.
        scores = {hit.post_id: hit.score for hit in hits}
        ranked = [result for result in results if scores[result.id]]  # One's own new posts have no score.
        factors = [factor(_states(result), result.worked, result.tried) for result in ranked]
        steps = moved([scores[result.id] for result in ranked], factors)
        for result, step in zip(ranked, steps, strict=True):
            result.reason = _reason(result, step)
    return _by_thread(results)


def _states(result: Result) -> tuple[str, ...]:
    if result.state in ("retired", "stale"):
        return ("practice", result.state)
    return (result.state, "due") if result.is_due else (result.state,)


def _reason(result: Result, step: int) -> str:
    if step < 0:
        return gettext("Ranked down: out of date") if result.state == "stale" else gettext("Ranked down: retired")
    if step == 0:
        return ""
    if result.worked:
        return gettext(
            "Ranked up: worked for %(worked)s of %(tried)s", worked=number(result.worked), tried=number(result.tried)
        )
    if result.state == "practice":
        return gettext("Ranked up: best practice")
    return gettext("Ranked up: accepted") if result.state == "accepted" else gettext("Ranked up: solved")


def _by_thread(results: Sequence[Result]) -> list[Result]:
    """Each thread once, where its best match stands, with the others beneath; they count all the same."""
    threads: dict[int, Result] = {}
    for result in results:
        if (best := threads.setdefault(result.page_id, result)) is not result:
            best.more.append(result)
    return list(threads.values())


def _state(row: Any) -> str:
    if row.kind == "practice":
        return "retired" if row.retired_at else "stale" if row.stale_since else "practice"
    if row.kind == "question":
        return state_of(row)
    if row.kind == "cause":
        return "cause"
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
    page_cause, page_chat = aliased(Cause.__table__), aliased(Chat.__table__)
    tried, on = aliased(Answer.__table__), aliased(Post.__table__)  # `on`: what a remark stands on
    page_id = func.coalesce(answer.c.question_id, comment.c.page_id, post.c.id)
    return (
        select(
            post.c.id,
            post.c.kind,
            post.c.html,
            post.c.score,
            post.c.created_at,
            page_id.label("page_id"),
            func.coalesce(page_question.c.title, page_practice.c.title, page_cause.c.title, page_chat.c.title).label(
                "title"
            ),
            page.c.kind.label("page_kind"),
            question.c.answer_count,
            question.c.accepted_answer_id,
            question.c.confirmed,
            question.c.waits,
            question.c.times_asked,
            case((practice.c.id.is_not(None), practice.c.worked), else_=tried.c.worked).label("worked"),
            case(
                (practice.c.id.is_not(None), practice.c.tried), else_=tried.c.worked + tried.c.partly + tried.c.failed
            ).label("tried"),
            practice.c.worked_departments,
            practice.c.label,
            practice.c.retired_at,
            practice.c.stale_since,
            is_due(practice).label("is_due"),
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
        .outerjoin(tried, tried.c.id == func.coalesce(answer.c.id, question.c.accepted_answer_id))
        .join(page, page.c.id == page_id)
        .outerjoin(on, on.c.id == comment.c.on_id)
        .outerjoin(page_question, page_question.c.id == page_id)
        .outerjoin(page_practice, page_practice.c.id == page_id)
        .outerjoin(page_cause, page_cause.c.id == page_id)
        .outerjoin(page_chat, page_chat.c.id == page_id)
        .where(
            post.c.id.in_(bindparam("ids", expanding=True)), post.c.removed_at.is_(None), page.c.removed_at.is_(None)
        )
        .where(page_question.c.merged_into_id.is_(None), on.c.removed_at.is_(None))
    )
