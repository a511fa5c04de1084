"""Paging by key: a page of a list begins behind the last row of the one before, and no row is shown twice or missed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import and_, bindparam, or_

LARGEST_ID = 2**31 - 1  # What every database's integer key can hold; a larger number in an address is no address.
PER_PAGE = 30  # rows of a list: one screen and a bit, and what the speed goals are set for.
KEY = re.compile(r"[0-9]{1,17}-[0-9]{1,10}")  # microseconds since the epoch or a rank, then an id
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = TypeVar("Row")


@dataclass(frozen=True)
class Paged(Generic[Row]):
    """One page of a list and the key where the next one starts (None at the end)."""

    rows: Sequence[Row]
    next_key: str | None


def moment_of(number: int) -> datetime:
    """The moment that a key names."""
    return EPOCH + timedelta(microseconds=number)


def rank_of(number: int) -> int:
    """The rank that a key names; no larger than a column of whole numbers can hold."""
    return min(number, LARGEST_ID)


def after_key(query: Any, key: str | None, place: Any, id: Any) -> Any:
    """Sort a query latest first and let it start behind `key`; a key that is not ours is the start of the list."""
    behind = read_key(key)
    query = sort_by_key(query, place, id, behind=bool(behind))
    return query.params(behind) if behind else query


def sort_by_key(query: Any, place: Any, id: Any, *, behind: bool) -> Any:
    """Sort a query highest or latest first, one row more than a page; `behind` what `read_key` gives as parameters."""
    query = query.order_by(place.desc(), id.desc()).limit(PER_PAGE + 1)
    last: Any = bindparam("last")
    last_id: Any = bindparam("last_id")
    return query.where(or_(place < last, and_(place == last, id < last_id))) if behind else query


def read_key(key: str | None, value_of: Callable[[int], Any] = moment_of) -> dict[str, Any]:
    """The parameters by which a list starts behind a key; none for the start of the list, or a key that is not ours.

    `value_of` makes of the key's number what the list is sorted by: `moment_of` or `rank_of`.
    """
    if not key or not KEY.fullmatch(key):
        return {}
    number, id = map(int, key.split("-"))
    return {"last": value_of(number), "last_id": min(id, LARGEST_ID)}


def next_key(rows: Sequence[Any], place: Callable[[Any], tuple[datetime | int, int]]) -> str | None:
    """Where the next page starts, given one row more than a page holds; None at the end of the list."""
    if len(rows) <= PER_PAGE:
        return None
    last, id = place(rows[PER_PAGE - 1])
    return f"{last if isinstance(last, int) else round(last.timestamp() * 1_000_000)}-{id}"
