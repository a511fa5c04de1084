"""Causes, and what those say who can remove them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forum.core.languages import Message, gettext, messages
from forum.notifications.words.reasons import Sentences

TOLD = messages(
    {
        "signalled": "What you need has a cause that others have met too. The department that can remove it knows now",
        "acknowledged": "%(actor)s has seen what lies behind it, and says by when you hear more",
        "planned": "%(actor)s says what will be done about it, and by when",
        "declined": "%(actor)s says that it stays, why, and what to do instead",
        "challenged": "Three colleagues do not accept that it stays: it is thought over once more",
        "fixed": "%(actor)s says that it is fixed. Later you are asked whether it has stopped for you",
        "verified": "The fix holds: it happens less than half as often as before. Thank you for having asked",
        "recurred": "It happens again, so the fix does not hold. A new plan is owed",
    }
)
OWED = messages(
    {
        "signalled": "Several colleagues need something because of this, and your department can remove it",
        "challenged": "Three colleagues do not accept that this stays. Is there another way?",
        "recurred": "This happens again, so the fix does not hold. What do you plan?",
        "verified": "The fix holds: this happens less than half as often as before. Thank you for it",
    }
)
LATE = messages(
    {
        "signalled": "Nobody has said in time that this cause has been seen",
        "acknowledged": "This cause has been seen, and neither a plan nor a reason came in time",
        "planned": "What was planned about this cause is overdue",
    }
)
LATE_ONE_UP = messages(
    {
        "signalled": "Nobody has said in time that this cause has been seen. Can you see to it?",
        "acknowledged": "This cause has been seen, and neither a plan nor a reason came in time. Can you see to it?",
        "planned": "What was planned about this cause is overdue. Can you see to it?",
    }
)


def _cause_late(note: Any, facts: Mapping[str, Any]) -> str:
    return gettext((LATE_ONE_UP if note.reason == "one_up" else LATE)[facts["state"]])


SENTENCES: Sentences = {
    "CauseLinked": Message("%(actor)s says that this lies behind what you asked"),
    "CauseMoved": lambda note, facts: gettext(OWED[facts["kind"]]),
    "CauseTold": lambda note, facts: gettext(TOLD[facts["kind"]], actor=note.actor),
    "CauseOverdue": _cause_late,
    "CauseDoubted": Message("%(actor)s does not accept that this stays"),
    "DelegateNamed": Message("%(actor)s asks you to speak for the department about this cause"),
    "QuoteAsked": Message("%(actor)s would like to quote you in the evidence of this cause. May we?"),
    "StoppedAsked": Message("This was said to be fixed four weeks ago. Has it stopped for you?"),
    "RetirementProposed": Message("What this practice works around has stopped. Is it still needed?"),
}
