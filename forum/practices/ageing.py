"""How a practice grows old: due on its date, fresh again by who confirms or uses it, out of date when nobody does.

Everything here is counted from check-ins: what people said who used the practice, without whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from forum.core import working_time
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Refused
from forum.core.events import PostEvent, publish
from forum.core.jobs import listener
from forum.core.languages import gettext, messages
from forum.core.permissions import require
from forum.needs import timers
from forum.needs.check_ins import OutcomeGiven
from forum.needs.models import CheckIn, Need
from forum.people.hours import calendar_of
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import REVIEW_PACES, Practice

LOOK_EVERY = timedelta(hours=1)  # A date has no hour; within the morning is soon enough.
USED_WITHIN = timedelta(days=90)  # Whoever made it work so recently knows whether it holds.
USES_WANTED = 2  # outcomes "it worked" since the date: use is a review, and one may be luck
LAST, FAILURES = 5, 2  # of so many outcomes since it was looked at, so many failures are no accident
RETIRE_AFTER = timedelta(hours=480)  # working time: twelve weeks out of date, and nobody missed it enough to mend it
# Why a practice counts as out of date, as its page says it.
BECAUSE = messages(
    {
        "overdue": "Its date for another look has passed long ago, and nobody has looked.",
        "outcomes": "It did not work for %(failures)s of the last %(last)s who tried it.",
        "challenge": "A colleague said that it no longer works, and that is so.",
    }
)
TOLD = ("resolved", "partly", "not")  # outcomes that say something


@dataclass(frozen=True, kw_only=True)
class PracticeDue(PostEvent):
    """The date has come on which somebody should look at a practice again."""


@dataclass(frozen=True, kw_only=True)
class PracticeConfirmed(PostEvent):
    """A practice still holds: somebody said so, or it worked for two colleagues since its date (`by_use`)."""

    by_use: bool


@dataclass(frozen=True, kw_only=True)
class PracticeStale(PostEvent):
    """A practice counts as out of date; `because` is a key of `BECAUSE`."""

    because: str


@dataclass(frozen=True, kw_only=True)
class KeeperAsked(PostEvent):
    """A moderator asks whoever looks after a practice whether it still holds."""


class StillChallenged(Refused):
    """A challenge wants a reply, not a button."""

    message = "A colleague says that it no longer works. Reply to that: the reply can be that it still holds."


class NoLongerRecommended(Refused):
    """What is retired is not looked at again."""

    message = "This practice is retired, so there is nothing to confirm."


@dataclass(frozen=True)
class Upkeep:
    """What it depends on whether somebody may confirm a practice."""

    owner_id: int
    used_by: Collection[int]  # for whom it worked lately


def reason_of(practice: Practice) -> str:
    """Why a practice counts as out of date, in the reader's language; nothing if it does not."""
    return gettext(BECAUSE.get(practice.stale_because, ""), failures=FAILURES, last=LAST)


def upkeep_of(practice: Practice) -> Upkeep:
    """Who keeps a practice, and for whom it worked in the last 90 days."""
    lately = (*_told_of(practice.id), CheckIn.outcome == "resolved", CheckIn.closed_at >= now() - USED_WITHIN)
    lately = (*lately, Need.person_id != practice.author_id)
    query = select(Need.person_id).join(CheckIn, CheckIn.need_id == Need.id).where(*lately).distinct()
    return Upkeep(practice.owner_id, db.session.scalars(query).all())


def confirm(person: Person, practice: Practice) -> None:
    """Say that the practice still holds: the next review is one pace from today. Raises `StillChallenged`."""
    require(person, "practice.confirm", upkeep_of(practice))
    if practice.retired_at is not None:
        raise NoLongerRecommended()
    if practice.challenged_at is not None:
        raise StillChallenged()
    reviewed(practice, actor=person)


def ask_keeper(moderator: Person, practice: Practice) -> None:
    """Ask whoever looks after a practice whether it still holds."""
    require(moderator, "practice.retire", practice)
    publish(KeeperAsked(post_id=practice.id), actor=moderator)


def reviewed(practice: Practice, *, actor: Person | None, by_use: bool = False) -> None:
    """Somebody looked at it, in whatever way: the clock begins again, and nothing of before counts."""
    practice.review_on = (now() + timedelta(days=REVIEW_PACES[practice.review_pace])).date()
    practice.reviewed_at, practice.asked_at = now(), None
    practice.stale_since, practice.stale_because = None, ""
    publish(PracticeConfirmed(post_id=practice.id, by_use=by_use), actor=actor)


def become_stale(practice: Practice, because: str, *, actor: Person | None = None) -> None:
    """Count as out of date from now on; nothing happens to one that does already or is retired."""
    if practice.stale_since is None and practice.retired_at is None:
        practice.stale_since, practice.stale_because = now(), because
        publish(PracticeStale(post_id=practice.id, because=because), actor=actor)


@listener(atomic=True)
def age_by_use(event: OutcomeGiven) -> None:
    """Two for whom it worked since its date are a review; two failures of the last five make it out of date."""
    practice = _held(event.practice_id) if event.practice_id else None
    if practice is None:
        return
    if event.outcome == "not" and _fails_lately(practice):
        become_stale(practice, "outcomes")
    elif event.outcome == "resolved" and _worked_since_asked(practice):
        reviewed(practice, actor=None, by_use=True)


def look_at_dates() -> None:
    """Ask about every practice whose date has come, once; and let those grow out of date that nobody looked at since.

    The worker does it every hour. Nothing counts as out of date without somebody having been asked for four weeks.
    """
    if db.session.scalar(select(Practice.id).where(*_to_do()).limit(1)) is None:
        db.session.rollback()
        return
    with transaction():
        due = select(Practice).where(*_to_do()).order_by(Practice.id).options(joinedload(Practice.owner))
        due = due.with_for_update(of=Practice.__table__)  # Of two workers the second finds that it is asked.
        for practice in db.session.scalars(due.execution_options(populate_existing=True)).all():
            if practice.asked_at is None or practice.asked_at.date() < practice.due_on:
                practice.asked_at = now()
                publish(PracticeDue(post_id=practice.id))
            elif timers.due(timers.STALE, practice.owner, practice.asked_at) <= now():
                become_stale(practice, "overdue")


def should_retire(practice: Practice, moment: datetime) -> bool:
    """Whether it has been out of date for twelve weeks, or surely fails more often than it works."""
    if practice.label == "does_not_work":
        return True
    since = practice.stale_since
    return since is not None and working_time.elapsed(calendar_of(practice.owner), since, moment) >= RETIRE_AFTER


def _fails_lately(practice: Practice) -> bool:
    since = practice.reviewed_at or practice.created_at
    query = select(CheckIn.outcome, Need.person_id).join(Need, Need.id == CheckIn.need_id)
    others = query.where(*_told_of(practice.id), Need.person_id != practice.author_id, CheckIn.closed_at > since)
    last = db.session.execute(others.order_by(CheckIn.closed_at.desc(), CheckIn.id.desc()).limit(LAST)).all()
    return len({person_id for outcome, person_id in last if outcome == "not"}) >= FAILURES  # People, not presses.


def _worked_since_asked(practice: Practice) -> bool:
    """Whether use may stand for a review: of what is due or was forgotten, not of what failed or is challenged."""
    if practice.asked_at is None or practice.challenged_at or practice.stale_because not in ("", "overdue"):
        return False
    worked = (CheckIn.practice_id == practice.id, CheckIn.outcome == "resolved", CheckIn.closed_at >= practice.asked_at)
    query = select(func.count(Need.person_id.distinct())).join(CheckIn, CheckIn.need_id == Need.id)
    return (db.session.scalar(query.where(*worked, Need.person_id != practice.author_id)) or 0) >= USES_WANTED


def _told_of(practice_id: int) -> tuple[ColumnElement[bool], ...]:
    return CheckIn.practice_id == practice_id, CheckIn.outcome.in_(TOLD)


def _to_do() -> tuple[ColumnElement[bool], ...]:
    """Practices whose date has come and that do not count as out of date yet."""
    in_use = (Practice.retired_at.is_(None), Post.removed_at.is_(None))
    return *in_use, Practice.stale_since.is_(None), Practice.due_on <= now().date()


def _held(id: int) -> Practice | None:
    query = select(Practice).where(Practice.id == id, Practice.retired_at.is_(None), Post.removed_at.is_(None))
    query = query.with_for_update(of=Practice.__table__)
    return db.session.scalar(query.execution_options(populate_existing=True))
