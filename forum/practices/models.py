"""Practice: what works here, written so that a colleague can do it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import UTCDateTime
from forum.people.models import Person
from forum.posts.models import Post

# Days between reviews: fast for what changes with every release, slow for what holds for years.
REVIEW_PACES = {"fast": 90, "normal": 180, "slow": 365}
SECTIONS = ("problem", "body", "why_it_works", "when_not", "what_it_takes")


class Practice(Post):
    """An answer that a moderator promoted, or a local variant of one.

    `author` is who knew it; `body` is the "do this"; `version` its version.
    """

    __tablename__ = "practice"
    __table_args__ = (CheckConstraint(f"review_pace IN {tuple(REVIEW_PACES)}", "review_pace"),)

    id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str]
    problem: Mapped[str] = mapped_column(Text)
    why_it_works: Mapped[str] = mapped_column(Text)
    when_not: Mapped[str] = mapped_column(Text)
    what_it_takes: Mapped[str] = mapped_column(Text)
    # Rendered like `html`, one entry a section.
    sections_html: Mapped[dict[str, str]] = mapped_column(JSON)
    # What it was made of; a local variant was made of another practice, the first of its family.
    source_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), unique=True)
    variant_of_id: Mapped[int | None] = mapped_column(ForeignKey("practice.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    promoted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    review_pace: Mapped[str]
    review_on: Mapped[date]
    # When somebody last said that it holds, and when its owner was asked about the date that stands now.
    reviewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Since when it counts as out of date, and why: a key of ageing.BECAUSE.
    stale_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stale_because: Mapped[str] = mapped_column(default="")
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    retired_because: Mapped[str] = mapped_column(default="")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("practice.id"))

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id], lazy="raise")
    promoted_by: Mapped[Person] = relationship(foreign_keys=[promoted_by_id], lazy="raise")
    successor: Mapped[Practice | None] = relationship(foreign_keys=[successor_id], remote_side=[id], lazy="raise")

    __mapper_args__: Any = {"polymorphic_identity": "practice", "inherit_condition": id == Post.id}

    @property
    def is_built_on(self) -> bool:
        """Colleagues work by it: whoever wrote it down first cannot take it from them."""
        return True

    @property
    def texts(self) -> dict[str, str]:
        """What a revision may change."""
        return {"title": self.title, **{name: getattr(self, name) for name in SECTIONS}}

    def is_due(self, today: date) -> bool:
        """Whether somebody should look at it again."""
        return self.retired_at is None and self.review_on <= today
