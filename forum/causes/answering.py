"""What a department says of a cause: seen, planned, declined with a reason, fixed. Nobody else can say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from forum.causes import counting
from forum.causes.duties import begin_duty, end_duty
from forum.causes.models import Cause, CauseDoubt, CauseVoice
from forum.causes.rates import DAYS_WANTED, days_later
from forum.causes.stepping import MovedOn, hold, move, said
from forum.causes.stopping import begin_watching
from forum.core import text, working_time
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.languages import Message
from forum.core.permissions import require
from forum.needs import timers
from forum.people.models import Person

FURTHEST = timedelta(days=366)  # a plan for later than in a year is none
DOUBTS_WANTED = 3  # people, before a refusal has to be thought over
LONGEST_DOUBT = 500  # characters


@dataclass(frozen=True, kw_only=True)
class DelegateNamed(PostEvent):
    """Somebody may speak for the department in this matter."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class CauseDoubted(PostEvent):
    """Somebody does not accept that a cause stays; so many do by now."""

    doubts: int


class DoubtedOnce(Refused):
    """A refusal is thought over once."""

    message = "This was challenged before, and thought over. Link new needs: what happens again is heard again."


def acknowledge(person: Person, cause: Cause, *, words: str, next_on: date | None) -> None:
    """Say "we have seen it", and by which day more is said. No solution is asked for yet.

    Raises `Invalid` with the field at fault, `MovedOn` when it has been seen already.
    """
    require(person, "cause.answer", cause)
    words = said(words, Message("Say in a line what you have seen. Nobody expects a solution yet."))
    day = _day(
        cause, next_on, Message("Choose the day by which you say more, from today on, within a year."), "next_on"
    )
    hold(cause)
    if cause.state != "signalled":
        raise MovedOn()
    move(cause, "acknowledged", actor=person, words=words, on=day)
    cause.next_on = day
    begin_duty(cause, timers.CAUSE_PLAN)


def plan(person: Person, cause: Cause, *, words: str, on: date | None, co_owner: Person | None) -> None:
    """Say what will be done and by when, together with somebody of a department that asks.

    Said again it is a new plan. Raises `Invalid` with the field at fault, or `MovedOn`.
    """
    require(person, "cause.answer", cause)
    words = said(words, Message("Say what you will change."))
    day = _day(cause, on, Message("Choose the day by which it is done, from today on, within a year."), "on")
    if co_owner is None:
        raise Invalid("Name somebody of a department that asks: both sides own it.", "co_owner")
    if co_owner.department_id == cause.department_id or not co_owner.is_active:
        raise Invalid("Name somebody of another department, one that asks.", "co_owner")
    hold(cause)
    move(cause, "planned", actor=person, words=words, on=day)
    cause.next_on, cause.co_owner_id = day, co_owner.id
    begin_duty(cause, until=_end_of(cause, day))


def decline(person: Person, cause: Cause, *, words: str, instead: str) -> None:
    """Say that it stays, why, and what to do instead. Raises `Invalid` with the field at fault, or `MovedOn`."""
    require(person, "cause.answer", cause)
    words = said(words, Message("Say why it stays. Those who asked read it."))
    instead = said(instead, Message("Say what to do instead, so that nobody is left alone with it."), "instead")
    hold(cause)
    move(cause, "declined", actor=person, words=words, instead=instead)
    cause.next_on = None
    end_duty(cause)


def claim_fixed(person: Person, cause: Cause, *, words: str, effect_on: date | None) -> None:
    """Say that it is fixed, and from which day on it should not happen any more.

    That day may be up to thirty working days ago, or within a month. Raises `Invalid` with the field at fault, or
    `MovedOn`.
    """
    require(person, "cause.answer", cause)
    words = said(words, Message("Say what was changed, so that others can see whether it reaches them."))
    hold(cause)
    calendar = counting.calendar_of(cause)
    today = calendar.local_date(now())
    if effect_on is None or effect_on > today + timedelta(days=31) or effect_on <= counting.start_of(cause):
        raise Invalid("Choose the first day on which it should not happen any more.", "effect_on")
    if days_later(calendar, effect_on, DAYS_WANTED) < today:
        raise Invalid(
            "That is too long ago to be watched. Choose the day on which those who asked can tell.", "effect_on"
        )
    move(cause, "fixed", actor=person, words=words, on=effect_on)
    cause.effect_on, cause.next_on = effect_on, None
    end_duty(cause)
    begin_watching(cause)


def name_delegate(person: Person, cause: Cause, delegate: Person | None) -> None:
    """Let somebody else speak for the department in this matter, or nobody any more."""
    require(person, "cause.delegate", cause)
    if delegate is not None and not delegate.is_active:
        raise Invalid("Choose somebody who works here.", "delegate")
    hold(cause)
    cause.delegate_id = delegate.id if delegate else None
    if delegate is not None:
        publish(DelegateNamed(post_id=cause.id, person_id=delegate.id), actor=person)


def doubt(person: Person, cause: Cause, why: str = "") -> None:
    """Not accept that a cause stays; the third of those who asked has it thought over, once. Twice is once.

    Raises `DoubtedOnce`, or `MovedOn` when nothing is declined.
    """
    require(person, "cause.doubt", cause)
    hold(cause)
    if cause.doubted_at is not None:
        raise DoubtedOnce()
    if cause.state != "declined":
        raise MovedOn()
    if db.session.get(CauseDoubt, (cause.id, person.id)) is not None:
        return
    why = text.clean_line(why, LONGEST_DOUBT)
    db.session.add(CauseDoubt(cause_id=cause.id, person_id=person.id, at=now(), why=why))
    db.session.flush()
    doubts = db.session.scalar(select(func.count()).where(CauseDoubt.cause_id == cause.id)) or 0
    publish(CauseDoubted(post_id=cause.id, doubts=doubts), actor=person)
    if doubts >= DOUBTS_WANTED:
        cause.doubted_at = now()
        move(cause, "signalled", actor=None, kind="challenged")
        begin_duty(cause, timers.CAUSE_SEEN)


def not_mine(person: Person, cause: Cause, *, mine: bool = False) -> None:
    """Say that one's own need was something else, so that it does not count; or, with `mine`, that it was this."""
    require(person, "cause.speak", cause)
    voice_of(cause, person).not_mine_at = None if mine else now()


def voice_of(cause: Cause, person: Person) -> CauseVoice:
    """What somebody says of a cause: a row to write it into, if there is none yet."""
    own = (CauseVoice.cause_id == cause.id, CauseVoice.person_id == person.id)
    found = db.session.scalar(select(CauseVoice).where(*own))
    if found is None:
        found = CauseVoice(cause_id=cause.id, person_id=person.id, quote="")
        db.session.add(found)
        db.session.flush()
    return found


def _day(cause: Cause, day: date | None, wanted: str, field: str) -> date:
    today = counting.calendar_of(cause).local_date(now())
    if day is None or not today <= day <= today + FURTHEST:
        raise Invalid(wanted, field)
    return day


def _end_of(cause: Cause, day: date) -> datetime:
    """When the department begins to work after a day: until then all of that day was theirs."""
    calendar = counting.calendar_of(cause)
    over = datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(calendar.timezone))
    return working_time.next_opening(calendar, over)
