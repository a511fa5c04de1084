"""Reveal: somebody asks that it be said who wrote without a name, and whether a second person agrees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.clock import now
from forum.core.db import Model, UTCDateTime
from forum.people.models import Person
from forum.posts.models import Post

HALVES = ("moderator", "administrator")  # the two roles of which each gives one half


class Reveal(Model):
    """One asking to be told who a persona is. The name is kept nowhere: it is opened when one of the two looks."""

    __tablename__ = "reveal"
    __table_args__ = (CheckConstraint(f"asked_as IN {HALVES}", "asked_as"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    # Of a chat, which turn was said without a name.
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("chat_turn.id", ondelete="CASCADE"))
    persona_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_as: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Until when a second person may agree; and, once they have, until when the two may look.
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    agreed: Mapped[bool | None]

    post: Mapped[Post] = relationship(lazy="joined", innerjoin=True)
    persona: Mapped[Person] = relationship(foreign_keys=[persona_id], lazy="joined", innerjoin=True)
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id], lazy="joined", innerjoin=True)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id], lazy="joined")

    @property
    def author_id(self) -> int:
        """Who wrote what it is about, without a name."""
        return self.persona_id

    @property
    def what(self) -> str:
        """What it is about, in a word."""
        return "turn in a chat" if self.turn_id is not None else self.post.kind

    @property
    def wanted(self) -> str:
        """The role of whoever can give the other half."""
        return HALVES[1] if self.asked_as == HALVES[0] else HALVES[0]

    @property
    def state(self) -> str:
        """Whether it waits for a second person, was refused, nobody said anything in time, or was agreed to."""
        if self.decided_at is not None:
            return "agreed" if self.agreed else "refused"
        return "waiting" if now() < self.ends_at else "lapsed"

    @property
    def is_open(self) -> bool:
        """Whether the two may look at the name now."""
        return self.agreed is True and now() < self.ends_at
