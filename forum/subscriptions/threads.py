"""What follows from what is asked, answered and said about it."""

from __future__ import annotations

from forum.answers.answering import AcceptanceWithdrawn, AnswerAccepted, AnswerGiven
from forum.answers.merging import move_answers, move_answers_back
from forum.bookmarks.marking import BookmarkDue
from forum.causes.duties import take_up_duties
from forum.causes.linking import note_merge
from forum.causes.proposing import propose_causes
from forum.causes.stopping import take_up_watching
from forum.commitments.blocking import take_up_keys
from forum.commitments.committing import take_up_commitments
from forum.core.events import Event
from forum.core.jobs import Listener
from forum.hooks.telling import tell_hooks
from forum.moderation.flagging import look_again, open_case
from forum.moderation.log import write_down
from forum.needs.answered import answer_is_back, answer_is_gone, cancel_check_ins, note_answer, plan_check_ins
from forum.needs.check_ins import take_up_asking
from forum.needs.escalating import take_up_again
from forum.needs.inviting import answer_ends_asking, forget_title
from forum.needs.merging import move_needs, move_needs_back
from forum.needs.opening import note_answers, note_mark, open_asked_need
from forum.nominations.nominating import propose_what_is_asked_again
from forum.nominations.reminding import take_up_nominations
from forum.notifications.reading import move_notes, move_notes_back, put_removed_away, settle_answered_invitation
from forum.notifications.recipients.bookmarks import tell_of_bookmark
from forum.notifications.recipients.moderation import tell_of_held
from forum.notifications.recipients.threads import (
    tell_of_acceptance,
    tell_of_answer,
    tell_of_comment,
    tell_of_decision,
    tell_of_mentions,
    tell_of_merge,
    tell_of_question,
    tell_of_thanks,
)
from forum.posts.comments import CommentWritten
from forum.posts.holding import PostHeld
from forum.posts.removing import PostRemoved, PostRestored
from forum.posts.revisions import PostEdited
from forum.posts.thanks import PostThanked
from forum.posts.votes import PostVoted
from forum.practices.merging import move_practices, move_practices_back
from forum.questions.asking import QuestionAsked
from forum.questions.merging import MergeKept, MergeUndone, QuestionsMerged
from forum.requests.checking import take_up_request
from forum.reviewing.challenging import take_up_challenges
from forum.search.indexing import index_merge, index_post

SUBSCRIPTIONS: dict[type[Event], list[Listener]] = {
    QuestionAsked: [open_asked_need, tell_of_question, index_post, propose_causes, tell_hooks],
    AnswerGiven: [
        note_answer,
        note_answers,
        answer_ends_asking,
        settle_answered_invitation,
        tell_of_answer,
        index_post,
    ],
    AnswerAccepted: [note_mark, plan_check_ins, tell_of_acceptance, index_post, tell_hooks],
    AcceptanceWithdrawn: [note_mark, cancel_check_ins, index_post],
    CommentWritten: [tell_of_comment, index_post],
    PostEdited: [look_again, tell_of_mentions, index_post],
    PostVoted: [index_post],
    PostThanked: [tell_of_thanks],
    PostRemoved: [note_answers, answer_is_gone, forget_title, put_removed_away, write_down, index_post],
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
    BookmarkDue: [tell_of_bookmark],
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
    MergeKept: [write_down, tell_of_decision],
}
