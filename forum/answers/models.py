"""Answer, and the trail of acceptances: who, when, in whose place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func, select, text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime, db
from forum.people.models import Person
from forum.posts.models import Post
from forum.questions.models import Question


class Answer(Post):
    """What a colleague says helps."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    # The question it was given to, while another one stands for that.
    merged_from_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))

    # What became of it, said by people who had the need and tried it; needs/tried.py counts.
    worked: Mapped[int] = mapped_column(default=0)
    partly: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)

    question: Mapped[Question] = relationship(foreign_keys=[question_id])

    __mapper_args__: Any = {"polymorphic_identity": "answer", "inherit_condition": id == Post.id}

    @property
    def is_built_on(self) -> bool:
        """An accepted answer is what others rely on."""
        return self.question.accepted_answer_id == self.id

    def on_removal(self, step: int) -> None:
        """Keep the question's number of answers right, and its mark: an answer that nobody can read solves nothing."""
        standing = select(Acceptance.answer_id).where(
            Acceptance.question_id == self.question_id,
            Acceptance.answer_id == self.id,
            Acceptance.withdrawn_at.is_(None),
        )
        accepted: Any = func.nullif(Question.accepted_answer_id, self.id)
        if step > 0:
            accepted = func.coalesce(standing.scalar_subquery(), Question.accepted_answer_id)
        changed = {"answer_count": Question.answer_count + step, "accepted_answer_id": accepted}
        db.session.execute(update(Question).where(Question.id == self.question_id).values(changed))


class Acceptance(Model):
    """Somebody marked an answer as the solution. Withdrawing ends the row; nothing of the trail is lost."""

    __tablename__ = "acceptance"
    # Of the acceptances of one question at most one is not withdrawn.
    __table_args__ = (
        Index(
            "uq_acceptance_standing",
            "question_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Marked by a moderator for an asker who does not come back; it does not verify the answer.
    in_askers_place: Mapped[bool] = mapped_column(default=False)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship(foreign_keys=[by_id], lazy="raise")
    withdrawn_by: Mapped[Person | None] = relationship(foreign_keys=[withdrawn_by_id], lazy="raise")
