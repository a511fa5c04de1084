"""The facts of the moment, kept in the process: read whole once, and after that only what has changed since.

Every step of every need is an event, so the number of the last event says whether anything happened, and the events
since say to which needs. Decision 34 says why it is done so. What was so at the end of a quarter is not changed by what
happens later, but for the little that is not kept; so facts of the past are read once, and again after an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Select, select

from forum.answers.models import Answer
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import EventRow
from forum.departments.hours import HoursChanged
from forum.departments.labelling import DepartmentRenamed
from forum.impact.facts.facts import Facts
from forum.impact.facts.lasting import lasting
from forum.impact.facts.periods import Period
from forum.impact.facts.reading import read, read_past, reread
from forum.objectives.telling import StoryRemoved, StoryReplied
from forum.people.sign_in import PasswordChanged, SessionsEnded, SignedIn, SignInFailed
from forum.posts.removing import PostRemoved, PostRestored
from forum.privacy.erasing import PersonErased

MOST_EVENTS = 5_000  # since the last look; with more of them all is read anew, which then takes no longer
MOST_PLACES = 500  # questions and needs that changed; so many fit into one statement of any database
MOST_PASTS = 2  # kept at once: each holds every need, and few people look further back
GROWN_OLD = timedelta(hours=1)  # Who waits, waits longer, also when nothing happens.
# Somebody comes in at every moment of the day, which changes no fact.
SAY_NOTHING = tuple(kind.__name__ for kind in (SignedIn, SignInFailed, SessionsEnded, PasswordChanged))
# What is as it is today in every look at the past: see reading_past.py.
NOT_KEPT = tuple(
    kind.__name__
    for kind in (PostRemoved, PostRestored, StoryRemoved, StoryReplied, PersonErased, DepartmentRenamed, HoursChanged)
)
ABOUT_QUESTIONS = ("question_id", "into_id", "page_id")


@dataclass
class Past:
    """What one process knows of an earlier moment."""

    facts: Facts
    read_at: datetime
    last: int = 0  # event by which nothing had happened that changes it


@dataclass
class Kept:
    """What one process knows."""

    facts: Facts | None = None
    last: int = 0  # event
    pasts: dict[Period, Past] = field(default_factory=dict)  # the latest looked at comes last
    lock: Lock = field(default_factory=Lock)
    past_lock: Lock = field(default_factory=Lock)  # of its own: nobody who looks at now waits while a past is read


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


def past_facts(quarter: Period) -> Facts:
    """Everything that was known when a quarter ended; names of today (see reading_past.py) are at most an hour old."""
    kept: Kept = current_app.extensions["impact"]
    with kept.past_lock:
        past, last = kept.pasts.pop(quarter, None), kept.last
        if past is None or now() - past.read_at >= GROWN_OLD or _is_overtaken(past.last, last):
            new = _shared(read_past(quarter), kept.facts)
            if past is not None:
                new.kept.update(lasting(past.facts, new, _differing(past.facts, new)))
            past = Past(new, now())
        past.last = last
        kept.pasts[quarter] = past
        while len(kept.pasts) > MOST_PASTS:
            del kept.pasts[next(iter(kept.pasts))]
        return past.facts


def _is_overtaken(since: int, last: int) -> bool:
    """Whether something has happened that changes what may be told of the past."""
    if last <= since:
        return last < since  # It is another database, or an older copy of this one.
    later = (EventRow.id > since, EventRow.id <= last, EventRow.name.in_(NOT_KEPT))
    return db.session.scalar(select(EventRow.id).where(*later).limit(1)) is not None


def _shared(past: Facts, present: Facts | None) -> Facts:
    """The same, holding what has not changed since once: of a quarter long past that is nearly everything."""
    if present is None:
        return past
    known = present.needs
    return replace(past, needs={id: known[id] if known.get(id) == need else need for id, need in past.needs.items()})


def _differing(old: Facts, new: Facts) -> set[int]:
    """The needs of which something else is known now."""
    return {id for id in old.needs.keys() | new.needs.keys() if old.needs.get(id) != new.needs.get(id)}


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
