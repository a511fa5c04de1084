"""Causes, and what those say who can remove them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forum.notifications.words.reasons import Sentences


def _cause_told(note: Any, facts: Mapping[str, Any]) -> str:
    told = {
        "signalled": "What you need has a cause that others have met too. The department that can remove it knows now",
        "acknowledged": f"{note.actor} has seen what lies behind it, and says by when you hear more",
        "planned": f"{note.actor} says what will be done about it, and by when",
        "declined": f"{note.actor} says that it stays, why, and what to do instead",
        "challenged": "Three colleagues do not accept that it stays: it is thought over once more",
        "fixed": f"{note.actor} says that it is fixed. Later you are asked whether it has stopped for you",
        "verified": "It has stopped: it happens less than half as often as before. Thank you for having asked",
        "recurred": "It happens again, so the fix does not hold. A new plan is owed",
    }
    return told[facts["kind"]]


def _cause_owed(note: Any, facts: Mapping[str, Any]) -> str:
    told = {
        "signalled": "Several colleagues need something because of this, and your department can remove it",
        "challenged": "Three colleagues do not accept that this stays. Is there another way?",
        "recurred": "This happens again, so the fix does not hold. What do you plan?",
        "verified": "This has stopped. Thank you for removing it",
    }
    return told[facts["kind"]]


def _cause_late(note: Any, facts: Mapping[str, Any]) -> str:
    owed = {
        "signalled": "Nobody has said in time that this cause has been seen",
        "acknowledged": "This cause has been seen, and neither a plan nor a reason came in time",
        "planned": "What was planned about this cause is overdue",
    }
    return f"{owed[facts['state']]}{'. Can you see to it?' if note.reason == 'one_up' else ''}"


def _quote_asked(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{note.actor} would like to quote you in the evidence of this cause. May we?"


SENTENCES: Sentences = {
    "CauseLinked": lambda note, facts: f"{note.actor} says that this lies behind what you asked",
    "CauseMoved": _cause_owed,
    "CauseTold": _cause_told,
    "CauseOverdue": _cause_late,
    "CauseDoubted": lambda note, facts: f"{note.actor} does not accept that this stays",
    "DelegateNamed": lambda note, facts: f"{note.actor} asks you to speak for the department about this cause",
    "QuoteAsked": _quote_asked,
    "StoppedAsked": lambda note, facts: "This was said to be fixed four weeks ago. Has it stopped for you?",
    "RetirementProposed": lambda note, facts: "What this practice works around has stopped. Is it still needed?",
}
