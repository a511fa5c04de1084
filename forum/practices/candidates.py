"""What should be written next: questions that come again and again without a practice, and what is missed in search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, and_, case, func, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from forum.answers.models import Answer
from forum.answers.ordering import reason
from forum.core.clock import now
from forum.core.db import Model, UTCDateTime, db
from forum.core.permissions import require
from forum.core.templating import plural
from forum.needs.models import Need
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.nominating import Nomination
from forum.questions.asking import address
from forum.questions.models import Question
from forum.search.analysis import terms
from forum.search.history import Missed, missed

MOST_QUESTIONS = 15  # more than that nobody writes in a week
SHOWN = 30  # searches, or what was dismissed
LOOKED_BACK = timedelta(days=90)  # in search: a quarter, so that what comes with every month end is seen


class Dismissal(Model):
    """A moderator has looked at a question, or at words that are searched in vain, and nothing is to be written."""

    __tablename__ = "dismissal"
    __table_args__ = (
        UniqueConstraint("question_id"),
        UniqueConstraint("words_key"),
        CheckConstraint("(question_id IS NULL) != (words_key IS NULL)", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    # The words, whatever their order and form, and how they were written when they were dismissed.
    words_key: Mapped[str | None]
    words: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    question: Mapped[Question | None] = relationship(lazy="joined")
    by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


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


def asked_again(moderator: Person) -> Sequence[Candidate]:
    """The questions that most people have, again and again or in other words, and that no practice came out of."""
    require(moderator, "candidate.see")
    rows = db.session.execute(_asked_again()).all()
    best = _best_answers(rows)
    return [_candidate(row, best.get(row.id)) for row in rows]


def searched_in_vain(moderator: Person) -> Sequence[Missed]:
    """What at least two people looked for in vain in the last quarter, but for what was dismissed."""
    require(moderator, "candidate.see")
    dismissed = set(db.session.scalars(select(Dismissal.words_key).where(Dismissal.words_key.is_not(None))))
    found = missed((now() - LOOKED_BACK).date())
    return [each for each in found if key_of(each.words) not in dismissed][:SHOWN]


def dismiss(moderator: Person, *, question: Question | None = None, words: str = "") -> None:
    """Leave a question, or words that were missed, out of the lists from now on; twice is once."""
    require(moderator, "candidate.dismiss")
    key = None if question else key_of(words)
    if question is None and not key:
        return
    about = Dismissal.question_id == question.id if question else Dismissal.words_key == key
    if db.session.scalar(select(Dismissal.id).where(about)) is None:
        made = Dismissal(
            question_id=question.id if question else None,
            words_key=key,
            words="" if question else words[:200],
            by_id=moderator.id,
            at=now(),
        )
        db.session.add(made)
        db.session.flush()


def put_back(moderator: Person, dismissal: Dismissal) -> None:
    """Let a dismissed question or search be listed again."""
    require(moderator, "candidate.dismiss")
    db.session.delete(dismissal)
    db.session.flush()


def dismissals(moderator: Person) -> Sequence[Dismissal]:
    """What was dismissed, the latest first."""
    require(moderator, "candidate.see")
    return db.session.scalars(select(Dismissal).order_by(Dismissal.at.desc(), Dismissal.id.desc()).limit(SHOWN)).all()


def key_of(words: str) -> str:
    """The same for the same words in another order or form."""
    return " ".join(sorted(set(terms(words)))) or words.strip().lower()


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
        .where(question.c.id.not_in(select(Dismissal.question_id).where(Dismissal.question_id.is_not(None))))
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
    )


def _how_often(row: Any) -> Iterable[str]:
    """How it comes again, by person and not by click."""
    if row.people > 1:
        yield f"{row.people} people need it"
    if row.came_back:
        yield f"Came back {'once' if row.came_back == 1 else plural(row.came_back, 'time')}"
    if row.times_asked > 1:
        yield f"Asked in {plural(row.times_asked, 'wording')}"
