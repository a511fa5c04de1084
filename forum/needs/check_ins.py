"""Did it work? Asked once after there was a chance to try, reminded once, then left: silence is no success."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update

from forum.answers.answering import OwnAnswer
from forum.answers.models import Answer
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import Listener, enqueue, listener
from forum.core.languages import Message
from forum.core.permissions import require
from forum.core.working_time import due
from forum.needs import timers
from forum.needs.ledger import NeedMoved, NotPossible, hold, move
from forum.needs.models import ENDED, CheckIn, Need
from forum.people.hours import calendar_of
from forum.people.models import Person
from forum.people.persona_links import same_person
from forum.posts.models import Post
from forum.posts.removing import PostRestored

FURTHEST = timedelta(days=90)  # Later nobody remembers what it was that should have worked.
MOST_MINUTES = 10_000
LONGEST_CONTEXT = 120  # characters: a line
MINUTES_WANTED = Message("Give the minutes you saved as a number, or leave it out.")


@dataclass(frozen=True, kw_only=True)
class CheckInDue(Event):
    """A timer of a check-in: to ask, to remind or to close. It acts only if that is still to be done."""

    check_in_id: int


@dataclass(frozen=True, kw_only=True)
class CheckInAsked(PostEvent):
    """Somebody is asked whether it worked; `reminder` the second and last time."""

    check_in_id: int
    person_id: int
    reminder: bool


@dataclass(frozen=True, kw_only=True)
class OutcomeGiven(PostEvent):
    """Somebody said whether it worked, or did not reply in ten working days."""

    check_in_id: int
    need_id: int
    outcome: str
    answer_id: int | None
    practice_id: int | None


@listener(at_once=True)
def stop_asking(event: NeedMoved) -> None:
    """Nobody is asked about what they no longer need."""
    if event.after == "withdrawn":
        _drop_pending(event.need_id)


def plan(
    need: Need, *, answer: Answer | None = None, practice_version: int | None = None, due_at: datetime | None = None
) -> CheckIn:
    """Ask about it after there was time to try: on `due_at`, else after three working days of the person's calendar."""
    person = db.session.get_one(Person, need.person_id)
    _drop_pending(need.id)
    if need.state != "trying":
        move(need, "trying", actor=None, answer_id=answer.id if answer else None)
    made = CheckIn(
        need_id=need.id,
        round=need.round,
        answer_id=answer.id if answer else None,
        practice_id=need.practice_id,
        practice_version=practice_version,
        due_at=due_at or timers.due(timers.TRY, person, now(), need.impact),
        note="",
    )
    db.session.add(made)
    db.session.flush()
    enqueue(ask, CheckInDue(check_in_id=made.id), due=made.due_at)
    return made


def stop_trying(need: Need, **facts: Any) -> None:
    """Nobody is asked about what they try any more; the need is answered, and nothing is said of how it went."""
    _drop_pending(need.id)
    move(need, "answered", actor=None, **facts)


def try_on(person: Person, check_in: CheckIn, day: date) -> None:
    """The person says when they will have tried it: asked at the start of their next working day after it."""
    require(person, "need.own", check_in.need)
    if check_in.closed_at is not None or check_in.asked_at is not None:
        raise NotPossible()
    calendar = calendar_of(person)
    today = calendar.local_date(now())
    if not today <= day <= today + FURTHEST:
        raise Invalid("Choose a day from today on, within three months.", "day")
    check_in.due_at = timers.day_over(person, day)
    enqueue(ask, CheckInDue(check_in_id=check_in.id), due=check_in.due_at)


@listener(atomic=True)
def ask(event: CheckInDue) -> None:
    """Ask whether it worked."""
    check_in = _pending(event.check_in_id)
    if check_in is None or check_in.asked_at is not None or check_in.due_at > now():
        return  # Done already, or put off: then another job waits for the new day.
    need, person = check_in.need, db.session.get_one(Person, check_in.need.person_id)
    if not person.is_active:
        _close(check_in, "no_reply")
        move(need, "due", actor=None)
        move(need, "no_reply", actor=None)
        return
    if timers.put_off(ask, event, person):
        return
    check_in.asked_at = now()
    move(need, "due", actor=None)
    publish(_asked(check_in, reminder=False))
    enqueue(remind, event, due=timers.due(timers.REMIND, person, now(), need.impact))


@listener(atomic=True)
def remind(event: CheckInDue) -> None:
    """Ask a second and last time."""
    check_in = _pending(event.check_in_id)
    if check_in is None or check_in.reminded_at is not None:
        return
    person, impact = db.session.get_one(Person, check_in.need.person_id), check_in.need.impact
    if timers.put_off(remind, event, person):
        return
    check_in.reminded_at = now()
    publish(_asked(check_in, reminder=True))
    # Counted from the reminder: it may have waited for somebody who was away, and there has to be time to reply.
    changed = person.department.timers
    left = timers.CLOSE.hours(impact, changed) - timers.REMIND.hours(impact, changed)
    enqueue(close, event, due=due(calendar_of(person), now(), left))


@listener(atomic=True)
def close(event: CheckInDue) -> None:
    """Ten working days without a reply: not confirmed, and open to be answered for ever."""
    check_in = _pending(event.check_in_id)
    if check_in is None or check_in.asked_at is None:
        return
    person = db.session.get_one(Person, check_in.need.person_id)
    if timers.put_off(close, event, person, grace=timedelta(hours=timers.DAY)):
        return  # They may have left right after the reminder: a day to reply when they are back.
    _close(check_in, "no_reply")
    move(check_in.need, "no_reply", actor=None)
    publish(_given(check_in))


def reply(
    person: Person,
    check_in: CheckIn,
    outcome: str,
    *,
    minutes: int | None = None,
    context: str = "",
    note: str = "",
    changed_work: bool | None = None,
    fits: bool | None = None,
    still_open: bool = False,
) -> None:
    """Say whether it worked; only whoever has the need can. "Not" opens the need again at once, "partly" if wished.

    Possible from the day the answer was accepted on, and also after the check-in was closed without a reply. Raises
    `NotPossible` when it was answered already, `Invalid` for anything but resolved, partly and not.
    """
    require(person, "need.own", check_in.need)
    if outcome not in ("resolved", "partly", "not"):
        raise Invalid("Say whether it worked: yes, partly or no.", "outcome")
    if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
        raise Invalid(MINUTES_WANTED, "minutes")
    tried = db.session.get(Post, check_in.answer_id or check_in.practice_id or 0)
    if tried is not None and tried.author_id != person.id and same_person(person.id, tried.author_id):
        raise OwnAnswer()
    hold(check_in.need.question_id)
    _claim_reply(check_in, outcome)
    db.session.refresh(check_in)
    db.session.refresh(check_in.need)
    if check_in.need.round != check_in.round:
        raise NotPossible()
    check_in.department_id, check_in.minutes = person.department_id, minutes
    check_in.context = text.clean_line(context, LONGEST_CONTEXT)
    check_in.note, check_in.changed_work = text.clean_source(note).strip()[:2_000], changed_work
    check_in.fits = fits if outcome != "not" else None  # What did not work fits nobody.
    need = check_in.need
    if need.state == "trying":
        move(need, "due", actor=person)
    if outcome == "not":
        move(need, "open", actor=person, outcome="not", answer_id=check_in.answer_id)
    else:
        move(need, outcome, actor=person, outcome=outcome, answer_id=check_in.answer_id)
        if outcome == "partly" and still_open:
            move(need, "open", actor=person, outcome="partly", answer_id=check_in.answer_id)
    publish(_given(check_in), actor=person)


def came_back(person: Person, need: Need) -> None:
    """It worked, or nobody said, and now the need is there again: the next round of the same need."""
    require(person, "need.own", need)
    hold(need.question_id)
    db.session.refresh(need)
    if need.state not in ENDED:
        raise NotPossible()
    move(need, "open", actor=person, came_back=True)


def leave(person: Person, need: Need) -> None:
    """Have it no longer, and not be asked about it; one that has ended stays as it ended."""
    require(person, "need.own", need)
    _drop_pending(need.id)
    if need.state == "due":
        move(need, "answered", actor=None)
    if need.state not in ENDED:
        move(need, "withdrawn", actor=person)


def ask_again(need: Need) -> None:
    """The need has come to somebody else: a check-in that was asked already is asked of them, too."""
    check_in = latest_of(need)
    if check_in is not None and check_in.asked_at is not None and check_in.closed_at is None:
        publish(_asked(check_in, reminder=False))


def latest_of(need: Need) -> CheckIn | None:
    """The last check-in of a need, closed or not."""
    query = select(CheckIn).where(CheckIn.need_id == need.id).order_by(CheckIn.id.desc()).limit(1)
    return db.session.scalar(query)


def find(id: int) -> CheckIn | None:
    """The check-in with that id and its need."""
    return db.session.scalar(select(CheckIn).where(CheckIn.id == id))


@listener(at_once=True)
def take_up_asking(event: PostRestored) -> None:
    """What was not asked while a page was removed is asked now. A step that comes twice is taken once."""
    about = or_(Need.question_id == event.post_id, Need.practice_id == event.post_id)
    query = select(CheckIn).join(Need, Need.id == CheckIn.need_id).where(about, CheckIn.closed_at.is_(None))
    for check_in in db.session.scalars(query.order_by(CheckIn.id)).all():
        step, due_at = _next_step(check_in)
        enqueue(step, CheckInDue(check_in_id=check_in.id), due=max(due_at, now()))


def _next_step(check_in: CheckIn) -> tuple[Listener, datetime]:
    """What a check-in that is not closed has before it, and when."""
    if check_in.asked_at is None:
        return ask, check_in.due_at
    step, timer = (close, timers.CLOSE) if check_in.reminded_at else (remind, timers.REMIND)
    person = db.session.get_one(Person, check_in.need.person_id)
    return step, timers.due(timer, person, check_in.asked_at, check_in.need.impact)


def _pending(id: int) -> CheckIn | None:
    """The check-in that is still to be asked, reminded of or closed, and can be read; held against everybody else."""
    hold(db.session.scalar(select(Need.question_id).join(CheckIn, CheckIn.need_id == Need.id).where(CheckIn.id == id)))
    query = (
        select(CheckIn)
        .join(Need, Need.id == CheckIn.need_id)
        .join(Post, Post.id == func.coalesce(Need.question_id, Need.practice_id))
        .where(CheckIn.id == id, CheckIn.closed_at.is_(None), Post.removed_at.is_(None))
    )
    return db.session.scalar(query.with_for_update(of=CheckIn).execution_options(populate_existing=True))


def _drop_pending(need_id: int) -> None:
    """Close a check-in that was overtaken; it has no outcome and counts nowhere."""
    pending = update(CheckIn).where(CheckIn.need_id == need_id, CheckIn.closed_at.is_(None))
    db.session.execute(pending.values(closed_at=now()))


def _claim_reply(check_in: CheckIn, outcome: str) -> None:
    """Of two replies at once, in two tabs for instance, exactly one counts; the other is told so."""
    unanswered = or_(CheckIn.closed_at.is_(None), CheckIn.outcome == "no_reply")
    claim = update(CheckIn).where(CheckIn.id == check_in.id, unanswered).values(outcome=outcome, closed_at=now())
    claimed: Any = db.session.execute(claim, execution_options={"synchronize_session": False})
    if claimed.rowcount == 0:
        raise NotPossible()


def _close(check_in: CheckIn, outcome: str) -> None:
    check_in.outcome, check_in.closed_at = outcome, now()


def _asked(check_in: CheckIn, *, reminder: bool) -> CheckInAsked:
    need = check_in.need
    return CheckInAsked(post_id=need.subject_id, check_in_id=check_in.id, person_id=need.person_id, reminder=reminder)


def _given(check_in: CheckIn) -> OutcomeGiven:
    assert check_in.outcome is not None
    return OutcomeGiven(
        post_id=check_in.need.subject_id,
        check_in_id=check_in.id,
        need_id=check_in.need_id,
        outcome=check_in.outcome,
        answer_id=check_in.answer_id,
        practice_id=check_in.practice_id,
    )
