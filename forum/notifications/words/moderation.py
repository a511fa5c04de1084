"""What moderators do, and what they are asked to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forum.moderation.models import REASONS as FLAG_REASONS
from forum.notifications.words.reasons import Sentences
from forum.posts.locking import LOCKS


def _word(facts: Mapping[str, Any]) -> str:
    """The public word of what a moderator did: why it is hidden, or its page locked."""
    if facts.get("act") == "locked":
        return LOCKS[facts["reason"]]
    return FLAG_REASONS[facts["reason"]].lower()


def _intervened(note: Any, facts: Mapping[str, Any]) -> str:
    what, word = ("hid a post" if facts["act"] == "hidden" else "locked a page"), _word(facts)
    if note.reason == "second_moderator":
        return f"{note.actor} {what}: {word}. Without a second moderator it comes back by itself. Do you agree?"
    if note.reason == "stands_in":
        return f"{note.actor} {what}: {word}. There is no second moderator, so you are asked. Do you agree?"
    yours = "hid what you wrote" if facts["act"] == "hidden" else "locked the page of what you wrote"
    return f"{note.actor} {yours}: {word}. Somebody else looks at it, too"


def _agreed(note: Any, facts: Mapping[str, Any]) -> str:
    whose = "what you wrote" if note.reason == "wrote" else "what you did"
    if facts["act"] == "locked":
        whose = "the page" if note.reason == "wrote" else whose
    stays = "it stays hidden" if facts["act"] == "hidden" else "it stays locked"
    return f"{note.actor} looked at {whose} as a second person: {stays}"


def _lifted(note: Any, facts: Mapping[str, Any]) -> str:
    what = "put back what was hidden" if facts["act"] == "hidden" else "opened the page again that was locked"
    return f"{note.actor} {what}"


def _lapsed(note: Any, facts: Mapping[str, Any]) -> str:
    what = "What was hidden is back" if facts["act"] == "hidden" else "The page that was locked is open again"
    return f"{what}: no second person agreed in time"


def _decided_case(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["kind"] == "held" and facts["outcome"] == "approved":
        return f"{note.actor} approved what you wrote. It is out now"
    if facts["kind"] == "held":
        return f"{note.actor} sent back what you wrote: {_word(facts)}. You can change it and send it again"
    if facts["outcome"] == "hidden":
        return f"{note.actor} hid what you flagged. Thank you for looking after this place"
    return f"{note.actor} looked at what you flagged and leaves it as it is. Thank you for saying so"


def _converted(note: Any, facts: Mapping[str, Any]) -> str:
    made = {"comment": "a comment of your answer", "answer": "an answer of your comment"}
    return f"{note.actor} made {made[facts['kind']]}. The text is as it was"


def _suggestion_decided(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["outcome"] == "accepted":
        return f"{note.actor} put in what you suggested. Thank you for it"
    return f"{note.actor} leaves the text as it is, and says why"


SENTENCES: Sentences = {
    "PostFlagged": lambda note, facts: f"A post was flagged: {_word(facts)}",
    "PostHeld": lambda note, facts: f"{note.actor} wrote something that waits for approval",
    "PostSentAgain": lambda note, facts: f"{note.actor} changed a post and asks for another look",
    "ApprovedChanged": lambda note, facts: f"{note.actor} changed what was approved. Is it still right?",
    "PostHidden": _intervened,
    "PageLocked": _intervened,
    "InterventionConfirmed": _agreed,
    "InterventionLifted": _lifted,
    "InterventionLapsed": _lapsed,
    "CaseDecided": _decided_case,
    "PostConverted": _converted,
    "ConversionUndone": lambda note, facts: f"{note.actor} made what you wrote what it was before",
    "QuestionMoved": lambda note, facts: f"{note.actor} gave your question other departments or topics",
    "EditSuggested": lambda note, facts: f"{note.actor} suggests a better text for what you wrote",
    "SuggestionDecided": _suggestion_decided,
}
