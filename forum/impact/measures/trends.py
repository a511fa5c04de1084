"""The quarters beside each other: what moved, and what only looks so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forum.core.languages import gettext
from forum.core.suppression import K
from forum.impact.facts.facts import Facts
from forum.impact.facts.periods import Period
from forum.impact.measures import at_once, results, used
from forum.impact.measures.figures import Figure, hours, moved, of
from forum.impact.measures.strips import computed

SHARES = ("confirmed", "deflected", "known-share", "kept", "in-time")  # figures that are a share, and can be compared
# No others are computed of every quarter.
COMPARED = (
    *(at_once.first_answer, at_once.in_time, results.saved),
    *(used.confirmed, used.deflected, used.known_share, used.kept),
)


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
    for period in facts.quarters:
        now = {figure.key: figure for figure in (computed(facts, period, measure) for measure in COMPARED)}
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
    figures = {figure.key: figure for figure in (computed(facts, line.period, measure) for measure in COMPARED)}
    return [figures[key].title for key in SHARES]


def _share(figure: Figure) -> str:
    return of(figure.successes or 0, figure.n) if figure.n else gettext("none yet")


def _median(figure: Figure) -> str:
    if figure.value is not None:
        return hours(figure.value)
    return gettext("too few") if figure.n < K else gettext("not reached")
