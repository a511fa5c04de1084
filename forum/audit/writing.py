"""Writing lines into the audit log: in the transaction of the deed, as the last thing before its commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from forum.audit.models import NOTHING_BEFORE, AuditLine, hash_of
from forum.core.clock import now
from forum.core.db import db

WAITING = "audit lines"  # under this name they wait in the session for its commit
LOCK = 48_041_544  # Any number that nothing else locks in PostgreSQL.


def note(
    kind: str,
    *,
    at: datetime | None = None,
    actor_id: int | None = None,
    person_id: int | None = None,
    post_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Have a line written when the caller's transaction commits; none if it is rolled back."""
    waiting = db.session.info.setdefault(WAITING, [])
    waiting.append(
        AuditLine(
            at=at or now(),
            kind=kind,
            actor_id=actor_id,
            person_id=person_id,
            post_id=post_id,
            data=data or {},
            request_id=g.get("request_id", "") if has_request_context() else "",
        )
    )


@event.listens_for(db.session, "before_commit")
def _append(session: Session) -> None:
    """Put the waiting lines behind the last one.

    Only here, at the very end, is the log held against other writers: whoever held it during the deed would wait for
    the rows of others, who wait for the log. SQLite has one writer at a time anyway.
    """
    waiting: list[AuditLine] = session.info.pop(WAITING, [])
    if not waiting:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    last = session.execute(select(AuditLine.id, AuditLine.hash).order_by(AuditLine.id.desc()).limit(1)).first()
    number, previous = (last.id, last.hash) if last else (0, NOTHING_BEFORE)
    for line in waiting:
        number += 1
        line.id, line.previous = number, previous
        line.hash = previous = hash_of(line)
        session.add(line)


@event.listens_for(db.session, "after_soft_rollback")
def _forget(session: Session, _transaction: Any) -> None:
    session.info.pop(WAITING, None)
