"""Answering, and marking the answer that helped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, case, exists, func, or_, select, update
from sqlalchemy.orm import joinedload

from forum.answers.models import Acceptance, Answer
from forum.core import text
from forum.core.db import db
from forum.core.errors import Refused
from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.people.models import Person
from forum.people.persona_links import same_person
from forum.posts import revisions
from forum.posts.holding import publish_or_hold, would_wait
from forum.posts.locking import stay_unlocked
from forum.posts.models import Post
from forum.posts.writing import Written
from forum.questions.merging import stay_apart
from forum.questions.models import Question


@dataclass(frozen=True, kw_only=True)
class AnswerGiven(PostEvent):
    """Somebody answered."""

    question_id: int


@dataclass(frozen=True, kw_only=True)
class AnswerAccepted(PostEvent):
    """An answer was marked as the one that helped."""

    question_id: int
    in_askers_place: bool


@dataclass(frozen=True, kw_only=True)
class AcceptanceWithdrawn(PostEvent):
    """The mark was taken back, or moved to another answer."""

    question_id: int


class OwnAnswer(Refused):
    """By the same person as it was asked, once by name and once without: it would count as somebody else's."""

    message = "You wrote this yourself, so you cannot say that somebody else's answer solved it."


def answer(person: Person, question: Question, body: Written) -> Answer:
    """Answer a question; also one's own, for whoever found out alone. Raises `Merged` and `Locked`."""
    require(person, "answer.give", question)
    stay_unlocked(question.id)
    given = Answer(
        question_id=question.id,
        author_id=person.id,
        author_department_id=person.department_id,
        body=body.source,
        html=body.html,
        renderer=text.RENDERER,
        created_at=person.stamp(),
    )
    db.session.add(given)
    db.session.flush()
    stay_apart(question)
    revisions.keep_first(given, person)
    if not would_wait(person):
        waits = question.waits and person.id == question.author_id
        _touch(person, question, answer_count=Question.answer_count + 1, waits=waits)
    publish_or_hold(person, given, AnswerGiven(post_id=given.id, question_id=question.id))
    return given


def edit_answer(person: Person, edited: Answer, body: Written, *, seen: int, reason: str = "") -> bool:
    """Change an answer; see `revisions.edit` for `seen`, the answer and `Outdated`."""
    require(person, "post.edit", edited)

    def change() -> None:
        edited.body, edited.html, edited.renderer = body.source, body.html, text.RENDERER

    return revisions.edit(person, edited, seen=seen, change=change, reason=reason)


def accept(person: Person, accepted: Answer) -> None:
    """Mark the answer that met the need. An earlier choice is withdrawn; accepting it again changes nothing.

    A moderator may do it for an asker who does not come back; the mark then says so.
    """
    require(person, "answer.accept", accepted)
    if person.id != accepted.author_id and same_person(person.id, accepted.author_id):
        raise OwnAnswer()
    question = _locked(accepted.question_id)
    stay_apart(question)
    standing = standing_acceptance(question.id)
    if standing is not None and standing.answer_id == accepted.id:
        return
    if standing is not None:
        _withdraw(person, standing)
    in_place = person.id != question.author_id
    db.session.add(
        Acceptance(
            question_id=question.id, answer_id=accepted.id, by_id=person.id, at=person.stamp(), in_askers_place=in_place
        )
    )
    _touch(person, question, accepted_answer_id=accepted.id)
    publish(AnswerAccepted(post_id=accepted.id, question_id=question.id, in_askers_place=in_place), actor=person)


def withdraw_acceptance(person: Person, accepted: Answer) -> None:
    """Take the mark back; nothing happens when this answer does not carry it."""
    require(person, "answer.accept", accepted)
    question = _locked(accepted.question_id)
    standing = standing_acceptance(question.id)
    if standing is None or standing.answer_id != accepted.id:
        return
    _withdraw(person, standing)
    _touch(person, question, accepted_answer_id=None)


def standing_acceptance(question_id: int) -> Acceptance | None:
    """The acceptance of a question that has not been withdrawn, with whoever gave it."""
    return db.session.scalar(_standing_acceptance(), {"question_id": question_id})


def trail(question_id: int) -> Sequence[Acceptance]:
    """Every acceptance of a question, withdrawn ones too, oldest first."""
    query = select(Acceptance).where(Acceptance.question_id == question_id).order_by(Acceptance.id)
    return db.session.scalars(query.options(joinedload(Acceptance.by), joinedload(Acceptance.withdrawn_by))).all()


def answers_of(question: Question) -> Sequence[Answer]:
    """The answers as they are read: best score first, then the accepted one, then the older.

    The accepted answer is marked, not pinned: what colleagues found better stands above it.
    """
    return db.session.scalars(_answers(), {"question_id": question.id}).all()


def answers_on_page(question: Question) -> tuple[list[Answer], list[Answer]]:
    """The answers as they are read, and those that are off the page but leave a place there, by one statement."""
    found = db.session.scalars(_answers_on_page(), {"question_id": question.id}).all()
    return [each for each in found if each.removed_at is None], [each for each in found if each.removed_at is not None]


def drifted_counts(*only: int) -> dict[int, dict[str, int | None]]:
    """Questions whose counters do not say what the rows say: id -> the right values. Empty when all is well.

    Looks at the questions with these ids only, if any are given.
    """
    answer, post = Answer.__table__, Post.__table__
    shown = (
        select(func.count())
        .select_from(answer.join(post, post.c.id == answer.c.id))
        .where(answer.c.question_id == Question.id, post.c.removed_at.is_(None))
        .scalar_subquery()
    )
    standing = (
        select(Acceptance.answer_id)
        .join(post, post.c.id == Acceptance.answer_id)
        .where(Acceptance.question_id == Question.id, Acceptance.withdrawn_at.is_(None), post.c.removed_at.is_(None))
        .where(Question.merged_into_id.is_(None))  # Whose mark is on an answer that stands elsewhere for the time.
        .scalar_subquery()
    )
    other = Question.__table__.alias()
    asked = 1 + select(func.count()).where(other.c.merged_into_id == Question.id).scalar_subquery()
    wrong = or_(
        Question.answer_count != shown,
        Question.accepted_answer_id.is_distinct_from(standing),
        Question.times_asked != asked,
    )
    among = [Question.id.in_(only)] if only else []
    rows = db.session.execute(select(Question.id, shown, standing, asked).where(wrong, *among))
    return {
        id: {"answer_count": count, "accepted_answer_id": accepted, "times_asked": times}
        for id, count, accepted, times in rows
    }


def mend_counts(*only: int) -> int:
    """Set every drifted counter right, of these questions only if any are given. Returns how many were wrong."""
    wrong = drifted_counts(*only)
    table: Any = Question.__table__
    for id, values in wrong.items():
        db.session.execute(update(table).where(table.c.id == id).values(**values))
    return len(wrong)


@cache  # Made once, like the other statements of the thread page: putting one together takes as long as running it.
def _answers() -> Select[Answer]:
    return _sorted_answers().where(Post.removed_at.is_(None))


@cache
def _answers_on_page() -> Select[Answer]:
    return _sorted_answers().where(or_(Post.removed_at.is_(None), Post.withheld.in_(("hidden", "waiting", "refused"))))


def _sorted_answers() -> Select[Answer]:
    accepted_first = exists().where(Question.id == Answer.question_id, Question.accepted_answer_id == Answer.id)
    return (
        select(Answer)
        .where(Answer.question_id == bindparam("question_id"))
        .order_by(Post.score.desc(), accepted_first.desc(), Answer.id)
        .options(joinedload(Answer.author))
    )


@cache
def _standing_acceptance() -> Select[Acceptance]:
    standing = (Acceptance.question_id == bindparam("question_id"), Acceptance.withdrawn_at.is_(None))
    return select(Acceptance).where(*standing).options(joinedload(Acceptance.by))


def _locked(question_id: int) -> Question:
    query = select(Question).where(Question.id == question_id)
    query = query.with_for_update(key_share=True, of=Question.__table__)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _withdraw(person: Person, standing: Acceptance) -> None:
    standing.withdrawn_at, standing.withdrawn_by_id = person.stamp(), person.id
    db.session.flush()  # Before the next one is added: only one may stand.
    publish(AcceptanceWithdrawn(post_id=standing.answer_id, question_id=standing.question_id), actor=person)


def _touch(person: Person, question: Question, **changes: object) -> None:
    """Change the question's counters by one statement relative to the row, never to what was read before."""
    table: Any = Question.__table__
    at, moment = table.c.last_activity_at, person.stamp()
    latest = case((at > moment, at), else_=moment) if person.is_persona else moment
    db.session.execute(update(table).where(table.c.id == question.id).values(last_activity_at=latest, **changes))
    db.session.refresh(question, ["last_activity_at", *changes])
