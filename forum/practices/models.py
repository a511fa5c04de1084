"""Practice: what works here, written so that a colleague can do it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from forum.core.clock import now
from forum.core.db import Model, UTCDateTime
from forum.core.languages import messages
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices import evidence

# Days between reviews: fast for what changes with every release, slow for what holds for years.
REVIEW_PACES = {"fast": 90, "normal": 180, "slow": 365}
# In which form a practice helps: what somebody has in hand who follows it.
FORMS = messages(
    {
        "checklist": "Checklist",
        "example": "Worked example",
        "script": "Script: what to say",
        "peer_call": "Peer call",
        "look_back": "Look-back",
        "buddy": "Buddy",
        "experiment": "Small experiment",
        "rule_check": "Rule check",
        "job_aid": "Job aid",
    }
)
FACTS = ("form", "minutes", "is_free", "cost", "permission", "contact")  # what is known of it in a word
SECTIONS = ("problem", "body", "why_it_works", "when_not", "what_it_takes")


class Practice(Post):
    """An answer that a moderator promoted, or a local variant of one.

    `author` is who knew it; `body` is the "do this"; `version` its version.
    """

    __tablename__ = "practice"
    __table_args__ = (
        CheckConstraint(f"review_pace IN {tuple(REVIEW_PACES)}", "review_pace"),
        CheckConstraint(f"label IN {tuple(evidence.LABELS)}", "label"),
        CheckConstraint(f"form IN {tuple(FORMS)}", "form"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str]
    problem: Mapped[str] = mapped_column(Text)
    why_it_works: Mapped[str] = mapped_column(Text)
    when_not: Mapped[str] = mapped_column(Text)
    what_it_takes: Mapped[str] = mapped_column(Text)
    # Rendered like `html`, one entry a section.
    sections_html: Mapped[dict[str, str]] = mapped_column(JSON)
    # What it was made of; a local variant was made of another practice, the first of its family.
    source_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), unique=True)
    variant_of_id: Mapped[int | None] = mapped_column(ForeignKey("practice.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    promoted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    review_pace: Mapped[str]
    review_on: Mapped[date]
    # When somebody last said that it holds, and when its owner was asked about the date that stands now.
    reviewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Since when it counts as out of date, and why: a key of ageing.BECAUSE.
    stale_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stale_because: Mapped[str] = mapped_column(default="")
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    retired_because: Mapped[str] = mapped_column(default="")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("practice.id"))
    # What came of it, as `weighing.py` counted it last: outcomes, whom and in how many departments it worked for.
    worked: Mapped[int] = mapped_column(default=0)
    tried: Mapped[int] = mapped_column(default=0)
    worked_people: Mapped[int] = mapped_column(default=0)
    worked_departments: Mapped[int] = mapped_column(default=0)
    last_worked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    low: Mapped[float] = mapped_column(default=0.0)  # the lower bound of the share it works for
    label: Mapped[str] = mapped_column(default="too_early", index=True)
    label_since: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    due_on: Mapped[date]  # `evidence.due_on`, kept for lists: written with whatever it follows from
    # Whether somebody confirmed a good story of it while it serves an objective; told by objectives/evidence.py.
    is_told: Mapped[bool] = mapped_column(default=False)
    # What can be said of it in a word; where nobody has, there is None, or nothing.
    form: Mapped[str | None]
    minutes: Mapped[int | None]
    is_free: Mapped[bool | None]
    cost: Mapped[str] = mapped_column(default="", server_default="")
    permission: Mapped[str] = mapped_column(default="", server_default="")
    contact: Mapped[str] = mapped_column(default="", server_default="")

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id], lazy="raise")
    promoted_by: Mapped[Person] = relationship(foreign_keys=[promoted_by_id], lazy="raise")
    successor: Mapped[Practice | None] = relationship(foreign_keys=[successor_id], remote_side=[id], lazy="raise")

    __mapper_args__: Any = {"polymorphic_identity": "practice", "inherit_condition": id == Post.id}

    @property
    def is_built_on(self) -> bool:
        """Colleagues work by it: whoever wrote it down first cannot take it from them."""
        return True

    @property
    def texts(self) -> dict[str, str]:
        """What a revision may change."""
        return {"title": self.title, **{name: getattr(self, name) for name in SECTIONS}}

    def is_due(self, today: date) -> bool:
        """Whether somebody should look at it again."""
        return self.retired_at is None and due_on_of(self) <= today

    def freshness(self, today: date) -> str:
        """In date, due, stale or retired."""
        stale, retired = self.stale_since is not None, self.retired_at is not None
        return evidence.freshness(due_on_of(self), today, stale=stale, retired=retired)

    @property
    def found(self) -> evidence.Tally:
        """What came of it, as it was counted last."""
        return evidence.Tally(
            worked=self.worked,
            failed=self.tried - self.worked,
            people=self.worked_people,
            departments=self.worked_departments,
            last_worked_at=self.last_worked_at,
        )


class PracticeDepartment(Model):
    """What came of a practice in one department, for the order in which its people see the library."""

    __tablename__ = "practice_department"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id", ondelete="CASCADE"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    worked: Mapped[int]
    tried: Mapped[int]


def due_on_of(practice: Practice) -> date:
    """The day from which somebody should look at it again."""
    return evidence.due_on(practice.review_on, practice.last_worked_at, REVIEW_PACES[practice.review_pace])


@event.listens_for(Practice, "before_insert")
@event.listens_for(Practice, "before_update")
def _keep_due_on(_mapper: Mapper[Practice], _connection: Any, practice: Practice) -> None:
    practice.due_on = due_on_of(practice)
