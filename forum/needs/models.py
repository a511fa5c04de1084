"""A need and what is done about it: whom we asked, who took it, what was promised, and whether it helped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, Text, UniqueConstraint, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.core.languages import messages, retold
from forum.people.models import Person

# Asked: posted a question. Me too: has the same need as somebody's question. Deflected: took a known answer at the ask
# form instead of posting. Reuse: uses a practice.
ORIGINS = ("asked", "me_too", "deflected", "reuse")
WAITING = ("open", "routed", "open_problem")  # nobody has answered yet
CONFIRMED = ("resolved", "partly")  # whoever had the need said that it helped
ENDED = (*CONFIRMED, "no_reply", "withdrawn")
# Merged: waits together with the need of the question that stands for its own, whose timers run for both.
STATES = (*WAITING, "merged", "answered", "trying", "due", *ENDED)
OUTCOMES = ("resolved", "partly", "not", "no_reply")
IMPACTS = {"blocked": 3, "slowed": 2, "curious": 1}  # how much weight in the order of questions
MOMENTS = ("new", "more", "apply", "solve", "change")  # Gottfredson and Mosher's five moments of need
PLACES = ("colleague", "manual", "web", "help_desk", "nobody")  # where somebody looked first
ENDINGS = ("posted", "deflected", "abandoned")  # of what somebody began to ask
STANDING = "released_at IS NULL"
BEGUN = "ended_at IS NULL"
PENDING = "closed_at IS NULL"
AT_HOME = "merged_from_id IS NULL"


class AskSession(Model):
    """What somebody began to ask: the words of the form while they are still needed, and how it ended, for counting."""

    __tablename__ = "ask_session"
    __table_args__ = (
        # One at a time: whoever begins another sets the first one aside.
        Index("uq_ask_session_open", "person_id", unique=True, sqlite_where=text(BEGUN), postgresql_where=text(BEGUN)),
        CheckConstraint(f"ending IN {ENDINGS}", "ending"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    # Given to the form when it is opened, so that what is sent late or twice belongs to the same words.
    key: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    touched_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # By field, as typed; nothing once it is posted, met, thrown away or forgotten.
    words: Mapped[dict[str, list[str]] | None] = mapped_column(JSON(none_as_null=True))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ending: Mapped[str | None]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))  # what was posted, or taken instead

    @property
    def title(self) -> str:
        """What it is about, in the words typed so far."""
        return typed(self.words or {}, "title") or "without a title"


def typed(words: Mapping[str, Sequence[str]], *fields: str) -> str:
    """What stands in these fields of a form that was kept by field."""
    return " ".join(value.strip() for field in fields for value in words.get(field, ())).strip()


class Need(Model):
    """One person's need. Every step is an event; the department is the person's when the need was opened."""

    __tablename__ = "need"
    __table_args__ = (
        # Somebody who asked the same twice keeps both needs where one question stands for the other.
        Index(
            "uq_need_at_home",
            "person_id",
            "question_id",
            "origin",
            unique=True,
            sqlite_where=text(AT_HOME),
            postgresql_where=text(AT_HOME),
        ),
        CheckConstraint(f"origin IN {ORIGINS}", "origin"),
        CheckConstraint(f"state IN {STATES}", "state"),
        CheckConstraint(f"impact IN {tuple(IMPACTS)}", "impact"),
        CheckConstraint("(question_id IS NULL) != (practice_id IS NULL)", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    origin: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"), index=True)
    # The question it was opened on, while another one stands for that.
    merged_from_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practice.id"), index=True)
    impact: Mapped[str] = mapped_column(default="slowed")
    moment: Mapped[str | None]
    needed_by: Mapped[date | None]
    tried: Mapped[str] = mapped_column(Text, default="")
    looked_first: Mapped[str | None]
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # When the present round began: the waiting of a need that was opened again counts from there.
    waiting_since: Mapped[datetime] = mapped_column(UTCDateTime)
    round: Mapped[int] = mapped_column(default=1)
    # Something was tried in vain, or it was met once and is there again; a round can also begin for other reasons.
    came_back: Mapped[bool] = mapped_column(default=False)
    # Who stays with an open problem, and when the asker hears again.
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    next_on: Mapped[date | None]
    # How often somebody was named or a new day was given: a timer of an earlier time does nothing.
    naming: Mapped[int] = mapped_column(default=0)
    # What has happened so far, in the latest words of whoever stays with it, and when they were said.
    so_far: Mapped[str] = mapped_column(Text, default="")
    so_far_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_outside: Mapped[bool] = mapped_column(default=False)  # Nobody here knew, so somebody elsewhere was asked.

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id], lazy="raise")
    handover: Mapped[Handover | None] = relationship(
        primaryjoin="func.coalesce(Need.merged_from_id, Need.question_id) == foreign(Handover.question_id)",
        lazy="raise",
        viewonly=True,
        uselist=False,
    )

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered it yet."""
        return self.state in WAITING

    @property
    def is_met_by_answers(self) -> bool:
        """Whether an answer to the question can meet it; see `met_by_answers`."""
        return self.origin in ("asked", "me_too") or self.seeks

    @property
    def seeks(self) -> bool:
        """Whether an answer is looked for on its behalf; see `seeking`."""
        return self.question_id is not None and (self.origin == "asked" or self.came_back)

    @property
    def subject_id(self) -> int:
        """The question or the practice it is about."""
        return self.question_id or self.practice_id or 0


def seeking() -> ColumnElement[bool]:
    """Needs on whose behalf an answer is looked for: of whoever asked, and of whoever tried one in vain.

    Whoever only has the same need as a question waits for what its asker gets.
    """
    return and_(Need.question_id.is_not(None), or_(Need.origin == "asked", Need.came_back))


def met_by_answers() -> ColumnElement[bool]:
    """Needs that any answer to their question can meet; one that took a known answer has its own, until that fails."""
    return or_(Need.origin.in_(("asked", "me_too")), seeking())


class CheckIn(Model):
    """We ask once whether it worked, remind once, and then take silence for what it is: no reply, never success."""

    __tablename__ = "check_in"
    __table_args__ = (
        # A need has at most one check-in that is not closed.
        Index(
            "uq_check_in_pending", "need_id", unique=True, sqlite_where=text(PENDING), postgresql_where=text(PENDING)
        ),
        CheckConstraint(f"outcome IN {OUTCOMES}", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    round: Mapped[int]
    # What is being tried; a practice when there is no answer.
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"), index=True)
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practice.id"), index=True)
    practice_version: Mapped[int | None]
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # None in a closed one: another answer was accepted before it was asked, so it says nothing.
    outcome: Mapped[str | None]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    minutes: Mapped[int | None]
    context: Mapped[str] = mapped_column(default="")  # where, under what circumstances, in a line
    note: Mapped[str] = mapped_column(Text, default="")
    changed_work: Mapped[bool | None]
    # It fitted the work as it is; False: it had to be changed. None where nobody said so, or it did not work at all.
    fits: Mapped[bool | None]

    need: Mapped[Need] = relationship(lazy="joined", innerjoin=True)


# Why somebody is asked. Stored as these English words make it, and told in the language of whoever reads it.
ASKED_BECAUSE = messages(
    {
        "solved": "You solved a similar one: “%(title)s”",
        "solved in": "You solved a similar one in %(month)s: “%(title)s”",
        "solved untold": "You solved a similar one",
        "said": "You said that you know about %(topic)s",
        "champion": "You are a champion of a department that this concerns",
        "member": "You work in %(department)s, which this concerns",
        "champion still": "You are the champion of %(department)s, and nobody has answered yet",
        "hint": "A colleague thinks that you know about this",
    }
)


class AnswerInvitation(Model):
    """Somebody was asked, by name and with the reason, whether they can help; passing is free of shame."""

    __tablename__ = "answer_invitation"
    __table_args__ = (
        UniqueConstraint("question_id", "person_id"),
        Index(None, "person_id", "sent_at"),
        CheckConstraint("reply IN ('take', 'pass', 'silence', 'answered', 'moot')", "reply"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    step: Mapped[str]
    reason: Mapped[str]
    # The question whose title the reason gives, as long as it may be read.
    similar_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"), index=True)
    is_bridge: Mapped[bool] = mapped_column(default=False)
    # When the person's working time begins, at the earliest: nobody is asked while away or asleep.
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    silent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reply: Mapped[str | None]
    hint_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")

    @property
    def because(self) -> str:
        """Why the person is asked, in the reader's language."""
        return retold(self.reason, ASKED_BECAUSE.values())


class Claim(Model):
    """ "I am on it": one person at a time, for some working hours; it lapses by itself."""

    __tablename__ = "claim"
    __table_args__ = (
        Index(
            "uq_claim_standing",
            "question_id",
            unique=True,
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")


class Handover(Model):
    """A question was written down for a colleague, who says whether it is theirs. Until then it is the typist's."""

    __tablename__ = "handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), unique=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    offered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    agreed: Mapped[bool | None]

    # Looked up only where there is one: hardly any question is asked for somebody else.
    typist: Mapped[Person] = relationship(foreign_keys=[from_id], lazy="select")
    colleague: Mapped[Person] = relationship(foreign_keys=[to_id], lazy="select")


class Promise(Model):
    """What the asker was told: "you will hear by then". Kept or missed is written down."""

    __tablename__ = "promise"
    __table_args__ = (UniqueConstraint("need_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    round: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    kept: Mapped[bool | None]
