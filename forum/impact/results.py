"""Results: the time that was saved, told carefully. Never in money, never of one person."""

from __future__ import annotations

from statistics import median

from forum.impact.facts import REPLIED, Facts
from forum.impact.figures import Figure, Part, ids
from forum.impact.figures import hours as in_words
from forum.impact.periods import Period
from forum.impact.used import uses_of

MOST = 120  # minutes of one report: beyond that it is no longer one thing that was saved
FLATTERY = 0.5  # of what people report: they report kindly
WRITING, VALIDATING, READING = 20, 10, 3  # minutes a practice and a use cost, where nobody said otherwise

SAVED = (
    "Uses of practices in the period of which somebody said how it went. Gained: half of the minutes that were "
    f"reported where it worked, each at most {MOST}; what nobody reported counts as 0. Cost: {WRITING} minutes for "
    f"writing and {VALIDATING} for checking each practice of the period, {READING} for reading at each use. Net = "
    "gained − cost, also where that is below 0. At most: all reports as they were given, with the median report in "
    "place of each missing one, less the same cost."
)


def saved(facts: Facts, period: Period) -> Figure:
    """F9: working time saved by using what was known, net of what it cost."""
    uses = [need for need in uses_of(facts, period) if need.first and need.first.outcome in REPLIED]
    worked = [need for need in uses if need.first and need.first.outcome == "resolved"]
    reported = [need for need in worked if need.first and need.first.minutes is not None]
    minutes = [need.first.minutes or 0 for need in reported if need.first]
    made = [each for each in facts.practices if each.created_at in period]
    cost = len(made) * (WRITING + VALIDATING) + len(uses) * READING
    net = FLATTERY * sum(min(each, MOST) for each in minutes) - cost
    middle = median(minutes) if minutes else 0
    most = sum(minutes) + (len(worked) - len(reported)) * middle - cost
    return Figure(
        key="saved",
        title="Working time saved",
        words=f"About {_hours(net)}, at most {_hours(most)}.",
        kind="need",
        ids=ids(uses),
        how=SAVED,
        value=net / 60,
        parts=(
            Part("worked", "say that it worked", ids(worked)),
            Part("reported", "of those gave minutes", ids(reported)),
        ),
        notes=(
            f"{len(reported)} reports with {sum(minutes):,} minutes together, the median {middle:g}.",
            f"It cost {cost} minutes: {len(made)} practices and {len(uses)} uses.",
            f"Net {net:,.0f} minutes = {net / 60:.2f} h, at most {in_words(most / 60)}.",
        ),
    )


def _hours(minutes: float) -> str:
    whole = round(minutes / 60)
    return f"{whole} hour" if abs(whole) == 1 else f"{whole} hours"
