"""What is asked, answered, said, thanked for and merged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forum.core.templating import plural
from forum.notifications.words.reasons import Sentences


def _answered(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{note.actor} answered{' your question' if note.reason == 'asked' else ''}"


def _accepted(note: Any, facts: Mapping[str, Any]) -> str:
    if note.reason == "asked":
        return f"{note.actor} marked an answer as the one that helped, in your place"
    return f"{note.actor} marked your answer as the one that helped"


def _commented(note: Any, facts: Mapping[str, Any]) -> str:
    told = {"replied": "replied to you", "wrote": "commented on what you wrote"}
    return f"{note.actor} {told.get(note.reason, 'commented')}"


def _merged(note: Any, facts: Mapping[str, Any]) -> str:
    yours = "your question" if note.reason == "asked" else "a question that you need too"
    found = plural(facts["answers"], "answer") if facts["answers"] else "no answer yet"
    return f"{note.actor} merged {yours} into this one, which asks the same and has {found}"


def _objected(note: Any, facts: Mapping[str, Any]) -> str:
    asks = "somebody else decides whether it stays merged" if note.reason == "merged" else "should it stay merged?"
    return f"{note.actor} says that it was another question: {asks}"


def _taken_apart(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{note.actor} made {'your question' if note.reason == 'asked' else 'it'} a question of its own again"


def _kept(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{note.actor} compared the two questions and leaves them merged"


SENTENCES: Sentences = {
    "QuestionAsked": lambda note, facts: f"{note.actor} asked",
    "AnswerGiven": _answered,
    "AnswerAccepted": _accepted,
    "CommentWritten": _commented,
    "PostThanked": lambda note, facts: f"{note.actor} says thank you",
    "QuestionsMerged": _merged,
    "MergeObjected": _objected,
    "MergeUndone": _taken_apart,
    "MergeKept": _kept,
}
