"""Cause: what lies behind many needs; what is linked to it, every step it took, and the people who were told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.core.languages import messages
from forum.departments.models import Department
from forum.people.models import Person
from forum.posts.models import Post

STATES = messages(
    {
        "suspected": "Suspected",
        "signalled": "Waits for a word",
        "acknowledged": "Seen",
        "planned": "Planned",
        "declined": "Declined",
        "fixed": "Said to be fixed",
        "verified": "Verified: it has stopped",
    }
)
# From each state, where a cause may go. Back to acknowledged: it recurred. Back to signalled: a refusal was challenged.
MOVES: dict[str, tuple[str, ...]] = {
    "suspected": ("signalled",),
    "signalled": ("acknowledged",),
    "acknowledged": ("planned", "declined"),
    "planned": ("planned", "declined", "fixed"),
    "declined": ("signalled",),
    "fixed": ("verified", "acknowledged"),
    "verified": ("acknowledged",),
}
OPEN = ("suspected", "signalled", "acknowledged", "planned")
SIGNALLED = tuple(state for state in STATES if state != "suspected")  # what the owner knows of
FIXED = ("fixed", "verified")


class Cause(Post):
    """What lies behind many needs. `author` is who suspected it, `body` what is known, `department` can remove it."""

    __tablename__ = "cause"
    __table_args__ = (CheckConstraint(f"state IN {tuple(STATES)}", "state"), Index(None, "department_id", "state"))

    id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str]
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    # Since when it is looked at, where somebody said so: needs count from that day on. Otherwise from the first one.
    since: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="suspected")
    objective: Mapped[str] = mapped_column(default="")  # what it is in the way of, in a line
    # Who may speak for the department besides those responsible for it, and who shares it on the askers' side.
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    co_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # By when the next word is owed, and when nobody had given it: then it goes one level up, once for each duty.
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    overdue_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_on: Mapped[date | None]  # when something more is said, or done
    effect_on: Mapped[date | None]  # the first day on which it should not happen any more
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # When a refusal was challenged: that can be done once.
    doubted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    department: Mapped[Department] = relationship(foreign_keys=[department_id], lazy="joined", innerjoin=True)
    delegate: Mapped[Person | None] = relationship(foreign_keys=[delegate_id], lazy="raise")
    co_owner: Mapped[Person | None] = relationship(foreign_keys=[co_owner_id], lazy="raise")

    __mapper_args__: Any = {"polymorphic_identity": "cause", "inherit_condition": id == Post.id}

    @property
    def is_built_on(self) -> bool:
        """Colleagues have linked what they need: whoever wrote it down first cannot take it from them."""
        return True

    @property
    def texts(self) -> dict[str, str]:
        """What a revision may change."""
        return {"title": self.title, "body": self.body, "objective": self.objective}

    @property
    def is_signalled(self) -> bool:
        """Whether its department knows of it."""
        return self.state in SIGNALLED


class CauseLink(Model):
    """A question has this cause, or a practice works around it: said by a person, or proposed and not decided yet.

    A refused one stays, so that nothing is proposed twice.
    """

    __tablename__ = "cause_link"
    __table_args__ = (UniqueConstraint("cause_id", "post_id"), Index(None, "post_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    cause_id: Mapped[int] = mapped_column(ForeignKey("cause.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    proposed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # by the application
    linked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    linked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    linked_by: Mapped[Person | None] = relationship(foreign_keys=[linked_by_id], lazy="raise")
    refused_by: Mapped[Person | None] = relationship(foreign_keys=[refused_by_id], lazy="raise")


class CauseStep(Model):
    """One step of a cause with the words that were said; never changed. `kind` is the new state, or "recurred"."""

    __tablename__ = "cause_step"
    __table_args__ = (Index(None, "cause_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cause_id: Mapped[int] = mapped_column(ForeignKey("cause.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    words: Mapped[str] = mapped_column(Text, default="")
    instead: Mapped[str] = mapped_column(Text, default="")  # what to do, where nothing will be changed
    on: Mapped[date | None] = mapped_column("on_day")  # the day that was promised, or of the effect
    needs: Mapped[int]  # how many were linked by then, and of how many people
    people: Mapped[int]

    by: Mapped[Person | None] = relationship(lazy="raise")


class CauseTelling(Model):
    """One person was to be told of one step, and when it was in their inbox."""

    __tablename__ = "cause_telling"

    step_id: Mapped[int] = mapped_column(ForeignKey("cause_step.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CauseVoice(Model):
    """What one person says of a cause: that it is not theirs, whether they may be quoted, whether it has stopped."""

    __tablename__ = "cause_voice"
    __table_args__ = (UniqueConstraint("cause_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cause_id: Mapped[int] = mapped_column(ForeignKey("cause.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    not_mine_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    quote: Mapped[str] = mapped_column(Text, default="")
    quote_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # whether it has stopped, after the latest fix
    stopped: Mapped[bool | None]
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # When a fix was said not to hold: counted like a need, also after another fix.
    struck_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
    quote_asked_by: Mapped[Person | None] = relationship(foreign_keys=[quote_asked_by_id], lazy="raise")


class CauseDoubt(Model):
    """Somebody does not accept that a cause stays. Three of them are heard, once."""

    __tablename__ = "cause_doubt"

    cause_id: Mapped[int] = mapped_column(ForeignKey("cause.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    why: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(lazy="raise")
