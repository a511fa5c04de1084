"""The pulse, pledges, the note of the month, and who is introduced or invited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from forum.core.languages import Message, gettext, messages, moment_in_words
from forum.notifications.words.reasons import Sentences

REPORTED = messages(
    {
        "kept": "%(actor)s says: I kept what was pledged to your team. Was it so?",
        "partly": "%(actor)s says: I kept a part of what was pledged to your team. Was it so?",
    }
)
NOT_KEPT = Message("%(actor)s could not keep what was pledged to your team, and says why")


def _pulse_asked(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["reminder"]:
        return gettext(
            "The last time this quarter: how is it to ask and to learn here? What you say is added up without your name"
        )
    return gettext("How is it to ask and to learn here? What you say is added up without your name")


def _welcome(note: Any, facts: Mapping[str, Any]) -> str:
    if not facts["colleagues"]:
        return gettext(
            "%(actor)s invites you. What is in your way just now? Ask, and somebody who knows is found",
            actor=note.actor,
        )
    return gettext(
        "%(actor)s invites you. %(solved)s of %(colleagues)s of your colleagues in %(department)s had a need solved"
        " here. What is in your way just now? Ask, and somebody who knows is found",
        actor=note.actor,
        solved=facts["solved"],
        colleagues=facts["colleagues"],
        department=facts["department"],
    )


def _second_person(note: Any, facts: Mapping[str, Any]) -> str:
    return gettext(
        "%(actor)s asks you to be the second one whom %(department)s can turn to with questions like this",
        actor=note.actor,
        department=facts["asking"],
    )


def _monthly(note: Any, facts: Mapping[str, Any]) -> str:
    return gettext("What came of it in %(month)s, on one page", month=month_in_words(facts["month"]))


def month_in_words(month: str) -> str:
    """2026-10 as October 2026."""
    return moment_in_words(datetime.fromisoformat(f"{month}-01"), "LLLL y")


SENTENCES: Sentences = {
    "SecondPersonAsked": _second_person,
    "ColleagueInvited": _welcome,
    "PulseAsked": _pulse_asked,
    "PledgeDue": Message("The time is over for which you pledged something to your team. Could you keep it?"),
    "PledgeReported": lambda note, facts: gettext(REPORTED.get(facts["state"], NOT_KEPT), actor=note.actor),
    "PledgeConfirmed": Message("%(actor)s confirms that you kept what you pledged"),
    "MonthlyNoteSent": _monthly,
}
