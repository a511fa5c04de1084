"""Chat: an hour about one topic, its questions one after another, short turns, and what was made of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.clock import now
from forum.core.db import Model, UTCDateTime
from forum.people.models import Person
from forum.posts.models import Post

STATES = ("planned", "called_off", "open", "closed", "summarised", "followed_up")
OVER = ("closed", "summarised", "followed_up")
HOUR = timedelta(minutes=60)  # Longer than that nobody comes a second time.
EARLY = timedelta(minutes=15)  # From then on it is about to begin: people are reminded, and it may be opened.
LATE = timedelta(hours=4)  # Who came has gone long ago: it did not take place.
LAST_QUESTION = "What are you doing about it?"


class Chat(Post):
    """A planned hour. `author` is the host; `body` is the summary that the host writes, and empty until then."""

    __tablename__ = "chat"
    __table_args__ = (CheckConstraint(f"state IN {STATES}", "state"), Index(None, "state", "starts_at"))

    id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str]
    about: Mapped[str] = mapped_column(Text)  # why, and for whom
    state: Mapped[str] = mapped_column(default="planned")
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    summary_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    summarised_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    followed_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __mapper_args__: Any = {"polymorphic_identity": "chat", "inherit_condition": id == Post.id}

    @property
    def is_open(self) -> bool:
        """Whether turns are taken."""
        return self.state == "open"

    @property
    def is_over(self) -> bool:
        """Whether it took place and has ended."""
        return self.state in OVER

    @property
    def ends_at(self) -> datetime:
        """When the hour is over."""
        return (self.opened_at or self.starts_at) + HOUR

    @property
    def may_begin(self) -> bool:
        """Whether it is time to open it."""
        return self.state == "planned" and self.starts_at - EARLY <= now() < self.starts_at + LATE

    @property
    def was_missed(self) -> bool:
        """Whether nobody opened it in its time."""
        return self.state == "planned" and now() >= self.starts_at + LATE


class ChatQuestion(Model):
    """A question of a chat. They are opened in the order in which they were typed; the last one is always the same."""

    __tablename__ = "chat_question"
    # One last question for each chat.
    __table_args__ = (
        Index(
            "ix_chat_question_last",
            "chat_id",
            unique=True,
            sqlite_where=text("is_last"),
            postgresql_where=text("is_last"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"), index=True)
    words: Mapped[str]
    is_last: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ChatTurn(Model):
    """What somebody said to a question, by name or as a persona. One that was struck keeps its place and the reason.

    While it waits for approval it has a `held_at`, and is there for whoever said it and for moderators alone.
    """

    __tablename__ = "chat_turn"
    __table_args__ = (Index(None, "chat_id", "author_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("chat_question.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
    held_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    struck_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    struck_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    struck_because: Mapped[str] = mapped_column(default="")

    author: Mapped[Person] = relationship(foreign_keys=[author_id], lazy="raise")
    chat: Mapped[Chat] = relationship(lazy="select")

    @property
    def host_id(self) -> int:
        """Who hosts the chat in which it was said."""
        return self.chat.author_id


class ChatComing(Model):
    """Somebody said that they will come."""

    __tablename__ = "chat_coming"

    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class ChatLink(Model):
    """A question or practice that the summary points to."""

    __tablename__ = "chat_link"

    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, index=True)
