"""Whoever uses a right leaves a line: every route that only a role opens is audited, and no line holds a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from flask import Flask

from forum.answers.answering import accept, edit_answer
from forum.answers.models import Answer
from forum.audit.audited import AUDITED, GROUPS, KINDS
from forum.audit.details import NAMES, WORDS
from forum.audit.verifying import head, verify
from forum.core.db import db
from forum.posts.writing import write
from tests.rules.source import hold
from tests.rules.test_permissions import ROWS, Row, World

# Routes that only some may use and that leave no line, each with the reason.
NOT_AUDITED = {
    "/challenges/<id:id>/backing": "everybody may but whoever doubted it first, who is the employee of the table",
    "/admin/mail/test": "a mail to oneself, in which nothing stands",
    "/admin/search/meaning": "switched off already: nothing changes",
    "/admin/directory/test": "asks the provider whether it answers, and changes nothing",
    "/moderation": "sent with an entry that is not there; deciding is audited as `post.case_decided`",
    "/moderation/scope": "which part of the queue one looks at is one's own, and gives no right",
    "/moderation/reasons": "a text to start from; what becomes of it stands with the case that is audited",
    "/moderation/reasons/<id:id>/removal": "the same",
    "/questions/<id:id>/labels": "sent with the labels that it has; moving is audited as `post.moved`",
    "/practices/queue": "sent with a practice that is not there; asking is audited as `practice.keeper_asked`",
}
# What has to be sent, and to have happened before, where the table's form would change nothing.
SENT = {
    "/answers/<id:id>/edit": {"body": "What a moderator would rather read here.", "version": "1"},
    "/practices/<id:id>/retirement/withdrawal": {"reason": "It works again."},
    "/searches/missed/dismissals": {"words": "quokka"},
}


def edited_before(world: World, answer: Answer) -> None:
    edit_answer(world.people["author"], answer, write("What I would rather say about it."), seen=1)


def accepted_before(world: World, answer: Answer) -> None:
    accept(world.people["author"], answer)


BEFORE: dict[str, Callable[[World, Any], None]] = {
    "/posts/<id:id>/rollback": edited_before,
    "/answers/<id:id>/acceptance/withdrawal": accepted_before,
}
PLAIN = ("int", "int | None", "bool")


def role_of(row: Row) -> str:
    return "moderator" if row.expected["moderator"] < 400 else "administrator"


PRIVILEGED = [
    row for row in ROWS if row.method == "POST" and row.expected["employee"] >= 400 and row.expected[role_of(row)] < 400
]


def test_every_deed_that_takes_a_role_leaves_a_line(app: Flask) -> None:
    world = World(app)
    silent = []
    for row in PRIVILEGED:
        address, role = world.address(row, fresh=True), role_of(row)
        if row.address in BEFORE:
            BEFORE[row.address](world, world.standing[row.about])
        world.browser(role)
        db.session.commit()
        before, _ = head()
        sent = {"data": SENT[row.address]} if row.address in SENT else {}
        assert world.send(row, role, address, **sent).status_code < 400, address
        if head()[0] == before:
            silent.append(row.address)
    assert set(silent) == NOT_AUDITED.keys()
    assert verify().broken_at is None


def test_a_line_keeps_fields_that_its_event_has() -> None:
    hold(
        "forum/audit/audited.py names a field that is not there.",
        [
            f"{kind.__name__}.{name}"
            for kind, line in AUDITED.items()
            for name in line.keeps
            if name not in {field.name for field in fields(kind)}
        ],
    )


def test_a_line_holds_ids_and_words_of_closed_lists_only() -> None:
    open_words = [
        f"{kind.__name__}.{field.name}"
        for kind, line in AUDITED.items()
        for field in fields(kind)
        if field.name in line.keeps and field.name not in WORDS and str(field.type) not in PLAIN
    ]
    hold("What somebody typed, a name or an address must not come into the log.", open_words)


def test_everything_that_a_line_keeps_has_a_name() -> None:
    kept = {name for line in AUDITED.values() for name in line.keeps} - {"person_id"}  # Who that is stands there.
    hold("Name it in forum/audit/details.py: an administrator reads it.", kept - NAMES.keys())


def test_every_kind_is_one_of_a_kind_and_of_a_group() -> None:
    assert len({line.kind for line in AUDITED.values()}) == len(AUDITED)
    assert {kind.partition(".")[0] for kind in KINDS} == GROUPS.keys()


@pytest.mark.parametrize("address", NOT_AUDITED)
def test_every_exception_is_a_route(address: str) -> None:
    assert address in {row.address for row in PRIVILEGED}
