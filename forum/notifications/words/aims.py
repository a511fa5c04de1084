"""Stories, and requests for a course."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forum.notifications.words.reasons import Sentences


def _story_replied(note: Any, facts: Mapping[str, Any]) -> str:
    if note.reason != "told":
        return f"A story is told of this, and {note.actor} confirms it"
    return f"{note.actor} confirms your story" if facts["is_true"] else f"{note.actor} says that it was otherwise"


def _request_agreed(note: Any, facts: Mapping[str, Any]) -> str:
    told = {
        "accepted": "accepts what you proposed",
        "amended": "accepts what you proposed, with a change",
        "insisted": "still needs the course, and says why",
    }
    return f"{note.actor} {told[facts['reply']]}"


def _request_check(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{'One more time: did' if facts['reminder'] else 'Did'} what was agreed help? One tap is enough"


SENTENCES: Sentences = {
    "StoryTold": lambda note, facts: f"{note.actor} tells what happened and names you as somebody who knows. Is it so?",
    "StoryReplied": _story_replied,
    "RequestReceived": lambda note, facts: f"{note.actor} asks for a course. What is needed?",
    "RequestWaits": lambda note, facts: "A request for a course has waited for a working week. Who looks at it?",
    "RequestDiagnosed": lambda note, facts: f"{note.actor} looked at what you asked for, and says what they found",
    "RequestProposed": lambda note, facts: f"{note.actor} proposes what to do. You decide",
    "RequestAgreed": _request_agreed,
    "RequestCheckAsked": _request_check,
    "RequestChecked": lambda note, facts: "Everybody has said whether what was agreed helped",
}
