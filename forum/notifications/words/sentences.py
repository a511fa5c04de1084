"""The sentence of a note, by what happened. Each area has its own, in a file of the name that it has in recipients/."""

from __future__ import annotations

from typing import Any

from forum.notifications.words import (
    aims,
    bookmarks,
    causes,
    chats,
    commitments,
    moderation,
    needs,
    practices,
    revealing,
    reviewing,
    teams,
    threads,
)
from forum.notifications.words.reasons import Sentences

POSTS = {
    "question": "a question",
    "answer": "an answer",
    "comment": "a comment",
    "practice": "a practice",
    "cause": "a cause",
    "chat": "a chat",
}
SENTENCES: Sentences = {
    **aims.SENTENCES,
    **bookmarks.SENTENCES,
    **causes.SENTENCES,
    **chats.SENTENCES,
    **commitments.SENTENCES,
    **moderation.SENTENCES,
    **needs.SENTENCES,
    **practices.SENTENCES,
    **revealing.SENTENCES,
    **reviewing.SENTENCES,
    **teams.SENTENCES,
    **threads.SENTENCES,
}


def sentence(note: Any) -> str:
    """What happened, in one sentence. `note` is a row of listing.py."""
    if note.kind == "mention":
        return f"{note.actor} mentioned you in {POSTS[note.post_kind]}"
    return SENTENCES[note.event](note, note.facts)
