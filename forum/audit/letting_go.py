"""Letting the oldest lines of the audit log go, which the database allows for these alone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, delete, func, select

from forum.audit.models import AuditLine
from forum.core.clock import real_now
from forum.core.db import db, transaction

KEPT_FOR = timedelta(days=3 * 365)  # The database's own trigger says the same, so a shorter time deletes nothing.
AT_ONCE = 500  # lines in one transaction


def let_old_lines_go() -> int:
    """Delete lines older than `KEPT_FOR`, the oldest first and without a gap. Returns how many.

    By the real time: the guard in the database knows no other. The last line always stays, as the next stands on it.
    """
    last = db.session.scalar(select(func.max(AuditLine.id))) or 0
    keep = db.session.scalar(select(func.min(AuditLine.id)).where(AuditLine.at >= real_now() - KEPT_FOR)) or last
    gone = 0
    while ids := db.session.scalars(_before(keep)).all():
        with transaction():
            db.session.execute(delete(AuditLine).where(AuditLine.id.in_(ids)))
        gone += len(ids)
    db.session.rollback()
    return gone


def _before(keep: int) -> Select[int]:
    return select(AuditLine.id).where(AuditLine.id < keep).order_by(AuditLine.id).limit(AT_ONCE)
