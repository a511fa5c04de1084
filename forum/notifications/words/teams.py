"""The pulse, pledges, the note of the month, and who is introduced or invited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forum.notifications.words.reasons import Sentences


def _pulse_asked(note: Any, facts: Mapping[str, Any]) -> str:
    once_more = "The last time this quarter: how" if facts["reminder"] else "How"
    return f"{once_more} is it to ask and to learn here? What you say is added up without your name"


def _welcome(note: Any, facts: Mapping[str, Any]) -> str:
    norm = f"{facts['solved']} of {facts['colleagues']} of your colleagues in {facts['department']}"
    why = f"{norm} had a need solved here. " if facts["colleagues"] else ""
    return f"{note.actor} invites you. {why}What is in your way just now? Ask, and somebody who knows is found"


def _pledge_due(note: Any, facts: Mapping[str, Any]) -> str:
    return "The time is over for which you pledged something to your team. Could you keep it?"


def _pledge_reported(note: Any, facts: Mapping[str, Any]) -> str:
    told = {"kept": "kept what was pledged to your team", "partly": "kept a part of what was pledged to your team"}
    if facts["state"] in told:
        return f"{note.actor} says: I {told[facts['state']]}. Was it so?"
    return f"{note.actor} could not keep what was pledged to your team, and says why"


def _monthly(note: Any, facts: Mapping[str, Any]) -> str:
    return f"What came of it in {month_in_words(facts['month'])}, on one page"


def month_in_words(month: str) -> str:
    """2026-10 as October 2026."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


SENTENCES: Sentences = {
    "SecondPersonAsked": lambda note, facts: (
        f"{note.actor} asks you to be the second one whom {facts['asking']} can turn to with questions like this"
    ),
    "ColleagueInvited": _welcome,
    "PulseAsked": _pulse_asked,
    "PledgeDue": _pledge_due,
    "PledgeReported": _pledge_reported,
    "PledgeConfirmed": lambda note, facts: f"{note.actor} confirms that you kept what you pledged",
    "MonthlyNoteSent": _monthly,
}
