"""Who wrote without a name."""

from __future__ import annotations

from forum.notifications.words.reasons import Sentences

SENTENCES: Sentences = {
    "RevealAsked": lambda note, facts: f"{note.actor} asks who wrote this without a name, and needs a second person",
    "RevealAgreed": lambda note, facts: (
        f"{note.actor} agreed: you see who it is for 24 hours"
        if note.reason == "seeks_name"
        else "Two people, a moderator and an administrator, now know that you wrote this. Their reason is on its page"
    ),
    "RevealRefused": lambda note, facts: f"{note.actor} refused, and nobody is told who wrote it",
}
