"""What a line of the audit log says beside who did what to whom, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from forum.audit.models import AuditLine
from forum.causes.models import STATES
from forum.core.languages import gettext, listed, messages, number, said
from forum.moderation.models import REASONS
from forum.nominations.models import REFUSALS
from forum.people.models import ROLE_NAMES
from forum.posts.holding import MODES

# What each thing that a line keeps is called. A line that is older than its name here is shown as it was kept.
NAMES = messages(
    {
        "act": "what was done",
        "address": "address",
        "after": "after",
        "back": "came back",
        "before": "before",
        "by_use": "by using it",
        "case_id": "case",
        "challenge_id": "challenge",
        "check_id": "check",
        "chosen": "who may",
        "deed": "what was done",
        "default_department_id": "department of whoever has none",
        "department_id": "department",
        "first_posts": "first posts that wait",
        "group_id": "group",
        "hook_id": "web hook",
        "id": "number",
        "in_askers_place": "in the asker’s place",
        "intervention_id": "intervention",
        "into_id": "into post",
        "introduction_id": "introduction",
        "is_back": "put back",
        "is_out": "taken out",
        "job_id": "job",
        "kind": "kind",
        "left": "codes left",
        "link": "has the cause",
        "linked_id": "question",
        "links_by_email": "links by e-mail address",
        "manager_id": "reports to person",
        "method": "method",
        "mode": "whose posts wait",
        "need_id": "need",
        "nomination_id": "nomination",
        "note_id": "note",
        "on": "switched on",
        "outcome": "outcome",
        "owner_id": "person",
        "places": "places where a name stood",
        "question_id": "question",
        "reason": "reason",
        "reveal_id": "opening of a name",
        "roles": "roles",
        "source_id": "from post",
        "step_id": "step",
        "story_id": "story",
        "suggestion_id": "suggestion",
        "tag_id": "topic",
        "token_id": "token",
        "turn_id": "turn",
        "version": "version",
        "wanted": "who has to agree",
        "was_here": "was here before",
        "was_id": "in place of post",
        "withdrawn": "taken back",
    }
)
DEEDS = messages({"made": "made", "changed": "changed", "removed": "removed", "hidden": "hidden", "locked": "locked"})
# The words of each list that a line may hold one of.
WORDS: dict[str, dict[str, str]] = {
    "act": DEEDS,
    "after": STATES,
    "before": STATES,
    "chosen": messages({"nobody": "nobody", "askers": "whoever asks", "everybody": "everybody"}),
    "deed": DEEDS,
    "kind": messages(
        {
            "question": "question",
            "answer": "answer",
            "comment": "comment",
            "practice": "practice",
            "chat": "chat",
            "cause": "cause",
            "request": "request",
            "flagged": "flagged",
            "held": "waiting for approval",
            "app": "app for codes",
            "passkey": "passkey",
        }
    ),
    "mode": MODES,
    "outcome": messages(
        {
            "dismissed": "dismissed",
            "hidden": "hidden",
            "approved": "approved",
            "accepted": "accepted",
            "refused": "refused",
            "withdrawn": "taken back",
            "changed": "it was changed",
            "right": "it still works",
            "upheld": "that is so",
            "retired": "it was retired",
        }
    ),
    "reason": {**REFUSALS, **REASONS},
    "roles": ROLE_NAMES,
    "wanted": ROLE_NAMES,
}


def details(line: AuditLine) -> Iterator[tuple[str, str]]:
    """What each thing that the line keeps is called, and what it is; nothing of what is empty."""
    for name, value in line.data.items():
        if value not in (None, "", []):
            yield said(NAMES.get(name, name)), _in_words(name, value)


def _in_words(name: str, value: Any) -> str:
    words = WORDS.get(name, {})
    match value:
        case bool():
            return gettext("yes") if value else gettext("no")
        case int():
            return str(value) if name.endswith("id") else number(value)
        case list():
            return listed(said(words.get(each, each)) for each in value)
        case _:
            return str(said(words.get(value, value)))
