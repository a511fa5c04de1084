"""Question: a need somebody put into words; and what joins two of them that ask the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.people.models import Person
from forum.posts.models import Post

LONGEST_WAIT = 16.0  # working hours, two days: waiting longer does not count for more, or it would outweigh all else
STANDING = "undone_at IS NULL"
MERGED = "merged_into_id IS NOT NULL"


class Question(Post):
    """What somebody needs to know, whom it concerns, and how far it got.

    `answer_count`, `accepted_answer_id`, `last_activity_at` and what stands below them repeat what other rows say, so
    that lists need not count; they change in the transaction of those rows, and `flask reconcile` proves that they
    agree.
    """

    __tablename__ = "question"
    __table_args__ = (
        Index(None, "last_activity_at"),
        Index(None, "waits", "priority"),
        # Of the few that are merged only: of all others SQLite would read every one by it, and sort them.
        Index(None, "merged_into_id", sqlite_where=text(MERGED), postgresql_where=text(MERGED)),
        Index(None, "waits", "confirmed", "last_activity_at"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str]
    answer_count: Mapped[int] = mapped_column(default=0)
    accepted_answer_id: Mapped[int | None] = mapped_column(
        ForeignKey("answer.id", use_alter=True, name="fk_question_accepted_answer_id"), unique=True
    )
    last_activity_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Whether somebody still waits: nobody else has answered, or what was answered did not work.
    waits: Mapped[bool] = mapped_column(default=True)
    # How far up it stands among those that wait, in thousandths, and the working hours counted for it, at most
    # `LONGEST_WAIT`; needs/priority.py sets both. Nobody here has the need of an imported question: it counts as one
    # out of curiosity that has waited long.
    priority: Mapped[int] = mapped_column(default=3_000)
    waited: Mapped[float] = mapped_column(default=LONGEST_WAIT)
    # Whether whoever asked said that it helped; an imported question has only the mark on its answer to say so.
    confirmed: Mapped[bool] = mapped_column(default=False)
    # The question that stands for this one since both were found to ask the same; never one that is merged itself.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    # In how many wordings this was asked: its own, and those merged into it.
    times_asked: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__: Any = {"polymorphic_identity": "question", "inherit_condition": id == Post.id}

    @property
    def state(self) -> str:
        """How far it got; see `state_of`."""
        return state_of(self)

    @property
    def is_built_on(self) -> bool:
        """A question with answers, or that stands for another one or is merged, is no longer the asker's alone."""
        return self.answer_count > 0 or self.times_asked > 1 or self.merged_into_id is not None

    def on_removal(self, step: int) -> None:
        """A question that comes on the page is as active as on the day on which it was asked."""
        if step > 0:
            self.last_activity_at = max(self.last_activity_at, self.created_at)

    @property
    def texts(self) -> dict[str, str]:
        """What an edit may change: title, body, and the labels as words."""
        return {
            "title": self.title,
            "body": self.body,
            "departments": ", ".join(department.name for department in self.departments),
            "tags": ", ".join(tag.slug for tag in self.tags),
        }


def state_of(row: Any) -> str:
    """How far a question got: open (no answer yet), answered, accepted, solved (whoever asked said that it helped), or
    open again; or withdrawn: nobody answered and nobody waits. Of a question, or of a row with these four columns."""
    if row.answer_count:
        if row.waits:
            return "again"
        return "answered" if row.accepted_answer_id is None else "solved" if row.confirmed else "accepted"
    return "open" if row.waits else "withdrawn"


class Merge(Model):
    """Two questions were found to ask the same: one leaves the lists, the other stands for both. Can be undone."""

    __tablename__ = "merge"
    __table_args__ = (
        # A question is merged into one other at a time.
        Index(
            "uq_merge_standing",
            "question_id",
            unique=True,
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(default="")
    # Whose level of the other question this changed: person id -> the level before, None where none was chosen, and the
    # one it has made. It is as before when the two are taken apart, unless they have chosen another one since.
    levels_changed: Mapped[dict[str, tuple[str | None, str]]] = mapped_column(JSON, default=dict, server_default="{}")
    # Until when the asker may object, as it was said; what changes later about their hours changes nothing here.
    objection_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # "This is not my question": until a second person has decided it, neither kept nor undone.
    objected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    kept_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    kept_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    question: Mapped[Question] = relationship(foreign_keys=[question_id], lazy="joined", innerjoin=True)
    by: Mapped[Person] = relationship(foreign_keys=[by_id], lazy="joined", innerjoin=True)

    @property
    def is_contested(self) -> bool:
        """Whether the asker objected and nobody has decided yet."""
        return self.objected_at is not None and self.kept_at is None and self.undone_at is None
