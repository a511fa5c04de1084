"""What follows from what moderators do, and from asking who wrote without a name."""

from __future__ import annotations

from forum.core.events import Event
from forum.core.jobs import Listener
from forum.moderation.converting import ConversionUndone, PostConverted
from forum.moderation.deciding import CaseDecided, PostSentAgain
from forum.moderation.flagging import ApprovedChanged, PostFlagged
from forum.moderation.intervening import (
    InterventionConfirmed,
    InterventionLapsed,
    InterventionLifted,
    PageLocked,
    PostHidden,
)
from forum.moderation.labelling import QuestionMoved
from forum.moderation.log import write_down
from forum.moderation.suggesting import EditSuggested, SuggestionDecided
from forum.notifications.reading import settle_case, settle_intervention, settle_reveal, settle_suggestion
from forum.notifications.recipients.moderation import (
    tell_of_case,
    tell_of_change,
    tell_of_changed,
    tell_of_end,
    tell_of_flag,
    tell_of_held,
    tell_of_intervention,
    tell_of_suggestion,
    tell_of_suggestion_reply,
)
from forum.notifications.recipients.revealing import tell_of_reveal, tell_of_reveal_asked
from forum.revealing.revealing import RevealAgreed, RevealAsked, RevealRefused
from forum.search.indexing import index_post

SUBSCRIPTIONS: dict[type[Event], list[Listener]] = {
    PostSentAgain: [tell_of_held],
    ApprovedChanged: [tell_of_changed],
    PostFlagged: [tell_of_flag],
    CaseDecided: [settle_case, write_down, tell_of_case],
    PostHidden: [write_down, tell_of_intervention],
    PageLocked: [write_down, tell_of_intervention],
    InterventionConfirmed: [settle_intervention, write_down, tell_of_end],
    InterventionLifted: [settle_intervention, write_down, tell_of_end],
    InterventionLapsed: [settle_intervention, write_down, tell_of_end],
    PostConverted: [write_down, tell_of_change, index_post],
    ConversionUndone: [write_down, tell_of_change],
    QuestionMoved: [write_down, tell_of_change],
    EditSuggested: [tell_of_suggestion],
    SuggestionDecided: [settle_suggestion, tell_of_suggestion_reply],
    RevealAsked: [tell_of_reveal_asked],
    RevealAgreed: [settle_reveal, tell_of_reveal],
    RevealRefused: [settle_reveal, tell_of_reveal],
}
