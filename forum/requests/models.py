"""Request: somebody asks for a course; what both sides said of it, what was agreed, and whether it helped."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.core.languages import messages
from forum.people.models import Person
from forum.posts.models import Post

WAITING = ("received", "diagnosed")  # for a proposal
STATES = (*WAITING, "proposed", "agreed", "checked")
WAYS = messages(
    {
        "as_asked": "The course, as asked",
        "other_way": "Another way",
        "none": "No course: something else causes it",
    }
)
OPTIONS = messages(
    {
        "answer": "An answer that somebody has",
        "practice": "A practice that worked for others",
        "peer_call": "An hour with a colleague who can do it",
        "cause": "Have the cause mended",
        "course": "A course",
    }
)
REPLIES = messages(
    {"accepted": "Accepted", "amended": "Accepted with a change", "insisted": "Insisted on what was asked"}
)
CHECKED = messages({"yes": "Yes", "partly": "In part", "no": "No"})
SIDES = ("requester", "concerned")


class Request(Post):
    """“I need a course on …”: `author` asks for it, `body` is the gap that they see.

    It is looked after by one from each side: its author, and `owner` of another department, who diagnosed it.
    """

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", "state"),
        CheckConstraint(f"way IN {tuple(WAYS)}", "way"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str]  # what is asked for: "a two-day Excel course"
    evidence: Mapped[str] = mapped_column(Text)  # how the asker noticed
    state: Mapped[str] = mapped_column(default="received", index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    diagnosis: Mapped[str] = mapped_column(Text, default="")
    diagnosed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    way: Mapped[str | None]  # what was agreed
    agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # whether it helped
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id], lazy="raise")

    __mapper_args__: Any = {"polymorphic_identity": "request", "inherit_condition": id == Post.id}


class RequestConcerned(Model):
    """Somebody who feels the gap, as the asker says."""

    __tablename__ = "request_concerned"

    request_id: Mapped[int] = mapped_column(ForeignKey("request.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class RequestEvidence(Model):
    """A question or practice that the diagnosis found to be about the same."""

    __tablename__ = "request_evidence"

    request_id: Mapped[int] = mapped_column(ForeignKey("request.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)


class Proposal(Model):
    """What the other side proposes, and what the asker replied. An earlier one without a reply was taken back."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(f"way IN {tuple(WAYS)}", "way"),
        CheckConstraint(f"reply IN {tuple(REPLIES)}", "reply"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    way: Mapped[str]
    options: Mapped[list[str]] = mapped_column(JSON)  # keys of OPTIONS
    words: Mapped[str] = mapped_column(Text)
    reply: Mapped[str | None]
    reply_words: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship(lazy="raise")

    @property
    def is_counter(self) -> bool:
        """Whether it is something else than what was asked for."""
        return self.way != "as_asked"


class RequestCheck(Model):
    """One person is asked, thirty days later, whether what was agreed helped."""

    __tablename__ = "request_check"
    __table_args__ = (
        UniqueConstraint("request_id", "person_id"),
        CheckConstraint(f"side IN {SIDES}", "side"),
        CheckConstraint(f"reply IN {tuple(CHECKED)}", "reply"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    side: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reply: Mapped[str | None]
    word: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # When nobody waits for a reply any more; it can still be given.
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(lazy="raise")
