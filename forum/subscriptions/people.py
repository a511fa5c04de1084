"""What follows from what happens to somebody and their department: accounts, roles, teams, the pulse."""

from __future__ import annotations

from forum.core.events import Event
from forum.core.jobs import Listener
from forum.feeds.addresses import end_addresses
from forum.identity.groups import follow_move
from forum.impact.reach.welcoming import ColleagueInvited
from forum.impact.silos.introducing import SecondPersonAsked, SecondPersonReplied
from forum.notifications.preferences import plan_mail_again
from forum.notifications.reading import settle_introduction, settle_pledge, settle_pulse, settle_roles
from forum.notifications.recipients.teams import (
    tell_of_introduction,
    tell_of_month,
    tell_of_pledge,
    tell_of_pulse,
    tell_of_welcome,
)
from forum.notifications.security import mail_of_account
from forum.people.changing import PersonLeft, PersonMoved, RolesChanged
from forum.people.factors import SecondFactorAdded, SecondFactorRemoved, SecondFactorsReset
from forum.people.hours import AwayChanged
from forum.people.recovery import RecoveryCodesMade, RecoveryCodeUsed
from forum.people.sign_in import PasswordChanged, SessionsEnded
from forum.pulse.asking import PulseAsked
from forum.teams.pledging import PledgeConfirmed, PledgeDue, PledgeReported
from forum.teams.sending import MonthlyNoteSent

SUBSCRIPTIONS: dict[type[Event], list[Listener]] = {
    SecondPersonAsked: [tell_of_introduction],
    SecondPersonReplied: [settle_introduction],
    ColleagueInvited: [tell_of_welcome],
    PulseAsked: [settle_pulse, tell_of_pulse],
    PledgeDue: [tell_of_pledge],
    PledgeReported: [settle_pledge, tell_of_pledge],
    PledgeConfirmed: [tell_of_pledge],
    MonthlyNoteSent: [tell_of_month],
    RolesChanged: [settle_roles],
    PersonMoved: [follow_move],
    PersonLeft: [end_addresses],
    AwayChanged: [plan_mail_again],
    PasswordChanged: [mail_of_account],
    SecondFactorAdded: [mail_of_account],
    SecondFactorRemoved: [mail_of_account],
    SecondFactorsReset: [mail_of_account],
    RecoveryCodesMade: [mail_of_account],
    RecoveryCodeUsed: [mail_of_account],
    SessionsEnded: [mail_of_account],
}
