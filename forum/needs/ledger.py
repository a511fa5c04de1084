"""The ledger: every step of every need, who took it, from which state to which, and in which department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from forum.core.clock import half_day, now
from forum.core.db import db
from forum.core.errors import Refused
from forum.core.events import EventRow, PostEvent, publish
from forum.departments.models import Department
from forum.needs.models import Need
from forum.people.models import Person
from forum.questions.merging import places
from forum.questions.models import Question

# From each state, where a need may go. Whoever is not in this table cannot get there by any way.
MOVES: dict[str, tuple[str, ...]] = {
    "open": ("routed", "answered", "trying", "open_problem", "merged", "withdrawn"),
    "routed": ("routed", "answered", "trying", "open_problem", "merged", "withdrawn"),
    "open_problem": ("routed", "answered", "trying", "merged", "withdrawn"),
    "merged": ("open", "answered", "trying", "withdrawn"),
    "answered": ("trying", "open", "withdrawn"),
    "trying": ("trying", "due", "answered", "withdrawn", "open"),
    "due": ("resolved", "partly", "open", "no_reply", "trying", "answered"),
    "resolved": ("open",),
    "partly": ("open",),
    "no_reply": ("resolved", "partly", "open"),
    "withdrawn": ("open",),
}


HISTORY = ("NeedOpened", "NeedMoved", "NeedHandedOver")  # the events that are a need's steps


@dataclass(frozen=True, kw_only=True)
class NeedOpened(PostEvent):
    """Somebody has a need: asked, shared, met by a known answer, or met by a practice."""

    need_id: int
    origin: str
    impact: str
    department_id: int


@dataclass(frozen=True, kw_only=True)
class NeedMoved(PostEvent):
    """A need took a step. `facts` holds what belongs to it: which answer, which outcome, who was named."""

    need_id: int
    origin: str
    before: str
    after: str
    round: int
    department_id: int
    seeks: bool  # whether an answer is looked for on its behalf: see `models.seeking`
    facts: dict[str, Any] = field(default_factory=dict)


class NotPossible(Refused):
    """The need has moved on."""

    message = "This has changed meanwhile. Reload the page to see where it stands."


@dataclass(frozen=True)
class Step:
    """One line of a need's history, ready to be shown."""

    at: datetime
    who: str
    department: str
    before: str
    after: str
    facts: dict[str, Any]


def hold(question_id: int | None) -> None:
    """Whoever acts on the needs of a question acts alone until the transaction ends. Nothing for a need without one.

    Always first: two who lock the question, its needs and check-ins in different orders would wait for each other.
    """
    if question_id is not None:
        row = select(Question.id).where(Question.id == question_id)
        db.session.execute(row.with_for_update(key_share=True, of=Question.__table__))


def move(need: Need, to: str, *, actor: Person | None, **facts: Any) -> None:
    """Take the need from where it is to `to`, and write it down. Raises `NotPossible` when it cannot go there.

    The row is claimed by its present state, so of two steps at once exactly one is taken.
    """
    before = need.state
    if to not in MOVES[before]:
        raise NotPossible()
    claim = update(Need).where(Need.id == need.id, Need.state == before).values(state=to)
    claimed: Any = db.session.execute(claim, execution_options={"synchronize_session": False})
    if claimed.rowcount == 0:
        raise NotPossible()
    db.session.refresh(need, ["state"])
    if to == "open" and before not in ("open", "routed", "open_problem"):
        need.round, need.owner_id, need.next_on = need.round + 1, None, None
        if before != "merged":  # Whoever waited along has waited all the time.
            need.waiting_since = now()
        need.came_back = need.came_back or "outcome" in facts or "came_back" in facts
        need.so_far, need.so_far_at, need.asked_outside = "", None, False
    publish(
        NeedMoved(
            post_id=need.subject_id,
            need_id=need.id,
            origin=need.origin,
            before=before,
            after=to,
            round=need.round,
            department_id=need.department_id,
            seeks=need.seeks,
            facts=facts,
        ),
        actor=actor,
    )


def history(need: Need) -> Sequence[Step]:
    """Every step of a need, oldest first, with names and departments as they were."""
    department = aliased(Department)
    # Of a need without a name every step, also what Proven did a moment later.
    unnamed = db.session.scalar(select(Person.is_persona).where(Person.id == need.person_id))
    rows = db.session.execute(
        select(EventRow, Person.name, Person.is_persona, department.name)
        .outerjoin(Person, Person.id == EventRow.actor_id)
        .outerjoin(department, department.id == EventRow.actor_department_id)
        .where(EventRow.post_id.in_(_places(need)), EventRow.name.in_(HISTORY))
        .order_by(EventRow.id)
    )
    return [
        Step(
            at=half_day(row.at) if unnamed or by_persona else row.at,
            who=name or "Proven",
            department=of or "",
            before=row.data.get("before", ""),
            after=row.data.get("after", "open" if row.data["origin"] in ("asked", "me_too") else "trying"),
            facts=row.data.get("facts", {}),
        )
        for row, name, by_persona, of in rows
        if row.data["need_id"] == need.id
    ]


def _places(need: Need) -> Sequence[int]:
    """The question or practice that a need is about, and all that ever stood for that question."""
    home = need.merged_from_id or need.question_id
    return places(home) if home else [need.subject_id]
