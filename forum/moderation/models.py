"""Flags and the cases they make, what moderators did, what they wrote down once, and edits that colleagues suggest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.core.languages import messages
from forum.people.listing import active_with
from forum.people.models import Person
from forum.posts.models import Post

# Why something is flagged, hidden or refused. The word is public, whatever else is said is not.
REASONS = messages(
    {
        "hurtful": "Rude or hurtful",
        "private": "Tells what is private or confidential",
        "harmful": "Does harm if somebody follows it",
        "advertising": "Advertising, or no sense in it",
        "elsewhere": "Does not belong here",
        "other": "Something else",
    }
)
CASES = ("flagged", "held")
OUTCOMES = ("dismissed", "hidden", "approved", "refused")
ACTS = ("hidden", "locked")
OPEN = "decided_at IS NULL"
IN_FORCE = "ended_at IS NULL"


class Case(Model):
    """One post that a moderator looks at: colleagues flagged it, or it waits for approval. One at a time on a post."""

    __tablename__ = "moderation_case"
    __table_args__ = (
        Index("uq_moderation_case_open", "post_id", unique=True, sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        CheckConstraint(f"kind IN {CASES}", "kind"),
        CheckConstraint(f"outcome IN {OUTCOMES}", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    # The question or practice on whose page it stands: its departments say whose case it is.
    page_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(Text, default="")  # For whoever is told; never in the log.

    decided_by: Mapped[Person | None] = relationship(lazy="raise")
    flags: Mapped[list[Flag]] = relationship(order_by="Flag.id", lazy="raise")


class Flag(Model):
    """One colleague says that a moderator should look at a post. Only moderators see who."""

    __tablename__ = "flag"
    __table_args__ = (UniqueConstraint("post_id", "by_id"), CheckConstraint(f"reason IN {tuple(REASONS)}", "reason"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id", ondelete="CASCADE"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str]
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship(lazy="raise")


class Intervention(Model):
    """A moderator hid a post or locked its page. Without a second one's word in time it ends by itself."""

    __tablename__ = "intervention"
    __table_args__ = (
        Index(
            "uq_intervention_in_force",
            "post_id",
            "act",
            unique=True,
            sqlite_where=text(IN_FORCE),
            postgresql_where=text(IN_FORCE),
        ),
        CheckConstraint(f"act IN {ACTS}", "act"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str]
    words: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: nobody confirmed it in time.

    post: Mapped[Post] = relationship(lazy="select")
    by: Mapped[Person] = relationship(foreign_keys=[by_id], lazy="select")
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id], lazy="select")

    @property
    def author_id(self) -> int:
        """Who wrote what it was done to, and so does not decide about it."""
        return self.post.author_id

    @property
    def has_second(self) -> bool:
        """Whether there is a moderator who could agree.

        Whoever wrote without a name counts as nobody here: else it would show that a moderator did.
        """
        return bool(set(active_with("moderator")) - {self.by_id, self.author_id})


class CannedReason(Model):
    """What moderators write again and again, to start from."""

    __tablename__ = "canned_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    words: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Watched(Model):
    """A department that a moderator looks after; a moderator without any looks after all."""

    __tablename__ = "watched_department"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)


class Suggestion(Model):
    """A better text for somebody else's post; they or a moderator put it in, or say why not."""

    __tablename__ = "suggestion"
    __table_args__ = (
        # One open suggestion of a person for a post: a second one takes its place.
        Index(
            "uq_suggestion_open",
            "post_id",
            "by_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        CheckConstraint("outcome IN ('accepted', 'refused', 'withdrawn')", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int]  # the one that was read
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str | None]
    word: Mapped[str] = mapped_column(default="")

    post: Mapped[Post] = relationship(lazy="select")
    by: Mapped[Person] = relationship(foreign_keys=[by_id], lazy="select")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id], lazy="select")

    @property
    def author_id(self) -> int:
        """Whose text it would change."""
        return self.post.author_id


class Conversion(Model):
    """An answer became a comment, or a comment an answer: another post stands for it until that is undone."""

    __tablename__ = "conversion"

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Deed(Model):
    """One line of the log that everybody may read: who did what, when, to which post, and the word that says why."""

    __tablename__ = "moderation_deed"
    __table_args__ = (Index(None, "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    deed: Mapped[str]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(default="")
