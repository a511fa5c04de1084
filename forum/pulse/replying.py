"""Replying to the pulse: that somebody did is written in one table, what they said is added up in another."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, case, or_, select, update

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.permissions import require
from forum.people.models import Person
from forum.pulse.models import ITEMS, VALUES, PulseCount, PulseInvitation, PulseRound


class RepliedAlready(Refused):
    """Nobody can say any more which reply was theirs, so it cannot be changed either."""

    title = "You have replied already"
    message = "Nobody knows which reply was yours, so it cannot be changed. You are asked again next quarter."


class NotYourTurn(Refused):
    """Whoever was not asked cannot reply."""

    title = "It is not your turn now"
    message = "You are asked once a quarter. If you have replied already: nobody knows which reply was yours."


class RoundIsOver(Refused):
    """What is added later would show by itself."""

    title = "This round is over"
    message = "Its results are out. You are asked again this quarter."


def turn_of(person: Person) -> PulseInvitation | None:
    """The invitation that somebody has not replied to while its round goes on, or None."""
    today = now().date()
    own = (PulseInvitation.person_id == person.id, PulseInvitation.has_replied.is_(False))
    going_on = (PulseRound.begins_on <= today, PulseRound.ends_on > today)
    return db.session.scalar(select(PulseInvitation).join(PulseInvitation.round).where(*own, *going_on))


def reply(person: Person, invitation: PulseInvitation, values: Mapping[int, int]) -> None:
    """Add what somebody says to the counts of their round: a value from 1 to 5 for some or all of their items.

    No event and no job is written, since both have times. Raises `Invalid` for nothing or nonsense.
    """
    require(person, "pulse.reply", invitation)
    _one_after_the_other(invitation)
    if invitation.has_replied:
        raise RepliedAlready()
    if invitation.round.ends_on <= now().date():
        raise RoundIsOver()
    if not values:
        raise Invalid("Choose a value for one of them, at least.", "")
    if not (values.keys() <= invitation.items.keys() and set(values.values()) <= VALUES.keys()):
        raise Invalid("Choose one of the five.", "")
    invitation.has_replied = True
    db.session.flush()
    _add(invitation, values)


def _one_after_the_other(invitation: PulseInvitation) -> None:
    """Hold the round: two replies at a time would write its counts in different orders and wait for each other."""
    db.session.execute(select(PulseRound.id).where(PulseRound.id == invitation.round_id).with_for_update())
    db.session.refresh(invitation, ["has_replied"])


def _add(invitation: PulseInvitation, values: Mapping[int, int]) -> None:
    """Raise the counts. Every row of the round is written, so that none shows that it was just this one."""
    raised = or_(
        *(
            and_(
                PulseCount.item == item,
                PulseCount.value == value,
                PulseCount.department_id.is_not_distinct_from(invitation.department_id if item in ITEMS else None),
            )
            for item, value in values.items()
        )
    )
    counts = update(PulseCount).where(PulseCount.round_id == invitation.round_id)
    more = counts.values(count=PulseCount.count + case((raised, 1), else_=0))
    db.session.execute(more, execution_options={"synchronize_session": False})
