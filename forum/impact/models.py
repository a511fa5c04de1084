"""Who is asked to be a second one between departments, or invited warmly; what moderators say of quarters and links."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.people.models import Person

REPLIES = ("agreed", "declined")  # of whoever was asked
STATES = ("asked", *REPLIES, "refused")


class Introduction(Model):
    """One proposal of a second person, once it was taken up or refused; nobody is proposed twice for the same two
    departments. "Refused" is the proposal, by whoever looks after it; "declined" is the wish of the person asked."""

    __tablename__ = "introduction"
    __table_args__ = (
        UniqueConstraint("asking_id", "answering_id", "person_id"),
        CheckConstraint(f"state IN {STATES}", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    asking_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    answering_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # The latest question of the one department that somebody of the other answered: on its page the note stands.
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    why: Mapped[str]  # why this person, in words, as it was then
    state: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)


class QuarterNote(Model):
    """What a moderator says of a quarter: were the right things measured? Never changed; a later one is beside it."""

    __tablename__ = "quarter_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    begins_on: Mapped[date] = mapped_column(index=True)  # of the quarter, as impact counts them
    words: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class LinkCheck(Model):
    """A moderator looked whether a question belongs to what it is linked to; the latest verdict stands."""

    __tablename__ = "link_check"
    __table_args__ = (UniqueConstraint("question_id", "target_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    target_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    month: Mapped[date] = mapped_column(index=True)  # the first day of the month in which it was drawn
    is_right: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class WarmInvitation(Model):
    """Somebody who never brought a need here was invited in a quarter, by whom and when: so that it is once in each."""

    __tablename__ = "warm_invitation"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    quarter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # since the organisation began here
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_on: Mapped[date]
