"""Best practices: nominated, made, looked at again, retired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forum.nominations.models import REFUSALS
from forum.notifications.words.reasons import Sentences


def _promoted(note: Any, facts: Mapping[str, Any]) -> str:
    told = {
        "wrote": "made a best practice of what you wrote",
        "keeps": "made a best practice that you look after",
        "asked": "made a best practice of an answer to your question",
        "nominated": "made a best practice of the answer that you nominated",
        "shares": "made a best practice of an answer to what you need too",
        "tried": "made a best practice of an answer that you tried",
    }
    return f"{note.actor} {told.get(note.reason, 'made this a best practice')}"


def _labelled(note: Any, facts: Mapping[str, Any]) -> str:
    counts = f"it worked for {facts['worked']} of {facts['tried']}"
    return f"This practice is Proven now: {counts}" if facts["after"] == "proven" else f"No longer Proven: {counts}"


def _contested(note: Any, facts: Mapping[str, Any]) -> str:
    where, counts = facts["department"], f"it worked there for {facts['worked']} of {facts['tried']}"
    return f"Does not work in {where}: {counts}. Find out what is different there"


def _nominated(note: Any, facts: Mapping[str, Any]) -> str:
    return (
        f"{note.actor} {'proposes' if note.actor_id is None else 'nominated'} {note.author}'s answer as a best practice"
    )


def _undecided(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{note.author}'s answer was nominated as a best practice, and nobody has decided yet"


def _not_promoted(note: Any, facts: Mapping[str, Any]) -> str:
    why = REFUSALS[facts["reason"]]
    return f"{note.actor} did not make a best practice of the answer that you nominated. {why}"


def _due(note: Any, facts: Mapping[str, Any]) -> str:
    return "The date has come to look at this practice again. Does it still hold?"


def _stale(note: Any, facts: Mapping[str, Any]) -> str:
    because = {
        "overdue": "Nobody has looked at this practice for four weeks since its date",
        "outcomes": "This practice failed for two of the last five who tried it",
        "challenge": "This practice was challenged, and rightly",
    }
    return f"{because[facts['because']]}: it counts as out of date until somebody mends it"


def _confirmed(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["by_use"]:
        return "This practice worked for two colleagues since its date: that counts as a review"
    return f"{note.actor} says that this practice still holds"


def _adapted(note: Any, facts: Mapping[str, Any]) -> str:
    told = {
        "inspired": "adapted your practice for their own department. Thank you for it",
        "keeps_original": "adapted a practice that you look after for their own department",
    }
    return f"{note.actor} {told.get(note.reason, 'adapted a practice for their own department')}"


SENTENCES: Sentences = {
    "PracticePromoted": _promoted,
    "AnswerNominated": _nominated,
    "NominationOverdue": _undecided,
    "NominationRefused": _not_promoted,
    "PeerInvited": lambda note, facts: "This is new. Would it work for you, or is it correct and safe?",
    "PracticeHandedOver": lambda note, facts: f"{note.actor} asks you to look after this practice",
    "PracticeRetired": lambda note, facts: f"{note.actor} retired this practice: it is no longer recommended",
    "PracticeBroughtBack": lambda note, facts: (
        f"{note.actor} recommends this practice again{': “' + facts['because'] + '”' if facts['because'] else ''}"
    ),
    "PracticeContested": _contested,
    "PracticeLabelled": _labelled,
    "PracticeAdapted": _adapted,
    "PracticeDue": _due,
    "PracticeStale": _stale,
    "PracticeConfirmed": _confirmed,
    "KeeperAsked": lambda note, facts: f"{note.actor} asks you whether this practice still holds",
}
