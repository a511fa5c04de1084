"""Pictures that are read at a glance: plain data in, shapes with their places out, and always the table of the same.

Every function here gives a `Picture`, which `picture()` of templates/components/charts.html draws in any page. The
server draws them, so that they stand there without JavaScript, print, and follow the theme; docs/decisions/0035 says
why no library does it. Colour alone never says anything: numbers, words, dashes and hatching say it too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import ClassVar

from forum.core.languages import gettext

MOST_PAIRS = 12  # bars of a flow on a phone: more would be scrolled past
SHADES = 3  # on either side of what was expected
MOST_RATIO = 4.0  # Four times as much as expected, or a quarter of it, is the strongest shade.


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What every picture has: a name that is its own on a page, a title, what it shows in words, and its table."""

    kind: ClassVar[str]
    name: str
    title: str
    description: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    width: int = 560
    height: int = 260


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a heat map: what stands in it, the same in a sentence, and how strong it is; see `shade`."""

    number: str
    words: str
    sentence: str
    shade: int = 0
    is_marked: bool = False  # with a dashed frame: what one should look at
    url: str = ""  # of the list of what was counted


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place, in lines."""

    x: float
    y: float
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HeatMap(Picture):
    """A table whose fields are shaded by how far they are from what was expected: it is its own table."""

    kind = "heat"
    gap: str  # what a dashed frame says, for the key
    cells: tuple[tuple[Cell, ...], ...]
    short: tuple[str, ...]  # what stands above a column where there is no room for the name


def shade(ratio: float) -> int:
    """How strong a field is: from -3, a quarter of what was expected or less, over 0 to 3, four times as much."""
    capped = min(max(ratio, 1 / MOST_RATIO), MOST_RATIO)
    return round(SHADES * log(capped) / log(MOST_RATIO))


def heat_map(
    name: str,
    title: str,
    description: str,
    *,
    sides: Sequence[str],
    tops: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    side_title: str,
    top_title: str,
    gap: str = "a gap: two or more expected, none given",
) -> HeatMap:
    """A table as a picture: `cells` by rows, with `sides` before each row and `tops` above each column."""
    return HeatMap(
        name=name,
        title=title,
        description=description,
        head=(f"{side_title} \\ {top_title}", *tops),
        rows=tuple((side, *(cell.sentence for cell in line)) for side, line in zip(sides, cells, strict=True)),
        gap=gap,
        cells=tuple(tuple(line) for line in cells),
        short=shortened(tops),
    )


def shortened(names: Sequence[str]) -> tuple[str, ...]:
    """Two or three letters for each name, no two the same: of several words their first ones, of one its beginning."""
    found: list[str] = []
    for name in names:
        words = [word for word in name.split() if word[0].isalnum()]
        letters = "".join(word[0] for word in words) if len(words) > 1 else name
        more = f"{name[:2]}{letters[1]}" if len(words) > 1 else name[:4]
        tries = (letters[:3], more, *(f"{letters[:2]}{n}" for n in range(2, len(names) + 2)))
        found.append(next(short for short in tries if short not in found))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Ribbon:
    """So much from one to another: its outline, and what it says."""

    path: str
    sentence: str
    stays: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One end of a flow: all that begins or ends there."""

    x: float
    y: float
    height: float
    label_y: float
    words: str


@dataclass(frozen=True, slots=True)
class Pair:
    """How much goes from one to another, in percent of the most that goes anywhere."""

    start: str
    end: str
    amount: int
    length: float


@dataclass(frozen=True, kw_only=True)
class Flow(Picture):
    """How much goes from each of some places to each other: ribbons, and bars where there is no room for them."""

    kind = "flow"
    pairs: tuple[Pair, ...]
    left_out: int  # pairs that the table has and the bars have not
    ribbons: tuple[Ribbon, ...]
    starts: tuple[Bar, ...]
    ends: tuple[Bar, ...]
    start_title: str
    end_title: str


def flow(
    name: str,
    title: str,
    description: str,
    amounts: Mapping[tuple[str, str], int],
    *,
    places: Sequence[str],
    start_title: str,
    end_title: str,
) -> Flow:
    """Ribbons from the left to the right, as thick as what they carry; both sides in the order of `places`."""
    left, right, bar = 170.0, 500.0, 10.0
    kept = {pair: amount for pair, amount in amounts.items() if amount > 0}
    scale = 260 / max(1, sum(kept.values()))
    starts = _bars(places, {at: sum(n for (a, _), n in kept.items() if a == at) for at in places}, left, scale)
    ends = _bars(places, {at: sum(n for (_, b), n in kept.items() if b == at) for at in places}, right, scale)
    used = {**{("start", at): each.y for at, each in starts.items()}, **{("end", at): e.y for at, e in ends.items()}}
    ribbons = []
    for start in places:
        for end in places:
            amount = kept.get((start, end), 0)
            if amount:
                path = _ribbon(left + bar, used["start", start], right, used["end", end], amount * scale)
                used["start", start] += amount * scale
                used["end", end] += amount * scale
                sentence = gettext("%(start)s to %(end)s: %(amount)s", start=start, end=end, amount=amount)
                ribbons.append(Ribbon(path, sentence, start == end))
    ordered = sorted(kept.items(), key=lambda pair: (-pair[1], pair[0]))
    lowest = [each.y + max(each.height, 16) for each in (*starts.values(), *ends.values())]
    return Flow(
        name=name,
        title=title,
        description=description,
        head=(start_title, end_title, gettext("How many")),
        rows=tuple((start, end, str(amount)) for (start, end), amount in ordered),
        width=680,
        height=round(max(lowest, default=100)) + 14,
        pairs=tuple(Pair(*pair, n, round(100 * n / ordered[0][1], 1)) for pair, n in ordered[:MOST_PAIRS]),
        left_out=max(0, len(ordered) - MOST_PAIRS),
        ribbons=tuple(ribbons),
        starts=tuple(starts.values()),
        ends=tuple(ends.values()),
        start_title=start_title,
        end_title=end_title,
    )


def _bars(places: Sequence[str], amounts: Mapping[str, int], x: float, scale: float) -> dict[str, Bar]:
    """The bars of one side from the top down; each takes at least the height of its label."""
    y, bars = 34.0, {}
    for place in places:
        height = round(amounts[place] * scale, 1)
        if height:
            bars[place] = Bar(x, round(y, 1), height, round(y + height / 2, 1), f"{place} {amounts[place]}")
            y += max(height, 14) + 8
    return bars


def _ribbon(x0: float, y0: float, x1: float, y1: float, thick: float) -> str:
    middle = (x0 + x1) / 2
    return (
        f"M{x0:.1f},{y0:.1f} C{middle:.1f},{y0:.1f} {middle:.1f},{y1:.1f} {x1:.1f},{y1:.1f} V{y1 + thick:.1f} "
        f"C{middle:.1f},{y1 + thick:.1f} {middle:.1f},{y0 + thick:.1f} {x0:.1f},{y0 + thick:.1f} Z"
    )
