"""When something was written without a name: to the half-day, at every address and for every role."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from forum.chats import running
from forum.core.clock import as_of
from forum.core.db import db
from forum.posts.voices import voice_in
from tests.rules.test_permissions import ROWS, UnnamedWorld

WRITTEN = datetime(2026, 11, 23, 10, 37, 41, tzinfo=UTC)
# As a person or a programme reads it: the minute, the second, seconds since the epoch.
EXACT = re.compile(rf"10:37|10:37:41|{int(WRITTEN.timestamp())}")

# What nobody else has a part in, so that no time on its page is a colleague's.
ALONE = ("question", "answer", "comment", "hideable", "need")


@pytest.mark.parametrize("role", ["employee", "moderator", "administrator", "champion"])
def test_no_address_tells_the_minute_in_which_something_was_written_without_a_name(
    app: Flask, role: str, work_off: Callable[[], None]
) -> None:
    with as_of(WRITTEN - timedelta(minutes=30)):
        world = UnnamedWorld(app)
        chat = world.make_open_chat("witness")
        db.session.commit()
        work_off()  # The index is built before.
    with as_of(WRITTEN):
        subjects: dict[str, Any] = {about: world.subject(about, fresh=True) for about in ALONE}
        running.take_turn(voice_in(world.people["author"], chat, unnamed=True), chat, None, "I was it.")
        db.session.commit()
        work_off()
    subjects["open_chat"] = chat
    told = []
    with as_of(WRITTEN + timedelta(hours=5)):
        for row in (row for row in ROWS if row.method == "GET" and row.expected[role] == 200):
            if row.about not in {"-", "open_chat", "figures", "measure", "department", "tag", *ALONE}:
                continue
            address = world.address(row, subject=subjects.get(row.about))
            page = world.send(row, role, address).get_data(as_text=True)
            told += [f"{address}: …{page[max(0, at.start() - 60) : at.end() + 20]}…" for at in EXACT.finditer(page)]
    assert told == []
