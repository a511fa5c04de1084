"""A nomination that nobody decides about: the moderators are reminded, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from forum.answers.models import Answer
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.needs import timers
from forum.nominations.models import Nomination
from forum.nominations.nominating import AnswerNominated
from forum.people.models import Person, Role
from forum.posts.models import Post
from forum.posts.removing import PostRestored


@dataclass(frozen=True, kw_only=True)
class NominationTimer(Event):
    """The time for a decision about a nomination is over."""

    nomination_id: int


@dataclass(frozen=True, kw_only=True)
class NominationOverdue(PostEvent):
    """Nobody has decided in time whether an answer becomes a best practice."""

    nomination_id: int


@listener(at_once=True)
def begin_waiting(event: AnswerNominated) -> None:
    """From now on a decision is awaited."""
    _wait(db.session.get_one(Nomination, event.nomination_id))


@listener(at_once=True)
def take_up_nominations(event: PostRestored) -> None:
    """The time for a decision may have run out while the answer, or its question, was removed."""
    under = select(Answer.id).where(Answer.question_id == event.post_id)
    here = or_(Nomination.post_id == event.post_id, Nomination.post_id.in_(under))
    waiting = (Nomination.decided_at.is_(None), Nomination.overdue_at.is_(None))
    for nomination in db.session.scalars(select(Nomination).where(here, *waiting)).all():
        _wait(nomination)


@listener(atomic=True)
def remind_moderators(event: NominationTimer) -> None:
    """Nobody has decided: all of them are told once more, which is the last time."""
    answer, post, page = Answer.__table__, Post.__table__.alias(), Post.__table__.alias()
    waiting = (Nomination.id == event.nomination_id, Nomination.decided_at.is_(None), Nomination.overdue_at.is_(None))
    query: Any = select(Nomination).join(answer, answer.c.id == Nomination.post_id)
    query = query.join(post, post.c.id == answer.c.id).join(page, page.c.id == answer.c.question_id)
    query = query.where(*waiting, post.c.removed_at.is_(None), page.c.removed_at.is_(None))
    late = db.session.scalar(query.with_for_update(of=Nomination.__table__).execution_options(populate_existing=True))
    if late is not None:
        late.overdue_at = now()
        publish(NominationOverdue(post_id=late.post_id, nomination_id=late.id))


def _wait(nomination: Nomination) -> None:
    due_at = _due_at(nomination.at)
    if due_at is not None:
        enqueue(remind_moderators, NominationTimer(nomination_id=nomination.id), due=max(due_at, now()))


def _due_at(since: datetime) -> datetime | None:
    """When it is overdue for each of the moderators; None while there is none."""
    is_one = select(Role.person_id).where(Role.name == "moderator", Role.until.is_(None))
    here = db.session.scalars(select(Person).where(Person.id.in_(is_one), Person.left_at.is_(None))).all()
    return max((timers.due(timers.DECISION, each, since) for each in here), default=None)
