"""What few observations allow to be said: shares with their intervals."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

Z = 1.959964  # The normal quantile for 95 of 100.


class Interval(NamedTuple):
    """Between which shares the true one lies, 95 times out of 100."""

    low: float
    high: float


def wilson(successes: float, n: float) -> Interval:
    """Wilson's score interval of a share (Wilson 1927); of nothing observed, everything from 0 to 1.

    Counts may be weighted, so they need not be whole.
    """
    if n <= 0:
        return Interval(0.0, 1.0)
    share = successes / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return Interval(max(0.0, centre - half), min(1.0, centre + half))
