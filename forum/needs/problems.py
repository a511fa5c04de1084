"""The queue of open problems: those that nobody stays with first, then those whose day comes next. Read-only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import aliased

from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import gettext, moment_in_words
from forum.core.paging import EPOCH, LARGEST_ID, PER_PAGE, Paged
from forum.core.permissions import allowed, require
from forum.core.templating import day
from forum.departments.models import Department, post_department
from forum.needs.models import Need
from forum.people.models import Person
from forum.posts.models import Post
from forum.questions.asking import address
from forum.questions.models import Question

# Whether somebody stays with it, then since when it waits or the day (as a number), then the need: where a page ends.
KEY = re.compile(r"([01])-([0-9]{1,17})-([0-9]{1,10})")
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Problem:
    """One open problem, ready to be shown."""

    need_id: int
    title: str
    url: str
    asker: str
    department: str  # of the asker, on the day of asking
    impact: str
    waiting_since: datetime
    owner: str | None
    owner_id: int | None
    asked_outside: bool
    next_on: date | None
    when: str  # the day in words: by when the asker hears, or that it is past


def open_problems(person: Person, key: str | None) -> Paged[Problem]:
    """One page of the open problems that a moderator, or the champion of the departments they concern, looks after."""
    require(person, "problem.see")
    owner = aliased(Person)
    query = (
        select(Need, Question.title, Person.name, Department.name.label("department"), owner.name.label("owner"))
        .join(Question, Question.id == Need.question_id)
        .join(Person, Person.id == Need.person_id)
        .join(Department, Department.id == Need.department_id)
        .outerjoin(owner, and_(owner.id == Need.owner_id, owner.left_at.is_(None)))  # Who has left stays with nothing.
        .where(Need.state == "open_problem", Post.removed_at.is_(None))
    )
    if not allowed(person, "problem.see_all"):
        own = post_department.c.department_id.in_(person.championed)
        query = query.where(exists().where(post_department.c.post_id == Need.question_id, own))
    since, on = _places(owner.id)
    query = query.where(*_after(key, owner.id)).order_by(case((owner.id.is_(None), 0), else_=1), since, on, Need.id)
    rows = db.session.execute(query.limit(PER_PAGE + 1)).all()
    problems = [_problem(row) for row in rows[:PER_PAGE]]
    return Paged(problems, _key(problems[-1]) if len(rows) > PER_PAGE else None)


def in_words(when: date) -> str:
    """A promised day: "today", "Friday, 27 November 2026", or "was due Tuesday" when it is past."""
    today = now().date()
    if when == today:
        return gettext("today")
    weekday = moment_in_words(datetime(when.year, when.month, when.day), "EEEE")
    if when > today:
        return gettext("%(weekday)s, %(day)s", weekday=weekday, day=day(when))
    return gettext("was due %(day)s", day=weekday if today - when < WEEK else day(when))


def _places(owner_id: Any) -> tuple[Any, Any]:
    """By what the two halves of the list are sorted; each is empty in the other half."""
    since = case((owner_id.is_(None), Need.waiting_since), else_=None)
    return since, case((owner_id.is_not(None), Need.next_on), else_=None)


def _after(key: str | None, owner_id: Any) -> list[ColumnElement[bool]]:
    """The rows behind a key; a key that is not ours is the start of the list."""
    place = KEY.fullmatch(key or "")
    if place is None:
        return []
    number, id = int(place[2]), min(int(place[3]), LARGEST_ID)
    if place[1] == "0":
        since = EPOCH + timedelta(microseconds=number)
        later = or_(Need.waiting_since > since, and_(Need.waiting_since == since, Need.id > id))
        return [or_(owner_id.is_not(None), and_(owner_id.is_(None), later))]
    on = date.fromordinal(min(max(number, 1), date.max.toordinal()))
    return [owner_id.is_not(None), or_(Need.next_on > on, and_(Need.next_on == on, Need.id > id))]


def _key(last: Problem) -> str:
    if last.owner is not None and last.next_on is not None:
        return f"1-{last.next_on.toordinal()}-{last.need_id}"
    return f"0-{round(last.waiting_since.timestamp() * 1_000_000)}-{last.need_id}"


def _problem(row: Any) -> Problem:
    need = row.Need
    return Problem(
        need_id=need.id,
        title=row.title,
        url=address(need.question_id, row.title),
        asker=row.name,
        department=row.department,
        impact=need.impact,
        waiting_since=need.waiting_since,
        owner=row.owner,
        owner_id=need.owner_id,
        asked_outside=need.asked_outside,
        next_on=need.next_on,
        when=in_words(need.next_on) if need.next_on else "",
    )
