"""Turns of chats that wait for approval, as entries of the queue: whose they are, and deciding them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from forum.chats.models import Chat, ChatTurn
from forum.chats.running import LONGEST_REASON, let_stand, strike
from forum.core import text
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.languages import ngettext
from forum.core.permissions import allowed, require
from forum.moderation.models import REASONS
from forum.moderation.scoping import departments_of, in_scope
from forum.people.models import Person

SHOWN = 30  # turns, the oldest: an hour has few that wait, and the next come up as these are decided
ACTS = ("approve", "refuse")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn that waits, ready to be shown."""

    id: int
    chat_id: int
    title: str
    words: str
    author: str
    departments: tuple[str, ...]
    held_at: datetime
    mine: bool  # whether the reader said it, and so cannot decide


def waiting(person: Person) -> list[Turn]:
    """What was said in chats, waits and is the person's to look after, the oldest first."""
    require(person, "moderation.see")
    query = select(ChatTurn, Chat.title, Person.name).join(Chat, Chat.id == ChatTurn.chat_id)
    query = query.join(Person, Person.id == ChatTurn.author_id).where(*_waits(person))
    rows = db.session.execute(query.order_by(ChatTurn.id).limit(SHOWN)).all()
    departments = departments_of([turn.chat_id for turn, _, _ in rows])
    decides = allowed(person, "moderation.choose_scope")
    return [
        Turn(
            id=turn.id,
            chat_id=turn.chat_id,
            title=title,
            words=turn.words,
            author=name,
            departments=departments.get(turn.chat_id, ()),
            held_at=turn.held_at or turn.said_at,
            mine=decides and not allowed(person, "turn.approve", turn),
        )
        for turn, title, name in rows
    ]


def count_of(person: Person) -> Any:
    """A statement that counts the turns that wait and are the person's to look after."""
    return select(func.count(ChatTurn.id)).join(Chat, Chat.id == ChatTurn.chat_id).where(*_waits(person))


def decide(moderator: Person, ids: Collection[int], act: str, *, reason: str = "", words: str = "") -> int:
    """Let turns stand, or strike them before anybody has read them; whoever said it reads why.

    One's own and what was decided meanwhile are passed over. Returns how many it was done to.
    """
    if not ids or act not in ACTS:
        return 0
    because = "" if act == "approve" else _because(reason, words)
    query = select(ChatTurn).where(ChatTurn.id.in_(ids), *_undecided()).order_by(ChatTurn.id).with_for_update()
    mine = [turn for turn in db.session.scalars(query) if allowed(moderator, "turn.approve", turn)]
    for turn in mine:
        if act == "approve":
            let_stand(moderator, turn)
        else:
            strike(moderator, turn, because, reason=reason)
    return len(mine)


def _because(reason: str, words: str) -> str:
    if reason not in REASONS:
        raise Invalid("Choose why. Whoever wrote it is told.", "reason")
    because = ". ".join(filter(None, (REASONS[reason], text.clean_line(words, LONGEST_REASON + 1))))
    if len(because) > LONGEST_REASON:
        raise Invalid(
            ngettext(
                "At most %(num)s character for what was said in a chat.",
                "At most %(num)s characters for what was said in a chat.",
                LONGEST_REASON - len(REASONS[reason]) - 2,
            ),
            "words",
        )
    return because


def _undecided() -> tuple[Any, ...]:
    return ChatTurn.held_at.is_not(None), ChatTurn.struck_at.is_(None)


def _waits(person: Person) -> tuple[Any, ...]:
    return *_undecided(), Chat.removed_at.is_(None), in_scope(person, ChatTurn.chat_id)
