"""When questions are merged or taken apart: their answers go along, with authors, votes, comments and dates."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, union_all, update

from forum.answers.answering import AcceptanceWithdrawn, mend_counts
from forum.answers.models import Acceptance, Answer
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import EventRow, publish
from forum.core.jobs import listener
from forum.people.models import Person
from forum.posts.models import Comment
from forum.questions.merging import MergeEvent, MergeUndone, QuestionsMerged
from forum.questions.models import Question


@listener(at_once=True)
def move_answers(event: QuestionsMerged) -> None:
    """The answers stand under the other question now. The mark its own asker gave is the only one that is shown there;
    the marks of the merged question stay written down, and are shown again when it is undone."""
    answers: Any = Answer.__table__
    there = answers.c.question_id == event.post_id
    moved = {"question_id": event.into_id, "merged_from_id": func.coalesce(answers.c.merged_from_id, event.post_id)}
    db.session.execute(update(answers).where(there).values(moved))
    _settle(event)


@listener(at_once=True)
def move_answers_back(event: MergeUndone) -> None:
    """The answers stand under their own question again. Whoever marked one of them elsewhere loses that mark."""
    answers: Any = Answer.__table__
    there = answers.c.merged_from_id.in_(event.question_ids)
    back = {"question_id": event.post_id, "merged_from_id": func.nullif(answers.c.merged_from_id, event.post_id)}
    db.session.execute(update(answers).where(there).values(back))
    _end_marks(event)
    _settle(event)


def posts_of(event: MergeEvent) -> Any:
    """The ids of a question that is apart again, of those merged into it, and of what stands under them."""
    answers = select(Answer.__table__.c.id).where(Answer.__table__.c.question_id == event.post_id)
    comments = select(Comment.__table__.c.id).where(Comment.__table__.c.page_id.in_(event.question_ids))
    questions = select(Question.__table__.c.id).where(Question.__table__.c.id.in_(event.question_ids))
    return union_all(questions, answers, comments)


def _end_marks(event: MergeEvent) -> None:
    """An answer that went back to its own question solves no other one any more, neither shown nor written down."""
    answers: Any = Answer.__table__
    back = select(answers.c.id).where(answers.c.question_id == event.post_id)
    marks = (Acceptance.answer_id.in_(back), Acceptance.question_id.not_in(event.question_ids))
    standing = select(Acceptance).where(*marks, Acceptance.withdrawn_at.is_(None)).order_by(Acceptance.id)
    actor = db.session.get_one(Person, db.session.get_one(EventRow, event.event_id).actor_id)
    for mark in db.session.scalars(standing).all():
        mark.withdrawn_at, mark.withdrawn_by_id = now(), actor.id
        db.session.execute(update(Question).where(Question.id == mark.question_id).values(accepted_answer_id=None))
        publish(AcceptanceWithdrawn(post_id=mark.answer_id, question_id=mark.question_id), actor=actor)


def _settle(event: MergeEvent) -> None:
    """Comments stand on the page of their answer, and both questions count their own answers."""
    pages = {event.post_id, event.into_id}
    answers: Any = Answer.__table__
    page_id = select(answers.c.question_id).where(answers.c.id == Comment.on_id).scalar_subquery()
    on_answers = Comment.on_id.in_(select(answers.c.id).where(answers.c.question_id.in_(pages)))
    db.session.execute(
        update(Comment).where(on_answers).values(page_id=page_id), execution_options={"synchronize_session": False}
    )
    mend_counts(*pages)
    table: Any = Question.__table__
    db.session.execute(update(table).where(table.c.id == event.into_id).values(last_activity_at=now()))
    _forget()


def _forget() -> None:
    """What the session holds of these rows was changed behind its back."""
    changed: dict[type, list[str]] = {
        Answer: ["question_id", "merged_from_id", "question"],
        Comment: ["page_id"],
        Question: ["answer_count", "accepted_answer_id", "last_activity_at"],
    }
    for held in list(db.session.identity_map.values()):
        if type(held) in changed:
            db.session.expire(held, changed[type(held)])
