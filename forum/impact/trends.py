"""The quarters beside each other: what moved, and what only looks so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forum.core.suppression import K
from forum.impact.facts import Facts
from forum.impact.figures import Figure, hours, moved, of
from forum.impact.measures import figures_of
from forum.impact.periods import Period, quarters

SHARES = ("confirmed", "deflected", "known-share", "kept", "in-time")  # figures that are a share, and can be compared


@dataclass(frozen=True)
class Quarter:
    """One line of the table. Each cell is what the figure says, with how it moved since the quarter before."""

    period: Period
    asked: int
    median: str
    cells: Sequence[tuple[str, str]]
    saved: str


def trends(facts: Facts) -> Sequence[Quarter]:
    """Every quarter since launch, oldest first."""
    lines, before = [], dict[str, Figure]()
    for period in quarters(facts.launch, facts.as_of):
        now = {key: figure for strip in figures_of(facts, period).values() for key, figure in strip.items()}
        lines.append(
            Quarter(
                period=period,
                asked=now["deflected"].count("asked"),
                median=_median(now["first-answer"]),
                cells=[(_share(now[key]), moved(before.get(key), now[key])) for key in SHARES],
                saved=hours(now["saved"].value or 0),
            )
        )
        before = now
    return lines


def titles(line: Quarter, facts: Facts) -> Sequence[str]:
    """What the shares are called."""
    figures = {key: figure for strip in figures_of(facts, line.period).values() for key, figure in strip.items()}
    return [figures[key].title for key in SHARES]


def _share(figure: Figure) -> str:
    return of(figure.successes or 0, figure.n) if figure.n else "none yet"


def _median(figure: Figure) -> str:
    return hours(figure.value) if figure.value is not None else "too few" if figure.n < K else "not reached"
