"""The evidence of a cause on one page: who needed what, how long it kept them, what came of it, in whose words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from forum.answers.models import Answer
from forum.causes import counting
from forum.causes.models import Cause, CauseLink, CauseVoice
from forum.causes.quoting import quotes_of
from forum.causes.rates import Occurrence, Weighed, people_of
from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import messages
from forum.core.working_time import elapsed
from forum.departments.models import Department
from forum.needs.models import CheckIn, Need
from forum.people.hours import hours_of
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.promoting import address as practice_address
from forum.questions.asking import address as question_address
from forum.questions.models import Question

OUTCOMES = messages({"resolved": "worked", "partly": "worked in part", "not": "did not work", "no_reply": "no reply"})
MOST_QUESTIONS = 12  # on the sheet: it is one page


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that has this cause: in how many wordings it was asked, and of how many people it is."""

    id: int
    title: str
    url: str
    wordings: int
    people: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class WorkAround:
    """A practice by which people live with it."""

    id: int
    title: str
    url: str
    tried: int
    worked: int
    is_retired: bool


@dataclass(frozen=True)
class Pack:
    """Everything that is known of what a cause costs; counts only, besides what people agreed to say."""

    counted: Sequence[Occurrence]
    questions: Sequence[Asked]
    work_arounds: Sequence[WorkAround]
    departments: Sequence[str]
    hours_blocked: float
    blocked: int
    outcomes: Mapping[str, int]
    quotes: Sequence[CauseVoice]
    weighed: Weighed
    since: date

    @property
    def needs(self) -> int:
        """How many needs count."""
        return len(self.counted)

    @property
    def people(self) -> int:
        """Of how many people they are."""
        return len(people_of(self.counted))


def pack_of(cause: Cause) -> Pack:
    """The evidence as it is today, in a fixed number of statements."""
    known = counting.found(cause)
    needs = counting.needs_of(cause)
    today = counting.calendar_of(cause).local_date(now())
    counted = [*counting.before(cause, known, today), *counting.after(cause, known, today)]
    blocked = [need for need in needs if need.impact == "blocked"]
    return Pack(
        counted=counted,
        questions=_questions(cause, needs),
        work_arounds=_work_arounds(cause),
        departments=_departments(counted),
        hours_blocked=_hours(blocked),
        blocked=len(blocked),
        outcomes=_outcomes(needs),
        quotes=quotes_of(cause),
        weighed=counting.weighed(cause, known),
        since=counting.start_of(cause, known),
    )


def _questions(cause: Cause, needs: Sequence[Need]) -> Sequence[Asked]:
    people: dict[int, set[int]] = {}
    for need in needs:
        people.setdefault(need.question_id or 0, set()).add(need.person_id)
    query = select(Question).where(Question.id.in_(people), Post.removed_at.is_(None)).order_by(Post.created_at)
    return [
        Asked(
            each.id,
            each.title,
            question_address(each.id, each.title),
            each.times_asked,
            len(people[each.id]),
            each.created_at,
        )
        for each in db.session.scalars(query)
    ]


def _work_arounds(cause: Cause) -> Sequence[WorkAround]:
    linked = (CauseLink.cause_id == cause.id, CauseLink.linked_at.is_not(None), CauseLink.refused_at.is_(None))
    query = select(Practice).join(CauseLink, CauseLink.post_id == Practice.id).where(*linked, Post.removed_at.is_(None))
    return [
        WorkAround(
            each.id, each.title, practice_address(each.id, each.title), each.tried, each.worked, bool(each.retired_at)
        )
        for each in db.session.scalars(query.order_by(Practice.id))
    ]


def _departments(counted: Sequence[Occurrence]) -> Sequence[str]:
    ids = {each.department_id for each in counted if each.department_id}
    return db.session.scalars(select(Department.name).where(Department.id.in_(ids)).order_by(Department.name)).all()


def _hours(blocked: Sequence[Need]) -> float:
    """Working hours of those who could not go on, from asking until somebody answered; none for who asked later."""
    ids = {need.question_id for need in blocked}
    first: Any = select(Answer.question_id, func.min(Post.created_at)).where(Answer.question_id.in_(ids))
    answered = dict(db.session.execute(first.where(Post.removed_at.is_(None)).group_by(Answer.question_id)).all())
    whose = select(Person).where(Person.id.in_({need.person_id for need in blocked}))
    people = {each.id: each for each in db.session.scalars(whose.options(joinedload(Person.department)))}
    took = (
        elapsed(hours_of(people[need.person_id]), need.opened_at, answered.get(need.question_id) or now())
        for need in blocked
    )
    return sum(took, timedelta()) / timedelta(hours=1)


def _outcomes(needs: Sequence[Need]) -> Mapping[str, int]:
    ids = [need.id for need in needs]
    query = select(CheckIn.need_id, CheckIn.outcome).where(CheckIn.need_id.in_(ids), CheckIn.outcome.is_not(None))
    last = dict(db.session.execute(query.order_by(CheckIn.id)).all())
    count = Counter(last.values())
    return {words: count[outcome] for outcome, words in OUTCOMES.items() if count[outcome]}
