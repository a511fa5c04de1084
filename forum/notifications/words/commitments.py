"""What people do about it: commitments, experiments, keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forum.core.languages import Message, gettext, messages
from forum.core.templating import day
from forum.notifications.words.reasons import Sentences

REPORTED = messages(
    {
        "kept": "%(actor)s did what you wanted to do together. Can you confirm it?",
        "partly": "%(actor)s did a part of what you wanted to do together. Can you confirm it?",
    }
)
LET_GO = Message("%(actor)s let go what you wanted to do together, and says why")
CAME_OF_IT = messages(
    {
        "worked": "%(actor)s says what came of the experiment: it went as expected",
        "mixed": "%(actor)s says what came of the experiment: it went as expected in part",
        "stopped": "%(actor)s says what came of the experiment: it was stopped",
    }
)
OTHERWISE = Message("%(actor)s says what came of the experiment: it went otherwise")


def _commitment_due(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["reminder"]:
        return gettext("One more time: you said what you would do about it. How did it go?")
    return gettext("You said what you would do about it. How did it go?")


def _thanked(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["line"]:
        return gettext("%(actor)s thanks you for trying: “%(line)s”", actor=note.actor, line=facts["line"])
    return gettext("%(actor)s thanks you for trying", actor=note.actor)


def _key_asked(note: Any, facts: Mapping[str, Any]) -> str:
    values = {
        "name": note.key_asker or gettext("a colleague"),
        "day": day(date.fromisoformat(facts["wanted_by"])),
    }
    if facts["reminder"]:
        return gettext(
            "One more time: something stands in the way of %(name)s, and you have the key."
            " Can you open the way by %(day)s?",
            **values,
        )
    return gettext(
        "Something stands in the way of %(name)s, and you have the key. Can you open the way by %(day)s?", **values
    )


def _key_replied(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["reply"] == "opened":
        return gettext("%(actor)s has opened the way for what you want to do", actor=note.actor)
    return gettext("%(actor)s says that the way cannot be opened, and why", actor=note.actor)


def _key_passed_up(note: Any, facts: Mapping[str, Any]) -> str:
    return gettext(
        "%(name)s needs something, and %(holder)s has not replied for three days. Can you help?",
        name=note.key_asker,
        holder=note.key_holder,
    )


SENTENCES: Sentences = {
    "CommitmentMade": Message("%(actor)s will do something about it and named you to do it together"),
    "CommitmentDue": _commitment_due,
    "CommitmentReported": lambda note, facts: gettext(REPORTED.get(facts["state"], LET_GO), actor=note.actor),
    "CommitmentConfirmed": Message("%(actor)s confirms that you did it"),
    "ExperimentBegun": Message("%(actor)s tries something new about it"),
    "ExperimentTold": lambda note, facts: gettext(CAME_OF_IT.get(facts["result"], OTHERWISE), actor=note.actor),
    "ExperimentBacked": Message("%(actor)s stands behind your experiment"),
    "ExperimentThanked": _thanked,
    "KeyAsked": _key_asked,
    "KeyReplied": _key_replied,
    "KeyPassedUp": _key_passed_up,
}
