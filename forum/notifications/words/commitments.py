"""What people do about it: commitments, experiments, keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forum.core.templating import day
from forum.notifications.words.reasons import Sentences


def _committed(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{note.actor} will do something about it and named you to do it together"


def _commitment_due(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{'One more time: you' if facts['reminder'] else 'You'} said what you would do about it. How did it go?"


def _reported(note: Any, facts: Mapping[str, Any]) -> str:
    told = {"kept": "did what you wanted to do together", "partly": "did a part of what you wanted to do together"}
    let_go = f"{note.actor} let go what you wanted to do together, and says why"
    became = told.get(facts["state"])
    return f"{note.actor} {became}. Can you confirm it?" if became else let_go


def _experiment_told(note: Any, facts: Mapping[str, Any]) -> str:
    told = {"worked": "it went as expected", "mixed": "it went as expected in part", "stopped": "it was stopped"}
    return f"{note.actor} says what came of the experiment: {told.get(facts['result'], 'it went otherwise')}"


def _key_asked(note: Any, facts: Mapping[str, Any]) -> str:
    until = day(date.fromisoformat(facts["wanted_by"]))
    once_more = "One more time: something" if facts["reminder"] else "Something"
    who = note.key_asker or "a colleague"
    return f"{once_more} stands in the way of {who}, and you have the key. Can you open the way by {until}?"


def _key_replied(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["reply"] == "opened":
        return f"{note.actor} has opened the way for what you want to do"
    return f"{note.actor} says that the way cannot be opened, and why"


def _key_passed_up(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{note.key_asker} needs something, and {note.key_holder} has not replied for three days. Can you help?"


SENTENCES: Sentences = {
    "CommitmentMade": _committed,
    "CommitmentDue": _commitment_due,
    "CommitmentReported": _reported,
    "CommitmentConfirmed": lambda note, facts: f"{note.actor} confirms that you did it",
    "ExperimentBegun": lambda note, facts: f"{note.actor} tries something new about it",
    "ExperimentTold": _experiment_told,
    "ExperimentBacked": lambda note, facts: f"{note.actor} stands behind your experiment",
    "ExperimentThanked": lambda note, facts: (
        f"{note.actor} thanks you for trying{': “' + facts['line'] + '”' if facts['line'] else ''}"
    ),
    "KeyAsked": _key_asked,
    "KeyReplied": _key_replied,
    "KeyPassedUp": _key_passed_up,
}
