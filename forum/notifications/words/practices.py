"""Best practices: nominated, made, looked at again, retired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forum.core.languages import Message, gettext, messages, said
from forum.nominations.models import REFUSALS
from forum.notifications.words.reasons import Sentences

PROMOTED = messages(
    {
        "wrote": "%(actor)s made a best practice of what you wrote",
        "keeps": "%(actor)s made a best practice that you look after",
        "asked": "%(actor)s made a best practice of an answer to your question",
        "nominated": "%(actor)s made a best practice of the answer that you nominated",
        "shares": "%(actor)s made a best practice of an answer to what you need too",
        "tried": "%(actor)s made a best practice of an answer that you tried",
    }
)
PROMOTED_THIS = Message("%(actor)s made this a best practice")
STALE = messages(
    {
        "overdue": "Nobody has looked at this practice for four weeks since its date:"
        " it counts as out of date until somebody mends it",
        "outcomes": "This practice failed for two of the last five who tried it:"
        " it counts as out of date until somebody mends it",
        "challenge": "This practice was challenged, and rightly: it counts as out of date until somebody mends it",
    }
)
ADAPTED = messages(
    {
        "inspired": "%(actor)s adapted your practice for their own department. Thank you for it",
        "keeps_original": "%(actor)s adapted a practice that you look after for their own department",
    }
)
ADAPTED_ONE = Message("%(actor)s adapted a practice for their own department")


def _labelled(note: Any, facts: Mapping[str, Any]) -> str:
    values = {"worked": facts["worked"], "tried": facts["tried"]}
    if facts["after"] == "proven":
        return gettext("This practice is Proven now: it worked for %(worked)s of %(tried)s", **values)
    return gettext("No longer Proven: it worked for %(worked)s of %(tried)s", **values)


def _contested(note: Any, facts: Mapping[str, Any]) -> str:
    return gettext(
        "Does not work in %(department)s: it worked there for %(worked)s of %(tried)s."
        " Find out what is different there",
        department=facts["department"],
        worked=facts["worked"],
        tried=facts["tried"],
    )


def _nominated(note: Any, facts: Mapping[str, Any]) -> str:
    if note.actor_id is None:
        return gettext("%(actor)s proposes %(name)s's answer as a best practice", actor=note.actor, name=note.author)
    return gettext("%(actor)s nominated %(name)s's answer as a best practice", actor=note.actor, name=note.author)


def _undecided(note: Any, facts: Mapping[str, Any]) -> str:
    return gettext("%(name)s's answer was nominated as a best practice, and nobody has decided yet", name=note.author)


def _not_promoted(note: Any, facts: Mapping[str, Any]) -> str:
    return gettext(
        "%(actor)s did not make a best practice of the answer that you nominated. %(why)s",
        actor=note.actor,
        why=said(REFUSALS[facts["reason"]]),
    )


def _confirmed(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["by_use"]:
        return gettext("This practice worked for two colleagues since its date: that counts as a review")
    return gettext("%(actor)s says that this practice still holds", actor=note.actor)


def _brought_back(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["because"]:
        return gettext("%(actor)s recommends this practice again: “%(line)s”", actor=note.actor, line=facts["because"])
    return gettext("%(actor)s recommends this practice again", actor=note.actor)


SENTENCES: Sentences = {
    "PracticePromoted": lambda note, facts: gettext(PROMOTED.get(note.reason, PROMOTED_THIS), actor=note.actor),
    "AnswerNominated": _nominated,
    "NominationOverdue": _undecided,
    "NominationRefused": _not_promoted,
    "PeerInvited": Message("This is new. Would it work for you, or is it correct and safe?"),
    "PracticeHandedOver": Message("%(actor)s asks you to look after this practice"),
    "PracticeRetired": Message("%(actor)s retired this practice: it is no longer recommended"),
    "PracticeBroughtBack": _brought_back,
    "PracticeContested": _contested,
    "PracticeLabelled": _labelled,
    "PracticeAdapted": lambda note, facts: gettext(ADAPTED.get(note.reason, ADAPTED_ONE), actor=note.actor),
    "PracticeDue": Message("The date has come to look at this practice again. Does it still hold?"),
    "PracticeStale": lambda note, facts: gettext(STALE[facts["because"]]),
    "PracticeConfirmed": _confirmed,
    "KeeperAsked": Message("%(actor)s asks you whether this practice still holds"),
}
