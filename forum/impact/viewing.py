"""What each page about impact begins with: the facts of the moment, the period that was chosen, the one before it."""

from __future__ import annotations

from typing import Any

from forum.impact.facts import keeping
from forum.impact.facts.facts import Facts
from forum.impact.facts.periods import Period, before, chosen, periods
from forum.impact.measures.strips import figures_of
from forum.impact.measures.trends import trends
from forum.impact.pictures.of_figures import of_strips, since_launch


def warm() -> None:
    """Read the facts, and compute what the page shows first, so that nobody waits for it after a start."""
    facts, period = asked_for(None)
    trends(facts)
    since_launch(facts)
    last = earlier(facts, period)
    of_strips(facts, period, last)
    for each in filter(None, (period, last)):
        figures_of(facts, each)


def asked_for(key: str | None) -> tuple[Facts, Period]:
    """The facts, and the period that an address or a form names."""
    facts = keeping.facts()
    return facts, chosen(periods(facts.launch, facts.as_of), key, facts.as_of)


def earlier(facts: Facts, period: Period) -> Period | None:
    """The period of the same kind before this one."""
    return before(periods(facts.launch, facts.as_of), period)


def frame(facts: Facts, period: Period) -> dict[str, Any]:
    """What the heads of these pages say."""
    return {"period": period, "periods": periods(facts.launch, facts.as_of), "as_of": facts.as_of}
