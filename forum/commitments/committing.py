"""What are you doing about it? Said in one's own words, asked about once, reminded once; dropping it is honourable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from forum.commitments.models import OPEN, Commitment
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import Listener, enqueue, listener
from forum.core.languages import Message, gettext
from forum.core.permissions import require
from forum.core.templating import day
from forum.core.working_time import due
from forum.needs import timers
from forum.people.hours import calendar_of
from forum.people.models import Person
from forum.posts.models import Post
from forum.posts.removing import PostRestored
from forum.practices.models import Practice
from forum.practices.using import used

FURTHEST = 60  # working days: what is planned for later is not planned
LONGEST = 300  # characters of each half of the sentence
LONGEST_WORD = 2_000
BEGINNING = re.compile(r"^(when|i will|i'll)\s+", re.IGNORECASE)  # The sentence says it already.


@dataclass(frozen=True, kw_only=True)
class CommitmentMade(PostEvent):
    """Somebody said what they will do; `with_id` is whom they named to do it with. Its words are not in the event:
    it may be private."""

    commitment_id: int
    with_id: int | None


@dataclass(frozen=True, kw_only=True)
class CommitmentDue(PostEvent):
    """Whoever made it is asked what became of it; `reminder` the second and last time."""

    commitment_id: int
    person_id: int
    reminder: bool


@dataclass(frozen=True, kw_only=True)
class CommitmentReported(PostEvent):
    """Whoever made it said what became of it; or nobody did in time (`no_reply`)."""

    commitment_id: int
    state: str
    with_id: int | None


@dataclass(frozen=True, kw_only=True)
class CommitmentConfirmed(PostEvent):
    """Whom it was done with says that it was done."""

    commitment_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class CommitmentTimer(Event):
    """A time at which a commitment is asked about, reminded of or closed; it acts only if that is still to be done."""

    commitment_id: int


class ReportedBefore(Refused):
    """What became of it is said once."""

    message = "This has been told already. What you want to do next is a commitment of its own."


def undertake(
    person: Person,
    page: Post,
    *,
    occasion: str,
    deed: str,
    due_on: date | None,
    partner: Person | None = None,
    is_private: bool = False,
) -> Commitment:
    """Say "when …, I will …, by …" about a question or a practice.

    Raises `Invalid` with the field at fault: both halves are needed, the day lies within sixty working days.
    """
    return write_down(
        person,
        page,
        occasion=_half(occasion, "occasion", Message("Say when: an occasion that you will notice, or a time.")),
        deed=deed,
        due_on=due_on,
        partner=partner,
        is_private=is_private,
    )


def write_down(
    person: Person,
    page: Post,
    *,
    deed: str,
    due_on: date | None,
    occasion: str = "",
    partner: Person | None = None,
    is_private: bool = False,
) -> Commitment:
    """Write down what somebody will do, without an occasion if it is an experiment, and set its timer."""
    require(person, "commitment.make", page)
    if isinstance(page, Practice) and page.retired_at is not None:
        raise Refused("This is no longer recommended. Its page says why, and what took its place.")
    if partner is not None and (partner.id == person.id or not partner.is_active):
        raise Invalid("Choose a colleague who works here, or nobody.", "partner")
    made = Commitment(
        person_id=person.id,
        department_id=person.department_id,
        page_id=page.id,
        occasion=occasion,
        deed=_half(deed, "deed", Message("Say what you will do, so that you can tell afterwards whether you did.")),
        due_on=_day(person, due_on),
        with_id=partner.id if partner else None,
        is_private=is_private,
        made_at=now(),
        word="",
    )
    db.session.add(made)
    db.session.flush()
    publish(CommitmentMade(post_id=page.id, commitment_id=made.id, with_id=made.with_id), actor=person)
    enqueue(ask_about, CommitmentTimer(commitment_id=made.id), due=timers.day_over(person, made.due_on))
    return made


def report(
    person: Person,
    commitment: Commitment,
    state: str,
    *,
    word: str = "",
    worked: str = "",
    minutes: int | None = None,
) -> None:
    """Say what became of it: kept, partly, or dropped, which needs a reason. Nobody can say it for somebody else.

    With `worked` ("resolved", "partly" or "not") on a practice it also becomes one of the practice's outcomes. Raises
    `ReportedBefore`, or `Invalid` with the field at fault.
    """
    require(person, "commitment.own", commitment)
    db.session.refresh(commitment, ["state"], with_for_update=True)
    if not commitment.can_be_reported:
        raise ReportedBefore()
    if state not in ("kept", "partly", "dropped"):
        raise Invalid("Say what became of it: done, in part, or dropped.", "state")
    word = text.clean_source(word).strip()[:LONGEST_WORD]
    if state == "dropped" and not word:
        raise Invalid("Say in a few words why. Dropping it is fine; the reason helps whoever tries next.", "word")
    commitment.state, commitment.word, commitment.closed_at = state, word, now()
    if worked and state != "dropped":
        _note_outcome(person, commitment, worked, word, minutes)
    publish(_reported(commitment), actor=person)


def confirm(person: Person, commitment: Commitment) -> None:
    """Whom it was done with says: yes, we did it. Twice is once."""
    require(person, "commitment.confirm", commitment)
    if commitment.state not in ("kept", "partly"):
        raise Refused("It can be confirmed once its maker has said that it was done.")
    if commitment.confirmed_at is None:
        commitment.confirmed_at = now()
        publish(
            CommitmentConfirmed(
                post_id=commitment.page_id, commitment_id=commitment.id, person_id=commitment.person_id
            ),
            actor=person,
        )


@listener(atomic=True)
def ask_about(event: CommitmentTimer) -> None:
    """The day is over: ask what became of it."""
    commitment, person = _open(event.commitment_id)
    if commitment is None or person is None or commitment.asked_at is not None:
        return
    if not person.is_active:
        _give_up(commitment)
        return
    if timers.put_off(ask_about, event, person):
        return
    commitment.state, commitment.asked_at = "due", now()
    publish(_due(commitment, reminder=False))
    enqueue(remind_of, event, due=timers.due(timers.COMMITMENT_REMIND, person, now()))


@listener(atomic=True)
def remind_of(event: CommitmentTimer) -> None:
    """Ask a second and last time."""
    commitment, person = _open(event.commitment_id)
    if commitment is None or person is None or commitment.reminded_at is not None:
        return
    if timers.put_off(remind_of, event, person):
        return
    commitment.reminded_at = now()
    publish(_due(commitment, reminder=True))
    enqueue(give_up_asking, event, due=timers.due(timers.COMMITMENT_CLOSE, person, now()))


@listener(atomic=True)
def give_up_asking(event: CommitmentTimer) -> None:
    """Nothing was said: that is no reply, neither kept nor broken, and can still be told."""
    commitment, person = _open(event.commitment_id)
    if commitment is None or person is None:
        return
    if not timers.put_off(give_up_asking, event, person, grace=timedelta(hours=timers.DAY)):
        _give_up(commitment)


@listener(at_once=True)
def take_up_commitments(event: PostRestored) -> None:
    """What was not asked while a page was removed is asked now. A step that comes twice is taken once."""
    standing = select(Commitment).where(Commitment.page_id == event.post_id, Commitment.state.in_(OPEN))
    for commitment in db.session.scalars(standing.order_by(Commitment.id)).all():
        person = db.session.get_one(Person, commitment.person_id)
        enqueue(
            _next_step(commitment), CommitmentTimer(commitment_id=commitment.id), due=_next_time(person, commitment)
        )


def _next_step(commitment: Commitment) -> Listener:
    if commitment.asked_at is None:
        return ask_about
    return give_up_asking if commitment.reminded_at else remind_of


def _next_time(person: Person, commitment: Commitment) -> datetime:
    if commitment.asked_at is None:
        return max(timers.day_over(person, commitment.due_on), now())
    timer = timers.COMMITMENT_CLOSE if commitment.reminded_at else timers.COMMITMENT_REMIND
    return max(timers.due(timer, person, commitment.reminded_at or commitment.asked_at), now())


def _note_outcome(person: Person, commitment: Commitment, worked: str, word: str, minutes: int | None) -> None:
    """What was done by a practice is a use of it; the words of a private one stay private."""
    practice = db.session.get(Practice, commitment.page_id)
    if practice is not None and can_count(person, practice):
        used(person, practice, worked, minutes=minutes, note="" if commitment.is_private else word)


def can_count(person: Person, page: Post) -> bool:
    """Whether what somebody did about a page can be one of its outcomes: of a practice in use, and not its author's."""
    in_use = isinstance(page, Practice) and page.retired_at is None and page.removed_at is None
    return in_use and page.author_id != person.id


def _half(typed: str, field: str, wanted: str) -> str:
    words = BEGINNING.sub("", text.clean_line(typed, LONGEST)).rstrip(" .,…")
    if len(words) < 3:
        raise Invalid(wanted, field)
    return words


def _day(person: Person, due_on: date | None) -> date:
    calendar = calendar_of(person)
    furthest = due(calendar, now(), timedelta(hours=FURTHEST * timers.DAY))
    if due_on is None or not calendar.local_date(now()) <= due_on <= calendar.local_date(furthest):
        words = gettext(
            "Choose a day from today on, until %(day)s: what is planned for later is seldom done.",
            day=day(calendar.local_date(furthest)),
        )
        raise Invalid(words, "due_on")
    return due_on


def _open(id: int) -> tuple[Commitment | None, Person | None]:
    """A commitment that is still to be told of, on a page that can be read, and whoever made it."""
    query = select(Commitment).join(Post, Post.id == Commitment.page_id)
    here = query.where(Commitment.id == id, Commitment.state.in_(OPEN), Post.removed_at.is_(None))
    fresh = here.with_for_update(of=Commitment).execution_options(populate_existing=True)
    commitment = db.session.scalar(fresh)
    return commitment, db.session.get_one(Person, commitment.person_id) if commitment else None


def _give_up(commitment: Commitment) -> None:
    commitment.state, commitment.closed_at = "no_reply", now()
    publish(_reported(commitment))


def _due(commitment: Commitment, *, reminder: bool) -> CommitmentDue:
    return CommitmentDue(
        post_id=commitment.page_id,
        commitment_id=commitment.id,
        person_id=commitment.person_id,
        reminder=reminder,
    )


def _reported(commitment: Commitment) -> CommitmentReported:
    return CommitmentReported(
        post_id=commitment.page_id,
        commitment_id=commitment.id,
        state=commitment.state,
        with_id=commitment.with_id,
    )
