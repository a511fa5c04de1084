"""What follows from what lies behind many needs, and from a course that is asked for."""

from __future__ import annotations

from forum.causes.answering import CauseDoubted, DelegateNamed
from forum.causes.duties import CauseOverdue
from forum.causes.linking import CauseLinked, CauseSuspected
from forum.causes.quoting import QuoteAnswered, QuoteAsked
from forum.causes.stepping import CauseMoved, CauseTold
from forum.causes.stopping import RetirementProposed, StoppedAsked, StoppedReplied
from forum.core.events import Event
from forum.core.jobs import Listener
from forum.hooks.telling import tell_hooks
from forum.notifications.reading import settle_cause, settle_cause_reply, settle_request, settle_request_check
from forum.notifications.recipients.aims import tell_of_request, tell_of_request_check, tell_of_request_step
from forum.notifications.recipients.causes import (
    tell_of_cause,
    tell_of_cause_duty,
    tell_of_cause_link,
    tell_of_delegate,
    tell_of_doubt,
    tell_of_late_cause,
    tell_of_quote,
    tell_of_retiring,
    tell_of_stopping,
)
from forum.requests.agreeing import RequestAgreed, RequestDiagnosed, RequestProposed
from forum.requests.asking import RequestReceived, RequestWaits
from forum.requests.checking import RequestCheckAsked, RequestChecked, RequestCheckReplied
from forum.search.indexing import index_post

SUBSCRIPTIONS: dict[type[Event], list[Listener]] = {
    RequestReceived: [tell_of_request],
    RequestWaits: [settle_request, tell_of_request],
    RequestDiagnosed: [settle_request, tell_of_request_step],
    RequestProposed: [settle_request, tell_of_request_step],
    RequestAgreed: [settle_request, tell_of_request_step],
    RequestCheckAsked: [settle_request_check, tell_of_request_check],
    RequestCheckReplied: [settle_request_check],
    RequestChecked: [tell_of_request_step],
    CauseSuspected: [index_post],
    CauseLinked: [tell_of_cause_link],
    CauseMoved: [settle_cause, tell_of_cause_duty, index_post, tell_hooks],
    CauseTold: [tell_of_cause],
    CauseOverdue: [tell_of_late_cause],
    CauseDoubted: [tell_of_doubt],
    DelegateNamed: [tell_of_delegate],
    QuoteAsked: [tell_of_quote],
    QuoteAnswered: [settle_cause_reply],
    StoppedAsked: [tell_of_stopping],
    StoppedReplied: [settle_cause_reply],
    RetirementProposed: [tell_of_retiring],
}
