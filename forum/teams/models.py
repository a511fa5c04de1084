"""Pledge: time that a leader gives the team; and the note of a month with what its readers say of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.core.languages import messages
from forum.people.models import Person

OPEN = ("made", "due")
REPORTED = ("kept", "partly", "dropped")  # what only whoever made it can say
STATES = (*OPEN, *REPORTED, "no_reply")
RATINGS = messages({"yes": "Yes", "partly": "In part", "no": "No"})


class Pledge(Model):
    """Working time that somebody who leads others pledges them from one day to another: hours a week, for what."""

    __tablename__ = "pledge"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", "state"),
        CheckConstraint("hours_a_week BETWEEN 1 AND 40", "hours_a_week"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))  # the person's when it was made
    hours_a_week: Mapped[int]
    purpose: Mapped[str]  # "answering questions"
    from_on: Mapped[date]
    until_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="made")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    word: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(lazy="raise")

    @property
    def is_open(self) -> bool:
        """Whether its time goes on, or its maker has still to say how it went."""
        return self.state in OPEN

    @property
    def can_be_reported(self) -> bool:
        """Whether its maker can say what became of it: also late, never twice."""
        return self.state not in REPORTED


class PledgeConfirmation(Model):
    """Somebody of the team says that a pledge was kept, or kept in part, as its maker reports."""

    __tablename__ = "pledge_confirmation"

    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id", ondelete="CASCADE"), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class MonthlyNote(Model):
    """What was told of a month to those who answer for a department, as it stood when it was sent."""

    __tablename__ = "monthly_note"

    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    lines: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    readers: Mapped[int]  # to how many it was sent
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)


class NoteRating(Model):
    """Whether a note was useful to the goal of one reader; the latest word counts, and only counts are shown."""

    __tablename__ = "note_rating"
    __table_args__ = (CheckConstraint(f"rating IN {tuple(RATINGS)}", "rating"),)

    month: Mapped[date] = mapped_column(ForeignKey("monthly_note.month", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    rating: Mapped[str]
