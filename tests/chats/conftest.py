"""What tests of chats stand on: Kim hosts an hour at ten on a Monday, and Marta says that she will come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from forum.chats.listing import questions
from forum.chats.models import Chat, ChatTurn
from forum.chats.planning import come, plan
from forum.chats.running import open_chat, take_turn
from forum.core.db import db
from forum.people.models import Person
from tests.needs.conftest import MONDAY, at, office_hours, pass_time

__all__ = ["at", "office_hours", "pass_time"]

Moments = Callable[[datetime], Any]
TEN = MONDAY + timedelta(hours=1)
PLANNED: dict[str, Any] = {
    "title": "Handing over between two shifts",
    "about": "What gets lost, and who notices.",
    "questions": "What got lost last week?\nWho noticed first?",
    "starts_at": TEN,
}


def say(person: Person, chat: Chat, words: str) -> ChatTurn:
    """A turn to the question that was opened last."""
    opened = [each for each in questions(chat) if each.opened_at is not None]
    return take_turn(person, chat, opened[-1].id, words)


@pytest.fixture
def planned(kim: Person, marta: Person, at: Moments) -> Chat:
    with at(MONDAY):
        made = plan(kim, **PLANNED, departments=[marta.department_id])
        come(marta, made)
    db.session.commit()
    return made


@pytest.fixture
def opened(kim: Person, planned: Chat, at: Moments) -> Chat:
    with at(TEN):
        open_chat(kim, planned)
    db.session.commit()
    return planned
