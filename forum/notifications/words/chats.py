"""Chats, before, during and after the hour."""

from __future__ import annotations

from forum.core.languages import Message
from forum.notifications.words.reasons import Sentences

SENTENCES: Sentences = {
    "ChatPlanned": Message("%(actor)s hosts a chat, and you may come"),
    "ChatCalledOff": Message("%(actor)s called this chat off"),
    "ChatBegins": Message("This chat begins in a quarter of an hour"),
    "ChatClosed": Message("The chat is over. What are you doing about it?"),
    "ChatSummaryDue": Message("Two days have passed since your chat. Its summary is due"),
    "ChatSummarised": Message("%(actor)s wrote what came of the chat"),
    "ChatFollowedUp": Message("Four weeks ago you said here what you will do. How did it go?"),
    "TurnHeld": Message("What %(actor)s said in a chat waits for approval"),
    "TurnStruck": Message("%(actor)s struck what you said, and says why"),
}
