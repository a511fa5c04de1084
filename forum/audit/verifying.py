"""Whether the audit log is as it was written: every link of its chain, from the first line kept to the last."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy import Select, select

from forum.audit.models import NOTHING_BEFORE, AuditLine, hash_of
from forum.core.db import db

log = logging.getLogger(__name__)

AT_ONCE = 1_000  # lines in memory


@dataclass(frozen=True)
class Verdict:
    """What was found. `broken_at` is the first line that is not as it was written, or that has none before it."""

    lines: int
    first: str  # hash of the first line; empty for an empty log
    last: str
    last_id: int
    since: int  # id of the first line: more than 1 where the oldest were let go
    broken_at: int | None
    why: str


def verify() -> Verdict:
    """Read the whole log, oldest first, up to the first broken link.

    The end of the log is proved by nothing in it: compare `last` with one that was kept elsewhere.
    """
    count, first, previous, number, since = 0, "", NOTHING_BEFORE, 0, 0
    while lines := db.session.scalars(_after(number), execution_options={"populate_existing": True}).all():
        for line in lines:
            why = _fault(line, number, previous, is_first=count == 0)
            if why:
                return Verdict(count, first, previous if count else "", number, since, line.id, why)
            count, number, previous = count + 1, line.id, line.hash
            first, since = first or line.hash, since or line.id
        db.session.expunge_all()
    return Verdict(count, first, previous if count else "", number, since, None, "")


def head() -> tuple[int, str]:
    """Number and hash of the last line: to be kept where whoever can write the database cannot write."""
    last = db.session.execute(select(AuditLine.id, AuditLine.hash).order_by(AuditLine.id.desc()).limit(1)).first()
    return (last.id, last.hash) if last else (0, NOTHING_BEFORE)


def tell_head() -> None:
    """Write number and hash of the last line to the log of the server, once a day."""
    number, hash = head()
    db.session.rollback()
    log.warning("audit log: %d lines, the last one is %s", number, hash)


def _after(number: int) -> Select[AuditLine]:
    return select(AuditLine).where(AuditLine.id > number).order_by(AuditLine.id).limit(AT_ONCE)


def _fault(line: AuditLine, number: int, previous: str, *, is_first: bool) -> str:
    if is_first:  # The oldest may have been let go: the first one kept says what it stood on.
        previous = NOTHING_BEFORE if line.id == 1 else line.previous
    elif line.id != number + 1:
        return f"line {number + 1} is missing"
    if line.previous != previous:
        return "it does not stand on the line before it"
    if line.hash != hash_of(line):
        return "it says something else than was written"
    return ""
