"""What stands in the way: mine to remove, or somebody else has the key and is asked for it, by name and by a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from forum.commitments.models import BLOCKERS, OPEN, REPLIES, Blocker, Commitment
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
from forum.people.reporting import one_level_up
from forum.posts.models import Post
from forum.posts.removing import PostRestored

FURTHEST = timedelta(days=90)
LONGEST = 300  # characters


@dataclass(frozen=True, kw_only=True)
class KeyEvent(Event):
    """Something that happened to a key; it has a page where it is wanted for a commitment."""

    post_id: int | None
    commitment_id: int | None
    blocker_id: int


@dataclass(frozen=True, kw_only=True)
class KeyAsked(KeyEvent):
    """Somebody is asked, by name and by a day, to remove what stands in a colleague's way; `reminder` once more."""

    holder_id: int
    wanted_by: str
    reminder: bool


@dataclass(frozen=True, kw_only=True)
class KeyPassedUp(KeyEvent):
    """Whoever was asked has said nothing in time: whoever is one level up is told, once."""

    holder_id: int
    to_id: int


@dataclass(frozen=True, kw_only=True)
class KeyReplied(KeyEvent):
    """Whoever has the key said whether the way is open."""

    reply: str


@dataclass(frozen=True, kw_only=True)
class KeyWithdrawn(KeyEvent):
    """It stands in the way no longer: nobody needs the key any more."""


@dataclass(frozen=True, kw_only=True)
class KeyTimer(Event):
    """The time at which somebody who has not replied is asked once more, and one level up is told."""

    blocker_id: int


def note_blocker(
    person: Person,
    commitment: Commitment,
    *,
    kind: str,
    words: str,
    holder: Person | None = None,
    wanted_by: date | None = None,
) -> Blocker:
    """Say what stands in the way. With a `holder` that person is asked to remove it by the day.

    Raises `Invalid` with the field at fault.
    """
    require(person, "commitment.own", commitment)
    if not commitment.is_open:
        raise Refused("This commitment is over. Make another one, and say there what stands in its way.")
    return _note(person, commitment, kind, words, holder, wanted_by)


def ask_for(person: Person, holder: Person | None, *, kind: str, words: str, wanted_by: date | None) -> Blocker:
    """Ask somebody by name for what one needs of them by a day: time, money, permission, whatever for.

    Raises `Invalid` with the field at fault.
    """
    require(person, "key.ask", holder)
    if holder is None:
        raise Invalid("Name whoever can give it to you.", "holder")
    return _note(person, None, kind, words, holder, wanted_by)


def reply_to(person: Person, blocker: Blocker, reply: str, answer: str) -> None:
    """Say that the way is open, or why it cannot be. Only whoever has the key can, or later whoever is one level up.

    Raises `Invalid` with the field at fault.
    """
    require(person, "blocker.reply", blocker)
    db.session.refresh(blocker, ["replied_at", "removed_at"], with_for_update=True)
    if not blocker.is_waiting:
        raise Refused("This has been settled already. Reload the page to see how.")
    if reply not in REPLIES:
        raise Invalid("Say whether the way is open.", "reply")
    answer = text.clean_source(answer).strip()[:2_000]
    if reply == "cannot" and not answer:
        raise Invalid("Say why, and what could be done instead.", "answer")
    blocker.reply, blocker.answer, blocker.replied_at = reply, answer, now()
    if reply == "opened":
        blocker.removed_at = now()
    publish(KeyReplied(**_about(blocker), reply=reply), actor=person)


def remove_blocker(person: Person, blocker: Blocker) -> None:
    """It stands in the way no longer. Twice is once."""
    require(person, "blocker.own", blocker)
    if blocker.removed_at is None:
        blocker.removed_at = now()
        if blocker.holder_id is not None and blocker.replied_at is None:
            publish(KeyWithdrawn(**_about(blocker)), actor=person)


@listener(at_once=True)
def take_up_keys(event: PostRestored) -> None:
    """Whoever was not asked once more while a page was removed is asked now."""
    here = (Commitment.page_id == event.post_id, Commitment.state.in_(OPEN), Blocker.holder_id.is_not(None))
    waiting = select(Blocker).join(Commitment, Commitment.id == Blocker.commitment_id)
    waiting = waiting.where(*here, Blocker.replied_at.is_(None), Blocker.removed_at.is_(None))
    for blocker in db.session.scalars(waiting.where(Blocker.reminded_at.is_(None)).order_by(Blocker.id)).all():
        holder = db.session.get_one(Person, blocker.holder_id)
        enqueue(ask_once_more, KeyTimer(blocker_id=blocker.id), due=_when_to_ask_again(blocker, holder))


@listener(atomic=True)
def ask_once_more(event: KeyTimer) -> None:
    """Whoever has the key has said nothing: ask a second and last time, and tell whoever is one level up, once.

    From then on it is shown as overdue. Whoever has left is not asked, but somebody is above them.
    """
    blocker = db.session.get(Blocker, event.blocker_id)
    if blocker is None or blocker.holder_id is None or blocker.reminded_at is not None or not _is_wanted(blocker):
        return
    holder = db.session.get_one(Person, blocker.holder_id)
    if holder.is_active and timers.put_off(ask_once_more, event, holder):
        return
    blocker.reminded_at = now()
    if holder.is_active:
        publish(_asked(blocker, reminder=True))
    above = one_level_up(holder)
    if above is not None and above.id != blocker.person_id:
        blocker.passed_to_id = above.id
        publish(KeyPassedUp(**_about(blocker), holder_id=holder.id, to_id=above.id))


def _note(
    person: Person,
    commitment: Commitment | None,
    kind: str,
    words: str,
    holder: Person | None,
    wanted_by: date | None,
) -> Blocker:
    if kind not in BLOCKERS:
        raise Invalid("Choose what it is.", "kind")
    words = text.clean_line(words, LONGEST)
    if len(words) < 3:
        raise Invalid("Say in a line what stands in the way.", "words")
    if holder is not None:
        _check_request(person, holder, wanted_by)
    made = Blocker(
        commitment_id=commitment.id if commitment else None,
        person_id=person.id,
        kind=kind,
        words=words,
        noted_at=now(),
        holder_id=holder.id if holder else None,
        wanted_by=wanted_by if holder else None,
        answer="",
    )
    made.commitment = commitment
    db.session.add(made)
    db.session.flush()
    if holder is not None:
        publish(_asked(made, reminder=False), actor=person)
        enqueue(ask_once_more, KeyTimer(blocker_id=made.id), due=_when_to_ask_again(made, holder))
    return made


def _check_request(person: Person, holder: Person, wanted_by: date | None) -> None:
    if holder.id == person.id:
        raise Invalid("If the key is yours, say that it is yours to remove.", "holder")
    if not holder.is_active:
        raise Invalid("Choose somebody who works here.", "holder")
    today = calendar_of(holder).local_date(now())
    if wanted_by is None or not today <= wanted_by <= today + FURTHEST:
        raise Invalid("Choose a day from today on, within three months.", "wanted_by")


def _is_wanted(blocker: Blocker) -> bool:
    """Whether somebody still waits for a reply: what is over, and what stands on a removed page, asks for nothing."""
    if not blocker.is_waiting or blocker.commitment is None:
        return blocker.is_waiting
    page = db.session.get_one(Post, blocker.commitment.page_id)
    return blocker.commitment.is_open and page.removed_at is None


def _when_to_ask_again(blocker: Blocker, holder: Person) -> datetime:
    """After three working days of the holder's; for a commitment on the morning after the day, if that is later."""
    assert blocker.wanted_by is not None
    in_three_days = timers.due(timers.KEY, holder, now())
    if blocker.commitment is None:  # A reply is owed soon, also to what is wanted in three months.
        return in_three_days
    return max(in_three_days, timers.day_over(holder, blocker.wanted_by))


def _about(blocker: Blocker) -> dict[str, Any]:
    """What every event of a key says of it."""
    commitment = blocker.commitment
    return {
        "post_id": commitment.page_id if commitment else None,
        "commitment_id": blocker.commitment_id,
        "blocker_id": blocker.id,
    }


def _asked(blocker: Blocker, *, reminder: bool) -> KeyAsked:
    assert blocker.holder_id is not None
    assert blocker.wanted_by is not None
    wanted_by = blocker.wanted_by.isoformat()
    return KeyAsked(**_about(blocker), holder_id=blocker.holder_id, wanted_by=wanted_by, reminder=reminder)
