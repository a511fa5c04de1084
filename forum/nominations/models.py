"""Nomination: an answer waits for a decision; and Dismissal: what comes again and is left as it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.core.languages import messages, retold
from forum.people.models import Person
from forum.posts.models import Post
from forum.questions.models import Question

DECISIONS = ("promoted", "refused")
# Why an answer does not become a practice; the words of the moderator come with it.
REFUSALS = messages(
    {
        "unproved": "Too few have tried it so far",
        "one_case": "It fits one case only",
        "known": "There is a practice for this already",
        "unsafe": "It is not correct, or not safe",
        "unclear": "It cannot be followed as it is written",
        "other": "Another reason",
    }
)
# Why the system proposes an answer, as it is kept.
PROPOSED = messages(
    (
        "It met the need of %(number)s colleagues",
        "Its question was asked %(number)s times, in other words each time",
    )
)
HELPED, ASKED_AGAIN = PROPOSED
STANDING = "decided_at IS NULL"


class Nomination(Model):
    """Somebody, or the system, would make a best practice of an answer; and what a moderator decided, with the reason.

    The text and the successes that were seen are kept: what was refused may be nominated again once they changed.
    """

    __tablename__ = "nomination"
    __table_args__ = (
        # An answer waits for a decision once, whoever nominates it.
        Index(
            "uq_nomination_standing",
            "post_id",
            unique=True,
            sqlite_where=sql(STANDING),
            postgresql_where=sql(STANDING),
        ),
        CheckConstraint(f"decision IN {DECISIONS}", "decision"),
        CheckConstraint(f"reason IN {tuple(REFUSALS)}", "reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    # None: the system proposed it, by what became of the answer.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    why: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_version: Mapped[int]
    seen_worked: Mapped[int]
    # When the moderators were reminded that nobody has decided: once.
    overdue_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision: Mapped[str | None]
    reason: Mapped[str | None]
    words: Mapped[str] = mapped_column(Text, default="")

    post: Mapped[Post] = relationship(lazy="select")

    @property
    def because(self) -> str:
        """Why, as whoever nominated it wrote; of what the system proposed in the reader's language."""
        return self.why if self.by_id is not None else retold(self.why, PROPOSED)


class Dismissal(Model):
    """A moderator has looked at a question that comes again, and no practice is to be made of it."""

    __tablename__ = "dismissal"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    question: Mapped[Question] = relationship(lazy="joined", innerjoin=True)
    by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
