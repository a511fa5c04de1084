"""Notification: what one person is told of one event; the mail it went in; and what a person wishes to hear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Text, UniqueConstraint, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model, UTCDateTime
from forum.core.languages import Message, messages


@dataclass(frozen=True)
class Kind:
    """One kind of news: how the settings call it, and how often it is mailed to whoever has not chosen."""

    group: Message
    words: Message
    frequency: str = "daily"


ASKED, WRITTEN = Message("You are asked something"), Message("About what you wrote")
FOLLOWED, MODERATED = Message("What you follow"), Message("What you look after as a moderator")
# What is asked of somebody loses its sense by waiting; all the rest comes in one mail a day.
KINDS = {
    "check_in": Kind(ASKED, Message("Whether an answer worked for you"), "at_once"),
    "invitation": Kind(ASKED, Message("Whether you can help, or a question is yours, by name"), "at_once"),
    "word": Kind(ASKED, Message("What you said an asker hears from you today"), "at_once"),
    "reveal": Kind(
        ASKED, Message("Whether it may be said who wrote without a name, and that it was said of you"), "at_once"
    ),
    "commitment": Kind(ASKED, Message("How it went with what you or a colleague said you would do"), "at_once"),
    "bookmark": Kind(ASKED, Message("What you wanted to be reminded of"), "inbox"),
    "key": Kind(ASKED, Message("Whether you can open the way for a colleague"), "at_once"),
    "challenge": Kind(
        ASKED, Message("Whether what you wrote or look after still works, as somebody doubts it"), "at_once"
    ),
    "cause_asked": Kind(
        ASKED, Message("What your department can remove, and whether it has stopped for you"), "at_once"
    ),
    "review": Kind(ASKED, Message("Whether a practice that you look after still holds, as its date has come")),
    "story": Kind(ASKED, Message("Whether a story that a colleague tells is so, and what became of yours"), "at_once"),
    "request": Kind(
        ASKED, Message("Requests for a course: what is proposed and agreed, and whether it helped"), "at_once"
    ),
    "chat_asked": Kind(
        ASKED, Message("Chats that you host or come to: they begin, and what you are doing about it"), "at_once"
    ),
    "pulse": Kind(ASKED, Message("Your turn to answer the pulse, four times a year")),
    "welcome": Kind(
        ASKED, Message("Whether something is in your way that colleagues here could solve, once a quarter at most")
    ),
    "suggestion": Kind(ASKED, Message("Better texts that colleagues suggest, and what became of yours")),
    "prompt": Kind(ASKED, Message("Whether you can mark the answer that helped")),
    "answer": Kind(WRITTEN, Message("Answers to what you asked or follow")),
    "waiting": Kind(WRITTEN, Message("What is done while nobody has answered you")),
    "outcome": Kind(WRITTEN, Message("What became of your answers, and of what you challenged")),
    "cause": Kind(WRITTEN, Message("What becomes of the causes behind what you need or follow")),
    "comment": Kind(WRITTEN, Message("Comments and replies")),
    "moderated": Kind(WRITTEN, Message("What moderators decided about what you wrote or flagged"), "at_once"),
    "mention": Kind(WRITTEN, Message("Mentions of your name")),
    "thanks": Kind(WRITTEN, Message("Thanks")),
    "practice": Kind(FOLLOWED, Message("Best practices, of what you wrote, nominated or follow")),
    "question": Kind(FOLLOWED, Message("New questions of departments, topics and people you follow")),
    "chat": Kind(
        FOLLOWED, Message("Chats of departments and topics you follow, and what came of those you took part in")
    ),
    "monthly": Kind(FOLLOWED, Message("The note of the month, if you answer for a department")),
    "problem": Kind(MODERATED, Message("Open problems that need somebody who stays with them"), "at_once"),
    "unanswered": Kind(MODERATED, Message("Questions that nobody has answered for a day")),
    "nomination": Kind(MODERATED, Message("Answers that are nominated as a best practice")),
    "upkeep": Kind(MODERATED, Message("Practices and challenges that wait for a moderator")),
    "moderation": Kind(MODERATED, Message("What is flagged, waits for approval, or for a second moderator"), "at_once"),
}
FREQUENCIES = messages(
    {
        "at_once": "At once",
        "three_hours": "Every 3 hours",
        "daily": "Once a day",
        "weekly": "Once a week",
        "inbox": "Inbox only, no mail",
        "off": "Not at all",
    }
)
EVERYTHING = "everything"  # In place of a kind: a person who wants no mail, whatever the kinds say.
UNREAD = "read_at IS NULL"
TO_BE_MAILED = "read_at IS NULL AND mail_id IS NULL AND mail_due_at IS NOT NULL"
OPEN = "done_at IS NULL"


class Notification(Model):
    """One person is told of one event, once, for the strongest of the reasons there are. Words are made when shown."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("person_id", "event_id"),
        CheckConstraint(f"kind IN {tuple(KINDS)}", "kind"),
        Index(None, "person_id", "page_id"),
        Index(
            "ix_notification_unread",
            "person_id",
            "page_id",
            sqlite_where=text(UNREAD),
            postgresql_where=text(UNREAD),
        ),
        Index(
            "ix_notification_to_be_mailed",
            "mail_due_at",
            "person_id",
            sqlite_where=text(TO_BE_MAILED),
            postgresql_where=text(TO_BE_MAILED),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str]
    reason: Mapped[str]  # Why this person hears of it: a key of REASONS in words/reasons.py.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # What it is about, and the question or practice on whose page that stands; nothing where it is about no post.
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    page_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    # The need that asks something of the person; when it has moved on, there is nothing left to do.
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Put away by the person, or settled by what happened since; always read, too.
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Out of the inbox and the count of what is unread until then, as its person wished.
    later_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # When it is to be mailed if it is still unread then; None: never.
    mail_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id"), index=True)


def awake(moment: Any) -> ColumnElement[bool]:
    """Whether a note is not put off until later than a moment."""
    return or_(Notification.later_until.is_(None), Notification.later_until <= moment)


class Mail(Model):
    """One mail to one person, with the news that it carries. Claimed before it is sent, and given back if that fails.

    Whoever sends it again after an accident sends it under the same Message-ID, so that a mailbox can show it once.
    """

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_open", "person_id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # When the server took it, or when there was nothing left to say.
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # What its links have ended: a thread (by the name of the level that was chosen for it), a kind, or everything. Each
    # works once, so that an old mail cannot undo a later choice.
    stopped: Mapped[str | None]


class RefusedMailbox(Model):
    """An address of which the server said that it will never take mail for it. Another address is another mailbox."""

    __tablename__ = "refused_mailbox"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str]
    words: Mapped[str] = mapped_column(Text)


class Preference(Model):
    """How often one person wants mails of one kind; there is no row where the kind's own frequency is fine."""

    __tablename__ = "preference"
    __table_args__ = (
        CheckConstraint(f"kind IN {(*KINDS, EVERYTHING)}", "kind"),
        CheckConstraint(f"frequency IN {tuple(FREQUENCIES)}", "frequency"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    frequency: Mapped[str]
