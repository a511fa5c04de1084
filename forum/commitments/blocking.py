"""What stands in the way: mine to remove, or somebody else has the key and is asked for it, by name and by a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from forum.commitments.models import BLOCKERS, OPEN, REPLIES, Blocker, Commitment
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.core.permissions import require
from forum.needs import timers
from forum.people.hours import calendar_of
from forum.people.models import Person
from forum.posts.models import Post
from forum.posts.removing import PostRestored

FURTHEST = timedelta(days=90)
LONGEST = 300  # characters


@dataclass(frozen=True, kw_only=True)
class KeyAsked(PostEvent):
    """Somebody is asked, by name and by a day, to remove what stands in a colleague's way; `reminder` once more."""

    commitment_id: int
    blocker_id: int
    holder_id: int
    wanted_by: str
    reminder: bool


@dataclass(frozen=True, kw_only=True)
class KeyReplied(PostEvent):
    """Whoever has the key said whether the way is open."""

    commitment_id: int
    blocker_id: int
    reply: str


@dataclass(frozen=True, kw_only=True)
class KeyWithdrawn(PostEvent):
    """It stands in the way no longer: nobody needs the key any more."""

    commitment_id: int
    blocker_id: int


@dataclass(frozen=True, kw_only=True)
class KeyTimer(Event):
    """The time at which somebody who has not replied is asked once more."""

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
    if kind not in BLOCKERS:
        raise Invalid("Choose what it is.", "kind")
    words = text.clean_line(words, LONGEST)
    if len(words) < 3:
        raise Invalid("Say in a line what stands in the way.", "words")
    if holder is not None:
        _check_request(person, holder, wanted_by)
    made = Blocker(
        commitment_id=commitment.id,
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


def reply_to(person: Person, blocker: Blocker, reply: str, answer: str) -> None:
    """Say that the way is open, or why it cannot be. Only whoever has the key can.

    Raises `Invalid` with the field at fault.
    """
    require(person, "blocker.reply", blocker)
    db.session.refresh(blocker, ["replied_at", "removed_at"], with_for_update=True)
    if not blocker.is_waiting:
        raise Refused("This has been settled already.")
    if reply not in REPLIES:
        raise Invalid("Say whether the way is open.", "reply")
    answer = text.clean_source(answer).strip()[:2_000]
    if reply == "cannot" and not answer:
        raise Invalid("Say why, and what could be done instead.", "answer")
    blocker.reply, blocker.answer, blocker.replied_at = reply, answer, now()
    if reply == "opened":
        blocker.removed_at = now()
    publish(
        KeyReplied(
            post_id=blocker.commitment.page_id,
            commitment_id=blocker.commitment_id,
            blocker_id=blocker.id,
            reply=reply,
        ),
        actor=person,
    )


def remove_blocker(person: Person, blocker: Blocker) -> None:
    """It stands in the way no longer. Twice is once."""
    require(person, "commitment.own", blocker.commitment)
    if blocker.removed_at is None:
        blocker.removed_at = now()
        if blocker.holder_id is not None and blocker.replied_at is None:
            facts = {"commitment_id": blocker.commitment_id, "blocker_id": blocker.id}
            publish(KeyWithdrawn(post_id=blocker.commitment.page_id, **facts), actor=person)


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
    """Whoever has the key has said nothing: ask a second and last time. From then on it is shown as overdue."""
    blocker = db.session.get(Blocker, event.blocker_id)
    if blocker is None or blocker.holder_id is None or not blocker.is_waiting or blocker.reminded_at is not None:
        return
    holder = db.session.get_one(Person, blocker.holder_id)
    page = db.session.get_one(Post, blocker.commitment.page_id)
    if not holder.is_active or not blocker.commitment.is_open or page.removed_at is not None:
        return
    if timers.put_off(ask_once_more, event, holder):
        return
    blocker.reminded_at = now()
    publish(_asked(blocker, reminder=True))


def _check_request(person: Person, holder: Person, wanted_by: date | None) -> None:
    if holder.id == person.id:
        raise Invalid("If the key is yours, say that it is yours to remove.", "holder")
    if not holder.is_active:
        raise Invalid("Choose somebody who works here.", "holder")
    today = calendar_of(holder).local_date(now())
    if wanted_by is None or not today <= wanted_by <= today + FURTHEST:
        raise Invalid("Choose a day from today on, within three months.", "wanted_by")


def _when_to_ask_again(blocker: Blocker, holder: Person) -> datetime:
    """After three working days of the holder's, or on the morning after the day if that is later."""
    assert blocker.wanted_by is not None
    return max(timers.due(timers.KEY, holder, now()), timers.day_over(holder, blocker.wanted_by))


def _asked(blocker: Blocker, *, reminder: bool) -> KeyAsked:
    assert blocker.holder_id is not None
    assert blocker.wanted_by is not None
    return KeyAsked(
        post_id=blocker.commitment.page_id,
        commitment_id=blocker.commitment_id,
        blocker_id=blocker.id,
        holder_id=blocker.holder_id,
        wanted_by=blocker.wanted_by.isoformat(),
        reminder=reminder,
    )
