"""Chats: who is invited, who is reminded, and who is asked what they are doing about it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from forum.chats.models import Chat, ChatComing, ChatTurn
from forum.chats.planning import ChatBegins, ChatCalledOff, ChatPlanned
from forum.chats.running import ChatClosed, TurnHeld, TurnStruck
from forum.chats.summing_up import ChatFollowedUp, ChatSummarised, ChatSummaryDue
from forum.commitments.models import Commitment
from forum.core.db import db
from forum.core.jobs import listener
from forum.moderation.scoping import moderators_of
from forum.notifications.recipients.telling import followers, tell


@listener(atomic=True)
def tell_of_chat(event: ChatPlanned) -> None:
    """A chat is planned: whoever follows its topics, departments or host, while it is still to come."""
    chat = db.session.get_one(Chat, event.post_id)
    if chat.state == "planned":
        tell(event, "chat", chat, chat, followers(event, "chat", chat, "tag", "department", "person"))


@listener(atomic=True)
def tell_of_beginning(event: ChatBegins | ChatCalledOff) -> None:
    """It begins, or will not: whoever said that they come, and the host."""
    chat = db.session.get_one(Chat, event.post_id)
    people = [("hosts", [chat.author_id]), ("comes", _coming(chat))]
    if isinstance(event, ChatCalledOff) or chat.state == "planned":
        tell(event, "chat_asked", chat, chat, people)


@listener(atomic=True)
def tell_of_close(event: ChatClosed) -> None:
    """The hour is over: whoever spoke, by name or without, is asked once what they are doing about it."""
    chat = db.session.get_one(Chat, event.post_id)
    tell(event, "chat_asked", chat, chat, [("took_part", _speakers(chat))], but=_makers(chat))


@listener(atomic=True)
def tell_of_due_summary(event: ChatSummaryDue) -> None:
    """The summary is due: the host, and nobody else."""
    chat = db.session.get_one(Chat, event.post_id)
    if chat.summarised_at is None:
        tell(event, "chat_asked", chat, chat, [("hosts", [chat.author_id])])


@listener(atomic=True)
def tell_of_summary(event: ChatSummarised) -> None:
    """The summary is written: whoever took part, or said that they come."""
    chat = db.session.get_one(Chat, event.post_id)
    tell(event, "chat", chat, chat, [("took_part", _speakers(chat)), ("comes", _coming(chat))])


@listener(atomic=True)
def tell_of_follow_up(event: ChatFollowedUp) -> None:
    """Four weeks later: whoever said there what they will do."""
    chat = db.session.get_one(Chat, event.post_id)
    tell(event, "chat_asked", chat, chat, [("committed", _makers(chat))])


@listener(atomic=True)
def tell_of_striking(event: TurnStruck) -> None:
    """A turn was struck: whoever said it."""
    turn = db.session.get_one(ChatTurn, event.turn_id)
    chat = db.session.get_one(Chat, event.post_id)
    tell(event, "moderated", chat, chat, [("spoke", [turn.author_id])])


@listener(atomic=True)
def tell_of_held_turn(event: TurnHeld) -> None:
    """A turn waits for approval: the moderators who look after the chat, once until nothing waits there any more."""
    turn, chat = db.session.get_one(ChatTurn, event.turn_id), db.session.get_one(Chat, event.post_id)
    if event.first and turn.held_at is not None and turn.struck_at is None:
        tell(event, "moderation", chat, chat, [("moderates", moderators_of(chat.id))], but=[turn.author_id])


def _coming(chat: Chat) -> Sequence[int]:
    query = select(ChatComing.person_id).where(ChatComing.chat_id == chat.id)
    return db.session.scalars(query.order_by(ChatComing.person_id)).all()


def _speakers(chat: Chat) -> Sequence[int]:
    query = select(ChatTurn.author_id).where(ChatTurn.chat_id == chat.id, ChatTurn.struck_at.is_(None)).distinct()
    return db.session.scalars(query.order_by(ChatTurn.author_id)).all()


def _makers(chat: Chat) -> Sequence[int]:
    query = select(Commitment.person_id).where(Commitment.page_id == chat.id).distinct()
    return db.session.scalars(query.order_by(Commitment.person_id)).all()
