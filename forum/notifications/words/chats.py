"""Chats, before, during and after the hour."""

from __future__ import annotations

from forum.notifications.words.reasons import Sentences

SENTENCES: Sentences = {
    "ChatPlanned": lambda note, facts: f"{note.actor} hosts a chat, and you may come",
    "ChatCalledOff": lambda note, facts: f"{note.actor} called this chat off",
    "ChatBegins": lambda note, facts: "This chat begins in a quarter of an hour",
    "ChatClosed": lambda note, facts: "The chat is over. What are you doing about it?",
    "ChatSummaryDue": lambda note, facts: "Two days have passed since your chat. Its summary is due",
    "ChatSummarised": lambda note, facts: f"{note.actor} wrote what came of the chat",
    "ChatFollowedUp": lambda note, facts: "Four weeks ago you said here what you will do. How did it go?",
    "TurnHeld": lambda note, facts: f"What {note.actor} said in a chat waits for approval",
    "TurnStruck": lambda note, facts: f"{note.actor} struck what you said, and says why",
}
