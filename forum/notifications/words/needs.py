"""How a need goes on: who is asked, whether it worked, who stays with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forum.core.templating import day, plural
from forum.notifications.words.reasons import Sentences


def _invited(note: Any, facts: Mapping[str, Any]) -> str:
    return f"Can you help? {note.invited_because}" if note.invited_because else "Can you help?"


def _checked_in(note: Any, facts: Mapping[str, Any]) -> str:
    whose = f"the answer of {note.author}" if note.post_kind == "answer" else "this practice"
    return f"{'One more time: did' if facts['reminder'] else 'Did'} {whose} work for you?"


def _outcome(note: Any, facts: Mapping[str, Any]) -> str:
    told = {
        "resolved": "tried your answer and it worked. Thank you for it",
        "partly": "tried your answer and it helped in part",
        "not": "tried your answer. This time it did not work, and now we know; more colleagues are asked",
    }
    return f"{note.actor} {told[facts['outcome']]}"


def _escalated(note: Any, facts: Mapping[str, Any]) -> str:
    if note.kind == "problem":
        how_long = "a working day" if note.impact == "blocked" else "two working days"
        return f"Nobody has answered for {how_long}. Who stays with it?"
    if note.kind == "unanswered":
        asked = plural(facts["asked"], "more person was", "more people were")
        return f"Nobody has answered yet, and {asked if facts['asked'] else 'nobody else could be'} asked"
    if facts["step"] == "owner":
        return "Nobody has answered yet, so somebody will be named who stays with it until it is solved"
    return f"Nobody has answered yet, so {plural(facts['asked'], 'more person was', 'more people were')} asked"


def _owned(note: Any, facts: Mapping[str, Any]) -> str:
    who = "You stay" if note.reason == "stays" else f"{note.owner or 'A colleague'} stays"
    until = day(date.fromisoformat(facts["next_on"]))
    whom = f"{note.needy} hears" if note.reason == "stays" else "you hear"
    return f"{who} with this problem, and {whom} again on {until}"


def _word_given(note: Any, facts: Mapping[str, Any]) -> str:
    whom = f"{note.needy} hears" if note.reason == "stays" else "you hear"
    until = day(date.fromisoformat(facts["next_on"]))
    return f"{note.actor} said what has happened so far, and {whom} again on {until}"


def _word_due(note: Any, facts: Mapping[str, Any]) -> str:
    next_on = date.fromisoformat(facts["next_on"])
    when = f"today, {day(next_on)}" if note.created_at.date() == next_on else f"by {day(next_on)}"
    return f"You said that {note.needy} hears from you {when}"


def _word_missed(note: Any, facts: Mapping[str, Any]) -> str:
    whom = "you" if note.reason == "stays" else note.owner or "a colleague"
    until = day(date.fromisoformat(facts["next_on"]))
    return f"{note.needy} was to hear from {whom} by {until}, and nothing has come. Who stays with it?"


def _prompted(note: Any, facts: Mapping[str, Any]) -> str:
    once_more = "One more time: did" if facts["last"] else "Did"
    return f"{once_more} an answer help? Mark it, and the next person finds it"


SENTENCES: Sentences = {
    "PersonInvited": _invited,
    "CheckInAsked": _checked_in,
    "OutcomeGiven": _outcome,
    "Escalated": _escalated,
    "OwnerNamed": _owned,
    "WordGiven": _word_given,
    "WordDue": _word_due,
    "WordMissed": _word_missed,
    "AcceptancePrompted": _prompted,
    "NeedOffered": lambda note, facts: f"{note.actor} asked this for you. Is it yours?",
    "NeedHandedOver": lambda note, facts: f"{note.actor} says that it is theirs. You go on following it",
    "OfferDeclined": lambda note, facts: f"{note.actor} says that it is not theirs, so it stays with you",
}
