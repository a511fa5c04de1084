"""The tables that can be taken away: with them and the page about the method an outsider computes every figure again.

No names of people in them. A department of fewer than five people is not told apart from the other small ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from forum.causes.rates import Weighed
from forum.core.languages import SOURCE, Message, speaking
from forum.core.suppression import Group, shown
from forum.impact.facts.facts import Facts, Need
from forum.impact.facts.periods import Period
from forum.impact.measures.strips import STRIPS, figures_of
from forum.impact.measures.trends import titles, trends
from forum.impact.reach.counting import reach_of

Rows = tuple[Sequence[str], Sequence[Sequence[Any]]]
SMALL = "other departments"

# What the columns of the needs hold, for the page about the method.
NEED_COLUMNS = {
    "need": "its number",
    "opened_on": "the day on which it was opened (UTC); of questions, which everybody can open, as the next one",
    "department": "of the person on that day; small ones are put together",
    "origin": "asked, me_too (has the same need), deflected (took a known answer while asking), reuse (of a practice)",
    "state": "where it stands",
    "opened_in_period": "whether it was opened in the period",
    "due_in_period": "whether its first check-in fell due in the period and is closed",
    "live": "whether it is a question that stands for itself: neither merged nor removed",
    "wait_hours": "working hours until the first answer, or waited so far, or until it was withdrawn",
    "answered": "whether wait_hours ended with an answer",
    "accept_hours": "the same until the accepted answer",
    "accepted": "whether accept_hours ended with an accepted answer",
    "needed_by": "the day by which an answer was needed",
    "impact": "blocked, slowed or curious",
    "verified_on": "the day on which the asker said that an answer is right",
    "verified_elsewhere": "whether that answer came from another department",
    "outcome": "the first reply to the check-in: resolved, partly, not or no_reply",
    "minutes": "saved, as reported",
    "fits": "whether what was tried fitted the work as it is, where that was said",
    "changed_work": "whether that reply says that it changed how they work",
    "resolved_on": "the day of the first reply that it worked; of questions",
    "known": "whether what worked was there before the need",
    "practice": "the number of the practice it is about",
}


def needs(facts: Facts, period: Period) -> Rows:
    """Every need that was opened in the period, or whose check-in fell due in it."""
    names = _names(facts)
    opened = {need.id for need in facts.opened(period)}
    due = {need.id for need in facts.due(period)}
    rows = [
        _need(facts, facts.needs[id], names[facts.needs[id].department_id], id in opened, id in due)
        for id in sorted(opened | due)
    ]
    return tuple(NEED_COLUMNS), rows


def practices(facts: Facts, _period: Period) -> Rows:
    """Every practice as it stands now."""
    columns = ("practice", "title", "made_on", "label", "freshness", "worked", "tried")
    rows = [
        (each.id, each.title, each.created_at.date(), each.label, each.freshness, each.worked, each.tried)
        for each in facts.practices
        if not each.is_hidden
    ]
    return columns, rows


def commitments(facts: Facts, period: Period) -> Rows:
    """Every commitment whose day lies in the period, without a word of what it says."""
    begin, end = period.begin.date(), period.end.date()
    rows = [(each.id, each.due_on, each.state) for each in facts.commitments if begin <= each.due_on < end]
    return ("commitment", "due_on", "state"), rows


def figures(facts: Facts, period: Period) -> Rows:
    """Every figure of the page and its parts, with n and the bounds."""
    columns = ("strip", "figure", "part", "number", "n", "value", "low", "high", "at_least", "at_most", "words")
    return columns, list(_figures(facts, period))


def breakdowns(facts: Facts, period: Period) -> Rows:
    """Every small table of the page, a cell a line."""
    rows = [
        (figure.key, table.title, row[0] if table.columns[0] == "" else "", column, cell)
        for strip in figures_of(facts, period).values()
        for figure in strip.values()
        for table in figure.tables
        for row in table.rows
        for column, cell in zip(table.columns, row, strict=True)
        if column
    ]
    return ("figure", "table", "row", "column", "value"), rows


def quarters(facts: Facts, _period: Period) -> Rows:
    """The quarters beside each other."""
    lines = trends(facts)
    shares = [name for title in titles(lines[0], facts) for name in (title, f"{title}: change")]
    columns = ("quarter", "from", "until", "asked", "median", *shares, "saved")
    rows = [
        (
            *(line.period.name, line.period.begin.date(), line.period.end.date(), line.asked, line.median),
            *(cell for pair in line.cells for cell in pair),
            line.saved,
        )
        for line in lines
    ]
    return columns, rows


def people(facts: Facts, period: Period) -> Rows:
    """Whom it reaches, by the groups that may be shown."""
    found = reach_of(facts, period)
    rows: list[Sequence[Any]] = [("everybody", "", found.reached, found.people, found.moment.date())]
    for kind, groups in (("department", found.departments), ("level", found.levels)):
        each_group = [*groups.groups, *([groups.joined] if groups.joined else [])]
        rows += [(kind, each.name, each.favourable, each.members, _day(found.groups_at)) for each in each_group]
    return ("group", "name", "reached", "people", "as_of"), rows


def causes(facts: Facts, _period: Period) -> Rows:
    """Every cause as it stands now, with how often it struck before and since a fix."""
    columns = (
        *("cause", "title", "department", "state", "signalled_on", "seen_on", "working_days", "effect_on"),
        *("before", "days_before", "after", "days_after", "ratio", "chance"),
    )
    names = _names(facts)
    rows = [
        (
            *(each.id, each.title, names[each.department_id], each.state),
            *(each.signalled_at and each.signalled_at.date(), each.seen_at and each.seen_at.date()),
            *(each.days if each.signalled_at else None, each.effect_on),
            *(_weighed(each.weighed) if each.weighed else [None] * 6),
        )
        for each in facts.causes
    ]
    return columns, rows


def readings(facts: Facts, _period: Period) -> Rows:
    """Every reading of every objective that stands; corrected ones are left out."""
    columns = ("objective", "title", "unit", "better_is", "at_first", "wanted", "read_on", "value")
    rows = [
        (each.objective_id, each.title, each.unit, each.direction, each.baseline, each.target, point.on, point.value)
        for each in facts.movements
        for point in each.points
    ]
    return columns, rows


def pulse(facts: Facts, _period: Period) -> Rows:
    """What of each round of the pulse may be shown: all together, then the departments that are large enough."""
    rows = [
        (round.number, round.ends_on, item.number, item.words, *group)
        for round in facts.rounds
        for item in round.items
        if item.favour.may_be_shown
        for group in (
            ("everybody", item.favour.favourable, item.favour.replied, item.favour.invited),
            *(
                (each.name, each.favourable, each.replied, each.members)
                for each in (*item.groups.groups, *([item.groups.joined] if item.groups.joined else []))
            ),
        )
    ]
    return ("round", "ended_on", "item", "words", "group", "in_favour", "replied", "asked"), rows


def stories(facts: Facts, period: Period) -> Rows:
    """Every story that was told in the period."""
    rows = [
        (each.id, each.title, each.told_at.date(), each.went, bool(each.is_true))
        for each in facts.stories
        if each.told_at in period
    ]
    return ("story", "title", "told_on", "went", "confirmed"), rows


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _weighed(weighed: Weighed) -> list[Any]:
    counts = [weighed.before, weighed.days_before, weighed.after, weighed.days_after]
    return [*counts, *(weighed.change or (None, None))]


TABLES: Mapping[str, tuple[str, Callable[[Facts, Period], Rows]]] = {
    "needs": (Message("Needs"), needs),
    "practices": (Message("Practices"), practices),
    "commitments": (Message("Commitments"), commitments),
    "causes": (Message("Causes"), causes),
    "readings": (Message("Readings of objectives"), readings),
    "stories": (Message("Stories"), stories),
    "pulse": (Message("Pulse"), pulse),
    "figures": (Message("Figures"), figures),
    "breakdowns": (Message("Small tables"), breakdowns),
    "quarters": (Message("Quarters"), quarters),
    "reach": (Message("Reach"), people),
}


def _need(facts: Facts, need: Need, department: str, is_opened: bool, is_due: bool) -> Sequence[Any]:
    is_question = need.origin == "asked"  # Of other needs nothing may say whose they are: neither place nor day.
    is_live = is_question and not need.is_merged and not need.is_hidden
    until = need.withdrawn_at or facts.as_of

    def waited(end: Any) -> float | None:
        return facts.waited(need, end or until) if is_live else None

    return (
        need.id,
        *((need.opened_at.date(), department) if is_question else (None, None)),
        *(need.origin, need.state),
        *(is_opened, is_due, is_live),
        *(waited(need.answered_at), need.answered_at is not None if is_live else None),
        *(waited(need.accepted_at), need.accepted_at is not None if is_live else None),
        *(need.needed_by, need.impact),
        need.verified.at.date() if need.verified else None,
        facts.crosses(need.verified.department_id, need.department_id) if need.verified else None,
        *_said(need),
        need.met.closed_at.date() if need.met and is_question else None,
        need.met.is_known if need.met else None,
        need.practice_id,
    )


def _figures(facts: Facts, period: Period) -> Iterator[Sequence[Any]]:
    names = {strip.key: strip.title for strip in STRIPS}
    with speaking(SOURCE):  # A file is read by programmes: its words are the same for everybody.
        found = figures_of(facts, period)
    for key, strip in found.items():
        for figure in strip.values():
            sure, limits = figure.interval or (None, None), figure.bounds or (None, None)
            yield (names[key], figure.key, "", figure.n, figure.n, figure.value, *sure, *limits, figure.words)
            for part in figure.parts:
                yield (names[key], figure.key, part.words, len(part.ids), figure.n, *[None] * 5, "")


def _names(facts: Facts) -> Mapping[int, str]:
    """What each department is called; those with fewer people than may be spoken of share a name."""
    count = Counter(each.department_at(facts.as_of) for each in facts.people)
    named = {
        each.name for each in shown([Group(name, count[id], count[id]) for id, name in facts.departments.items()])[0]
    }
    return {id: name if name in named else SMALL for id, name in facts.departments.items()}


def _said(need: Need) -> Sequence[Any]:
    first = need.first
    return (first.outcome, first.minutes, first.fits, first.changed_work) if first else (None, None, None, None)
