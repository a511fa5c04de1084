"""Post, the base of everything somebody writes, with its votes, its history and its thanks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.departments.models import Department, Tag, post_department, post_tag
from forum.people.models import Person

REMOVED = "removed_at IS NOT NULL"
# Why a post is off the page although its author did not take it away. Each also has `removed_at`, so that whatever
# leaves removed posts out leaves these out too: hidden by a moderator, waiting for approval, refused, or turned into a
# post of another kind.
WITHHELD = ("hidden", "waiting", "refused", "converted")
REPLIES = ("answer", "comment")  # what is kept as a draft while somebody writes it


class Post(Model):
    """Something somebody wrote. `body` is the Markdown source, `html` what `core/text.py` made of it at that time."""

    __tablename__ = "post"
    __table_args__: Any = (
        Index(None, "author_id", "created_at"),
        Index(None, "kind", "created_at"),
        # The few that were removed: whoever counts or sorts many posts need not open each to leave these out.
        Index(None, "removed_at", sqlite_where=text(REMOVED), postgresql_where=text(REMOVED)),
        CheckConstraint(f"withheld IN {WITHHELD}", "withheld"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    author_department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    renderer: Mapped[int]
    score: Mapped[int] = mapped_column(default=0)
    # The part of the score that came with an import, whose voters are not people of this site.
    imported_score: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Rises with each edit; an edit form that carries an older number is refused with both texts kept.
    version: Mapped[int] = mapped_column(default=1)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withheld: Mapped[str | None]
    withheld_because: Mapped[str] = mapped_column(default="")  # A word of a closed list; everybody may read it.
    # Since when nobody answers or comments on its page any more, and the word that says why.
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    locked_because: Mapped[str] = mapped_column(default="")
    # The post of another kind that this was before; its addresses lead here.
    was_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    # Since when it is said to work no longer, and nobody has shown otherwise; reviewing/challenging.py keeps it.
    challenged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Where an imported post came from, "source:id": a second import finds it again.
    imported_from: Mapped[str | None] = mapped_column(unique=True)

    author: Mapped[Person] = relationship(foreign_keys=[author_id], lazy="raise")
    author_department: Mapped[Department] = relationship(foreign_keys=[author_department_id], lazy="raise")

    __mapper_args__: Any = {"polymorphic_on": "kind"}

    # Which departments a question or practice concerns, and its topics. Answers and comments have none of their own.
    departments: Mapped[list[Department]] = relationship(
        secondary=post_department, order_by=Department.name, lazy="raise"
    )
    tags: Mapped[list[Tag]] = relationship(secondary=post_tag, order_by=Tag.slug, lazy="raise")

    @property
    def texts(self) -> dict[str, str]:
        """Everything that an edit may change, by name: what the history keeps and compares."""
        return {"body": self.body}

    @property
    def is_built_on(self) -> bool:
        """Whether others' work would lose its ground if this were taken away."""
        return False

    def on_removal(self, step: int) -> None:
        """Keep counters of other posts right when this one is removed (-1) or restored (+1)."""


class Vote(Model):
    """One person's opinion of one post."""

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("post_id", "person_id"), CheckConstraint("value IN (-1, 1)", "value"))

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    value: Mapped[int]
    cast_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Revision(Model):
    """What a post said at one time. Number 1 is the first text; the highest number is the present one."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    number: Mapped[int]
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(default="")

    by: Mapped[Person] = relationship(lazy="raise")


class Thanks(Model):
    """One person thanks another for a post, with or without a line."""

    __tablename__ = "thanks"
    __table_args__ = (UniqueConstraint("post_id", "by_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    line: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship(lazy="raise")


class ReadMark(Model):
    """Up to which post somebody has read a page: what is newer is new to them.

    Of when they did only the day is kept, so that nobody can lay it beside the hour of what was written without a name.
    """

    __tablename__ = "read_mark"
    __table_args__ = (UniqueConstraint("person_id", "page_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    page_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    up_to_id: Mapped[int]  # No key: the post may be gone, and ids only rise.
    day: Mapped[date] = mapped_column(index=True)


class HeldPost(Model):
    """What is published once a post that waits is approved: the news of it, as it would have been told at once."""

    __tablename__ = "held_post"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    event: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    # For whom a question was asked, who is to say whether it is theirs.
    colleague_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    held_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Comment(Post):
    """A remark on a question, an answer or a practice, or a reply to another remark."""

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    on_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    # The question or practice whose page shows it: `on_id` may be an answer.
    page_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)

    __mapper_args__: Any = {
        "polymorphic_identity": "comment",
        "inherit_condition": id == Post.id,
    }


class ReplyDraft(Model):
    """An answer or a comment that somebody is writing and nobody else can read. It goes when the words are posted.

    It belongs to the person as they are signed in, also where they mean to post without a name: nothing of it is left
    then by which the two could be laid side by side.
    """

    __tablename__ = "reply_draft"
    __table_args__ = (UniqueConstraint("person_id", "on_id", "kind"), CheckConstraint(f"kind IN {REPLIES}", "kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    # What it replies to: a question, any post that is remarked on, or a comment that is replied to.
    on_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    unnamed: Mapped[bool]
    shows_department: Mapped[bool]
    version: Mapped[int]  # counts the savings
    draft_window: Mapped[str]  # which window wrote it last
    touched_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    on: Mapped[Post] = relationship()
