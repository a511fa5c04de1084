"""Lists of requests, and all that belongs to one. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from forum.core.db import db
from forum.core.languages import messages
from forum.core.paging import PER_PAGE, Paged, after_key, next_key
from forum.departments.models import Department
from forum.needs.models import Need
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.promoting import address as practice_address
from forum.questions.asking import address as question_address
from forum.questions.models import Question
from forum.requests.models import Proposal, Request, RequestCheck, RequestConcerned, RequestEvidence

ASKED = ("asked", "me_too")  # origins of needs that somebody had when they asked
TABS = messages({"open": "Under way", "agreed": "Agreed"})


@dataclass(frozen=True, slots=True)
class Row:
    """One request in a list, ready to be shown."""

    id: int
    title: str
    state: str
    way: str | None
    by: str
    department: str
    owner: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A question or practice that speaks for a request: how many have the need, or for how many it worked."""

    id: int
    kind: str
    title: str
    url: str
    needs: int
    worked: int
    tried: int


def requests(tab: str = "open", key: str | None = None) -> Paged[Row]:
    """One page of requests, the latest first: those under way, or those agreed."""
    owner = aliased(Person)
    post: Any = Post.__table__
    request: Any = Request.__table__
    columns = (request.c.id, request.c.title, request.c.state, request.c.way, post.c.created_at)
    query = (
        select(*columns, Person.name.label("by"), Department.name.label("department"), owner.name.label("owner"))
        .select_from(request)
        .join(post, post.c.id == request.c.id)
        .join(Person, Person.id == post.c.author_id)
        .join(Department, Department.id == post.c.author_department_id)
        .outerjoin(owner, owner.id == request.c.owner_id)
    )
    done = request.c.state.in_(("agreed", "checked"))
    query = query.where(post.c.removed_at.is_(None), done if tab == "agreed" else ~done)
    rows = [Row(**row._asdict()) for row in db.session.execute(after_key(query, key, post.c.created_at, request.c.id))]
    return Paged(rows[:PER_PAGE], next_key(rows, attrgetter("created_at", "id")))


def concerned(request: Request) -> Sequence[Person]:
    """Who feels it, as the asker says."""
    query = select(Person).join(RequestConcerned, RequestConcerned.person_id == Person.id)
    return db.session.scalars(query.where(RequestConcerned.request_id == request.id).order_by(Person.name)).all()


def evidence(request: Request) -> Sequence[Found]:
    """What the diagnosis found: questions with most needs first, then practices."""
    question, practice = Question.__table__, Practice.__table__
    needs = (
        select(func.count())
        .where(Need.question_id == question.c.id, Need.origin.in_(ASKED))
        .correlate(question)
        .scalar_subquery()
    )
    title = func.coalesce(question.c.title, practice.c.title).label("title")
    query = (
        select(Post.id, Post.kind, title, needs.label("needs"), practice.c.worked, practice.c.tried)
        .join(RequestEvidence, RequestEvidence.post_id == Post.id)
        .outerjoin(question, question.c.id == Post.id)
        .outerjoin(practice, practice.c.id == Post.id)
        .where(RequestEvidence.request_id == request.id, Post.removed_at.is_(None))
        .order_by(Post.kind.desc(), needs.desc(), Post.id)
    )
    return [_found(row) for row in db.session.execute(query)]


def proposals(request: Request) -> Sequence[Proposal]:
    """Everything that was proposed, the latest first."""
    query = select(Proposal).where(Proposal.request_id == request.id).options(joinedload(Proposal.by))
    return db.session.scalars(query.order_by(Proposal.id.desc())).all()


def checks(request: Request) -> Sequence[RequestCheck]:
    """Who was asked whether it helped, the asker first."""
    query = select(RequestCheck).where(RequestCheck.request_id == request.id).options(joinedload(RequestCheck.person))
    return db.session.scalars(query.order_by(RequestCheck.id)).all()


def _found(row: Any) -> Found:
    address = practice_address if row.kind == "practice" else question_address
    return Found(
        id=row.id,
        kind=row.kind,
        title=row.title,
        url=address(row.id, row.title),
        needs=row.needs if row.kind == "question" else 0,
        worked=row.worked or 0,
        tried=row.tried or 0,
    )
