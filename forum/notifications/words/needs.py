"""How a need goes on: who is asked, whether it worked, who stays with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forum.core.languages import Message, gettext, messages, ngettext, retold
from forum.core.templating import day
from forum.needs.models import ASKED_BECAUSE
from forum.notifications.words.reasons import Sentences

CAME_OF_IT = messages(
    {
        "resolved": "%(actor)s tried your answer and it worked. Thank you for it",
        "partly": "%(actor)s tried your answer and it helped in part",
        "not": "%(actor)s tried your answer. This time it did not work, and now we know; more colleagues are asked",
    }
)


def _invited(note: Any, facts: Mapping[str, Any]) -> str:
    if not note.invited_because:
        return gettext("Can you help?")
    return f"{gettext('Can you help?')} {retold(note.invited_because, ASKED_BECAUSE.values())}"


def _checked_in(note: Any, facts: Mapping[str, Any]) -> str:
    if note.post_kind == "answer":
        if facts["reminder"]:
            return gettext("One more time: did the answer of %(name)s work for you?", name=note.author)
        return gettext("Did the answer of %(name)s work for you?", name=note.author)
    if facts["reminder"]:
        return gettext("One more time: did this practice work for you?")
    return gettext("Did this practice work for you?")


def _escalated(note: Any, facts: Mapping[str, Any]) -> str:
    if note.kind == "problem" and note.impact == "blocked":
        return gettext("Nobody has answered for a working day. Who stays with it?")
    if note.kind == "problem":
        return gettext("Nobody has answered for two working days. Who stays with it?")
    if note.kind == "unanswered" and not facts["asked"]:
        return gettext("Nobody has answered yet, and nobody else could be asked")
    if note.kind == "unanswered":
        return ngettext(
            "Nobody has answered yet, and %(num)s more person was asked",
            "Nobody has answered yet, and %(num)s more people were asked",
            facts["asked"],
        )
    if facts["step"] == "owner":
        return gettext("Nobody has answered yet, so somebody will be named who stays with it until it is solved")
    return ngettext(
        "Nobody has answered yet, so %(num)s more person was asked",
        "Nobody has answered yet, so %(num)s more people were asked",
        facts["asked"],
    )


def _owned(note: Any, facts: Mapping[str, Any]) -> str:
    until = _day(facts)
    if note.reason == "stays":
        return gettext("You stay with this problem, and %(name)s hears again on %(day)s", name=note.needy, day=until)
    return gettext(
        "%(name)s stays with this problem, and you hear again on %(day)s",
        name=note.owner or gettext("A colleague"),
        day=until,
    )


def _word_given(note: Any, facts: Mapping[str, Any]) -> str:
    if note.reason == "stays":
        return gettext(
            "%(actor)s said what has happened so far, and %(name)s hears again on %(day)s",
            actor=note.actor,
            name=note.needy,
            day=_day(facts),
        )
    return gettext(
        "%(actor)s said what has happened so far, and you hear again on %(day)s", actor=note.actor, day=_day(facts)
    )


def _word_due(note: Any, facts: Mapping[str, Any]) -> str:
    if note.created_at.date() == date.fromisoformat(facts["next_on"]):
        return gettext("You said that %(name)s hears from you today, %(day)s", name=note.needy, day=_day(facts))
    return gettext("You said that %(name)s hears from you by %(day)s", name=note.needy, day=_day(facts))


def _word_missed(note: Any, facts: Mapping[str, Any]) -> str:
    if note.reason == "stays":
        return gettext(
            "%(name)s was to hear from you by %(day)s, and nothing has come. Who stays with it?",
            name=note.needy,
            day=_day(facts),
        )
    return gettext(
        "%(name)s was to hear from %(owner)s by %(day)s, and nothing has come. Who stays with it?",
        name=note.needy,
        owner=note.owner or gettext("a colleague"),
        day=_day(facts),
    )


def _prompted(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["last"]:
        return gettext("One more time: did an answer help? Mark it, and the next person finds it")
    return gettext("Did an answer help? Mark it, and the next person finds it")


def _day(facts: Mapping[str, Any]) -> str:
    return day(date.fromisoformat(facts["next_on"]))


SENTENCES: Sentences = {
    "PersonInvited": _invited,
    "CheckInAsked": _checked_in,
    "OutcomeGiven": lambda note, facts: gettext(CAME_OF_IT[facts["outcome"]], actor=note.actor),
    "Escalated": _escalated,
    "OwnerNamed": _owned,
    "WordGiven": _word_given,
    "WordDue": _word_due,
    "WordMissed": _word_missed,
    "AcceptancePrompted": _prompted,
    "NeedOffered": Message("%(actor)s asked this for you. Is it yours?"),
    "NeedHandedOver": Message("%(actor)s says that it is theirs. You go on following it"),
    "OfferDeclined": Message("%(actor)s says that it is not theirs, so it stays with you"),
}
