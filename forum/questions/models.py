"""Question: a need somebody put into words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import UTCDateTime
from forum.posts.models import Post


class Question(Post):
    """What somebody needs to know, whom it concerns, and how far it got.

    `answer_count`, `accepted_answer_id` and `last_activity_at` repeat what other rows say, so that lists need not
    count; they change in the same statement as those rows, and `flask reconcile` proves that they agree.
    """

    __tablename__ = "question"
    __table_args__ = (Index(None, "last_activity_at"), Index(None, "waits", "last_activity_at"))

    id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str]
    answer_count: Mapped[int] = mapped_column(default=0)
    accepted_answer_id: Mapped[int | None] = mapped_column(
        ForeignKey("answer.id", use_alter=True, name="fk_question_accepted_answer_id"), unique=True
    )
    last_activity_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Whether somebody still waits: nobody else has answered, or what was answered did not work.
    waits: Mapped[bool] = mapped_column(default=True)

    __mapper_args__: Any = {"polymorphic_identity": "question", "inherit_condition": id == Post.id}

    @property
    def state(self) -> str:
        """How far it got: open (no answer yet), answered, or solved (an answer is accepted)."""
        if self.accepted_answer_id is not None:
            return "solved"
        return "answered" if self.answer_count else "open"

    @property
    def is_built_on(self) -> bool:
        """A question with answers is no longer the asker's alone."""
        return self.answer_count > 0

    @property
    def texts(self) -> dict[str, str]:
        """What an edit may change: title, body, and the labels as words."""
        return {
            "title": self.title,
            "body": self.body,
            "departments": ", ".join(department.name for department in self.departments),
            "tags": ", ".join(tag.slug for tag in self.tags),
        }
