"""A figure: what a measure says, out of how many, how sure that is, and the rows behind it. And how it is put in words.

Everything that is printed as a number is a count of rows that can be listed, or is computed from rows that can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from forum.core.languages import gettext, measured
from forum.core.statistics import Change, Interval, Survival, newcombe, wilson
from forum.core.suppression import K
from forum.impact.facts.facts import Facts
from forum.impact.facts.periods import Period


@dataclass(frozen=True)
class Part:
    """Some of the rows of a figure, with the words that stand behind their number: 52 "resolved"."""

    key: str
    words: str
    ids: Sequence[int]


@dataclass(frozen=True)
class Table:
    """Figures beside each other."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Head:
    """A number that is read at a glance, and what it is of. `part` are the rows it leads to, all of them without one;
    `compares` says that it may stand beside that of another period, as counts out of different numbers may not."""

    number: str
    words: str
    part: str = ""
    compares: bool = False


@dataclass(frozen=True)
class Figure:
    """What one measure says of a period.

    `ids` are the rows it was computed from, `kind` what they are (need, practice, cause; see rows.py); `parts` are
    counts among them. `value` is the number itself (a share, or hours), None where it was not reached or there are
    too few.
    """

    key: str
    title: str
    words: str
    kind: str
    ids: Sequence[int]
    how: str
    value: float | None = None
    interval: Interval | None = None
    bounds: Interval | None = None
    heads: Sequence[Head] = ()  # what stands large at the top of its strip
    parts: Sequence[Part] = ()
    notes: Sequence[str] = ()
    tables: Sequence[Table] = ()
    curve: Survival | None = None  # of waiting, where that is what it measures
    lasts: bool = False  # Time alone does not change it: see lasting.py.
    successes: int | None = None  # of a share, so that it can be compared with that of another period
    cases: int | None = None  # out of how many, where they are kept as counts alone and no row of one can be listed

    @property
    def n(self) -> int:
        """Out of how many."""
        return len(self.ids) if self.cases is None else self.cases

    def part(self, key: str) -> Sequence[int]:
        """The rows of one part; all of them for a name that is none."""
        return next((part.ids for part in self.parts if part.key == key), self.ids)

    def count(self, key: str) -> int:
        """How many rows a part has."""
        return len(self.part(key))


Measure = Callable[[Facts, Period], Figure]


@dataclass(frozen=True)
class Strip:
    """One kind of value, with the measures that show it and the sentence that sums them up."""

    key: str
    title: str
    measures: Sequence[Measure]
    sentence: Callable[[Mapping[str, Figure]], str]
    then: str = ""  # its title in a look at the past, where that is another one

    def title_at(self, past: object) -> str:
        """Its title as of now, or as of some time in the past."""
        return self.then if past and self.then else self.title


def percent(share: float) -> str:
    """A share in whole percent."""
    return measured(f"{round(share * 100)}", "%")


def low(words: str) -> str:
    """As it stands in the middle of a sentence."""
    return words[:1].lower() + words[1:]


def of(count: int, n: int) -> str:
    """ "52 of 88 (59 %)"; below five only the counts: a percentage of three people says more than is known."""
    if n >= K:
        return gettext("%(part)s of %(all)s (%(share)s)", part=count, all=n, share=percent(count / n))
    return gettext("%(part)s of %(all)s", part=count, all=n)


def brief(count: int, n: int) -> str:
    """ "59 %"; below five the counts, as in `of`."""
    return percent(count / n) if n >= K else gettext("%(part)s of %(all)s", part=count, all=n)


def between(interval: Interval) -> str:
    """An interval in words."""
    return gettext("between %(low)s and %(high)s", low=percent(interval.low), high=percent(interval.high))


def share(count: int, n: int) -> tuple[float | None, Interval | None]:
    """A share and its interval, where there are enough to speak of one."""
    return (count / n, wilson(count, n)) if n >= K else (None, None)


def hours(length: float) -> str:
    """Working hours, short enough to be read."""
    sign = "−" if length < 0 else ""
    figure = f"{abs(length):.0f}" if abs(length) >= 100 else f"{abs(length):.1f}"
    return in_hours(f"{sign}{figure}")


def in_hours(figure: str) -> str:
    """A number of hours, with its unit in the same line."""
    return gettext("%(hours)s h", hours=figure).replace(" ", "\N{NO-BREAK SPACE}")


def reached(curve: Survival, left: float, longest: float | None) -> str:
    """After how long only so many still wait, or that it is not known yet."""
    at = curve.reached(left)
    if at is not None:
        return gettext("within %(hours)s", hours=hours(at))
    if longest:
        return gettext("not reached (longest wait still open: %(hours)s)", hours=hours(longest))
    return gettext("not reached")


def moved(before: Figure | None, after: Figure) -> str:
    """How a share has moved since the period before, or nothing where either has too few rows to say."""
    if before is None or before.successes is None or after.successes is None or min(before.n, after.n) < K:
        return ""
    return change_in_words(newcombe(before.successes, before.n, after.successes, after.n))


def change_in_words(change: Change) -> str:
    """ "up from 28 % to 53 %, by 5 to 43 in 100", or that nothing clear has changed."""
    if not change.is_clear:
        return gettext("no clear change")
    least, most = sorted(round(100 * abs(bound)) for bound in (change.low, change.high))
    found = {"before": percent(change.before), "after": percent(change.after), "least": least, "most": most}
    if change.difference > 0:
        return gettext("up from %(before)s to %(after)s, by %(least)s to %(most)s in 100", **found)
    return gettext("down from %(before)s to %(after)s, by %(least)s to %(most)s in 100", **found)


def ids(rows: Iterable[object]) -> list[int]:
    """The ids of some facts."""
    return [row.id for row in rows]  # type: ignore[attr-defined]
