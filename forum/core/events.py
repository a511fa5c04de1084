"""What happened: an append-only row, and one job for each listener, in the transaction of the deed itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy import JSON, ForeignKey, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from forum.core.clock import now
from forum.core.db import Model, UTCDateTime, db
from forum.core.jobs import EVENT_KINDS, enqueue


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Holds ids and plain values only: it becomes a row and the jobs of its listeners.

    `event_id` is that row, which says who did it and when; `publish` fills it in.
    """

    event_id: int = field(default=0, compare=False)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        EVENT_KINDS[cls.__name__] = cls


@dataclass(frozen=True, kw_only=True)
class PostEvent(Event):
    """Something that happened to a post."""

    post_id: int


class EventRow(Model):
    """One line of what happened. Never changed and never deleted; departments are those of that moment."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    name: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    actor_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


@event.listens_for(EventRow, "before_update")
@event.listens_for(EventRow, "before_delete")
def _refuse_change(_mapper: Mapper[EventRow], _connection: Any, row: EventRow) -> None:
    raise TypeError(f"Events are append-only; event {row.id} stays as it was written.")


def subscribe(app: Flask, table: dict[type[Event], list[Any]]) -> None:
    """Tell the application who listens to what. The table stands in `forum/subscriptions/`."""
    app.extensions["subscriptions"] = table


def publish(happened: Event, *, actor: Any = None) -> None:
    """Write down what happened, then tell every listener: at once, or by a job, all in the caller's transaction.

    `actor` is the person who did it, or None for the system; the department written down is today's.
    """
    data = asdict(happened)
    del data["event_id"]
    row = EventRow(
        at=now(),
        name=type(happened).__name__,
        actor_id=actor.id if actor else None,
        actor_department_id=actor.department_id if actor else None,
        post_id=data.pop("post_id", None),
        data=data,
    )
    db.session.add(row)
    db.session.flush()  # For its id, by which a listener does once what must be done once.
    happened = replace(happened, event_id=row.id)
    for listener in current_app.extensions["subscriptions"].get(type(happened), ()):
        if listener.at_once:
            listener.run(happened)
        else:
            enqueue(listener, happened)
