"""Stories, and requests for a course."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forum.core.languages import Message, gettext, messages
from forum.notifications.words.reasons import Sentences

AGREED = messages(
    {
        "accepted": "%(actor)s accepts what you proposed",
        "amended": "%(actor)s accepts what you proposed, with a change",
        "insisted": "%(actor)s still needs the course, and says why",
    }
)


def _story_replied(note: Any, facts: Mapping[str, Any]) -> str:
    if note.reason != "told":
        return gettext("A story is told of this, and %(actor)s confirms it", actor=note.actor)
    if facts["is_true"]:
        return gettext("%(actor)s confirms your story", actor=note.actor)
    return gettext("%(name)s says that it was otherwise", name=note.actor)


def _request_check(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["reminder"]:
        return gettext("One more time: did what was agreed help? One tap is enough")
    return gettext("Did what was agreed help? One tap is enough")


SENTENCES: Sentences = {
    "StoryTold": Message("%(actor)s tells what happened and names you as somebody who knows. Is it so?"),
    "StoryReplied": _story_replied,
    "RequestReceived": Message("%(actor)s asks for a course. What is needed?"),
    "RequestWaits": Message("A request for a course has waited for a working week. Who looks at it?"),
    "RequestDiagnosed": Message("%(actor)s looked at what you asked for, and says what they found"),
    "RequestProposed": Message("%(actor)s proposes what to do. You decide"),
    "RequestAgreed": lambda note, facts: gettext(AGREED[facts["reply"]], actor=note.actor),
    "RequestCheckAsked": _request_check,
    "RequestChecked": Message("Everybody has said whether what was agreed helped"),
}
