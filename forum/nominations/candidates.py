"""What should be written next: questions that come again and again and that no practice came out of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, delete, func, or_, select
from sqlalchemy.orm import aliased

from forum.answers.models import Answer
from forum.answers.ordering import reason
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import PostEvent, publish
from forum.core.languages import ngettext
from forum.core.permissions import require
from forum.needs.models import Need
from forum.nominations.models import REFUSALS, Dismissal, Nomination
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.questions.asking import address
from forum.questions.models import Question

MOST_QUESTIONS = 15  # more than that nobody writes in a week
SHOWN = 30  # of what was dismissed


@dataclass(frozen=True, kw_only=True)
class CandidateDismissed(PostEvent):
    """No practice is to be made of a question that comes again and again; or it may be after all."""

    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that is worth a practice, ready to be shown."""

    id: int
    title: str
    url: str
    how_often: tuple[str, ...]
    answer_id: int | None
    author_id: int | None
    author: str
    evidence: str
    nominated: bool
    refused: str  # why a moderator refused its answer last, in words


def asked_again(moderator: Person) -> Sequence[Candidate]:
    """The questions that most people have, again and again or in other words, and that no practice came out of."""
    require(moderator, "candidate.see")
    rows = db.session.execute(_asked_again()).all()
    best = _best_answers(rows)
    return [_candidate(row, best.get(row.id)) for row in rows]


def dismiss(moderator: Person, question: Question) -> None:
    """Leave a question out of the list from now on; twice is once."""
    require(moderator, "candidate.dismiss", question)
    db.session.execute(select(Question.id).where(Question.id == question.id).with_for_update(of=Question.__table__))
    if db.session.get(Dismissal, question.id) is None:
        db.session.add(Dismissal(question_id=question.id, by_id=moderator.id, at=now()))
        db.session.flush()
        publish(CandidateDismissed(post_id=question.id), actor=moderator)


def put_back(moderator: Person, question: Question) -> None:
    """Let a dismissed question be listed again; nothing happens when nobody dismissed it."""
    require(moderator, "candidate.dismiss", question)
    db.session.execute(delete(Dismissal).where(Dismissal.question_id == question.id))
    publish(CandidateDismissed(post_id=question.id, is_back=True), actor=moderator)


def dismissals(moderator: Person) -> Sequence[Dismissal]:
    """What was dismissed, the latest first, but for what was removed since."""
    require(moderator, "candidate.see")
    query = select(Dismissal).join(Post, Post.id == Dismissal.question_id).where(Post.removed_at.is_(None))
    return db.session.scalars(query.order_by(Dismissal.at.desc(), Dismissal.question_id.desc()).limit(SHOWN)).all()


def _asked_again() -> Any:
    question, post = Question.__table__, Post.__table__
    people = func.count(Need.person_id.distinct())
    came_back = func.count(case((Need.came_back, 1)))
    again = people + came_back
    answered = select(Practice.__table__.c.id).join(post, post.c.id == Practice.__table__.c.id)
    answered = answered.where(Practice.__table__.c.question_id == question.c.id, post.c.removed_at.is_(None))
    here = aliased(post)
    return (
        select(
            question.c.id,
            question.c.title,
            question.c.times_asked,
            question.c.accepted_answer_id,
            people.label("people"),
            came_back.label("came_back"),
        )
        .join(here, here.c.id == question.c.id)
        .outerjoin(Need, and_(Need.question_id == question.c.id, Need.state != "withdrawn"))
        .where(here.c.removed_at.is_(None), question.c.merged_into_id.is_(None), ~answered.exists())
        .where(question.c.id.not_in(select(Dismissal.question_id)))
        .group_by(question.c.id, question.c.title, question.c.times_asked, question.c.accepted_answer_id)
        .having(or_(again > 1, question.c.times_asked > 1))
        .order_by((again + question.c.times_asked).desc(), question.c.id.desc())
        .limit(MOST_QUESTIONS)
    )


def _best_answers(rows: Iterable[Any]) -> Mapping[int, Any]:
    """Of each question the answer to make a practice of: the accepted one, else what helped or pleased most; none that
    only failed."""
    accepted = {row.id: row.accepted_answer_id for row in rows}
    answer, post = Answer.__table__, Post.__table__
    waits = select(Nomination.id).where(Nomination.post_id == answer.c.id, Nomination.decided_at.is_(None)).exists()
    said = select(Nomination.reason).where(Nomination.post_id == answer.c.id, Nomination.decision == "refused")
    refused = said.order_by(Nomination.id.desc()).limit(1).scalar_subquery()
    found = db.session.execute(
        select(
            answer.c.id,
            answer.c.question_id,
            answer.c.worked,
            answer.c.partly,
            answer.c.failed,
            post.c.score,
            post.c.author_id,
            Person.name.label("author"),
            waits.label("nominated"),
            refused.label("refused"),
        )
        .join(post, post.c.id == answer.c.id)
        .join(Person, Person.id == post.c.author_id)
        .where(answer.c.question_id.in_(list(accepted)), post.c.removed_at.is_(None))
        .where(or_(answer.c.worked > 0, answer.c.failed == 0))
    ).all()
    best: dict[int, Any] = {}
    for each in sorted(found, key=lambda row: (row.id == accepted[row.question_id], row.worked, row.score, -row.id)):
        best[each.question_id] = each
    return best


def _candidate(row: Any, answer: Any) -> Candidate:
    return Candidate(
        id=row.id,
        title=row.title,
        url=address(row.id, row.title),
        how_often=tuple(_how_often(row)),
        answer_id=answer.id if answer else None,
        author_id=answer.author_id if answer else None,
        author=answer.author if answer else "",
        evidence=reason(answer, accepted=answer.id == row.accepted_answer_id) if answer else "",
        nominated=bool(answer and answer.nominated),
        refused=REFUSALS[answer.refused] if answer and answer.refused else "",
    )


def _how_often(row: Any) -> Iterable[str]:
    """How it comes again, by person and not by click."""
    if row.people > 1:
        yield ngettext("%(num)s person needs it", "%(num)s people need it", row.people)
    if row.came_back:
        yield ngettext("Came back once", "Came back %(num)s times", row.came_back)
    if row.times_asked > 1:
        yield ngettext("Asked in %(num)s wording", "Asked in %(num)s wordings", row.times_asked)
