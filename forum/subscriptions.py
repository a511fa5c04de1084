"""When this happens, do that: one table, from event to the listeners that run in the background."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from forum.answers.answering import AcceptanceWithdrawn, AnswerAccepted, AnswerGiven
from forum.core.events import Event
from forum.core.jobs import Listener
from forum.core.rate_limits import forget_old_counts
from forum.departments.labelling import DepartmentRenamed
from forum.exchange.events import PostsImported
from forum.needs.check_ins import (
    OutcomeGiven,
    answer_is_back,
    answer_is_gone,
    cancel_check_ins,
    count_outcome,
    note_answer,
    plan_check_ins,
)
from forum.needs.escalating import settle, start, start_again
from forum.needs.inviting import answer_ends_asking
from forum.needs.ledger import NeedMoved, NeedOpened
from forum.needs.opening import note_waiting, open_asked_need
from forum.posts.comments import CommentWritten
from forum.posts.removing import PostRemoved, PostRestored
from forum.posts.revisions import PostEdited
from forum.posts.votes import PostVoted
from forum.practices.promoting import PracticeHandedOver, PracticePromoted, PracticeRetired
from forum.questions.asking import QuestionAsked
from forum.search.indexing import IndexFellBehind, build_index, catch_up, index_department, index_imported, index_post

SUBSCRIPTIONS: dict[type[Event], list[Listener]] = {
    QuestionAsked: [open_asked_need, index_post],
    AnswerGiven: [note_answer, answer_ends_asking, index_post],
    AnswerAccepted: [plan_check_ins, index_post],
    AcceptanceWithdrawn: [cancel_check_ins, index_post],
    CommentWritten: [index_post],
    PostEdited: [index_post],
    PostVoted: [index_post],
    PostRemoved: [answer_is_gone, index_post],
    PostRestored: [answer_is_back, index_post],
    PracticePromoted: [index_post],
    PracticeHandedOver: [index_post],
    PracticeRetired: [index_post],
    DepartmentRenamed: [index_department],
    NeedOpened: [start],
    NeedMoved: [settle, note_waiting, start_again],
    OutcomeGiven: [count_outcome],
    PostsImported: [index_imported],
    IndexFellBehind: [build_index],
}

# What the worker does by itself, and how often.
EVERY: list[tuple[timedelta, Any]] = [
    (timedelta(hours=1), catch_up),
    (timedelta(hours=1), forget_old_counts),
]
