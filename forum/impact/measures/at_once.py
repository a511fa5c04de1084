"""Help at once: how long somebody waits for an answer, whether it came in time, and who waits still."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from forum.core.languages import Message, gettext, ngettext
from forum.core.statistics import Survival, survival
from forum.core.suppression import K
from forum.impact.facts.facts import Facts, Need
from forum.impact.facts.periods import Period
from forum.impact.measures.figures import Figure, Head, Part, Table, hours, ids, in_hours, of, percent, reached, share

DAY = 8.0  # working hours within which an answer is still of the same day
STEPS = (1, 2, 4, 8, 16, 40)  # working hours, to show the waits themselves
TOO_FEW_ANSWERED = Message("%(those)s of %(all)s had one; too few to say how long it takes.")
TOO_FEW_RESOLVED = Message("%(those)s of %(all)s were resolved; too few to say how long it takes.")

CURVE = (
    "Working hours of the asker’s department, from the question until it ends. Whoever still waits, or withdrew, counts"
    " with the time waited so far. S(t) = Π (1 − ended at u ÷ waiting at u) over all u ≤ t (Kaplan–Meier). The median "
    "is the first u with S(u) ≤ 0.5, “nine in ten” the first with S(u) ≤ 0.1, “within 8 h” is 1 − S(8)."
)
FIRST = (
    "Questions asked in the period, without merged and removed ones. It ends with the first answer by somebody else."
)
ACCEPTED = (
    "The same questions; it ends when the answer was accepted that stands accepted now. What it takes longer than the "
    "first answer goes into reading and trying, which is time well spent."
)
AGAIN = (
    "Needs that were opened again after something did not work: each time is a wait of its own, until the next answer."
)
IN_TIME = (
    "Questions of the period whose day “needed by” is over, and needs met by a known answer that had such a day. In "
    "time: the asker accepted an answer, or said that one worked, or took the known answer, on that day at the latest."
)
RELIEVED = (
    "Questions of the period whose asker was blocked. It ends when the asker says that it worked; who has not said so "
    "counts as still waiting."
)


def first_answer(facts: Facts, period: Period) -> Figure:
    """F2: how long somebody waits for the first answer, those counted who wait still."""
    live = live_of(facts, period)
    waits = _waiting(facts, live, lambda need: need.answered_at)
    asked = [need for need in _asked(facts, period) if not need.is_hidden]
    standing = [need for need in live if need.state != "withdrawn"]
    gone = [need for need in live if need.state == "withdrawn"]
    parts = (
        Part("answered", gettext("answered"), ids(need for need in standing if need.answered_at)),
        Part("open", gettext("open"), ids(need for need in standing if _waits(need) and need.state != "open_problem")),
        Part(
            "problem", gettext("open problems"), ids(need for need in standing if _waits(need) and not _is_open(need))
        ),
        Part("withdrawn", gettext("withdrawn before an answer"), ids(each for each in gone if _waits(each))),
        Part("late", gettext("withdrawn after an answer"), ids(each for each in gone if each.answered_at)),
    )
    merged = sum(need.is_merged for need in asked)
    withdrawn = sum(need.state == "withdrawn" and not need.is_merged for need in asked)
    live_count = len(standing)
    return Figure(
        key="first-answer",
        title=gettext("Time to the first answer"),
        kind="need",
        ids=ids(live),
        how=f"{FIRST} {CURVE}",
        heads=_heads(waits, parts[0]),
        parts=[part for part in parts if part.ids or part.key in ("answered", "open")],
        notes=(
            gettext(
                "%(asked)s asked: %(merged)s merged into another question, %(withdrawn)s withdrawn, %(live_count)s "
                "live.",
                asked=len(asked),
                merged=merged,
                withdrawn=withdrawn,
                live_count=live_count,
            ),
        ),
        tables=[_buckets(waits.ended, live)] if live else [],
        words=waits.words,
        value=waits.value,
        curve=waits.curve,
        lasts=waits.lasts,
    )


def accepted(facts: Facts, period: Period) -> Figure:
    """F3: how long until an answer was accepted."""
    live = live_of(facts, period)
    done = [need for need in live if need.accepted_at]
    waits = _waiting(facts, live, lambda need: need.accepted_at)
    return Figure(
        key="accepted",
        title=gettext("Time to the accepted answer"),
        kind="need",
        ids=ids(live),
        how=f"{ACCEPTED} {CURVE}",
        parts=(Part("accepted", gettext("with an accepted answer"), ids(done)),),
        words=waits.words,
        value=waits.value,
        lasts=waits.lasts,
    )


def answered_again(facts: Facts, period: Period) -> Figure:
    """F2 of later rounds: how long until the next answer, after something did not work."""
    again = [need for need in _asked(facts, period) if need.rounds and not need.is_hidden and not need.is_merged]
    waits = [(need, since, until) for need in again for since, until in need.rounds]
    ended = [facts.hours(need.department_id, since, until) for need, since, until in waits if until]
    going_on = [
        facts.hours(need.department_id, since, need.withdrawn_at or facts.as_of)
        for need, since, until in waits
        if not until
    ]
    curve = survival(ended, going_on)
    again_and_came = {"times": len(waits), "came": len(ended)}
    if curve.n >= K:
        words = gettext(
            "%(times)s times somebody needed another answer; %(came)s times it came, half of them %(within)s.",
            within=reached(curve, 0.5, curve.longest_open),
            **again_and_came,
        )
    else:
        words = gettext("%(times)s times somebody needed another answer; %(came)s times it came.", **again_and_came)
    return Figure(
        key="answered-again",
        title=gettext("Time to the next answer, when one did not work"),
        words=words,
        kind="need",
        ids=ids(again),
        how=f"{AGAIN} {CURVE}",
        value=curve.reached(0.5) if curve.n >= K else None,
    )


def in_time(facts: Facts, period: Period) -> Figure:
    """F4: of needs with a day, how many had their answer on it at the latest."""
    dated = [
        need
        for need in facts.opened(period)
        if need.needed_by and need.origin in ("asked", "deflected") and not need.is_merged
    ]
    due = [need for need in dated if end_of_day(facts, need) <= facts.as_of]
    met = [need for need in due if is_in_time(facts, need)]
    value, interval = share(len(met), len(due))
    return Figure(
        key="in-time",
        title=gettext("In time"),
        words=gettext("%(due)s had an answer by the day they needed it.", due=of(len(met), len(due))),
        kind="need",
        ids=ids(due),
        how=IN_TIME,
        value=value,
        interval=interval,
        parts=(Part("met", gettext("in time"), ids(met)),),
        lasts=len(due) == len(dated),
        successes=len(met),
    )


def relieved(facts: Facts, period: Period) -> Figure:
    """F5: how long somebody who was blocked waits until it works."""
    blocked = [need for need in live_of(facts, period) if need.impact == "blocked"]
    met = [need for need in blocked if need.met]
    waits = _waiting(facts, blocked, lambda need: need.met.closed_at if need.met else None, TOO_FEW_RESOLVED)
    return Figure(
        key="relieved",
        title=gettext("Blocked, until it worked"),
        kind="need",
        ids=ids(blocked),
        how=f"{RELIEVED} {CURVE}",
        heads=(
            Head(
                str(len(met)),
                gettext("of %(blocked)s who were blocked say that it worked", blocked=len(blocked)),
                "relieved",
            ),
        ),
        parts=(Part("relieved", gettext("say that it worked"), ids(met)),),
        words=waits.words,
        value=waits.value,
        lasts=waits.lasts,
    )


def waiting_now(facts: Facts, period: Period) -> Figure:
    """Who waits at this moment, beside all who do; in a look at the past, who waited then."""
    waiting = [need for need in facts.opened(period) if _has_no_answer(need)]
    everybody = sum(map(_has_no_answer, facts.needs.values()))
    problems = [need for need in waiting if need.state == "open_problem"]
    then = gettext("when %(period)s ended", period=facts.past.inside) if facts.past else gettext("now")
    is_all = len(waiting) == everybody
    return Figure(
        key="waiting-now",
        title=gettext("Waiting %(then)s", then=then),
        words=_waiting_in_words(everybody, len(waiting), len(problems), then, is_past=facts.past is not None),
        kind="need",
        ids=ids(waiting),
        how="Questions of the period that nobody has answered, or whose answer did not work and which have no new one.",
        value=float(len(waiting)),
        heads=(
            Head(
                str(len(waiting)),
                gettext("waiting for an answer %(then)s", then=then)
                if is_all
                else gettext("of %(all)s waiting %(then)s asked in this time", all=everybody, then=then),
            ),
        ),
        parts=(Part("problem", gettext("open problems"), ids(problems)),),
    )


def _has_no_answer(need: Need) -> bool:
    return need.origin == "asked" and need.state in ("open", "routed", "open_problem") and not need.is_hidden


def _waiting_in_words(everybody: int, some: int, problems: int, then: str, *, is_past: bool) -> str:
    if not everybody:
        return gettext(
            "Nobody waited for an answer %(then)s." if is_past else "Nobody waits for an answer %(then)s.", then=then
        )
    if is_past:
        words = ngettext(
            "%(num)s waited for an answer %(then)s", "%(num)s waited for an answer %(then)s", everybody, then=then
        )
    else:
        words = ngettext(
            "%(num)s waits for an answer %(then)s", "%(num)s wait for an answer %(then)s", everybody, then=then
        )
    parts = [words]
    if not some:
        parts.append(gettext("none of them asked in this time"))
    elif some < everybody:
        parts.append(ngettext("%(num)s of them asked in this time", "%(num)s of them asked in this time", some))
    if problems and some == everybody:
        parts.append(ngettext("%(num)s of them with an open problem", "%(num)s of them with an open problem", problems))
    elif problems:
        parts.append(
            ngettext("%(num)s of these with an open problem", "%(num)s of these with an open problem", problems)
        )
    return gettext("%(parts)s.", parts=gettext(", ").join(parts))


class Waiting(NamedTuple):
    """The curve of waiting, the waits that ended, and the longest one that goes on."""

    curve: Survival
    ended: Sequence[float]
    longest: float
    lasts: bool  # Every wait that goes on is longer already than all that ended.


class _Wait(NamedTuple):
    words: str
    value: float | None
    ended: Sequence[float]
    curve: Survival
    lasts: bool


def curve_of(facts: Facts, needs: Sequence[Need], end: Callable[[Need], datetime | None]) -> Waiting:
    """How long these needs waited, and the longest wait that still goes on (0 when none does)."""
    ended, going_on, still = list[float](), list[float](), list[float]()
    for need in needs:
        until = end(need)
        if until is not None:
            ended.append(facts.hours(need.department_id, need.opened_at, until))
            continue
        waited = facts.hours(need.department_id, need.opened_at, need.withdrawn_at or facts.as_of)
        going_on.append(waited)
        if need.withdrawn_at is None:
            still.append(waited)
    lasts = min(still, default=0.0) > max(ended, default=0.0) or not still
    return Waiting(survival(ended, going_on), ended, max(still, default=0.0), lasts)


def _waiting(
    facts: Facts, needs: Sequence[Need], end: Callable[[Need], datetime | None], too_few: str = TOO_FEW_ANSWERED
) -> _Wait:
    curve, ended, longest, lasts = curve_of(facts, needs, end)
    if curve.n < K:
        return _Wait(gettext(too_few, those=len(ended), all=curve.n), None, ended, curve, lasts)
    words = gettext(
        "Half %(half)s, nine in ten %(most)s; %(share)s within %(day)s. Working hours, n = %(all)s.",
        half=reached(curve, 0.5, longest),
        most=reached(curve, 0.1, longest),
        share=percent(1 - curve.left(DAY)),
        day=in_hours(f"{DAY:g}"),
        all=curve.n,
    )
    lasts = lasts and curve.reached(0.1) is not None  # Else the longest wait stands in the words, and grows.
    return _Wait(words, curve.reached(0.5), ended, curve, lasts)


def _heads(waits: _Wait, answered: Part) -> Sequence[Head]:
    """When half of them had an answer, and how many had one on the same working day."""
    if waits.curve.n < K:
        # Whoever withdrew after an answer had one, too, and stands in a part of their own.
        leads_to = answered.key if len(answered.ids) == len(waits.ended) else ""
        return (
            Head(str(len(waits.ended)), gettext("of %(all)s who asked had an answer", all=waits.curve.n), leads_to),
        )
    half = hours(waits.value) if waits.value is not None else gettext("Not yet")
    return (
        Head(half, gettext("until half had a first answer, working hours"), compares=True),
        Head(
            percent(1 - waits.curve.left(DAY)),
            gettext("had one within a working day (%(figure)s)", figure=in_hours(f"{DAY:g}")),
            compares=True,
        ),
    )


def _buckets(waits: Sequence[float], needs: Sequence[Need]) -> Table:
    """The waits themselves: how many ended within which hours."""
    counts = [sum(low < wait <= high for wait in waits) for low, high in pairwise((0, *STEPS))]
    counts[0] += sum(wait <= 0 for wait in waits)
    later = sum(wait > STEPS[-1] for wait in waits)
    none = [need for need in needs if _waits(need)]
    withdrawn = sum(need.state == "withdrawn" for need in none)
    heads = [gettext("up to %(hours)s", hours=in_hours(str(step))) for step in STEPS]
    heads += [gettext("later"), gettext("none yet"), gettext("withdrawn")]
    row = [*counts, later, len(none) - withdrawn, withdrawn]
    return Table(gettext("First answers by working hours"), heads, [[str(count) for count in row]])


def _asked(facts: Facts, period: Period) -> list[Need]:
    return [need for need in facts.opened(period) if need.origin == "asked"]


def live_of(facts: Facts, period: Period) -> list[Need]:
    """The questions of a period that stand for themselves: neither merged nor removed."""
    return [need for need in _asked(facts, period) if not need.is_merged and not need.is_hidden]


def _waits(need: Need) -> bool:
    return need.answered_at is None


def _is_open(need: Need) -> bool:
    return need.state != "open_problem"


def is_in_time(facts: Facts, need: Need) -> bool:
    """Whether a need with a day was met on it at the latest."""
    met_at = need.opened_at if need.origin == "deflected" else need.verified.at if need.verified else None
    return met_at is not None and met_at < end_of_day(facts, need)


def end_of_day(facts: Facts, need: Need) -> datetime:
    """When the day is over where the asker works."""
    assert need.needed_by is not None
    zone = ZoneInfo(facts.calendars[need.department_id].timezone)
    return datetime.combine(need.needed_by + timedelta(days=1), time(), zone)
