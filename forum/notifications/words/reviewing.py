"""What is challenged, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forum.core.languages import Message, gettext, messages
from forum.core.templating import day
from forum.notifications.words.reasons import Sentences

# By what it is said of: the reader's own answer, another one, or a practice.
CHALLENGED = messages(
    {
        "own": "%(actor)s says that your answer no longer works",
        "answer": "%(actor)s says that an answer no longer works",
        "practice": "%(actor)s says that this practice no longer works",
    }
)
REPLY_DUE = messages(
    {
        "own": "%(actor)s says that your answer no longer works. A reply is due by %(day)s",
        "answer": "%(actor)s says that an answer no longer works. A reply is due by %(day)s",
        "practice": "%(actor)s says that this practice no longer works. A reply is due by %(day)s",
    }
)
UPKEEP = messages(
    {
        "answer": "An accepted answer was challenged, and nobody has replied in time. Does it still work?",
        "practice": "This practice was challenged, and nobody has replied in time. Does it still work?",
    }
)
OVERDUE = messages(
    {
        "answer": "An accepted answer was challenged, and the reply is overdue."
        " The moderators have been told, and may decide",
        "practice": "This practice was challenged, and the reply is overdue."
        " The moderators have been told, and may decide",
    }
)
# By whose challenge it was, then by what came of it.
SETTLED = messages(
    {
        "answer": {
            "yours": {
                "changed": "%(actor)s changed the answer after your challenge",
                "right": "%(actor)s looked at the answer after your challenge: it still works",
                "retired": "%(actor)s retired the answer after your challenge",
            },
            "theirs": {
                "changed": "%(actor)s changed the answer after the challenge",
                "right": "%(actor)s looked at the answer after the challenge: it still works",
                "retired": "%(actor)s retired the answer after the challenge",
            },
            "any": {
                "upheld": "%(actor)s agrees that the answer no longer works. Its page says so until it is mended",
                "withdrawn": "%(actor)s took back that the answer no longer works",
            },
        },
        "practice": {
            "yours": {
                "changed": "%(actor)s changed this practice after your challenge",
                "right": "%(actor)s looked at this practice after your challenge: it still works",
                "retired": "%(actor)s retired this practice after your challenge",
            },
            "theirs": {
                "changed": "%(actor)s changed this practice after the challenge",
                "right": "%(actor)s looked at this practice after the challenge: it still works",
                "retired": "%(actor)s retired this practice after the challenge",
            },
            "any": {
                "upheld": "%(actor)s agrees that this practice no longer works. Its page says so until it is mended",
                "withdrawn": "%(actor)s took back that this practice no longer works",
            },
        },
    }
)


def _challenged(note: Any, facts: Mapping[str, Any]) -> str:
    what = "own" if note.post_kind == "answer" and note.reason == "wrote" else note.post_kind
    if note.kind == "challenge":
        return gettext(REPLY_DUE[what], actor=note.actor, day=day(date.fromisoformat(facts["due_on"])))
    return gettext(CHALLENGED[what], actor=note.actor)


def _passed_on(note: Any, facts: Mapping[str, Any]) -> str:
    return gettext(
        "It is said that this practice no longer works. You look after it now, and a reply is due by %(day)s",
        day=day(date.fromisoformat(facts["due_on"])),
    )


def _overdue(note: Any, facts: Mapping[str, Any]) -> str:
    forms = UPKEEP if note.kind == "upkeep" else OVERDUE
    return gettext(forms["practice" if note.post_kind == "practice" else "answer"])


def _settled(note: Any, facts: Mapping[str, Any]) -> str:
    forms = SETTLED["practice" if note.post_kind == "practice" else "answer"]
    told = forms["any"] | forms["yours" if note.reason in ("challenged", "agrees") else "theirs"]
    return gettext(told[facts["outcome"]], actor=note.actor)


SENTENCES: Sentences = {
    "PostChallenged": _challenged,
    "ChallengeJoined": Message("%(actor)s sees the same: it no longer works"),
    "ChallengePassedOn": _passed_on,
    "ChallengeOverdue": _overdue,
    "ChallengeSettled": _settled,
}
