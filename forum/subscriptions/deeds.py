"""What follows from what people say they will do: commitments, stories of an objective, chats."""

from __future__ import annotations

from forum.chats.planning import ChatBegins, ChatCalledOff, ChatPlanned
from forum.chats.running import ChatClosed, ChatOpened, TurnApproved, TurnHeld, TurnStruck, TurnTakenBack
from forum.chats.summing_up import ChatFollowedUp, ChatSummarised, ChatSummaryDue
from forum.commitments.blocking import KeyAsked, KeyPassedUp, KeyReplied, KeyWithdrawn
from forum.commitments.committing import CommitmentConfirmed, CommitmentDue, CommitmentMade, CommitmentReported
from forum.commitments.experimenting import ExperimentBacked, ExperimentBegun, ExperimentThanked, ExperimentTold
from forum.core.events import Event
from forum.core.jobs import Listener
from forum.moderation.log import write_down
from forum.notifications.reading import (
    settle_chat,
    settle_commitment,
    settle_key,
    settle_reminded,
    settle_story,
    settle_turn,
)
from forum.notifications.recipients.aims import tell_of_story, tell_of_story_reply
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
from forum.objectives.telling import StoryRemoved, StoryReplied, StoryTold

SUBSCRIPTIONS: dict[type[Event], list[Listener]] = {
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
}
