"""What follows from what happens to a best practice: nominated, promoted, used, challenged, grown old."""

from __future__ import annotations

from forum.core.events import Event
from forum.core.jobs import Listener
from forum.hooks.telling import tell_hooks
from forum.nominations.nominating import AnswerNominated, NominationRefused, settle_nomination
from forum.nominations.reminding import NominationOverdue, begin_waiting
from forum.notifications.reading import settle_challenge, settle_checking, settle_nomination_notes, settle_upkeep
from forum.notifications.recipients.practices import (
    tell_of_age,
    tell_of_asking,
    tell_of_bringing_back,
    tell_of_checking,
    tell_of_contest,
    tell_of_date,
    tell_of_keeper,
    tell_of_label,
    tell_of_late_nomination,
    tell_of_nomination,
    tell_of_practice,
    tell_of_refusal,
    tell_of_retirement,
    tell_of_review,
    tell_of_variant,
)
from forum.notifications.recipients.reviewing import (
    tell_of_challenge,
    tell_of_joining,
    tell_of_overdue,
    tell_of_passing_on,
    tell_of_reply,
)
from forum.practices.adapting import PracticeAdapted
from forum.practices.ageing import KeeperAsked, PracticeConfirmed, PracticeDue, PracticeStale
from forum.practices.bringing_back import PracticeBroughtBack
from forum.practices.promoting import PracticeHandedOver, PracticePromoted, PracticeRetired
from forum.practices.validating import PeerInvited, PracticeValidated, invite_peers
from forum.practices.weighing import PracticeContested, PracticeLabelled, weigh_aged, weigh_promoted
from forum.reviewing.challenging import (
    ChallengeJoined,
    ChallengeOverdue,
    ChallengePassedOn,
    ChallengeSettled,
    PostChallenged,
    pass_on,
    settle_retired,
)
from forum.search.indexing import index_post

SUBSCRIPTIONS: dict[type[Event], list[Listener]] = {
    AnswerNominated: [begin_waiting, tell_of_nomination],
    NominationOverdue: [settle_nomination_notes, tell_of_late_nomination],
    NominationRefused: [settle_nomination_notes, tell_of_refusal],
    PracticePromoted: [
        weigh_promoted,
        settle_nomination,
        settle_nomination_notes,
        invite_peers,
        tell_of_practice,
        index_post,
        tell_hooks,
    ],
    PeerInvited: [tell_of_checking],
    PracticeValidated: [settle_checking],
    PracticeHandedOver: [pass_on, tell_of_keeper, index_post],
    PracticeAdapted: [tell_of_variant, index_post],
    PracticeDue: [tell_of_date, index_post],
    PracticeStale: [weigh_aged, tell_of_age, index_post],
    PracticeConfirmed: [weigh_aged, settle_upkeep, tell_of_review, index_post],
    KeeperAsked: [tell_of_asking],
    PracticeBroughtBack: [tell_of_bringing_back, index_post],
    PracticeRetired: [settle_retired, settle_upkeep, tell_of_retirement, index_post],
    PostChallenged: [tell_of_challenge],
    ChallengeJoined: [tell_of_joining],
    ChallengePassedOn: [settle_challenge, tell_of_passing_on],
    ChallengeOverdue: [tell_of_overdue],
    ChallengeSettled: [settle_challenge, tell_of_reply],
    PracticeLabelled: [tell_of_label, index_post],
    PracticeContested: [tell_of_contest],
}
