"""What stands in people's way, by kind and quarter, and how often it was removed: groups of five and more, no persons.

A number that is shown never changes afterwards, so that nobody can find out a person from two looks: of a quarter it is
counted once it is over, of what is one's own to remove once all of it has had its thirty days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from forum.commitments.models import BLOCKERS, Blocker
from forum.core.db import db
from forum.core.suppression import K

TIME_TO_REMOVE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Noted:
    """Something in somebody's way. It is theirs to remove, or wanted of whoever has the key by a day."""

    person_id: int
    kind: str
    noted_at: datetime
    wanted_by: date | None
    replied_at: datetime | None
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    those: int
    n: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """What is shown of one quarter."""

    name: str
    # None stands for fewer than five people.
    kinds: dict[str, int | None]
    removed: Share | None
    in_time: Share | None


def read() -> list[Noted]:
    """Everything that was ever in somebody's way."""
    columns = (Blocker.person_id, Blocker.kind, Blocker.noted_at, Blocker.wanted_by)
    rows = db.session.execute(select(*columns, Blocker.replied_at, Blocker.removed_at).order_by(Blocker.id))
    return [Noted(*row) for row in rows]


def quarter(noted: Sequence[Noted], name: str, begin: datetime, end: datetime, now: datetime) -> Quarter | None:
    """One quarter, or None while it goes on."""
    if end > now:
        return None
    here = [each for each in noted if begin <= each.noted_at < end]
    mine = [each for each in here if each.wanted_by is None]
    keys = [
        each
        for each in noted
        if each.wanted_by and begin.date() <= each.wanted_by < end.date() and not _is_given_up(each)
    ]
    return Quarter(
        name,
        {kind: _count([each for each in here if each.kind == kind]) for kind in BLOCKERS},
        _share(mine, _is_removed) if end + TIME_TO_REMOVE <= now else None,
        _share(keys, _is_in_time),
    )


def _is_given_up(each: Noted) -> bool:
    """Whether a key was no longer wanted before its day, without a reply: that says nothing about whoever has it."""
    gone = each.removed_at is not None and each.wanted_by is not None and each.removed_at.date() <= each.wanted_by
    return gone and each.replied_at is None


def _is_removed(each: Noted) -> bool:
    return each.removed_at is not None and each.removed_at <= each.noted_at + TIME_TO_REMOVE


def _is_in_time(each: Noted) -> bool:
    return each.replied_at is not None and each.wanted_by is not None and each.replied_at.date() <= each.wanted_by


def _count(noted: Sequence[Noted]) -> int | None:
    return len(noted) if _is_of_many(noted) else None


def _share(noted: Sequence[Noted], holds: Callable[[Noted], bool]) -> Share | None:
    return Share(sum(map(holds, noted)), len(noted)) if _is_of_many(noted) else None


def _is_of_many(noted: Iterable[Noted]) -> bool:
    return len({each.person_id for each in noted}) >= K
