"""A round of the pulse: who was asked and whether they replied; and, apart from that, how often each value was given.

Nothing here says who gave which value, and nothing has a time or an order by which that could be found out. See
docs/decisions/0040-a-pulse-that-nobody-can-trace.md.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model
from forum.core.languages import messages

# Our own wording, not a validated scale: compare it with itself only.
ITEMS = messages(
    {
        1: "I can ask here without it being held against me",
        2: "I got what I needed in time for it to matter",
        3: "Something I learned here changed how I work",
    }
)
FOR_STAKEHOLDERS = messages({4: "It helps my goals", 5: "I know what they did for us"})
VALUES = messages({1: "1 Not at all", 2: "2 Hardly", 3: "3 In part", 4: "4 Mostly", 5: "5 Fully"})
FAVOURABLE = (4, 5)


class PulseRound(Model):
    """One quarter since the organisation began here. It ends before `ends_on`; its results are shown from then on."""

    __tablename__ = "pulse_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    begins_on: Mapped[date]
    ends_on: Mapped[date]


class PulseInvitation(Model):
    """One person is asked once in a round. That they replied is kept here, and nothing of what they said.

    The department is that of the day of asking; none where fewer people work than may be shown, which count together.
    """

    __tablename__ = "pulse_invitation"

    round_id: Mapped[int] = mapped_column(ForeignKey("pulse_round.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    is_stakeholder: Mapped[bool]
    asked_on: Mapped[date]
    reminded_on: Mapped[date | None]
    has_replied: Mapped[bool] = mapped_column(default=False)

    round: Mapped[PulseRound] = relationship(lazy="joined", innerjoin=True)

    @property
    def items(self) -> dict[int, str]:
        """What this person is asked. Stakeholders are asked two things more."""
        return ITEMS | FOR_STAKEHOLDERS if self.is_stakeholder else ITEMS


class PulseCount(Model):
    """How often a value was given to an item in a department, or in the small ones together.

    All rows of a round are made when it begins, and every reply writes all of them: neither an id nor what a database
    notes of its writings tells which of them a reply has raised.
    """

    __tablename__ = "pulse_count"
    __table_args__ = (
        UniqueConstraint("round_id", "item", "value", "department_id"),
        CheckConstraint("value BETWEEN 1 AND 5", "value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("pulse_round.id", ondelete="CASCADE"))
    item: Mapped[int]
    value: Mapped[int]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    count: Mapped[int] = mapped_column(default=0)
