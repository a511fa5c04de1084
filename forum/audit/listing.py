"""The audit log as administrators read it: by kind, person and day, latest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from forum.audit.models import AuditLine
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.forms import typed_id
from forum.core.paging import PER_PAGE, Paged
from forum.core.permissions import require
from forum.core.spreadsheets import as_line
from forum.people.models import Person

COLUMNS = ("id", "at", "kind", "actor", "person", "post", "data", "request", "previous", "hash")
AT_ONCE = 1_000  # lines of the table in memory


@dataclass(frozen=True)
class Wanted:
    """Which lines: of a kind or a group of kinds, about or by a person, on a day (in UTC). None: all."""

    kind: str = ""
    person_id: int | None = None
    day: date | None = None


def find(typed: str) -> Person | None:
    """Whoever has, or had before leaving, that @name; None for an empty one. Raises `Invalid` for nobody."""
    handle = typed.strip().removeprefix("@").casefold()
    if not handle:
        return None
    found = db.session.scalar(select(Person).where(Person.handle == handle, ~Person.is_persona))
    if found is None:
        raise Invalid("Nobody is or was called that. Write the name as after an @.", "person")
    return found


def lines(reader: Person, wanted: Wanted, after: str | None) -> Paged[Any]:
    """One page: line, who did it and to whom, with the names of today."""
    require(reader, "audit.see")
    actor, person = aliased(Person), aliased(Person)
    query = select(
        AuditLine, actor.name.label("actor"), person.name.label("person"), person.handle.label("handle")
    ).outerjoin(actor, actor.id == AuditLine.actor_id)
    query = query.outerjoin(person, person.id == AuditLine.person_id)
    if before := typed_id(after):
        query = query.where(AuditLine.id < before)
    query = _only(query, wanted).order_by(AuditLine.id.desc()).limit(PER_PAGE + 1)
    rows = db.session.execute(query).all()
    more = len(rows) > PER_PAGE
    return Paged(rows[:PER_PAGE], str(rows[PER_PAGE - 1].AuditLine.id) if more else None)


def table(reader: Person, wanted: Wanted) -> Iterator[str]:
    """The same lines as CSV, oldest first, with their hashes; with ids and no names, as they are kept."""
    require(reader, "audit.see")
    return _rows(wanted)


def _rows(wanted: Wanted) -> Iterator[str]:
    yield as_line(COLUMNS)
    number = 0
    while True:
        query = _only(select(AuditLine).where(AuditLine.id > number), wanted)
        found = db.session.scalars(query.order_by(AuditLine.id).limit(AT_ONCE)).all()
        for each in found:
            data = "; ".join(f"{name}={value}" for name, value in each.data.items())
            yield as_line(
                (
                    each.id,
                    each.at.isoformat(),
                    each.kind,
                    each.actor_id,
                    each.person_id,
                    each.post_id,
                    data,
                    each.request_id,
                    each.previous,
                    each.hash,
                )
            )
            number = each.id
        if len(found) < AT_ONCE:
            return


def _only(query: Any, wanted: Wanted) -> Any:
    if wanted.kind:
        is_group = "." not in wanted.kind
        query = query.where(
            AuditLine.kind.startswith(f"{wanted.kind}.", autoescape=True) if is_group else AuditLine.kind == wanted.kind
        )
    if wanted.person_id is not None:
        query = query.where(or_(AuditLine.actor_id == wanted.person_id, AuditLine.person_id == wanted.person_id))
    if wanted.day is not None:
        begin = datetime.combine(wanted.day, time(), tzinfo=UTC)
        query = query.where(AuditLine.at >= begin, AuditLine.at < begin + timedelta(days=1))
    return query
