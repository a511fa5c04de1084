"""The facts of the moment, kept in the process: read whole once, and after that only what has changed since.

Every step of every need is an event, so the number of the last event says whether anything happened, and the events
since say to which needs. Decision 34 says why it is done so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Select, select

from forum.answers.models import Answer
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import EventRow
from forum.impact.facts.facts import Facts
from forum.impact.facts.reading import read, reread
from forum.people.sign_in import PasswordChanged, SessionsEnded, SignedIn, SignInFailed

MOST_EVENTS = 5_000  # since the last look; with more of them all is read anew, which then takes no longer
MOST_PLACES = 500  # questions and needs that changed; so many fit into one statement of any database
GROWN_OLD = timedelta(hours=1)  # Who waits, waits longer, also when nothing happens.
# Somebody comes in at every moment of the day, which changes no fact.
SAY_NOTHING = tuple(kind.__name__ for kind in (SignedIn, SignInFailed, SessionsEnded, PasswordChanged))
ABOUT_QUESTIONS = ("question_id", "into_id", "page_id")


@dataclass
class Kept:
    """What one process knows."""

    facts: Facts | None = None
    last: int = 0  # event
    lock: Lock = field(default_factory=Lock)


def attach(app: Flask) -> None:
    """Give the application a place for the facts."""
    app.extensions["impact"] = Kept()


def facts() -> Facts:
    """Everything that is known now, at most an hour old when nothing has happened since."""
    kept: Kept = current_app.extensions["impact"]
    with kept.lock:  # Two who look at once read once.
        last = db.session.scalar(_latest()) or 0
        kept.facts = _brought_up(kept, last)
        kept.last = last
        return kept.facts


def _latest() -> Select[int]:
    """The last event that may change a fact: found from the end of the table, for hardly any are left out."""
    return select(EventRow.id).where(EventRow.name.not_in(SAY_NOTHING)).order_by(EventRow.id.desc()).limit(1)


def _brought_up(kept: Kept, last: int) -> Facts:
    if kept.facts is None or last < kept.last:
        return read()
    if last == kept.last:
        if now() - kept.facts.as_of < GROWN_OLD:
            return kept.facts
        return reread(kept.facts, (), ())
    places = _changed(kept.last, last)
    return read() if places is None else reread(kept.facts, *places)


def _changed(since: int, last: int) -> tuple[set[int], set[int]] | None:
    """The needs and questions of which these events tell; None when that is too many."""
    if last - since > MOST_EVENTS:
        return None
    query = select(EventRow.post_id, EventRow.data).where(EventRow.id > since, EventRow.id <= last)
    needs, posts = set[int](), set[int]()
    for post_id, data in db.session.execute(query):
        needs.update(filter(None, (data.get("need_id"),)))
        posts.update(filter(None, (post_id, *(data.get(name) for name in ABOUT_QUESTIONS))))
        posts.update(data.get("question_ids", ()))
    if len(posts) > MOST_PLACES or len(needs) > MOST_PLACES:
        return None
    return needs, posts | set(_questions_of(list(posts)))


def _questions_of(posts: Sequence[Any]) -> Sequence[int]:
    """The questions to which some of these are answers."""
    return db.session.scalars(select(Answer.question_id).where(Answer.id.in_(posts))).all()
