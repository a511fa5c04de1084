"""How long searches take in this process: the last few hundred, for the page that says when another engine is due."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

KEPT = 500  # searches: an hour of a busy site
FEWEST = 20  # below it one slow search would speak for all
SLOW = 300.0  # milliseconds that 95 of 100 may take at most; above it people feel that they wait

_taken: deque[float] = deque(maxlen=KEPT)


@contextmanager
def measured() -> Iterator[None]:
    """Count how long the search of the block takes, if it gets to its end."""
    began = time.perf_counter()
    yield
    _taken.append((time.perf_counter() - began) * 1_000)


def p95() -> float | None:
    """What 95 of 100 took at most, in milliseconds; None before there are enough to say."""
    taken = sorted(_taken)
    return taken[int(0.95 * (len(taken) - 1))] if len(taken) >= FEWEST else None
