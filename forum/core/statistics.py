"""What few observations allow to be said: shares with their intervals, waiting with those who still wait, spread.

Every formula names its source; the tests hold values worked by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import comb, exp, log, sqrt
from typing import NamedTuple

Z = 1.959964  # The normal quantile for 95 of 100.
NEARLY = 1e-9  # 0.5 · 0.2 comes out as a little more than 0.1: shares are compared with this much room.


class Interval(NamedTuple):
    """Between which shares the true one lies, 95 times out of 100."""

    low: float
    high: float


class Change(NamedTuple):
    """From where to where a share has moved, and between which bounds the difference lies, 95 times out of 100."""

    before: float
    after: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """By how much it moved: above 0 it has grown."""
        return self.after - self.before

    @property
    def is_clear(self) -> bool:
        """Whether it moved at all: the interval does not hold 0."""
        return not self.low <= 0 <= self.high


class RateChange(NamedTuple):
    """How often something happens now, as a share of how often it did, and how likely so few are by chance alone."""

    ratio: float
    p: float


class Step(NamedTuple):
    """A moment at which waiting ended for some: of how many who still waited, and the share that waits on."""

    at: float
    at_risk: int
    ended: int
    left: float


class Survival(NamedTuple):
    """How long people wait, counting those for whom it has not ended (Kaplan and Meier 1958)."""

    steps: tuple[Step, ...]
    n: int
    longest_open: float | None  # of those who still wait, or stopped being seen

    def left(self, time: float) -> float:
        """The share that still waits after this long; the last step stands until the next."""
        return next((step.left for step in reversed(self.steps) if step.at <= time), 1.0)

    def reached(self, share: float) -> float | None:
        """After how long only `share` or less still waits: 0.5 is the median. None when that has not been reached."""
        return next((step.at for step in self.steps if step.left <= share + NEARLY), None)


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


def newcombe(before: int, n_before: int, after: int, n_after: int) -> Change:
    """How a share has moved from one group to another (Newcombe 1998, method 10). Both groups hold somebody."""
    old, new = before / n_before, after / n_after
    old_range, new_range = wilson(before, n_before), wilson(after, n_after)
    difference = new - old
    return Change(
        old,
        new,
        difference - sqrt((new - new_range.low) ** 2 + (old_range.high - old) ** 2),
        difference + sqrt((new_range.high - new) ** 2 + (old - old_range.low) ** 2),
    )


def bounds(successes: int, unknown: int, n: int) -> Interval:
    """Where a share lies whatever those say who did not reply (Manski 1989); of nobody, everything from 0 to 1."""
    return Interval(successes / n, (successes + unknown) / n) if n else Interval(0.0, 1.0)


def survival(ended: Iterable[float], going_on: Iterable[float]) -> Survival:
    """The curve of waiting: `ended` holds how long it took, `going_on` how long the others have waited so far.

    Whoever stopped waiting at the very moment at which it ended for somebody else still counts among those who waited.
    """
    ends, opens = Counter(ended), Counter(going_on)
    n = at_risk = ends.total() + opens.total()
    steps, left = list[Step](), 1.0
    for at in sorted(ends.keys() | opens.keys()):
        if ends[at]:
            left *= 1 - ends[at] / at_risk
            steps.append(Step(at, at_risk, ends[at], left))
        at_risk -= ends[at] + opens[at]
    return Survival(tuple(steps), n, max(opens, default=None))


def rate_change(before: int, time_before: float, after: int, time_after: float) -> RateChange:
    """How a rate has moved, and the chance of `after` or fewer if it had not (Przyborowski and Wilenski 1940).

    Both times are more than nothing, and there was something before.
    """
    total, share = before + after, time_after / (time_before + time_after)
    chance = sum(comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(after + 1))
    return RateChange((after / time_after) / (before / time_before), chance)


def gini(values: Iterable[float]) -> float:
    """How unevenly something is shared out, from 0 (everybody the same) towards 1 (one has all); of nothing, 0."""
    ordered = sorted(values)
    n, total = len(ordered), sum(ordered)
    if not total:
        return 0.0
    return 2 * sum(rank * value for rank, value in enumerate(ordered, 1)) / (n * total) - (n + 1) / n


def effective_number(values: Iterable[float]) -> float:
    """Among how many something is spread, as if evenly: the exponential of Shannon's entropy (Hill 1973)."""
    some = [value for value in values if value]
    total = sum(some)
    return exp(-sum(value / total * log(value / total) for value in some)) if some else 0.0


def half_load(values: Iterable[float]) -> int:
    """The smallest number of people who together carry half of it; of nothing, 0."""
    ordered = sorted(values, reverse=True)
    total, carried = sum(ordered), 0.0
    for number, value in enumerate(ordered, 1):
        carried += value
        if total and carried >= total / 2:
            return number
    return 0
