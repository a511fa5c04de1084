"""Background work: the job row, written in the transaction of its cause, is the queue.

One listener of one event is one job. A worker leases due jobs, runs them, and deletes what is done. A listener may
run twice (the worker may die after the work and before the delete), so every listener is written to be repeatable.
One that only writes to the database may be `atomic` instead: its work and the end of its job are one transaction, so
it acts exactly once, whenever the worker dies.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from threading import Event as Signal
from typing import Any

from flask import Flask
from sqlalchemy import JSON, Text, UniqueConstraint, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.clock import now
from forum.core.db import Model, UTCDateTime, db, transaction
from forum.core.permissions import require

log = logging.getLogger(__name__)

BATCH = 50  # jobs leased at once: one index commit for all of them, and little to redo after a crash.
LEASE = timedelta(minutes=2)  # Longer than any listener may take; after it another worker may take the job.
FIRST_RETRY = timedelta(seconds=5)  # Doubled at each failure: 5 s, 10 s, 20 s ... about 11 minutes in all.
TRIES = 8  # Then the job is given up and shown to the administrator with its error.


class Job(Model):
    """One piece of work to be done. `asked` counts how often the same work was asked for while it waited."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listener: Mapped[str]
    event: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str | None]
    asked: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    given_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


@dataclass(frozen=True)
class Listener:
    """A function that runs in the background when something happened.

    `once_per` names the field that makes two waiting jobs the same work; the event is then only a nudge, and the
    function reads the present state. `batched` functions take a list of events; `atomic` ones run in a transaction of
    the loop's, which ends the job too. `at_once` ones are no background work at all: they are part of the deed, run
    inside its transaction, and an error undoes both.
    """

    run: Callable[[Any], None]
    name: str
    once_per: str | None
    batched: bool
    atomic: bool
    at_once: bool


LISTENERS: dict[str, Listener] = {}
EVENT_KINDS: dict[str, type[Any]] = {}  # Filled by each event class as it is defined.


def listener(
    *, once_per: str | None = None, batched: bool = False, atomic: bool = False, at_once: bool = False
) -> Callable[[Callable[[Any], None]], Listener]:
    """Turn a function into a listener; see `Listener` for the choices."""

    def register(function: Callable[[Any], None]) -> Listener:
        made = Listener(function, function.__name__, once_per, batched, atomic, at_once)
        if made.name in LISTENERS:  # Their work is found by this name alone.
            raise ValueError(f"Two listeners are called {made.name}.")
        LISTENERS[made.name] = made
        return made

    return register


def enqueue(to: Listener, happened: Any, *, due: datetime | None = None) -> None:
    """Queue one listener's work in the caller's transaction. The same work asked twice while waiting is done once."""
    data = asdict(happened)
    values = {
        "listener": to.name,
        "event": type(happened).__name__,
        "data": data,
        "key": f"{to.name}:{data[to.once_per]}" if to.once_per else None,
        "due_at": due or now(),
    }
    db.session.execute(_insertion(db.session.get_bind().dialect.name), values)


def drop(to: Listener, once_per: object) -> None:
    """Have that work done no more; nothing happens when there is none."""
    db.session.execute(delete(Job).where(Job.key == f"{to.name}:{once_per}"))


def is_to_do(kind: Listener) -> bool:
    """Whether work of this kind waits or is being done."""
    here = select(Job.id).where(Job.listener == kind.name, Job.given_up_at.is_(None)).limit(1)
    return db.session.scalar(here) is not None


def run_due() -> int:
    """Run what is due, once. Returns how many jobs were taken; a failing listener never stops the others."""
    taken = _lease()
    for name, jobs in groupby(sorted(taken, key=lambda job: (job.listener, job.id)), key=lambda job: job.listener):
        kind = LISTENERS[name]
        for batch in [list(jobs)] if kind.batched else [[job] for job in jobs]:
            _run(kind, batch)
    return len(taken)


def work(app: Flask, stop: Signal, every: Sequence[tuple[timedelta, Callable[[], None]]] = ()) -> None:
    """Run jobs until `stop` is set, and each of `every` at its interval. Database trouble is waited out."""
    due = dict.fromkeys(range(len(every)), 0.0)
    while not stop.is_set():
        try:
            with app.app_context():
                for index, (interval, function) in enumerate(every):
                    if time.monotonic() >= due[index]:
                        due[index] = time.monotonic() + interval.total_seconds()
                        function()
                busy = run_due() == BATCH
        except Exception:  # The worker must outlive a database that is restarted; the error is logged in full.
            log.exception("The worker could not reach its work; it tries again in five seconds.")
            stop.wait(5)
            continue
        if not busy:
            stop.wait(app.config["PROVEN_WORKER_POLL"])


def backlog() -> tuple[int, int, datetime | None]:
    """Jobs that are due, jobs given up, and since when the oldest due one waits: what the health page shows."""
    waiting, oldest = db.session.execute(
        select(func.count(), func.min(Job.due_at)).where(Job.given_up_at.is_(None), Job.due_at <= now())
    ).one()
    given_up = db.session.scalar(select(func.count()).where(Job.given_up_at.is_not(None)))
    return waiting, given_up or 0, oldest


def try_again(person: Any, id: int | None = None) -> int:
    """Let a job that was given up, or all of them, be tried anew from now on. Returns how many there were."""
    require(person, "job.retry")
    given_up = update(Job).where(Job.given_up_at.is_not(None))
    if id is not None:
        given_up = given_up.where(Job.id == id)
    revived: Any = db.session.execute(given_up.values(**_anew()))
    return int(revived.rowcount)


def revive(listeners: Sequence[str]) -> None:
    """Let jobs of these listeners that were given up be tried anew: what stood in their way is gone."""
    given_up = (Job.listener.in_(listeners), Job.given_up_at.is_not(None))
    if db.session.scalar(select(Job.id).where(*given_up).limit(1)) is None:
        return
    with transaction():
        db.session.execute(update(Job).where(*given_up).values(**_anew()))


def standing(listeners: Sequence[str]) -> tuple[int, datetime | None, str | None]:
    """Of these listeners: jobs that are due, since when the oldest waits, and what went wrong last."""
    mine = Job.listener.in_(listeners)
    due = select(func.count(), func.min(Job.due_at)).where(mine, or_(Job.due_at <= now(), Job.tries > 0))
    waiting, oldest = db.session.execute(due).one()
    failed = select(Job.error).where(mine, Job.error.is_not(None)).order_by(Job.id.desc()).limit(1)
    return waiting, oldest, db.session.scalar(failed)


@cache  # Putting the statement together takes longer than running it, and every deed does so several times.
def _insertion(dialect: str) -> Any:
    table: Any = Job.__table__
    insert = sqlite_insert if dialect == "sqlite" else postgresql_insert
    row = insert(table).values({name: bindparam(name) for name in ("listener", "event", "data", "key", "due_at")})
    row = row.values(asked=1, tries=0)
    # A second asking also revives a job that was given up: whatever stood in the way may be gone.
    again = {"asked": table.c.asked + 1, "due_at": row.excluded.due_at, "tries": 0, "given_up_at": None}
    return row.on_conflict_do_update(index_elements=["key"], set_=again)


def _anew() -> dict[str, Any]:
    return {"given_up_at": None, "tries": 0, "due_at": now(), "leased_until": None}


def _lease() -> list[Job]:
    moment = now()
    free = or_(Job.leased_until.is_(None), Job.leased_until < moment)
    due = select(Job.id).where(Job.due_at <= moment, Job.given_up_at.is_(None), free).order_by(Job.id).limit(BATCH)
    # A look costs no lock; only when there is work is the write lock taken.
    if db.session.scalar(due.limit(1)) is None:
        db.session.rollback()
        return []
    with transaction():
        ids = db.session.scalars(due.with_for_update(skip_locked=True)).all()
        claim = update(Job).where(Job.id.in_(ids)).values(leased_until=moment + LEASE, tries=Job.tries + 1)
        leased = list(db.session.scalars(claim.returning(Job), execution_options={"populate_existing": True}))
        for job in leased:  # As it was leased, whatever is asked meanwhile: `_finish` compares.
            db.session.expunge(job)
        return leased


def _run(kind: Listener, jobs: list[Job]) -> None:
    events = [EVENT_KINDS[job.event](**job.data) for job in jobs]
    try:
        if kind.atomic:
            _run_atomically(kind, jobs[0], events[0])
            return
        kind.run(events if kind.batched else events[0])
    except Exception as failure:  # Kept in the row and logged; the job is tried again, the others go on.
        db.session.rollback()
        if len(jobs) > 1:  # One of them is at fault: each alone, so that the others get through.
            for job in jobs:
                _run(kind, [job])
            return
        log.exception("%s failed", kind.name)
        _retry(jobs, failure)
    else:
        db.session.rollback()
        _finish(jobs)


def _run_atomically(kind: Listener, job: Job, happened: Any) -> None:
    with transaction():
        # Whoever leased it last may end it; a worker whose lease ran out finds nothing and does nothing.
        ended: Any = db.session.execute(delete(Job).where(Job.id == job.id, Job.tries == job.tries))
        if ended.rowcount:
            kind.run(happened)


def _finish(jobs: list[Job]) -> None:
    with transaction():
        for job in jobs:
            done = delete(Job).where(Job.id == job.id, Job.asked == job.asked)
            deleted: Any = db.session.execute(done)
            if deleted.rowcount == 0:  # Asked for again while it ran: once more, from the start.
                again = update(Job).where(Job.id == job.id)
                db.session.execute(again.values(leased_until=None, tries=0))


def _retry(jobs: list[Job], failure: Exception) -> None:
    with transaction():
        for job in jobs:
            over = job.tries >= TRIES
            later = now() + FIRST_RETRY * 2 ** (job.tries - 1)
            db.session.execute(
                update(Job)
                .where(Job.id == job.id)
                .values(
                    leased_until=None,
                    due_at=later,
                    error=f"{type(failure).__name__}: {failure}"[:2_000],
                    given_up_at=now() if over else None,
                )
            )
