"""What is challenged, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forum.core.templating import day
from forum.notifications.words.reasons import Sentences


def _challenged(note: Any, facts: Mapping[str, Any]) -> str:
    what = {"answer": "your answer" if note.reason == "wrote" else "an answer", "practice": "this practice"}
    by = f". A reply is due by {day(date.fromisoformat(facts['due_on']))}" if note.kind == "challenge" else ""
    return f"{note.actor} says that {what[note.post_kind]} no longer works{by}"


def _passed_on(note: Any, facts: Mapping[str, Any]) -> str:
    until = day(date.fromisoformat(facts["due_on"]))
    return f"It is said that this practice no longer works. You look after it now, and a reply is due by {until}"


def _overdue(note: Any, facts: Mapping[str, Any]) -> str:
    what = "This practice" if note.post_kind == "practice" else "An accepted answer"
    if note.kind == "upkeep":
        return f"{what} was challenged, and nobody has replied in time. Does it still work?"
    return f"{what} was challenged, and the reply is overdue. The moderators have been told, and may decide"


def _settled(note: Any, facts: Mapping[str, Any]) -> str:
    what = "this practice" if note.post_kind == "practice" else "the answer"
    yours = note.reason in ("challenged", "agrees")
    told = {
        "changed": f"changed {what} after {'your' if yours else 'the'} challenge",
        "right": f"looked at {what} after {'your' if yours else 'the'} challenge: it still works",
        "upheld": f"agrees that {what} no longer works. Its page says so until it is mended",
        "retired": f"retired {what} after {'your' if yours else 'the'} challenge",
        "withdrawn": f"took back that {what} no longer works",
    }
    return f"{note.actor} {told[facts['outcome']]}"


SENTENCES: Sentences = {
    "PostChallenged": _challenged,
    "ChallengeJoined": lambda note, facts: f"{note.actor} sees the same: it no longer works",
    "ChallengePassedOn": _passed_on,
    "ChallengeOverdue": _overdue,
    "ChallengeSettled": _settled,
}
