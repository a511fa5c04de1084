"""Who wrote without a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forum.core.languages import Message, gettext
from forum.notifications.words.reasons import Sentences


def _agreed(note: Any, facts: Mapping[str, Any]) -> str:
    if note.reason == "seeks_name":
        return gettext("%(actor)s agreed: you see who it is for 24 hours", actor=note.actor)
    return gettext(
        "Two people, a moderator and an administrator, now know that you wrote this. Their reason is on its page"
    )


SENTENCES: Sentences = {
    "RevealAsked": Message("%(actor)s asks who wrote this without a name, and needs a second person"),
    "RevealAgreed": _agreed,
    "RevealRefused": Message("%(actor)s refused, and nobody is told who wrote it"),
}
