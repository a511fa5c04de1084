"""What the page of the system says about the search index: how it stands, what is wrong with it, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app

from forum.core import jobs
from forum.core.clock import now
from forum.core.config import SEARCH_ENGINES
from forum.search import comparing, indexing, pace, progress
from forum.search.current import engine
from forum.search.port import Health

MANY = 20_000  # posts: up to here Whoosh is comfortable
BEHIND = timedelta(minutes=1)  # A post takes two seconds into the index; when one waits this long, something is wrong.


@dataclass(frozen=True)
class IndexState:
    """Everything the page shows about the index. `advice` says what is wrong and what to do, the worst first."""

    engine: str
    health: Health
    posts: int
    waiting: int
    oldest: datetime | None
    build: progress.Build | None
    is_asked_for: bool
    comparison: progress.Comparison | None
    p95: float | None
    advice: list[str]

    @property
    def changes(self) -> bool:
        """Whether a rebuild is under way or about to begin, so that the page is out of date in a moment."""
        return self.is_asked_for or (self.build is not None and self.build.is_under_way)


def index_state() -> IndexState:
    """How the index stands now; what a comparison found is from the last one."""
    health, posts = engine().health(), comparing.count()
    waiting, oldest, error = jobs.standing([indexer.name for indexer in indexing.INDEXERS])
    is_asked_for = jobs.is_to_do(indexing.build_index)
    build, comparison, p95 = progress.build(), progress.comparison(), pace.p95()
    name = current_app.config["PROVEN_SEARCH"]
    advice = [
        *_repairs(health, build),
        *_delays(waiting, oldest, error),
        *_growth(name, posts, p95),
    ]
    return IndexState(name, health, posts, waiting, oldest, build, is_asked_for, comparison, p95, advice)


def _repairs(health: Health, build: progress.Build | None) -> Iterator[str]:
    under_way = build is not None and build.is_under_way
    if not health.ok:
        yield f"{health.message} Until it is back, searching finds titles only."
        if not under_way:
            yield "The next search has it built anew, and so does the button below."
    if build is not None and not under_way and build.ended != "done":
        why = build.ended or "the process that built it was ended"
        yield f"The last rebuild did not get to its end: {why} The index before it is still in use."


def _delays(waiting: int, oldest: datetime | None, error: str | None) -> Iterator[str]:
    if waiting and error:
        yield f"Posts cannot be brought into the index: {error}"
    elif oldest is not None and now() - oldest > BEHIND:
        yield "Posts wait for the index, so the worker is away or busy. Nothing is lost. Your operator can restart it."


def _growth(name: str, posts: int, p95: float | None) -> Iterator[str]:
    many, slow = posts >= MANY, p95 is not None and p95 > pace.SLOW
    if name == "whoosh" and (many or slow):
        why = f"There are {posts:,} posts" if many else "Searching has become slow"
        others = " or ".join(each for each in SEARCH_ENGINES if each != name)
        way = f"set PROVEN_SEARCH to {others}" if others else "see the limits in the manual of operation"
        yield f"{why}. Another engine than Whoosh is faster from here on: {way}."
