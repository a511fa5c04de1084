"""Is what we learn joined together? Closed questions with a link, and how many of the links looked at are right.

F8 of the figures; only moderators see it, never by person. Link rate = closed questions from which a practice was made,
that have a known cause, or that were found to ask the same as another ÷ all closed questions. Accuracy = links judged
right ÷ links judged, of ten drawn each month.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, func, literal, or_, select, union_all

from forum.causes.linking import address as cause_address
from forum.causes.models import Cause, CauseLink
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import Event, publish
from forum.core.languages import messages
from forum.core.permissions import require
from forum.core.statistics import Interval
from forum.impact.facts.periods import Period
from forum.impact.measures.figures import share
from forum.impact.models import LinkCheck
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.promoting import address as practice_address
from forum.questions.asking import address as question_address
from forum.questions.models import Question

A_MONTH = 10  # links looked at: little enough to be done over a coffee, enough to see that something is wrong
KINDS = messages({"practice": "became the practice", "cause": "has the cause", "question": "asks the same as"})
ADDRESSES = {"practice": practice_address, "cause": cause_address, "question": question_address}

# Plain columns: what is counted here may be a hundred thousand questions.
POST: Any = Post.__table__
QUESTION: Any = Question.__table__
PRACTICE: Any = Practice.__table__
LINK: Any = CauseLink.__table__
STANDS = and_(LINK.c.linked_at.is_not(None), LINK.c.refused_at.is_(None))


@dataclass(frozen=True, kw_only=True)
class LinkChecked(Event):
    """A moderator judged whether a link is right."""

    check_id: int


@dataclass(frozen=True, slots=True)
class Link:
    """A closed question and what it is linked to."""

    question_id: int
    target_id: int
    kind: str
    title: str
    target_title: str

    @property
    def words(self) -> str:
        """What joins the two."""
        return KINDS[self.kind]

    @property
    def url(self) -> str:
        """Where the question stands."""
        return question_address(self.question_id, self.title)

    @property
    def target_url(self) -> str:
        """Where that stands to which it is linked."""
        return ADDRESSES[self.kind](self.target_id, self.target_title)


@dataclass(frozen=True, slots=True)
class Linked:
    """How many closed questions of a period are linked, and how many links that were judged in it are right."""

    closed: int
    linked: int
    judged: int
    right: int

    @property
    def rate(self) -> tuple[float | None, Interval | None]:
        """The link rate with its interval; nothing below five."""
        return share(self.linked, self.closed)

    @property
    def accuracy(self) -> tuple[float | None, Interval | None]:
        """The share of links judged right, with its interval; nothing below five."""
        return share(self.right, self.judged)


def linked(period: Period) -> Linked:
    """The figures of a period: two statements, whatever the number of questions."""
    closed = _closed(period)
    has_link = or_(
        QUESTION.c.merged_into_id.is_not(None),
        QUESTION.c.times_asked > 1,
        exists().where(PRACTICE.c.question_id == QUESTION.c.id),
        exists().where(LINK.c.post_id == QUESTION.c.id, STANDS),
    )
    counts = closed.with_only_columns(func.count(), func.count().filter(has_link))
    number, with_link = db.session.execute(counts).one()
    seen = select(func.count(), func.count().filter(LinkCheck.is_right)).where(
        LinkCheck.at >= period.begin, LinkCheck.at < period.end
    )
    judged, right = db.session.execute(seen).one()
    return Linked(number, with_link, judged, right)


def to_judge(period: Period) -> tuple[Sequence[Link], int]:
    """The links of a period still to be looked at this month, and how many were looked at this month.

    Drawn by lot, but the same for everybody who looks in the same month, so that nobody can choose the good ones.
    """
    month = now().date().replace(day=1)
    done = db.session.scalar(select(func.count()).where(LinkCheck.month == month)) or 0
    if done >= A_MONTH:
        return [], done
    judged = {tuple(row) for row in db.session.execute(select(LinkCheck.question_id, LinkCheck.target_id))}
    waiting = [row for row in db.session.execute(_links(period)) if (row.question_id, row.target_id) not in judged]
    waiting.sort(key=lambda row: _lot(month, row.question_id, row.target_id))
    return _described(waiting[: A_MONTH - done]), done


def judge(moderator: Person, question_id: int, target_id: int, *, is_right: bool) -> LinkCheck | None:
    """Keep whether a link is right; who judges it second changes the verdict. None where there is no such link."""
    require(moderator, "impact.judge_links")
    whole = _links(None).subquery()
    is_link = (whole.c.question_id == question_id, whole.c.target_id == target_id)
    if db.session.execute(select(literal(1)).where(*is_link)).first() is None:
        return None
    same = (LinkCheck.question_id == question_id, LinkCheck.target_id == target_id)
    check = db.session.scalars(select(LinkCheck).where(*same)).first()
    if check is None:
        check = LinkCheck(question_id=question_id, target_id=target_id, month=now().date().replace(day=1))
        db.session.add(check)
    check.is_right, check.by_id, check.at = is_right, moderator.id, now()
    db.session.flush()
    publish(LinkChecked(check_id=check.id), actor=moderator)
    return check


def _closed(period: Period | None) -> Select[Any]:
    """Questions that can be read and ask for nothing more: answered for good, or another one stands for them."""
    answered = and_(QUESTION.c.waits.is_(False), or_(QUESTION.c.accepted_answer_id.is_not(None), QUESTION.c.confirmed))
    query = (
        select(QUESTION.c.id)
        .join(POST, POST.c.id == QUESTION.c.id)
        .where(POST.c.removed_at.is_(None), or_(answered, QUESTION.c.merged_into_id.is_not(None)))
    )
    if period is None:
        return query
    return query.where(POST.c.created_at >= period.begin, POST.c.created_at < period.end)


def _links(period: Period | None) -> Any:
    """Every link of a closed question: question_id, target_id, kind."""
    closed = _closed(period).subquery()
    return union_all(
        select(closed.c.id.label("question_id"), PRACTICE.c.id.label("target_id"), literal("practice").label("kind"))
        .join(PRACTICE, PRACTICE.c.question_id == closed.c.id)
        .where(PRACTICE.c.variant_of_id.is_(None)),
        select(closed.c.id, LINK.c.cause_id, literal("cause")).join(LINK, LINK.c.post_id == closed.c.id).where(STANDS),
        select(closed.c.id, QUESTION.c.merged_into_id, literal("question"))
        .join(QUESTION, QUESTION.c.id == closed.c.id)
        .where(QUESTION.c.merged_into_id.is_not(None)),
    )


def _described(rows: Sequence[Any]) -> Sequence[Link]:
    """With the titles: three statements."""
    ids = {row.question_id for row in rows} | {row.target_id for row in rows}
    titles: dict[int, str] = {}
    for model in (Question, Practice, Cause):
        table: Any = model.__table__
        titles |= dict(db.session.execute(select(table.c.id, table.c.title).where(table.c.id.in_(ids))).all())
    return [
        Link(row.question_id, row.target_id, row.kind, titles[row.question_id], titles[row.target_id]) for row in rows
    ]


def _lot(month: date, question_id: int, target_id: int) -> bytes:
    return hashlib.sha256(f"{month:%Y-%m} {question_id} {target_id}".encode()).digest()
