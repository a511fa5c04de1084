"""What was made of a chat: the host's summary, and weeks later the question what became of what people said they do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select

from forum.chats.models import OVER, Chat, ChatLink
from forum.chats.planning import ChatTimer, hold
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import PostEvent, publish
from forum.core.jobs import listener
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.needs import timers
from forum.people.models import Person
from forum.posts import revisions
from forum.posts.models import Post
from forum.posts.writing import Written

LONGEST = 8_000  # characters: a summary, not the whole hour again
MOST_LINKS = 20


@dataclass(frozen=True, kw_only=True)
class ChatSummaryDue(PostEvent):
    """The host has not written the summary, and its time has come; said once."""


@dataclass(frozen=True, kw_only=True)
class ChatSummarised(PostEvent):
    """The host wrote the summary."""


@dataclass(frozen=True, kw_only=True)
class ChatFollowedUp(PostEvent):
    """Four weeks later: whoever said that they will do something is asked how it went."""


def summarise(host: Person, chat: Chat, summary: Written, *, links: Iterable[int], seen: int) -> None:
    """Write the summary, or mend it, with the questions and practices (ids) that it points to.

    Raises `Outdated` when it was changed meanwhile, `Refused` before the chat is over, `Invalid` with the field.
    """
    require(host, "chat.run", chat)
    hold(chat, *OVER)
    pointed = _linkable(links)

    def change() -> None:
        chat.body, chat.html, chat.renderer = summary.source, summary.html, text.RENDERER

    revisions.edit(host, chat, seen=seen, change=change)
    db.session.execute(delete(ChatLink).where(ChatLink.chat_id == chat.id))
    db.session.add_all(ChatLink(chat_id=chat.id, post_id=id) for id in pointed)
    if chat.summarised_at is None:
        chat.summarised_at = now()
        chat.state = "followed_up" if chat.followed_up_at else "summarised"
        publish(ChatSummarised(post_id=chat.id), actor=host)


@listener(atomic=True)
def remind_of_summary(event: ChatTimer) -> None:
    """Remind the host, once. Nobody else is told: who hosts a chat did everybody a favour."""
    chat = db.session.get(Chat, event.chat_id)
    if chat is None or chat.removed_at is not None or chat.summarised_at is not None:
        return
    host = db.session.get_one(Person, chat.author_id)
    if host.is_active and not timers.put_off(remind_of_summary, event, host):
        publish(ChatSummaryDue(post_id=chat.id))


@listener(atomic=True)
def follow_up(event: ChatTimer) -> None:
    """Ask whoever said that they will do something; the chat is at its end if it has its summary."""
    chat = db.session.get(Chat, event.chat_id)
    if chat is None or chat.removed_at is not None:
        return
    db.session.refresh(chat, ["state", "followed_up_at"], with_for_update=True)
    if chat.followed_up_at is None:
        chat.followed_up_at = now()
        if chat.state == "summarised":
            chat.state = "followed_up"
        publish(ChatFollowedUp(post_id=chat.id))


def _linkable(ids: Iterable[int]) -> list[int]:
    chosen = list(dict.fromkeys(ids))
    if len(chosen) > MOST_LINKS:
        raise Invalid(gettext("At most %(most)s links: those that somebody will follow.", most=MOST_LINKS), "links")
    there = select(Post.id).where(
        Post.id.in_(chosen), Post.kind.in_(("question", "practice")), Post.removed_at.is_(None)
    )
    if len(chosen) != len(db.session.scalars(there).all()):
        raise Invalid("One of these numbers is no question and no practice.", "links")
    return chosen
