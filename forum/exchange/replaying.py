"""Replaying a story: each deed at its moment, and between them what the timers of the application do by themselves."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from forum.core.clock import as_of
from forum.core.db import db
from forum.core.events import PostEvent
from forum.core.jobs import EVENT_KINDS, LISTENERS, Job
from forum.needs.escalating import call_champions, call_others, first_round
from forum.notifications.models import Notification
from forum.notifications.recipients.telling import OLD

# Whom it was that was asked by name half a year ago is told nobody, and to work it out takes half a minute.
ASKING = (first_round.name, call_champions.name, call_others.name)
AT_ONCE = 500  # jobs deleted by one statement

Deed = tuple[datetime, Callable[[], Any]]


def play(story: Iterable[Deed], end: datetime) -> None:
    """Do every deed of a story at its moment, and let every timer act at its own, up to `end`.

    People are asked by name in the last days only. What is left are the timers that end later, and background work
    that is no news: the worker does both. Nobody is mailed what lies in the past.
    """
    clockwork = _Clockwork(end - OLD)
    for moment, deed in sorted(story, key=lambda told: told[0]):
        clockwork.run(min(moment, end))
        with as_of(min(moment, end)):
            deed()
        clockwork.look()
    clockwork.run(end)
    clockwork.finish()
    _tell_the_news(end)


class _Clockwork:
    """The timers that wait, by the moment at which they act. Their jobs are read once and deleted together."""

    def __init__(self, news_since: datetime) -> None:
        self._news_since = news_since
        self._waiting: list[tuple[datetime, int, str, Any]] = []
        self._seen = 0
        self._done: list[int] = []
        self._tellers = frozenset(_tellers())

    def look(self) -> None:
        """Note the timers that were set since the last look."""
        job = Job.__table__.c
        rows = db.session.execute(
            select(job.id, job.due_at, job.listener, job.event, job.data).where(job.id > self._seen)
        )
        for id, due_at, name, event, data in rows:
            self._seen = max(self._seen, id)
            if name not in self._tellers and not issubclass(EVENT_KINDS[event], PostEvent):
                heapq.heappush(self._waiting, (due_at, id, name, EVENT_KINDS[event](**data)))

    def run(self, until: datetime) -> None:
        """Let every timer act whose moment has come, in order; also those that they set themselves."""
        while self._waiting and self._waiting[0][0] <= until:
            due_at, id, name, event = heapq.heappop(self._waiting)
            if due_at >= self._news_since or name not in ASKING:
                with as_of(due_at):
                    LISTENERS[name].run(event)
            self._done.append(id)
            self.look()

    def finish(self) -> None:
        """Delete the jobs that are done."""
        for start in range(0, len(self._done), AT_ONCE):
            db.session.execute(delete(Job).where(Job.id.in_(self._done[start : start + AT_ONCE])))


def _tell_the_news(end: datetime) -> None:
    """Write the notes of the last days, which nobody has read yet. They lie in the inbox; a mail would come late."""
    job = Job.__table__.c
    news = select(job.id, job.listener, job.event, job.data).where(
        job.due_at >= end - OLD, job.due_at <= end, job.listener.in_(_tellers())
    )
    told = db.session.execute(news.order_by(job.id)).all()
    for _, name, event, data in told:
        LISTENERS[name].run(EVENT_KINDS[event](**data))
    db.session.execute(delete(Job).where(Job.id.in_([id for id, *_ in told])))
    late = update(Notification).where(Notification.mail_due_at <= end)
    db.session.execute(late.values(mail_due_at=None), execution_options={"synchronize_session": False})


def _tellers() -> Sequence[str]:
    return [
        name for name, each in LISTENERS.items() if each.run.__module__.startswith("forum.notifications.recipients.")
    ]
