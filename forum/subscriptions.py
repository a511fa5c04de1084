"""When this happens, do that: one table, from event to the listeners that run in the background."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from forum.answers.answering import AcceptanceWithdrawn, AnswerAccepted, AnswerGiven
from forum.answers.merging import move_answers, move_answers_back
from forum.attachments.keeping import throw_away_unused
from forum.audit.verifying import tell_head
from forum.bookmarks.marking import BookmarkDue
from forum.causes.answering import CauseDoubted, DelegateNamed
from forum.causes.duties import CauseOverdue, take_up_duties
from forum.causes.linking import CauseLinked, CauseSuspected, note_merge, note_need
from forum.causes.proposing import propose_causes
from forum.causes.quoting import QuoteAnswered, QuoteAsked
from forum.causes.stepping import CauseMoved, CauseTold
from forum.causes.stopping import RetirementProposed, StoppedAsked, StoppedReplied, take_up_watching
from forum.chats.planning import ChatBegins, ChatCalledOff, ChatPlanned
from forum.chats.running import ChatClosed, ChatOpened, TurnApproved, TurnHeld, TurnStruck, TurnTakenBack
from forum.chats.summing_up import ChatFollowedUp, ChatSummarised, ChatSummaryDue
from forum.commitments.blocking import KeyAsked, KeyPassedUp, KeyReplied, KeyWithdrawn, take_up_keys
from forum.commitments.committing import (
    CommitmentConfirmed,
    CommitmentDue,
    CommitmentMade,
    CommitmentReported,
    take_up_commitments,
)
from forum.commitments.experimenting import ExperimentBacked, ExperimentBegun, ExperimentThanked, ExperimentTold
from forum.core.events import Event
from forum.core.jobs import Listener
from forum.core.rate_limits import forget_old_counts
from forum.departments.labelling import DepartmentRenamed
from forum.exchange.events import PostsImported
from forum.identity.groups import follow_move
from forum.impact.reach.welcoming import ColleagueInvited
from forum.impact.silos.introducing import SecondPersonAsked, SecondPersonReplied
from forum.moderation.converting import ConversionUndone, PostConverted
from forum.moderation.deciding import CaseDecided, PostSentAgain
from forum.moderation.flagging import ApprovedChanged, PostFlagged, look_again, open_case
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
from forum.needs.check_ins import (
    CheckInAsked,
    OutcomeGiven,
    answer_is_back,
    answer_is_gone,
    cancel_check_ins,
    count_outcome,
    note_answer,
    plan_check_ins,
    stop_asking,
    take_up_asking,
)
from forum.needs.escalating import AcceptancePrompted, Escalated, settle, start, start_again, take_up_again
from forum.needs.handing_over import NeedHandedOver, NeedOffered, OfferDeclined
from forum.needs.inviting import InvitationReplied, PersonInvited, answer_ends_asking
from forum.needs.ledger import NeedMoved, NeedOpened
from forum.needs.merging import MergeObjected, carry_on, move_needs, move_needs_back, object_after_trying, wait_along
from forum.needs.opening import note_answers, note_mark, note_waiting, open_asked_need
from forum.needs.owning import OwnerNamed, WordDue, WordGiven, WordMissed
from forum.needs.priority import PLACE_EVERY, place, place_waiting
from forum.nominations.nominating import (
    AnswerNominated,
    NominationRefused,
    propose_what_helped,
    propose_what_is_asked_again,
    settle_nomination,
)
from forum.nominations.reminding import NominationOverdue, begin_waiting, take_up_nominations
from forum.notifications.digests import LOOK_EVERY, look_for_mail
from forum.notifications.preferences import plan_mail_again
from forum.notifications.reading import (
    move_notes,
    move_notes_back,
    put_removed_away,
    settle_answered_invitation,
    settle_case,
    settle_cause,
    settle_cause_reply,
    settle_challenge,
    settle_chat,
    settle_checking,
    settle_commitment,
    settle_handover,
    settle_intervention,
    settle_introduction,
    settle_invitation,
    settle_key,
    settle_nomination_notes,
    settle_notes,
    settle_offer,
    settle_pledge,
    settle_problem,
    settle_pulse,
    settle_reminded,
    settle_request,
    settle_request_check,
    settle_reveal,
    settle_roles,
    settle_story,
    settle_suggestion,
    settle_turn,
    settle_upkeep,
    settle_welcome,
)
from forum.notifications.recipients.aims import (
    tell_of_request,
    tell_of_request_check,
    tell_of_request_step,
    tell_of_story,
    tell_of_story_reply,
)
from forum.notifications.recipients.bookmarks import tell_of_bookmark
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
from forum.notifications.recipients.chats import (
    tell_of_beginning,
    tell_of_chat,
    tell_of_close,
    tell_of_due_summary,
    tell_of_follow_up,
    tell_of_held_turn,
    tell_of_striking,
    tell_of_summary,
)
from forum.notifications.recipients.commitments import (
    tell_of_backing,
    tell_of_commitment,
    tell_of_confirmation,
    tell_of_due_commitment,
    tell_of_experiment,
    tell_of_key,
    tell_of_key_reply,
    tell_of_report,
    tell_of_result,
)
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
from forum.notifications.recipients.revealing import tell_of_reveal, tell_of_reveal_asked
from forum.notifications.recipients.reviewing import (
    tell_of_challenge,
    tell_of_joining,
    tell_of_overdue,
    tell_of_passing_on,
    tell_of_reply,
)
from forum.notifications.recipients.teams import (
    tell_of_introduction,
    tell_of_month,
    tell_of_pledge,
    tell_of_pulse,
    tell_of_welcome,
)
from forum.notifications.recipients.threads import (
    tell_of_acceptance,
    tell_of_answer,
    tell_of_comment,
    tell_of_decision,
    tell_of_mentions,
    tell_of_merge,
    tell_of_objection,
    tell_of_question,
    tell_of_thanks,
)
from forum.notifications.security import mail_of_account
from forum.objectives.telling import StoryRemoved, StoryReplied, StoryTold
from forum.people.changing import PersonMoved, RolesChanged
from forum.people.factors import SecondFactorAdded, SecondFactorRemoved, SecondFactorsReset
from forum.people.hours import AwayChanged
from forum.people.recovery import RecoveryCodesMade, RecoveryCodeUsed
from forum.people.sign_in import PasswordChanged, SessionsEnded
from forum.posts.comments import CommentWritten
from forum.posts.holding import PostHeld
from forum.posts.removing import PostRemoved, PostRestored
from forum.posts.revisions import PostEdited
from forum.posts.thanks import PostThanked
from forum.posts.votes import PostVoted
from forum.practices.adapting import PracticeAdapted
from forum.practices.ageing import (
    LOOK_EVERY as LOOK_AT_DATES_EVERY,
)
from forum.practices.ageing import (
    KeeperAsked,
    PracticeConfirmed,
    PracticeDue,
    PracticeStale,
    age_by_use,
    look_at_dates,
)
from forum.practices.bringing_back import PracticeBroughtBack
from forum.practices.merging import move_practices, move_practices_back
from forum.practices.promoting import PracticeHandedOver, PracticePromoted, PracticeRetired
from forum.practices.validating import PeerInvited, PracticeValidated, invite_peers
from forum.practices.weighing import PracticeContested, PracticeLabelled, weigh_aged, weigh_outcome, weigh_promoted
from forum.privacy.erasing import PersonErased, wipe_files
from forum.privacy.retention import PRUNE_EVERY, prune
from forum.pulse.asking import LOOK_EVERY as LOOK_AT_PULSE_EVERY
from forum.pulse.asking import PulseAsked, look_at_pulse
from forum.questions.asking import QuestionAsked
from forum.questions.merging import MergeKept, MergeUndone, QuestionsMerged
from forum.requests.agreeing import RequestAgreed, RequestDiagnosed, RequestProposed
from forum.requests.asking import RequestReceived, RequestWaits
from forum.requests.checking import RequestCheckAsked, RequestChecked, RequestCheckReplied, take_up_request
from forum.revealing.revealing import RevealAgreed, RevealAsked, RevealRefused
from forum.reviewing.challenging import (
    ChallengeJoined,
    ChallengeOverdue,
    ChallengePassedOn,
    ChallengeSettled,
    PostChallenged,
    pass_on,
    settle_retired,
    take_up_challenges,
)
from forum.search.indexing import (
    COMPARE_EVERY,
    IndexFellBehind,
    build_index,
    catch_up,
    index_department,
    index_erased,
    index_imported,
    index_merge,
    index_outcome,
    index_post,
    index_waiting,
)
from forum.search.vector_jobs import MeaningSwitched, begin_vectors, catch_up_vectors
from forum.teams.pledging import PledgeConfirmed, PledgeDue, PledgeReported
from forum.teams.sending import LOOK_EVERY as LOOK_AT_MONTH_EVERY
from forum.teams.sending import MonthlyNoteSent, look_at_month

SUBSCRIPTIONS: dict[type[Event], list[Listener]] = {
    QuestionAsked: [open_asked_need, tell_of_question, index_post, propose_causes],
    AnswerGiven: [
        note_answer,
        note_answers,
        answer_ends_asking,
        settle_answered_invitation,
        tell_of_answer,
        index_post,
    ],
    AnswerAccepted: [note_mark, plan_check_ins, tell_of_acceptance, index_post],
    AcceptanceWithdrawn: [note_mark, cancel_check_ins, index_post],
    CommentWritten: [tell_of_comment, index_post],
    PostEdited: [look_again, tell_of_mentions, index_post],
    PostVoted: [index_post],
    PostThanked: [tell_of_thanks],
    PostRemoved: [note_answers, answer_is_gone, put_removed_away, write_down, index_post],
    PostRestored: [
        note_answers,
        answer_is_back,
        take_up_again,
        take_up_asking,
        take_up_commitments,
        take_up_keys,
        take_up_challenges,
        take_up_nominations,
        take_up_duties,
        take_up_watching,
        take_up_request,
        write_down,
        index_post,
    ],
    PostHeld: [open_case, tell_of_held],
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
    BookmarkDue: [tell_of_bookmark],
    CommitmentMade: [tell_of_commitment],
    CommitmentDue: [settle_reminded, tell_of_due_commitment],
    CommitmentReported: [settle_commitment, tell_of_report],
    CommitmentConfirmed: [tell_of_confirmation],
    ExperimentBegun: [tell_of_experiment],
    ExperimentTold: [tell_of_result],
    ExperimentBacked: [tell_of_backing],
    ExperimentThanked: [tell_of_backing],
    KeyAsked: [settle_reminded, tell_of_key],
    KeyPassedUp: [tell_of_key],
    KeyReplied: [settle_key, tell_of_key_reply],
    KeyWithdrawn: [settle_key],
    SecondPersonAsked: [tell_of_introduction],
    SecondPersonReplied: [settle_introduction],
    ColleagueInvited: [tell_of_welcome],
    StoryTold: [tell_of_story],
    StoryReplied: [settle_story, tell_of_story_reply],
    StoryRemoved: [settle_story],
    ChatPlanned: [tell_of_chat],
    ChatCalledOff: [settle_chat, tell_of_beginning],
    ChatBegins: [tell_of_beginning],
    ChatOpened: [settle_chat],
    ChatClosed: [tell_of_close],
    ChatSummaryDue: [tell_of_due_summary],
    ChatSummarised: [settle_chat, tell_of_summary],
    ChatFollowedUp: [tell_of_follow_up],
    TurnHeld: [tell_of_held_turn],
    TurnApproved: [settle_turn, write_down],
    TurnTakenBack: [settle_turn],
    TurnStruck: [settle_turn, write_down, tell_of_striking],
    RequestReceived: [tell_of_request],
    RevealAsked: [tell_of_reveal_asked],
    RevealAgreed: [settle_reveal, tell_of_reveal],
    RevealRefused: [settle_reveal, tell_of_reveal],
    RequestWaits: [settle_request, tell_of_request],
    RequestDiagnosed: [settle_request, tell_of_request_step],
    RequestProposed: [settle_request, tell_of_request_step],
    RequestAgreed: [settle_request, tell_of_request_step],
    RequestCheckAsked: [settle_request_check, tell_of_request_check],
    RequestCheckReplied: [settle_request_check],
    RequestChecked: [tell_of_request_step],
    PulseAsked: [settle_pulse, tell_of_pulse],
    PledgeDue: [tell_of_pledge],
    PledgeReported: [settle_pledge, tell_of_pledge],
    PledgeConfirmed: [tell_of_pledge],
    MonthlyNoteSent: [tell_of_month],
    DepartmentRenamed: [index_department],
    RolesChanged: [settle_roles],
    PersonMoved: [follow_move],
    CauseSuspected: [index_post],
    CauseLinked: [tell_of_cause_link],
    CauseMoved: [settle_cause, tell_of_cause_duty, index_post],
    CauseTold: [tell_of_cause],
    CauseOverdue: [tell_of_late_cause],
    CauseDoubted: [tell_of_doubt],
    DelegateNamed: [tell_of_delegate],
    QuoteAsked: [tell_of_quote],
    QuoteAnswered: [settle_cause_reply],
    StoppedAsked: [tell_of_stopping],
    StoppedReplied: [settle_cause_reply],
    RetirementProposed: [tell_of_retiring],
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
    # In this order: what stands under a question goes by where its answers are.
    QuestionsMerged: [
        move_answers,
        move_practices,
        move_needs,
        move_notes,
        note_merge,
        propose_what_is_asked_again,
        write_down,
        tell_of_merge,
        index_merge,
    ],
    MergeUndone: [
        move_answers_back,
        move_practices_back,
        move_needs_back,
        move_notes_back,
        write_down,
        tell_of_decision,
        index_merge,
    ],
    MergeObjected: [tell_of_objection],
    MergeKept: [write_down, tell_of_decision],
    AwayChanged: [plan_mail_again],
    NeedOffered: [tell_of_offer],
    NeedHandedOver: [settle_handover, tell_of_handover, index_post],
    OfferDeclined: [settle_offer, tell_of_decline],
    PostsImported: [index_imported],
    PersonErased: [index_erased, wipe_files],
    IndexFellBehind: [build_index],
    MeaningSwitched: [begin_vectors],
    PasswordChanged: [mail_of_account],
    SecondFactorAdded: [mail_of_account],
    SecondFactorRemoved: [mail_of_account],
    SecondFactorsReset: [mail_of_account],
    RecoveryCodesMade: [mail_of_account],
    RecoveryCodeUsed: [mail_of_account],
    SessionsEnded: [mail_of_account],
}

# What the worker does by itself, and how often.
EVERY: list[tuple[timedelta, Any]] = [
    (LOOK_EVERY, look_for_mail),
    (PLACE_EVERY, place_waiting),
    (COMPARE_EVERY, catch_up),
    (LOOK_AT_DATES_EVERY, look_at_dates),
    (LOOK_AT_PULSE_EVERY, look_at_pulse),
    (LOOK_AT_MONTH_EVERY, look_at_month),
    (timedelta(hours=1), catch_up_vectors),
    (timedelta(days=1), tell_head),
    (timedelta(hours=1), forget_old_counts),
    (timedelta(hours=1), throw_away_unused),
    (PRUNE_EVERY, prune),
]
