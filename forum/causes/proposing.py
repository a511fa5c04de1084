"""What the application proposes: a question that is like those of a cause and about the same topic. It never acts."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from forum.causes.models import Cause, CauseLink
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.jobs import listener
from forum.departments.models import post_tag
from forum.posts.models import Post
from forum.questions.asking import QuestionAsked
from forum.questions.models import Question
from forum.search.port import SearchUnavailable
from forum.search.similar import similar

log = logging.getLogger(__name__)

LOOKED_AT = 20  # questions most like a new one


@listener(once_per="post_id")
def propose_causes(event: QuestionAsked) -> None:
    """Propose for a new question the cause of a question that is like it and shares a topic, once."""
    question = db.session.get(Question, event.post_id)
    about = _same_topics(event.post_id)
    if question is None or question.removed_at is not None or not about:
        return
    alike = _like(question)  # Before the transaction: the index may take its time.
    with transaction():
        propose(question, [id for id in about if id in alike])


def propose(question: Question, cause_ids: Sequence[int]) -> None:
    """Write down that these may be causes of a question; nothing where somebody has said something already."""
    here = select(CauseLink.cause_id).where(CauseLink.post_id == question.id)
    said = set(db.session.scalars(here))
    db.session.add_all(
        CauseLink(cause_id=id, post_id=question.id, proposed_at=now()) for id in cause_ids if id not in said
    )
    db.session.flush()


def _same_topics(question_id: int) -> list[int]:
    """Causes that share a topic with the question, those first that share most."""
    mine = select(post_tag.c.tag_id).where(post_tag.c.post_id == question_id)
    query: Any = select(Cause.id).join(post_tag, post_tag.c.post_id == Cause.id)
    query = query.where(post_tag.c.tag_id.in_(mine), Post.removed_at.is_(None)).group_by(Cause.id)
    return list(db.session.scalars(query.order_by(func.count().desc(), Cause.id)))


def _like(question: Question) -> set[int]:
    """Causes that look like the question, or to which one is linked that does. What is only related is no cause."""
    try:
        matches = similar(question.title, limit=LOOKED_AT, kinds=("question", "cause"), exclude=[f"q{question.id}"])
    except SearchUnavailable as away:
        log.warning("nothing was proposed: %s", away)
        return set()
    ids = [match.post_id for match in matches if match.is_close]
    linked = (CauseLink.post_id.in_(ids), CauseLink.linked_at.is_not(None), CauseLink.refused_at.is_(None))
    return {*ids, *db.session.scalars(select(CauseLink.cause_id).where(*linked))}
