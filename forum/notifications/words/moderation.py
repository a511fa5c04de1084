"""What moderators do, and what they are asked to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forum.core.languages import SOURCE, Message, gettext, language, messages, said
from forum.moderation.models import REASONS as FLAG_REASONS
from forum.notifications.words.reasons import Sentences
from forum.posts.locking import LOCKS

# By the reason why the person hears of it, and by what was done.
INTERVENED = messages(
    {
        "second_moderator": {
            "hidden": "%(actor)s hid a post: %(word)s. Without a second moderator it comes back by itself."
            " Do you agree?",
            "locked": "%(actor)s locked a page: %(word)s. Without a second moderator it comes back by itself."
            " Do you agree?",
        },
        "stands_in": {
            "hidden": "%(actor)s hid a post: %(word)s. There is no second moderator, so you are asked. Do you agree?",
            "locked": "%(actor)s locked a page: %(word)s. There is no second moderator, so you are asked."
            " Do you agree?",
        },
        "wrote": {
            "hidden": "%(actor)s hid what you wrote: %(word)s. Somebody else looks at it, too",
            "locked": "%(actor)s locked the page of what you wrote: %(word)s. Somebody else looks at it, too",
        },
    }
)
AGREED = messages(
    {
        "wrote": {
            "hidden": "%(actor)s looked at what you wrote as a second person: it stays hidden",
            "locked": "%(actor)s looked at the page as a second person: it stays locked",
        },
        "moderated": {
            "hidden": "%(actor)s looked at what you did as a second person: it stays hidden",
            "locked": "%(actor)s looked at what you did as a second person: it stays locked",
        },
    }
)
LIFTED = messages(
    {
        "hidden": "%(actor)s put back what was hidden",
        "locked": "%(actor)s opened the page again that was locked",
    }
)
LAPSED = messages(
    {
        "hidden": "What was hidden is back: no second person agreed in time",
        "locked": "The page that was locked is open again: no second person agreed in time",
    }
)
MADE = messages(
    {
        "comment": "%(actor)s made a comment of your answer. The text is as it was",
        "answer": "%(actor)s made an answer of your comment. The text is as it was",
    }
)


def _word(facts: Mapping[str, Any]) -> str:
    """The public word of what a moderator did: why it is hidden, or its page locked."""
    if facts.get("act") == "locked":
        return str(said(LOCKS[facts["reason"]]))
    word = str(said(FLAG_REASONS[facts["reason"]]))
    return word.lower() if language() == SOURCE else word  # German writes nouns with a capital.


def _intervened(note: Any, facts: Mapping[str, Any]) -> str:
    forms = INTERVENED.get(note.reason, INTERVENED["wrote"])
    return gettext(forms[facts["act"]], actor=note.actor, word=_word(facts))


def _agreed(note: Any, facts: Mapping[str, Any]) -> str:
    forms = AGREED["wrote" if note.reason == "wrote" else "moderated"]
    return gettext(forms[facts["act"]], actor=note.actor)


def _decided_case(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["kind"] == "held" and facts["outcome"] == "approved":
        return gettext("%(actor)s approved what you wrote. It is out now", actor=note.actor)
    if facts["kind"] == "held":
        return gettext(
            "%(actor)s sent back what you wrote: %(word)s. You can change it and send it again",
            actor=note.actor,
            word=_word(facts),
        )
    if facts["outcome"] == "hidden":
        return gettext("%(actor)s hid what you flagged. Thank you for looking after this place", actor=note.actor)
    return gettext(
        "%(actor)s looked at what you flagged and leaves it as it is. Thank you for saying so", actor=note.actor
    )


def _suggestion_decided(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["outcome"] == "accepted":
        return gettext("%(actor)s put in what you suggested. Thank you for it", actor=note.actor)
    return gettext("%(actor)s leaves the text as it is, and says why", actor=note.actor)


SENTENCES: Sentences = {
    "PostFlagged": lambda note, facts: gettext("A post was flagged: %(word)s", word=_word(facts)),
    "PostHeld": Message("%(actor)s wrote something that waits for approval"),
    "PostSentAgain": Message("%(actor)s changed a post and asks for another look"),
    "ApprovedChanged": Message("%(actor)s changed what was approved. Is it still right?"),
    "PostHidden": _intervened,
    "PageLocked": _intervened,
    "InterventionConfirmed": _agreed,
    "InterventionLifted": lambda note, facts: gettext(LIFTED[facts["act"]], actor=note.actor),
    "InterventionLapsed": lambda note, facts: gettext(LAPSED[facts["act"]]),
    "CaseDecided": _decided_case,
    "PostConverted": lambda note, facts: gettext(MADE[facts["kind"]], actor=note.actor),
    "ConversionUndone": Message("%(actor)s made what you wrote what it was before"),
    "QuestionMoved": Message("%(actor)s gave your question other departments or topics"),
    "EditSuggested": Message("%(actor)s suggests a better text for what you wrote"),
    "SuggestionDecided": _suggestion_decided,
}
