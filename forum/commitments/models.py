"""Commitment: one person's word about what they will do; and what stands in its way, with whoever can remove that."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.core.languages import messages
from forum.people.models import Person

OPEN = ("made", "due")
REPORTED = ("kept", "partly", "dropped")  # what only whoever made it can say
STATES = (*OPEN, *REPORTED, "no_reply")
BLOCKERS = messages(
    {
        "time": "Time",
        "money": "Money",
        "permission": "Permission",
        "knowledge": "Knowledge",
        "energy": "Energy",
        "rules": "Rules",
        "fear": "Fear of what happens",
        "other": "Something else",
    }
)
# Tight limits make inventive; what is tried within one is tried soon.
LIMITS = messages({"no_money": "No money", "two_weeks": "Two weeks", "one_page": "One page", "one_team": "One team"})
RESULTS = messages(
    {"worked": "As we expected", "mixed": "In part", "failed": "Not as we expected", "stopped": "We stopped it"}
)
REPLIES = ("opened", "cannot")
WAITS = "replied_at IS NULL AND removed_at IS NULL AND holder_id IS NOT NULL"


class Commitment(Model):
    """One person's plan about a question or a practice: when something happens, I will do something, by a day.

    In this form it is carried out more often than a wish.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", "state"),
        Index(None, "person_id", "state"),
        Index(None, "page_id", "is_private"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))  # the person's when it was made
    page_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    occasion: Mapped[str]  # "When …"
    deed: Mapped[str]  # "I will …"
    due_on: Mapped[date]
    # A second name: they are told, and may confirm it.
    with_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    is_private: Mapped[bool]
    state: Mapped[str] = mapped_column(default="made")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    word: Mapped[str] = mapped_column(Text, default="")  # what became of it, or why it was dropped
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
    partner: Mapped[Person | None] = relationship(foreign_keys=[with_id], lazy="raise")

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done, or to be told of."""
        return self.state in OPEN

    @property
    def can_be_reported(self) -> bool:
        """Whether its maker can still say what became of it: also late, never twice."""
        return self.state not in REPORTED


class Experiment(Model):
    """A practice that is not one yet: what is expected, and a commitment whose deed is the small test."""

    __tablename__ = "experiment"
    __table_args__ = (
        CheckConstraint(f"limited_to IN {tuple(LIMITS)}", "limited_to"),
        CheckConstraint(f"result IN {tuple(RESULTS)}", "result"),
    )

    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str]
    expectation: Mapped[str]  # "We expect …", so that it can fail
    limited_to: Mapped[str | None]
    result: Mapped[str | None]
    sponsor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    sponsored_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    commitment: Mapped[Commitment] = relationship(lazy="joined", innerjoin=True)
    sponsor: Mapped[Person | None] = relationship(foreign_keys=[sponsor_id], lazy="raise")

    @property
    def person_id(self) -> int:
        """Whose experiment it is."""
        return self.commitment.person_id


class ExperimentThanks(Model):
    """Thanks for having tried, whatever came of it; one from each person."""

    __tablename__ = "experiment_thanks"

    commitment_id: Mapped[int] = mapped_column(
        ForeignKey("experiment.commitment_id", ondelete="CASCADE"), primary_key=True
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    line: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Blocker(Model):
    """What stands in somebody's way. With a holder somebody else has the key, and is asked for it by a day.

    It belongs to a commitment, or stands by itself: then the person needs something of the holder's, whatever for.
    """

    __tablename__ = "blocker"
    __table_args__ = (
        CheckConstraint(f"kind IN {tuple(BLOCKERS)}", "kind"),
        CheckConstraint(f"reply IN {REPLIES}", "reply"),
        CheckConstraint("commitment_id IS NOT NULL OR holder_id IS NOT NULL", "asks"),
        Index("ix_blocker_waits", "holder_id", sqlite_where=text(WAITS), postgresql_where=text(WAITS)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitment.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)  # in whose way it stands
    kind: Mapped[str]
    words: Mapped[str]
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    wanted_by: Mapped[date | None]
    # The holder said nothing in time: they were asked once more, and whoever is one level up was told, once.
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    passed_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reply: Mapped[str | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # It stands in the way no longer.

    commitment: Mapped[Commitment | None] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
    holder: Mapped[Person | None] = relationship(foreign_keys=[holder_id], lazy="raise")

    @property
    def is_waiting(self) -> bool:
        """Whether whoever has the key has still to reply."""
        return self.holder_id is not None and self.replied_at is None and self.removed_at is None
