"""Objective: a figure that a department wants to move; its readings, what points to it, and stories."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.core.languages import messages
from forum.departments.models import Department
from forum.people.models import Person
from forum.posts.models import Post

DIRECTIONS = messages({"down": "Down: less is better", "up": "Up: more is better"})
LINKABLE = ("question", "practice", "cause")  # kinds of posts that may point to an objective
WENT = messages({"well": "It went well", "badly": "It went badly"})
WITNESSES = messages({"concerned": "It happened to them", "manager": "They are a manager, and saw it"})
STANDING = "removed_at IS NULL"


class Objective(Model):
    """What somebody who answers for a department wants to move: a figure, from where, to where, by when.

    `unit` completes the figure: 9 "parcels a month". It belongs to the department, so a successor goes on with it.
    """

    __tablename__ = "objective"
    __table_args__ = (CheckConstraint(f"direction IN {tuple(DIRECTIONS)}", "direction"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    unit: Mapped[str]
    direction: Mapped[str]
    baseline: Mapped[float]
    target: Mapped[float]
    due_on: Mapped[date]
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    stated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # When it was given up or reached, and what became of it in a line.
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    word: Mapped[str] = mapped_column(default="")

    department: Mapped[Department] = relationship(lazy="joined", innerjoin=True)
    by: Mapped[Person] = relationship(lazy="raise")


class Reading(Model):
    """What a figure was on a day, by whoever read it off. A corrected one stays, and points to what took its place."""

    __tablename__ = "reading"
    __table_args__ = (Index(None, "objective_id", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    objective_id: Mapped[int] = mapped_column(ForeignKey("objective.id", ondelete="CASCADE"))
    value: Mapped[float]
    on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("reading.id"))

    objective: Mapped[Objective] = relationship(lazy="joined", innerjoin=True)
    by: Mapped[Person] = relationship(lazy="raise")

    @property
    def department_id(self) -> int:
        """Of the objective: whoever answers for it may correct a reading."""
        return self.objective.department_id


class ObjectiveLink(Model):
    """Somebody said that a question, a practice or a cause serves an objective; one that was taken away stays."""

    __tablename__ = "objective_link"
    __table_args__ = (
        # A post points to one objective at a time.
        Index(
            "uq_objective_link_standing",
            "post_id",
            unique=True,
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    objective_id: Mapped[int] = mapped_column(ForeignKey("objective.id", ondelete="CASCADE"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    objective: Mapped[Objective] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(foreign_keys=[by_id], lazy="raise")
    removed_by: Mapped[Person | None] = relationship(foreign_keys=[removed_by_id], lazy="raise")


class Story(Model):
    """What happened once, told by one person and confirmed by another: the best and the worst are studied alike."""

    __tablename__ = "story"
    __table_args__ = (
        CheckConstraint(f"went IN {tuple(WENT)}", "went"),
        CheckConstraint(f"witness_as IN {tuple(WITNESSES)}", "witness_as"),
        Index(None, "page_id"),
        Index(None, "told_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))  # the teller's when it was told
    title: Mapped[str]
    tale: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    went: Mapped[str]
    told_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Whoever is asked whether it is so, and why they can know. `is_true` is what they said.
    witness_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    witness_as: Mapped[str]
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_true: Mapped[bool | None]
    words: Mapped[str] = mapped_column(Text, default="")
    # When a moderator put it among the three of its quarter.
    chosen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    page: Mapped[Post] = relationship(lazy="raise")
    by: Mapped[Person] = relationship(foreign_keys=[by_id], lazy="raise")
    witness: Mapped[Person] = relationship(foreign_keys=[witness_id], lazy="raise")
    department: Mapped[Department] = relationship(lazy="joined", innerjoin=True)
