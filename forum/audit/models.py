"""The audit log: one line for each deed that needs a right, and for each way in; appended to and never changed."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from forum.core.db import Model, UTCDateTime

NOTHING_BEFORE = "0" * 64  # What the first line ever stands on.


class AuditLine(Model):
    """One line: ids, numbers and words of a closed list. Never what somebody wrote, a name or an address.

    `hash` covers the line and the hash of the line before, so that nothing can be changed, put in or taken out in the
    middle without every later hash being wrong. The database itself refuses changes too: see the migration.
    """

    __tablename__ = "audit"

    # Given by the writer, without gaps: see writing.py.
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    kind: Mapped[str] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    # Whom it was done to.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    post_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Of the request in which it was done; the same as in the log of the server. Empty for the worker and commands.
    request_id: Mapped[str] = mapped_column(default="")
    previous: Mapped[str]
    hash: Mapped[str]


@event.listens_for(AuditLine, "before_update")
@event.listens_for(AuditLine, "before_delete")
def _refuse_change(_mapper: Mapper[AuditLine], _connection: Any, line: AuditLine) -> None:
    raise TypeError(f"The audit log is append-only; line {line.id} stays as it was written.")


def hash_of(line: Any) -> str:
    """What `hash` of a line has to be: sha256 over the hash before and what the line says, in one fixed writing."""
    said = {
        "id": line.id,
        "at": line.at.isoformat(timespec="microseconds"),
        "kind": line.kind,
        "actor": line.actor_id,
        "person": line.person_id,
        "post": line.post_id,
        "data": line.data,
        "request": line.request_id,
    }
    written = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{line.previous}\n{written}".encode()).hexdigest()
