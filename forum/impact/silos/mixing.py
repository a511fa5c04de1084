"""How far departments help each other, beside what would come out if departments did not exist.

Pure rules: they know who helped whom and how large departments are, and neither tables nor people. A share of answers
that cross a border says nothing by itself: the more and the smaller the departments, the more cross by mere chance.
Decision 35 says what it is held against, and why that is worked out and not dealt.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from forum.core.statistics import Interval, Z, effective_number, half_load, wilson

Pair = tuple[int, int]  # the asker's department, the answerer's department
Sizes = Mapping[int, int]  # people by department

GAP = 2.0  # answers expected of a department that gave none: fewer may be missing by chance
THREAD, ALONE = 3, 0.8  # answers from one department to another, and the share by one person that makes it one thread


class Help(NamedTuple):
    """So many verified answers of one person to another; departments are those of the time. `asking` is None for
    somebody who asked without saying where they work."""

    asking: int | None
    answering: int
    asker_id: int
    answerer_id: int
    times: int = 1


class Thread(NamedTuple):
    """All but a few answers from one department to another are by one person."""

    asking_id: int
    answering_id: int
    person_id: int
    gave: int
    of: int


@dataclass(frozen=True, slots=True)
class Openness:
    """How many verified answers crossed a border between departments, and how many would by chance."""

    crossing: int
    total: int
    by_chance: float  # the share that would cross if departments were dealt to the same people at random

    @property
    def share(self) -> float:
        """The share that crossed."""
        return self.crossing / self.total if self.total else 0.0

    @property
    def interval(self) -> Interval:
        """Between which shares the true one surely lies."""
        return wilson(self.crossing, self.total)

    @property
    def ei(self) -> float:
        """External less internal, as a share of all (Krackhardt and Stern 1988): -1 all inside, 1 all outside."""
        return 2 * self.share - 1

    @property
    def ei_by_chance(self) -> float:
        """The same by chance: far above 0 where departments are many."""
        return 2 * self.by_chance - 1

    @property
    def openness(self) -> float:
        """The share that crossed, as a part of what would by chance: 1 is as if there were no departments."""
        return self.share / self.by_chance if self.by_chance else 0.0


def matrix(helps: Iterable[Help]) -> Counter[Pair]:
    """How many verified answers people of one department got from people of another; undisclosed askers left out."""
    found: Counter[Pair] = Counter()
    for each in helps:
        if each.asking is not None:
            found[each.asking, each.answering] += each.times
    return found


def undisclosed(helps: Iterable[Help]) -> int:
    """How many verified answers went to somebody who did not say where they work: counted aside, in nothing else."""
    return sum(each.times for each in helps if each.asking is None)


def openness(found: Mapping[Pair, int], sizes: Sizes) -> Openness:
    """What the matrix says about borders, beside what would be by chance."""
    crossing = sum(times for (asking, answering), times in found.items() if asking != answering)
    return Openness(crossing, sum(found.values()), 1 - together(sizes, 2) if sizes else 0.0)


def together(sizes: Sizes, people: int) -> float:
    """The chance that so many people, drawn without looking, all work in the same department."""
    everybody = _falling(sum(sizes.values()), people)
    return sum(_falling(size, people) for size in sizes.values()) / everybody if everybody else 0.0


def band(helps: Iterable[Help], sizes: Sizes) -> Interval:
    """Between which shares the answers that cross would lie, 95 times out of 100, if departments were dealt to the same
    people at random, with the same people helping the same people.

    The mean and the variance are exact, as of all dealings there are; between them the normal curve is taken.
    """
    by_pair: Counter[tuple[int, int]] = Counter()
    for each in helps:
        if each.asking is not None:
            low, high = sorted((each.asker_id, each.answerer_id))
            by_pair[low, high] += each.times
    total = sum(by_pair.values())
    mean = 1 - together(sizes, 2)
    half = Z * sqrt(_variance(by_pair, sizes)) / total if total else 1.0
    return Interval(max(0.0, mean - half), min(1.0, mean + half))


def _variance(by_pair: Mapping[tuple[int, int], int], sizes: Sizes) -> float:
    """Of the number of answers that stay inside, over all ways to deal departments to people.

    Two answers are between the same two people, have one person in common, or none: these three chances are all that
    differs, so that nobody need be dealt anything (Mantel 1967 works out his test in the same way).
    """
    load: Counter[int] = Counter()
    for (one, other), times in by_pair.items():
        load[one] += times
        load[other] += times
    total = sum(by_pair.values())
    same = sum(times**2 for times in by_pair.values())
    touching = sum(times**2 for times in load.values()) - 2 * same
    apart = total**2 - same - touching
    mean = total * together(sizes, 2)
    second = same * together(sizes, 2) + touching * together(sizes, 3) + apart * _two_pairs(sizes)
    return max(0.0, second - mean**2)


def _two_pairs(sizes: Sizes) -> float:
    """The chance that of two pairs of people drawn without looking, each works in one department, be it the same."""
    everybody = _falling(sum(sizes.values()), 4)
    if not everybody:
        return 0.0
    pairs = [_falling(size, 2) for size in sizes.values()]
    different = sum(pairs) ** 2 - sum(each**2 for each in pairs)
    return (sum(_falling(size, 4) for size in sizes.values()) + different) / everybody


def _falling(n: int, factors: int) -> int:
    """n · (n - 1) · …, so many factors: the ways to draw so many of n, in order."""
    product = 1
    for less in range(factors):
        product *= max(0, n - less)
    return product


def expected(found: Mapping[Pair, int], sizes: Sizes) -> dict[Pair, float]:
    """How many answers each department would get from each, if whoever asks were answered by anybody else alike."""
    asked: Counter[int] = Counter()
    for (asking, _), times in found.items():
        asked[asking] += times
    others = sum(sizes.values()) - 1
    return {
        (asking, answering): asked[asking] * (size - (asking == answering)) / others if others > 0 else 0.0
        for asking in sizes
        for answering, size in sizes.items()
    }


def ratio(times: int, of: float) -> float:
    """How many there are beside how many were expected; a half on both sides, so that nothing is divided by nothing."""
    return (times + 0.5) / (of + 0.5)


def gaps(found: Mapping[Pair, int], sizes: Sizes) -> list[tuple[Pair, float]]:
    """Who asks and gets nothing from where at least two answers were expected, the most missed first."""
    missing = [(pair, of) for pair, of in expected(found, sizes).items() if of >= GAP and not found.get(pair)]
    return sorted(missing, key=lambda gap: (-gap[1], gap[0]))


def single_threads(helps: Iterable[Help]) -> list[Thread]:
    """Between which two departments nearly all help comes from one person, the most used first: a risk, not a merit."""
    gave: defaultdict[Pair, Counter[int]] = defaultdict(Counter)
    for each in helps:
        if each.asking is not None and each.asking != each.answering:
            gave[each.asking, each.answering][each.answerer_id] += each.times
    threads = []
    for (asking, answering), people in gave.items():
        ((person_id, most),) = people.most_common(1)
        if people.total() >= THREAD and most >= ALONE * people.total():
            threads.append(Thread(asking, answering, person_id, most, people.total()))
    return sorted(threads, key=lambda thread: (-thread.of, thread.asking_id, thread.answering_id))


def breadth(helps: Iterable[Help], person_id: int) -> float:
    """Among how many other departments somebody's help is spread, as if evenly."""
    to: Counter[int] = Counter()
    for each in helps:
        if each.answerer_id == person_id and each.asking is not None and each.asking != each.answering:
            to[each.asking] += each.times
    return effective_number(to.values())


def carriers(helps: Sequence[Help]) -> tuple[int, int]:
    """The smallest number of people who together gave half of the verified answers, and how many gave any."""
    gave: Counter[int] = Counter()
    for each in helps:
        gave[each.answerer_id] += each.times
    return half_load(gave.values()), len(gave)
