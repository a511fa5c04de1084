"""What each page about impact begins with: the facts, the period that was chosen, and as of when; and the way there."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask

from forum.core.languages import gettext
from forum.core.suppression import K
from forum.impact.facts import keeping
from forum.impact.facts.facts import Facts
from forum.impact.facts.periods import Period, before, chosen
from forum.impact.measures.strips import figures_of
from forum.impact.measures.trends import trends
from forum.impact.pictures.of_figures import of_strips, since_launch


def warm() -> None:
    """Read the facts, and compute what the page shows first, so that nobody waits for it after a start."""
    facts, period = asked_for({})
    trends(facts)
    since_launch(facts)
    last = earlier(facts, period)
    of_strips(facts, period, last)
    for each in filter(None, (period, last)):
        figures_of(facts, each)


def begin_warming(app: Flask) -> threading.Thread:
    """Warm beside the first visitors: at 100,000 needs it takes seconds. For a process that has just begun to serve."""

    def work() -> None:
        with app.app_context():
            warm()

    thread = threading.Thread(target=work, name="warming", daemon=True)
    thread.start()
    return thread


def asked_for(given: Mapping[str, str], *, only_quarters: bool = False) -> tuple[Facts, Period]:
    """The facts and the period that an address or a form names: of now, or `as_of` the end of a quarter that is over.

    Only of those: between two neighbouring days the difference could be one person's need.
    """
    facts = keeping.facts()
    past = next((each for each in over(facts) if each.key == given.get("as_of")), None)
    if past is not None:
        facts = keeping.past_facts(past)
    offered = [*reversed(facts.quarters)] if only_quarters else facts.periods
    return facts, chosen(offered, given.get("period"), facts.as_of)


def over(facts: Facts) -> Sequence[Period]:
    """The quarters that are over."""
    return [each for each in facts.quarters if each.end <= facts.as_of]


def earlier(facts: Facts, period: Period) -> Period | None:
    """The period of the same kind before this one."""
    return before(facts.periods, period)


def when(facts: Facts, period: Period) -> dict[str, Any]:
    """What an address says of the time: the period, and as of when, where that is not now."""
    named = {"period": period.key}
    return named | {"as_of": facts.past.key} if facts.past else named


@dataclass(frozen=True, slots=True)
class Running:
    """Of a period that is not over: what was asked in it so far, and the latest quarter that is over."""

    asked: int
    whole: Period | None

    @property
    def has_just_begun(self) -> bool:
        """Whether there is too little in it yet to say anything."""
        return self.asked < K


def running(facts: Facts, period: Period) -> Running | None:
    """What is known of a quarter or a half-year that goes on; nothing of one that is over, and of all of the time."""
    if period.key == "all" or period.end <= facts.as_of:
        return None
    asked = sum(need.origin == "asked" for need in facts.opened(period))
    return Running(asked, next(iter(reversed(over(facts))), None))


def frame(facts: Facts, period: Period) -> dict[str, Any]:
    """What the heads of these pages say, and `when`, with which their addresses end."""
    now = keeping.facts() if facts.past else facts
    ends = [(each, gettext("End of %(period)s", period=each.inside)) for each in reversed(over(now))]
    moments = [(None, gettext("Now")), *ends]
    return {
        "period": period,
        "running": running(facts, period),
        "periods": facts.periods,
        "as_of": facts.as_of,
        "past": facts.past,
        "when": urlencode(when(facts, period)),
        "moments": [(_way(each, period), words, each == facts.past) for each, words in moments],
    }


def _way(past: Period | None, period: Period) -> str:
    """The same period as of another moment, or what is shown first where it had not begun by then."""
    named = {"period": period.key} if past is None or period.begin < past.end else {}
    return urlencode(named | ({"as_of": past.key} if past else {}))
