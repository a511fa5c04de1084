"""What follows from what happens to a need, and from its timers."""

from __future__ import annotations

from forum.causes.linking import note_need
from forum.core.events import Event
from forum.core.jobs import Listener
from forum.needs.check_ins import CheckInAsked, OutcomeGiven, stop_asking
from forum.needs.escalating import AcceptancePrompted, Escalated, settle, start, start_again
from forum.needs.handing_over import NeedHandedOver, NeedOffered, OfferDeclined
from forum.needs.inviting import InvitationReplied, PersonInvited
from forum.needs.ledger import NeedMoved, NeedOpened
from forum.needs.merging import MergeObjected, carry_on, object_after_trying, wait_along
from forum.needs.opening import note_waiting
from forum.needs.owning import OwnerNamed, WordDue, WordGiven, WordMissed
from forum.needs.priority import place
from forum.needs.tried import count_outcome
from forum.nominations.nominating import propose_what_helped
from forum.notifications.reading import (
    settle_handover,
    settle_invitation,
    settle_notes,
    settle_offer,
    settle_problem,
    settle_welcome,
)
from forum.notifications.recipients.needs import (
    tell_of_check_in,
    tell_of_decline,
    tell_of_due_word,
    tell_of_escalation,
    tell_of_handover,
    tell_of_invitation,
    tell_of_missed_word,
    tell_of_offer,
    tell_of_outcome,
    tell_of_owner,
    tell_of_prompt,
    tell_of_word,
)
from forum.notifications.recipients.threads import tell_of_objection
from forum.practices.ageing import age_by_use
from forum.practices.weighing import weigh_outcome
from forum.search.indexing import index_outcome, index_post, index_waiting

SUBSCRIPTIONS: dict[type[Event], list[Listener]] = {
    NeedOpened: [place, start, note_need, settle_welcome],
    NeedMoved: [
        place,
        settle,
        stop_asking,
        note_waiting,
        settle_notes,
        wait_along,
        start_again,
        carry_on,
        index_waiting,
    ],
    PersonInvited: [tell_of_invitation],
    InvitationReplied: [settle_invitation],
    Escalated: [tell_of_escalation],
    OwnerNamed: [settle_problem, tell_of_owner],
    WordGiven: [settle_problem, tell_of_word],
    WordDue: [tell_of_due_word],
    WordMissed: [tell_of_missed_word],
    AcceptancePrompted: [tell_of_prompt],
    CheckInAsked: [tell_of_check_in],
    OutcomeGiven: [
        count_outcome,
        weigh_outcome,
        propose_what_helped,
        object_after_trying,
        age_by_use,
        tell_of_outcome,
        index_outcome,
    ],
    MergeObjected: [tell_of_objection],
    NeedOffered: [tell_of_offer],
    NeedHandedOver: [settle_handover, tell_of_handover, index_post],
    OfferDeclined: [settle_offer, tell_of_decline],
}
