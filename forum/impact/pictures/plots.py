"""Pictures over axes: waiting, readings over time, and shares with what can be said of them. See charts.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from forum.core.languages import gettext, moment_in_words
from forum.core.templating import day
from forum.impact.measures.figures import percent
from forum.impact.pictures.charts import Label, Picture
from forum.impact.pictures.scales import Scale, Tick, apart, in_figures, round_steps

ABOVE = 14  # where the numbers of marks stand: over the values, so that none covers one


@dataclass(frozen=True, slots=True)
class Series:
    """One curve of waiting: from which hour on which share still waits. `note` says what one must know of it."""

    label: str
    steps: Sequence[tuple[float, float]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A series where it stands."""

    path: str
    label: str
    label_y: float


@dataclass(frozen=True, kw_only=True)
class Plot(Picture):
    """Lines over two axes."""

    kind = "plot"
    lines: tuple[Line, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_title: str
    y_title: str
    dots: tuple[Label, ...] = ()
    marks: tuple[Label, ...] = ()
    key: tuple[str, ...] = ()  # what the numbers of the marks stand for
    left: int = 56
    right: int = 450
    top: int = 30
    bottom: int = 214


def waiting_curve(name: str, title: str, description: str, series: Sequence[Series], *, until: float) -> Plot:
    """Who still waits after how long: steps that go down, one line for each series, up to `until`."""
    steps = round_steps(until)
    x, y = Scale(0, steps[-1], Plot.left, Plot.right), Scale(0, 1, Plot.bottom, Plot.top)
    ends, lines = [], []
    for each in series:
        shown = [(hours, share) for hours, share in each.steps if 0 < hours <= until]
        ends.append(y.at(shown[-1][1] if shown else 1.0))
        path = f"M{x.at(0)},{y.at(1)} " + " ".join(f"H{x.at(hours)} V{y.at(share)}" for hours, share in shown)
        lines.append(f"{path} H{x.at(until)}")
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    places = apart(ends, 18)
    return Plot(
        name=name,
        title=title,
        description=description,
        head=(gettext("After so many working hours"), *(each.label for each in series)),
        rows=tuple((in_figures(at), *(percent(_left(each.steps, at)) for each in series)) for at in steps if at),
        lines=tuple(Line(p, each.label, at) for p, each, at in zip(lines, series, places, strict=True)),
        x_ticks=tuple(Tick(x.at(hours), in_figures(hours)) for hours in steps),
        y_ticks=tuple(Tick(y.at(share), percent(share)) for share in shares),
        x_title=gettext("working hours"),
        y_title=gettext("still waiting"),
        key=tuple(f"{each.label}: {each.note}" for each in series if each.note),
    )


def _left(steps: Sequence[tuple[float, float]], hours: float) -> float:
    return min((share for at, share in steps if at <= hours), default=1.0)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at a day, in words."""

    on: date
    words: str


def line_with_marks(
    name: str, title: str, description: str, points: Sequence[tuple[date, float]], marks: Sequence[Mark], *, unit: str
) -> Plot:
    """Readings over time, with numbered marks where something was done. It never says that the one caused the other."""
    days = [on for on, _ in points] + [mark.on for mark in marks]
    steps = round_steps(max((value for _, value in points), default=1.0))
    first, last = min(days), max(days)
    x = Scale(first.toordinal(), max(last.toordinal(), first.toordinal() + 1), Plot.left, Plot.right)
    y = Scale(0, steps[-1], Plot.bottom, Plot.top)
    placed = [(x.at(on.toordinal()), y.at(value), value) for on, value in points]
    path = " ".join(f"{'L' if n else 'M'}{at},{up}" for n, (at, up, _) in enumerate(placed))
    happened = sorted(marks, key=lambda mark: mark.on)
    of_table = [(day(on), in_figures(value), "") for on, value in points]
    of_table += [(day(mark.on), "", mark.words) for mark in happened]
    return Plot(
        name=name,
        title=title,
        description=description,
        head=(gettext("Day"), unit.capitalize(), gettext("What was done")),
        rows=tuple(of_table),
        lines=(Line(path, "", 0),),
        dots=tuple(Label(at, up, (in_figures(value),)) for at, up, value in placed),
        marks=tuple(Label(x.at(mark.on.toordinal()), ABOVE, (str(n),)) for n, mark in enumerate(happened, 1)),
        key=tuple(f"{day(mark.on)}: {mark.words}" for mark in happened),
        x_ticks=tuple(Tick(x.at(on.toordinal()), _short(on)) for on in _some(sorted(set(days)))),
        y_ticks=tuple(Tick(y.at(value), in_figures(value)) for value in steps),
        x_title="",
        y_title="",  # The title says it.
    )


def _short(on: date) -> str:
    return moment_in_words(datetime(on.year, on.month, on.day), "d MMM")


def _some(days: list[date], at_most: int = 5) -> list[date]:
    """A few of these days for the axis, the first and the last among them, none so close that their words meet."""
    span = (days[-1] - days[0]).days or 1
    chosen = [days[0]]
    for on in days[1:-1]:
        if (on - chosen[-1]).days >= span / at_most and (days[-1] - on).days >= span / at_most:
            chosen.append(on)
    return chosen + days[-1:] if len(days) > 1 else chosen


@dataclass(frozen=True, slots=True)
class Share:
    """A share with what can be said of it: surely between `low` and `high`. `band` is where it would be by chance."""

    label: str
    share: float
    low: float
    high: float
    words: str
    band: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A share where it stands, in hundredths of the line; `band` is where it begins and how long it is."""

    dot: float
    low: float
    high: float
    label: str
    words: str
    band: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Shares(Picture):
    """Bars with the intervals around their ends, each as wide as there is room, from nothing to all."""

    kind = "shares"
    lines: tuple[Row, ...]


def shares(name: str, title: str, description: str, each: Sequence[Share]) -> Shares:
    """Shares below each other: a bar for what was counted, a line for what it allows to be said."""
    x = Scale(0, 1, 0, 100)
    lines = (
        Row(
            dot=x.at(row.share),
            low=x.at(row.low),
            high=x.at(row.high),
            label=row.label,
            words=row.words,
            band=(x.at(row.band[0]), round(x.at(row.band[1]) - x.at(row.band[0]), 1)) if row.band else None,
        )
        for row in each
    )
    by_chance = any(row.band for row in each)
    return Shares(
        name=name,
        title=title,
        description=description,
        head=(
            *(gettext("What"), gettext("Counted"), gettext("Share"), gettext("Surely between")),
            *((gettext("By chance"),) if by_chance else ()),
        ),
        rows=tuple(
            (row.label, row.words, percent(row.share), _between(row.low, row.high))
            + ((_between(*row.band) if row.band else "",) if by_chance else ())
            for row in each
        ),
        width=100,
        height=24,
        lines=tuple(lines),
    )


def _between(low: float, high: float) -> str:
    return gettext("%(low)s and %(high)s", low=percent(low), high=percent(high))
