"""Departments with their calendars, topic tags, and who follows what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model, UTCDateTime, db
from forum.departments.levels import LEVELS

FOLLOWED_KINDS = ("department", "tag", "question", "person", "cause")


class Department(Model):
    """A part of the organisation. Everybody reads and answers everywhere; a department says whom it concerns."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    # {"timezone": "Europe/London", "hours": {"mon": [["09:00", "17:30"]], ...}, "holidays": ["2026-12-25", ...]}
    calendar: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # What differs from needs/timers.py, in working hours for blocked and other needs: {"silence": [1, 2], ...}
    timers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # The one that stands for a department that somebody without a name does not say; in no list of departments.
    is_hidden: Mapped[bool] = mapped_column(default=False, server_default=false())


class Tag(Model):
    """A topic, in one word or a few joined by hyphens."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(Text, default="")


class Follow(Model):
    """How much one person wishes to hear of one department, tag, question, colleague or cause."""

    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "followed_id"),
        Index(None, "kind", "followed_id"),
        CheckConstraint(f"kind IN {FOLLOWED_KINDS}", "kind"),
        CheckConstraint(f"level IN {LEVELS}", "level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str]
    followed_id: Mapped[int]
    level: Mapped[str]  # of those that LEVELS_OF has for the kind; what they mean is said by `levels.is_told`
    since: Mapped[datetime] = mapped_column(UTCDateTime)  # since when it has counted as following


post_department = Table(
    "post_department",
    db.metadata,
    Column("post_id", Integer, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("department_id", Integer, ForeignKey("department.id"), primary_key=True),
    Index(None, "department_id", "post_id"),
)

post_tag = Table(
    "post_tag",
    db.metadata,
    Column("post_id", Integer, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", Integer, ForeignKey("tag.id"), primary_key=True),
    Index(None, "tag_id", "post_id"),
)
