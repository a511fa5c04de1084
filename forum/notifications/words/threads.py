"""What is asked, answered, said, thanked for and merged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forum.core.languages import Message, gettext, messages, ngettext
from forum.notifications.words.reasons import Sentences

COMMENTED = messages(
    {
        "replied": "%(actor)s replied to you",
        "wrote": "%(actor)s commented on what you wrote",
    }
)
COMMENTED_ON_IT = Message("%(actor)s commented")


def _answered(note: Any, facts: Mapping[str, Any]) -> str:
    if note.reason == "asked":
        return gettext("%(actor)s answered your question", actor=note.actor)
    return gettext("%(actor)s answered", actor=note.actor)


def _accepted(note: Any, facts: Mapping[str, Any]) -> str:
    if note.reason == "asked":
        return gettext("%(actor)s marked an answer as the one that helped, in your place", actor=note.actor)
    return gettext("%(actor)s marked your answer as the one that helped", actor=note.actor)


def _merged(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["answers"]:
        found = ngettext("%(num)s answer", "%(num)s answers", facts["answers"])
    else:
        found = gettext("no answer yet")
    if note.reason == "asked":
        return gettext(
            "%(actor)s merged your question into this one, which asks the same and has %(found)s",
            actor=note.actor,
            found=found,
        )
    return gettext(
        "%(actor)s merged a question that you need too into this one, which asks the same and has %(found)s",
        actor=note.actor,
        found=found,
    )


def _objected(note: Any, facts: Mapping[str, Any]) -> str:
    if note.reason == "merged":
        return gettext(
            "%(actor)s says that it was another question: somebody else decides whether it stays merged",
            actor=note.actor,
        )
    return gettext("%(actor)s says that it was another question: should it stay merged?", actor=note.actor)


def _taken_apart(note: Any, facts: Mapping[str, Any]) -> str:
    if note.reason == "asked":
        return gettext("%(actor)s made your question a question of its own again", actor=note.actor)
    return gettext("%(actor)s made it a question of its own again", actor=note.actor)


SENTENCES: Sentences = {
    "QuestionAsked": Message("%(actor)s asked"),
    "AnswerGiven": _answered,
    "AnswerAccepted": _accepted,
    "CommentWritten": lambda note, facts: gettext(COMMENTED.get(note.reason, COMMENTED_ON_IT), actor=note.actor),
    "PostThanked": Message("%(actor)s says thank you"),
    "QuestionsMerged": _merged,
    "MergeObjected": _objected,
    "MergeUndone": _taken_apart,
    "MergeKept": Message("%(actor)s compared the two questions and leaves them merged"),
}
