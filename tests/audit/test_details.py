"""What a line of the audit log holds beside who and whom, as an administrator reads it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from forum.audit.details import NAMES, WORDS, details
from forum.audit.models import AuditLine
from forum.causes.models import STATES
from forum.core.languages import speaking
from forum.moderation import models as moderation
from forum.nominations.models import REFUSALS
from forum.people.factors import APP, PASSKEY
from forum.people.models import ROLES, UNNAMED
from forum.posts.holding import MODES
from forum.posts.models import Post
from forum.reviewing import models as reviewing

LISTS = {
    "act": moderation.ACTS,
    "after": STATES,
    "before": STATES,
    "chosen": UNNAMED,
    "deed": ("made", "changed", "removed"),
    "kind": (*Post.__mapper__.polymorphic_map, *moderation.CASES, APP, PASSKEY),
    "mode": MODES,
    "outcome": (*moderation.OUTCOMES, *reviewing.OUTCOMES, "accepted"),
    "reason": (*moderation.REASONS, *REFUSALS),
    "roles": ROLES,
    "wanted": ROLES,
}


def said(data: dict[str, Any]) -> list[tuple[str, str]]:
    return list(details(AuditLine(data=data)))


def test_every_word_of_a_list_has_words_for_whoever_reads_it() -> None:
    assert LISTS.keys() == WORDS.keys()
    for name, words in LISTS.items():
        assert set(words) - {"post"} <= WORDS[name].keys(), name


@pytest.mark.parametrize(
    ("kept", "english", "german"),
    [
        ({"case_id": 1204}, ("case", "1204"), ("Fall", "1204")),
        ({"places": 1204}, ("places where a name stood", "1,204"), ("Stellen, an denen ein Name stand", "1.204")),
        ({"on": False}, ("switched on", "no"), ("eingeschaltet", "nein")),
        ({"after": "declined"}, ("after", "Declined"), ("nachher", "Abgelehnt")),
        (
            {"roles": ["champion", "moderator"]},
            ("roles", "Champion and Moderator"),
            ("Rollen", "Ansprechperson und Moderation"),
        ),
        ({"before_2020": "somehow"}, ("before_2020", "somehow"), ("before_2020", "somehow")),
    ],
)
def test_it_is_said_in_the_language_of_whoever_reads_it(
    app: Flask, kept: dict[str, Any], english: tuple[str, str], german: tuple[str, str]
) -> None:
    assert said(kept) == [english]
    with speaking("de"):
        assert said(kept) == [german]


def test_nothing_is_said_of_what_is_empty(app: Flask) -> None:
    assert said({"manager_id": None, "reason": "", "roles": []}) == []
    assert NAMES["manager_id"]
