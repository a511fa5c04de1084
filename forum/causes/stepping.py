"""The steps of a cause: which one may follow which, what is written down, and that everybody who asked is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from forum.causes import counting
from forum.causes.models import MOVES, Cause, CauseStep, CauseTelling
from forum.causes.rates import occurrences, people_of
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.people.models import Person

LONGEST = 2_000  # characters of what is said at a step


@dataclass(frozen=True, kw_only=True)
class CauseMoved(PostEvent):
    """A cause took a step; `kind` is the new state, or "recurred". Its words are in the step."""

    step_id: int
    before: str
    after: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class CauseTold(PostEvent):
    """Everybody who asked is told of a step, and by it whoever follows the cause."""

    step_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class TellingDue(Event):
    """The people of a step are to be told."""

    step_id: int


class MovedOn(Refused):
    """The cause is somewhere else by now."""

    message = "This has moved on meanwhile. Reload the page to see where it stands."


def move(
    cause: Cause,
    to: str,
    *,
    actor: Person | None,
    kind: str = "",
    words: str = "",
    instead: str = "",
    on: date | None = None,
) -> CauseStep:
    """Take the cause to `to`, write the step down with its words, and have everybody told who asked.

    Raises `MovedOn` when it cannot go there. The row is claimed by its present state, so of two steps at once exactly
    one is taken.
    """
    before = cause.state
    if to not in MOVES[before]:
        raise MovedOn()
    claim = update(Cause).where(Cause.id == cause.id, Cause.state == before).values(state=to)
    claimed: Any = db.session.execute(claim, execution_options={"synchronize_session": False})
    if claimed.rowcount == 0:
        raise MovedOn()
    db.session.refresh(cause, ["state"])
    counted = occurrences(counting.found(cause))
    step = CauseStep(
        cause_id=cause.id,
        at=now(),
        by_id=actor.id if actor else None,
        kind=kind or to,
        words=words,
        instead=instead,
        on=on,
        needs=len(counted),
        people=len(people_of(counted)),
    )
    db.session.add(step)
    db.session.flush()
    _note_whom_to_tell(step, actor)
    publish(CauseMoved(post_id=cause.id, step_id=step.id, before=before, after=to, kind=step.kind), actor=actor)
    enqueue(tell_linked, TellingDue(step_id=step.id))
    return step


@listener(atomic=True)
def tell_linked(event: TellingDue) -> None:
    """Note for each of those who asked that they are told now, which the inbox then does."""
    step = db.session.get(CauseStep, event.step_id)
    if step is None:
        return
    untold = update(CauseTelling).where(CauseTelling.step_id == step.id, CauseTelling.told_at.is_(None))
    db.session.execute(untold.values(told_at=now()))
    by = db.session.get(Person, step.by_id) if step.by_id else None
    publish(CauseTold(post_id=step.cause_id, step_id=step.id, kind=step.kind), actor=by)


def steps_of(cause_id: int) -> list[CauseStep]:
    """Everything that was said and done about a cause, the oldest first."""
    query = select(CauseStep).where(CauseStep.cause_id == cause_id).order_by(CauseStep.id)
    return list(db.session.scalars(query.options(joinedload(CauseStep.by))))


def hold(cause: Cause) -> None:
    """Whoever acts on a cause acts alone until the transaction ends, on what is true by then."""
    table: Any = Cause.__table__
    db.session.execute(select(table.c.id).where(table.c.id == cause.id).with_for_update())
    db.session.refresh(cause)


def said(typed: str, wanted: str, field: str = "words") -> str:
    """What was typed, cleaned. Raises `Invalid` in the words of `wanted` when nothing was."""
    cleaned = text.clean_source(typed).strip()[:LONGEST]
    if not cleaned:
        raise Invalid(wanted, field)
    return cleaned


def latest(cause_id: int, kind: str) -> datetime | None:
    """When a cause last took a step of that kind."""
    query = select(CauseStep.at).where(CauseStep.cause_id == cause_id, CauseStep.kind == kind)
    return db.session.scalar(query.order_by(CauseStep.id.desc()).limit(1))


def _note_whom_to_tell(step: CauseStep, actor: Person | None) -> None:
    """Whoever takes the step knows of it; all others who asked are to hear."""
    people = counting.linked_people(step.cause_id) - {actor.id if actor else 0}
    if step.kind == "suspected":
        return
    db.session.add_all(CauseTelling(step_id=step.id, person_id=id, told_at=None) for id in sorted(people))
