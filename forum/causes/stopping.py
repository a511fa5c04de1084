"""Has it stopped? Asked of everybody who asked, four weeks after a fix; and verified by how often it still happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from forum.causes import counting
from forum.causes.linking import look_at
from forum.causes.models import FIXED, Cause, CauseLink, CauseVoice
from forum.causes.rates import WATCHED, days_later
from forum.causes.stepping import hold, move
from forum.core import working_time
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.core.permissions import require
from forum.people.models import Person
from forum.posts.models import Post
from forum.posts.removing import PostRestored
from forum.practices.models import Practice

ASK_AFTER = 20  # working days after the day of effect: long enough to have met it again


@dataclass(frozen=True, kw_only=True)
class WatchTimer(Event):
    """A day on which a fix is looked at; one of an earlier fix does nothing."""

    cause_id: int
    effect_on: str


@dataclass(frozen=True, kw_only=True)
class StoppedAsked(PostEvent):
    """Somebody who asked is asked whether it has stopped."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class StoppedReplied(PostEvent):
    """Somebody said whether it has stopped."""

    person_id: int
    stopped: bool


@dataclass(frozen=True, kw_only=True)
class RetirementProposed(PostEvent):
    """What a practice works around is gone: the best practice is the one that nobody needs any more."""

    cause_id: int


class NotAsked(Refused):
    """Only whoever is asked can say it."""

    message = "You were not asked about this, or it has moved on. Ask a question if it happens to you."


def begin_watching(cause: Cause) -> None:
    """Look at a fix on every working day from its effect on, until it is verified and its time is over."""
    voices = select(CauseVoice).where(CauseVoice.cause_id == cause.id)
    for voice in db.session.scalars(voices):
        voice.asked_at = voice.replied_at = voice.stopped = None
    _look_again(cause, days_later(counting.calendar_of(cause), _effect(cause), ASK_AFTER))


def reply(person: Person, cause: Cause, stopped: bool | None) -> None:
    """Say whether it has stopped; the last word counts. "No" is a need again, if one's last is not the same.

    Raises `NotAsked`, or `Invalid` when nothing was chosen.
    """
    require(person, "cause.speak", cause)
    hold(cause)
    voice = db.session.scalar(_voice(cause.id, person.id))
    if voice is None or voice.asked_at is None or cause.effect_on is None:
        raise NotAsked()
    if stopped is None:
        raise Invalid("Say whether it has stopped.", "stopped")
    voice.stopped, voice.replied_at = stopped, now()
    voice.struck_at = None if stopped else now()
    db.session.flush()
    publish(StoppedReplied(post_id=cause.id, person_id=person.id, stopped=stopped), actor=person)
    look_at(cause)


@listener(atomic=True)
def watch_fix(event: WatchTimer) -> None:
    """Ask once whether it has stopped, look whether it has, and come back on the next working day."""
    query = select(Cause).where(Cause.id == event.cause_id, Cause.state.in_(FIXED), Post.removed_at.is_(None))
    query = query.with_for_update(of=Cause.__table__).execution_options(populate_existing=True)
    cause = db.session.scalar(query)
    if cause is None or cause.effect_on is None or cause.effect_on.isoformat() != event.effect_on:
        return
    calendar = counting.calendar_of(cause)
    today = calendar.local_date(now())
    if today >= days_later(calendar, cause.effect_on, ASK_AFTER):
        _ask_everybody(cause)
    if cause.state == "fixed" and counting.weighed(cause).is_verified:
        _verify(cause)
    if cause.state == "fixed" or today < days_later(calendar, cause.effect_on, WATCHED):
        _look_again(cause, days_later(calendar, today, 1))


@listener(at_once=True)
def take_up_watching(event: PostRestored) -> None:
    """A fix is looked at again when its cause is put back."""
    cause = db.session.get(Cause, event.post_id)
    if cause is not None and cause.state in FIXED and cause.effect_on is not None:
        _look_again(cause, counting.calendar_of(cause).local_date(now()))


def _ask_everybody(cause: Cause) -> None:
    """Ask everybody who asked whether it has stopped, each once after a fix."""
    asked = {voice.person_id: voice for voice in db.session.scalars(_voice(cause.id))}
    for id in sorted(counting.linked_people(cause.id)):
        voice = asked.get(id)
        if voice is None:
            voice = CauseVoice(cause_id=cause.id, person_id=id, quote="")
            db.session.add(voice)
        if voice.asked_at is None:
            voice.asked_at = now()
            publish(StoppedAsked(post_id=cause.id, person_id=id))


def _verify(cause: Cause) -> None:
    move(cause, "verified", actor=None, on=cause.effect_on)
    cause.verified_at = now()
    worked_around = (
        select(Practice.id)
        .join(CauseLink, CauseLink.post_id == Practice.id)
        .where(CauseLink.cause_id == cause.id, CauseLink.linked_at.is_not(None), CauseLink.refused_at.is_(None))
        .where(Practice.retired_at.is_(None), Post.removed_at.is_(None))
        .order_by(Practice.id)
    )
    for id in db.session.scalars(worked_around).all():
        publish(RetirementProposed(post_id=id, cause_id=cause.id))


def _look_again(cause: Cause, day: date) -> None:
    calendar = counting.calendar_of(cause)
    morning = datetime.combine(day, time(0), ZoneInfo(calendar.timezone))
    opening = working_time.next_opening(calendar, morning)
    enqueue(watch_fix, WatchTimer(cause_id=cause.id, effect_on=_effect(cause).isoformat()), due=max(opening, now()))


def _effect(cause: Cause) -> date:
    assert cause.effect_on is not None
    return cause.effect_on


def _voice(cause_id: int, person_id: int | None = None) -> Select[CauseVoice]:
    query = select(CauseVoice).where(CauseVoice.cause_id == cause_id)
    return query if person_id is None else query.where(CauseVoice.person_id == person_id)
