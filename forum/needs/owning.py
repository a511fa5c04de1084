"""Staying with an open problem: who does, when the asker hears from them, and what happens when nothing comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.core.permissions import require
from forum.core.working_time import Calendar, next_opening
from forum.needs.ledger import NotPossible, hold
from forum.needs.models import Need
from forum.people.hours import calendar_of
from forum.people.models import Person
from forum.posts.models import Post

FURTHEST = timedelta(days=90)  # A promise for later than that is none.
LONGEST = 2_000  # characters: a word to somebody who waits, not a report


@dataclass(frozen=True, kw_only=True)
class OwnerNamed(PostEvent):
    """Somebody stays with an open problem, and the asker hears again on a day."""

    need_id: int
    owner_id: int
    next_on: str


@dataclass(frozen=True, kw_only=True)
class WordGiven(PostEvent):
    """The asker was told what has happened so far, and hears again on another day."""

    need_id: int
    owner_id: int
    next_on: str


@dataclass(frozen=True, kw_only=True)
class WordDue(PostEvent):
    """The day has come on which the asker is to hear."""

    need_id: int
    owner_id: int
    next_on: str


@dataclass(frozen=True, kw_only=True)
class WordMissed(PostEvent):
    """The day has passed, with neither an answer nor another day."""

    need_id: int
    owner_id: int
    next_on: str


@dataclass(frozen=True, kw_only=True)
class OwnerTimer(Event):
    """A time at which somebody is to be told of a promised day; it acts only if nothing was promised since."""

    need_id: int
    round: int
    naming: int


def name_owner(
    moderator: Person, need: Need, owner: Person, next_on: date, *, so_far: str = "", outside: bool = False
) -> None:
    """Say who stays with an open problem and when the asker hears again; with `outside`, whom else was asked.

    Naming anew replaces the owner and the day. Raises `Invalid` for a day that is past or too far, for somebody who
    has left, and for `outside` without a word about it.
    """
    require(moderator, "need.name_owner", need)
    hold(need.question_id)
    db.session.refresh(need)
    if need.state != "open_problem":
        raise NotPossible()
    if owner.id == need.person_id:
        raise Invalid("Whoever waits cannot stay with it. Choose somebody else.", "owner")
    if not owner.is_active:
        raise Invalid("Choose somebody who works here.", "owner")
    if outside and not (so_far.strip() or need.so_far):
        raise Invalid("Say whom you asked outside: the asker reads it.", "so_far")
    need.owner_id, need.asked_outside = owner.id, outside
    _promise(moderator, need, owner, next_on, so_far)
    publish(OwnerNamed(post_id=need.subject_id, **_facts(need)), actor=moderator)


def promise_again(person: Person, need: Need, so_far: str, next_on: date) -> None:
    """Tell the asker what has happened so far and when they hear again. Raises `Invalid` without a word or a day."""
    require(person, "need.promise_again", need)
    hold(need.question_id)
    db.session.refresh(need)
    if need.state != "open_problem" or need.owner_id is None:
        raise NotPossible()
    if not so_far.strip():
        raise Invalid("Say in a line or two what has happened so far.", "so_far")
    _promise(person, need, db.session.get_one(Person, need.owner_id), next_on, so_far)
    publish(WordGiven(post_id=need.subject_id, **_facts(need)), actor=person)


@listener(atomic=True)
def remind_owner(event: OwnerTimer) -> None:
    """Tell the owner on the morning of the day; not when it is over already, or somebody has left."""
    need = _kept(event)
    if need is None or need.owner_id is None or need.next_on is None:
        return
    owner = db.session.get_one(Person, need.owner_id)
    if owner.is_active and calendar_of(owner).local_date(now()) <= need.next_on:
        publish(WordDue(post_id=need.subject_id, **_facts(need)))


@listener(atomic=True)
def miss_word(event: OwnerTimer) -> None:
    """Tell the moderators, once, that nothing came."""
    need = _kept(event)
    if need is not None:
        publish(WordMissed(post_id=need.subject_id, **_facts(need)))


def _promise(actor: Person, need: Need, owner: Person, next_on: date, so_far: str) -> None:
    """Keep the day and the word, and set both timers; those of an earlier promise do nothing any more."""
    if not now().date() <= next_on <= now().date() + FURTHEST:
        raise Invalid("Choose a day from today on, within three months.", "next_on")
    need.next_on, need.naming = next_on, need.naming + 1
    if so_far.strip():
        need.so_far, need.so_far_at = text.clean_source(so_far).strip()[:LONGEST], now()
    calendar = calendar_of(owner)
    timer = OwnerTimer(need_id=need.id, round=need.round, naming=need.naming)
    morning = _morning(calendar, next_on)
    if morning > now() or owner.id != actor.id:  # Whoever promises something for today knows.
        enqueue(remind_owner, timer, due=max(morning, now()))
    enqueue(miss_word, timer, due=next_opening(calendar, _midnight(calendar, next_on + timedelta(days=1))))


def _morning(calendar: Calendar, day: date) -> datetime:
    """When work begins on the day, or on the last working day before it."""
    for number in range(FURTHEST.days):
        for opening, _ in calendar.spans(day - timedelta(days=number)):
            return opening
    return _midnight(calendar, day)


def _midnight(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(calendar.timezone))


def _kept(event: OwnerTimer) -> Need | None:
    """The need while it still waits for what was promised then, and can be read."""
    hold(db.session.scalar(select(Need.question_id).where(Need.id == event.need_id)))
    promised = (Need.id == event.need_id, Need.round == event.round, Need.naming == event.naming)
    query = select(Need).join(Post, Post.id == Need.question_id).where(*promised, Need.state == "open_problem")
    fresh = query.where(Post.removed_at.is_(None)).with_for_update(of=Need)
    return db.session.scalar(fresh.execution_options(populate_existing=True))


def _facts(need: Need) -> dict[str, Any]:
    assert need.owner_id is not None
    assert need.next_on is not None
    return {"need_id": need.id, "owner_id": need.owner_id, "next_on": need.next_on.isoformat()}
