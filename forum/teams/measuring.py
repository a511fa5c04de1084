"""F15 for leaders, replies in time to what they are asked, and whether the note of a month was useful."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select

from forum.commitments.models import Blocker
from forum.core.db import db
from forum.core.statistics import Interval, bounds, wilson
from forum.teams.models import OPEN, Pledge, PledgeConfirmation


@dataclass(frozen=True, slots=True)
class Kept:
    """Of what was promised and fell due: what was kept, and of what nobody can say."""

    due: int
    kept: int
    unknown: int  # nobody replied, or nobody has confirmed it

    @property
    def share(self) -> float | None:
        """Kept of due; None where nothing was due."""
        return self.kept / self.due if self.due else None

    @property
    def bounds(self) -> Interval:
        """Kept of due, whatever became of what is not known."""
        return bounds(self.kept, self.unknown, self.due)


@dataclass(frozen=True, slots=True)
class InTime:
    """Of the requests that have a reply, or whose time to reply is over: how many had it in time."""

    replied: int
    asked: int

    @property
    def interval(self) -> Interval:
        """Where the share lies, 95 times out of 100."""
        return wilson(self.replied, self.asked)


@dataclass(frozen=True, slots=True)
class Useful:
    """How those who were sent a note say that it was useful to their goal."""

    yes: int
    partly: int
    no: int
    sent: int

    @property
    def replied(self) -> int:
        """How many said something."""
        return self.yes + self.partly + self.no

    @property
    def bounds(self) -> Interval:
        """Useful to so many of all, whatever those think who said nothing. In part is not counted as yes."""
        return bounds(self.yes, self.sent - self.replied, self.sent)


def kept(states: Iterable[str], *, unconfirmed: int = 0) -> Kept:
    """F15 of what stands in these states; of those that are said to be kept so many nobody has confirmed."""
    due = [state for state in states if state not in OPEN]
    return Kept(len(due), due.count("kept") - unconfirmed, due.count("no_reply") + unconfirmed)


def pledges_kept(person_id: int | None = None) -> Kept:
    """F15 of the pledges of a leader, or of all: kept when its maker says so and one of the team confirms it."""
    confirmed = select(PledgeConfirmation.pledge_id).where(PledgeConfirmation.pledge_id == Pledge.id).exists()
    query = select(Pledge.state, confirmed)
    if person_id is not None:
        query = query.where(Pledge.person_id == person_id)
    rows = db.session.execute(query).all()
    return kept([state for state, _ in rows], unconfirmed=sum(state == "kept" and not is_so for state, is_so in rows))


def replies_in_time(person_id: int | None = None) -> InTime:
    """How many requests had a reply before one level up was told; of one holder, or of all."""
    over = or_(Blocker.replied_at.is_not(None), Blocker.reminded_at.is_not(None))
    in_time = func.count(case((Blocker.reminded_at.is_(None), 1)))
    query = select(in_time, func.count()).where(Blocker.holder_id.is_not(None), over)
    if person_id is not None:
        query = query.where(Blocker.holder_id == person_id)
    replied, asked = db.session.execute(query).one()
    return InTime(replied, asked)


def usefulness(ratings: Sequence[str], sent: int) -> Useful:
    """What these ratings come to, of so many who were sent the note; whoever came later may rate it, too."""
    return Useful(ratings.count("yes"), ratings.count("partly"), ratings.count("no"), max(sent, len(ratings)))
