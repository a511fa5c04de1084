"""What outlasts a reading: figures of a whole period that nothing but a change of one of its needs can change.

Whoever makes a figure says so (`lasts`), for only there it is known what it was made of. A wait that goes on grows, so
a curve of waiting lasts once all that go on are longer than all that ended: then nothing of it moves any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from forum.impact.facts.facts import Facts, Need
from forum.impact.facts.periods import Period

AFTERWARDS = timedelta(days=61)  # needs asked so long after a period can still belong to one of its figures


def lasting(old: Facts, new: Facts, changed: Iterable[int]) -> dict[Any, Any]:
    """Of what was made of the old facts, what would come out the same of the new ones."""
    if old.calendars != new.calendars or old.launch != new.launch:
        return {}
    moments = sorted(_moments(each for facts in (old, new) for id in changed if (each := facts.needs.get(id))))
    return {
        key: made for key, made in old.kept.items() if getattr(made, "lasts", False) and _is_whole(key[1], old, moments)
    }


def _is_whole(period: Period, old: Facts, moments: list[datetime]) -> bool:
    """Whether a period was over, and nothing of it has changed."""
    return period.end <= old.as_of and not any(period.begin <= each < period.end + AFTERWARDS for each in moments)


def _moments(needs: Iterable[Need]) -> Iterable[datetime]:
    for need in needs:
        yield need.opened_at
        if need.first:
            yield need.first.due_at
