"""The sentence of a note, by what happened. Each area has its own, in a file of the name that it has in recipients/."""

from __future__ import annotations

from typing import Any

from forum.core.languages import Message, gettext, messages
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

MENTIONED = messages(
    {
        "question": "%(actor)s mentioned you in a question",
        "answer": "%(actor)s mentioned you in an answer",
        "comment": "%(actor)s mentioned you in a comment",
        "practice": "%(actor)s mentioned you in a practice",
        "cause": "%(actor)s mentioned you in a cause",
        "chat": "%(actor)s mentioned you in a chat",
    }
)
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
    """What happened, in one sentence of the reader's language. `note` is a row of listing.py."""
    if note.kind == "mention":
        return gettext(MENTIONED[note.post_kind], actor=note.actor)
    words = SENTENCES[note.event]
    return gettext(words, actor=note.actor) if isinstance(words, Message) else words(note, note.facts)
