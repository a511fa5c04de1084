"""Challenge: somebody says that what is recommended no longer works; and who says so, too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.people.models import Person
from forum.posts.models import Post

# Changed: what it says is another text now. Right: it still holds. Upheld: it does not hold, and nobody has written a
# better one yet. Retired: the practice is no longer recommended. Withdrawn: whoever said it was mistaken.
OUTCOMES = ("changed", "right", "upheld", "retired", "withdrawn")
STANDING = "outcome IS NULL"


class Challenge(Model):
    """One person says that a practice or an accepted answer no longer works; whoever looks after it owes a reply."""

    __tablename__ = "challenge"
    __table_args__ = (
        # One at a time on a post: whoever sees the same joins it.
        Index(
            "uq_challenge_standing",
            "post_id",
            unique=True,
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
        Index(None, "post_id", "id"),
        CheckConstraint(f"outcome IN {OUTCOMES}", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    version: Mapped[int]  # of the post, when it was challenged
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    what: Mapped[str] = mapped_column(Text)
    tried: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Whoever owes the reply: who looks after the practice, or who wrote the answer.
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # When the moderators were told that nothing came; from then on it is theirs to decide.
    overdue_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None]

    post: Mapped[Post] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(foreign_keys=[by_id], lazy="raise")
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id], lazy="raise")
    replied_by: Mapped[Person | None] = relationship(foreign_keys=[replied_by_id], lazy="raise")
    backings: Mapped[list[ChallengeBacking]] = relationship(order_by="ChallengeBacking.id", lazy="raise", viewonly=True)

    @property
    def is_standing(self) -> bool:
        """Whether a reply is owed."""
        return self.outcome is None

    @property
    def is_open(self) -> bool:
        """Whether what was said is true as far as anybody knows: nobody has replied, or the reply was that it is."""
        return self.outcome in (None, "upheld")


class ChallengeBacking(Model):
    """Somebody else saw the same."""

    __tablename__ = "challenge_backing"
    __table_args__ = (UniqueConstraint("challenge_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(lazy="raise")
