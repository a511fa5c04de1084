"""What is asked of people by themselves: the pulse, pledges, the note of the month, to be a second one, and to come."""

from __future__ import annotations

from sqlalchemy import select

from forum.core.clock import now
from forum.core.db import db
from forum.core.jobs import listener
from forum.impact.models import Introduction
from forum.impact.reach.welcoming import ColleagueInvited
from forum.impact.silos.introducing import SecondPersonAsked
from forum.needs.models import Need
from forum.notifications.recipients.telling import (
    Reason,
    tell,
)
from forum.pulse.asking import PulseAsked
from forum.pulse.models import PulseInvitation
from forum.questions.models import Question
from forum.teams.leading import people_led_by, stakeholders
from forum.teams.models import Pledge
from forum.teams.pledging import PledgeConfirmed, PledgeDue, PledgeReported
from forum.teams.sending import MonthlyNoteSent


@listener(atomic=True)
def tell_of_pulse(event: PulseAsked) -> None:
    """The pulse: whose turn it is, unless they have replied or were reminded meanwhile, or the round is over."""
    invitation = db.session.get_one(PulseInvitation, (event.round_id, event.person_id))
    is_latest = event.reminder or invitation.reminded_on is None
    if is_latest and not invitation.has_replied and now().date() < invitation.round.ends_on:
        tell(event, "pulse", None, None, [("turn", [event.person_id])])


@listener(atomic=True)
def tell_of_pledge(event: PledgeDue | PledgeReported | PledgeConfirmed) -> None:
    """A pledge: its maker, when its time is over or somebody confirms it; the team, when its maker tells of it."""
    pledge = db.session.get_one(Pledge, event.pledge_id)
    team: Reason = ("team", people_led_by(pledge.person_id))
    people = team if isinstance(event, PledgeReported) else ("pledged", [pledge.person_id])
    if not isinstance(event, PledgeDue) or pledge.is_open:
        tell(event, "commitment", None, None, [people])


@listener(atomic=True)
def tell_of_month(event: MonthlyNoteSent) -> None:
    """The note of a month: everybody who answers for a department."""
    tell(event, "monthly", None, None, [("answers_for", stakeholders())])


@listener(atomic=True)
def tell_of_introduction(event: SecondPersonAsked) -> None:
    """Somebody is asked to be the second person whom a department can turn to: that person, until they have replied."""
    introduction = db.session.get_one(Introduction, event.introduction_id)
    if introduction.state == "asked":
        question = db.session.get_one(Question, event.post_id)
        tell(event, "invitation", question, question, [("second", [event.person_id])])


@listener(atomic=True)
def tell_of_welcome(event: ColleagueInvited) -> None:
    """A warm invitation: whoever never brought a need here, unless they have meanwhile."""
    if db.session.scalar(select(Need.id).where(Need.person_id == event.person_id).limit(1)) is None:
        tell(event, "welcome", None, None, [("colleague", [event.person_id])])
