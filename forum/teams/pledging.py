"""Time that leaders pledge their team: made for some weeks, told of afterwards, and confirmed by the team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, publish
from forum.core.jobs import enqueue, listener
from forum.core.permissions import require
from forum.needs import timers
from forum.people.hours import calendar_of
from forum.people.models import Person
from forum.teams.leading import lead_of, people_led_by
from forum.teams.models import REPORTED, Pledge, PledgeConfirmation

LONGEST = timedelta(days=92)  # A quarter: what is pledged for longer nobody remembers, and nobody can confirm.
WORDS = 200  # characters


@dataclass(frozen=True, kw_only=True)
class PledgeMade(Event):
    """A leader pledges time to the team."""

    pledge_id: int


@dataclass(frozen=True, kw_only=True)
class PledgeDue(Event):
    """The time of a pledge is over: its maker is asked how it went."""

    pledge_id: int


@dataclass(frozen=True, kw_only=True)
class PledgeReported(Event):
    """The maker of a pledge says how it went."""

    pledge_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class PledgeConfirmed(Event):
    """Somebody of the team confirms what the maker of a pledge says."""

    pledge_id: int


@dataclass(frozen=True, kw_only=True)
class PledgeTimer(Event):
    """The time at which a pledge is over; `last` the time at which the question about it is closed."""

    pledge_id: int
    last: bool


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who can confirm a pledge."""

    people: frozenset[int]


def pledge(person: Person, *, hours_a_week: int | None, purpose: str, until_on: date | None) -> Pledge:
    """Pledge the team some hours a week from today to the end of a day. Raises `Invalid` with the field at fault."""
    require(person, "pledge.make", lead_of(person))
    if hours_a_week is None or not 1 <= hours_a_week <= 40:
        raise Invalid("A whole number of hours a week, from 1 to 40.", "hours_a_week")
    purpose = text.clean_line(purpose, WORDS)
    if len(purpose) < 3:
        raise Invalid("Say in a few words what the time is for.", "purpose")
    today = calendar_of(person).local_date(now())
    if until_on is None or not today < until_on <= today + LONGEST:
        raise Invalid("Choose a day from tomorrow on, within three months.", "until_on")
    made = Pledge(
        person_id=person.id,
        department_id=person.department_id,
        hours_a_week=hours_a_week,
        purpose=purpose,
        from_on=today,
        until_on=until_on,
        state="made",
        made_at=now(),
        word="",
    )
    db.session.add(made)
    db.session.flush()
    publish(PledgeMade(pledge_id=made.id), actor=person)
    enqueue(end_pledge, PledgeTimer(pledge_id=made.id, last=False), due=timers.day_over(person, until_on))
    return made


def report(person: Person, made: Pledge, state: str, word: str) -> None:
    """Say how it went. Letting go takes a reason. Raises `Invalid` with the field at fault."""
    require(person, "pledge.own", made)
    db.session.refresh(made, ["state"], with_for_update=True)
    if not made.can_be_reported:
        raise Refused("You have said so already.")
    if state not in REPORTED:
        raise Invalid("Say how it went.", "state")
    word = text.clean_source(word).strip()[:2_000]
    if state == "dropped" and not word:
        raise Invalid("Say why: it helps to pledge what can be kept.", "word")
    made.state, made.word, made.closed_at = state, word, now()
    publish(PledgeReported(pledge_id=made.id, state=state), actor=person)


def confirm(person: Person, made: Pledge) -> None:
    """Confirm what its maker says. Twice is once."""
    require(person, "pledge.confirm", Witnesses(people_led_by(made.person_id)))
    if made.state not in ("kept", "partly"):
        raise Refused("There is nothing to confirm: whoever made it has not said that it was kept.")
    if db.session.get(PledgeConfirmation, (made.id, person.id)) is None:
        db.session.add(PledgeConfirmation(pledge_id=made.id, by_id=person.id, at=now()))
        publish(PledgeConfirmed(pledge_id=made.id), actor=person)


@listener(atomic=True)
def end_pledge(event: PledgeTimer) -> None:
    """Its time is over: ask its maker, and close the question when nothing is said for as long as of a commitment."""
    made = db.session.get(Pledge, event.pledge_id)
    if made is None or made.state != ("due" if event.last else "made"):
        return
    person = db.session.get_one(Person, made.person_id)
    if person.is_active and timers.put_off(end_pledge, event, person):
        return
    if event.last or not person.is_active:
        made.state, made.closed_at = "no_reply", now()
        return
    made.state = "due"
    publish(PledgeDue(pledge_id=made.id))
    later = timers.due(timers.COMMITMENT_CLOSE, person, now())
    enqueue(end_pledge, PledgeTimer(pledge_id=made.id, last=True), due=later)
