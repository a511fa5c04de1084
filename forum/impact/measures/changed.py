"""What we changed: causes behind many needs, how soon they were seen, who heard of it, and whether it has stopped."""

from __future__ import annotations

from forum.causes.measuring import Known
from forum.causes.models import OPEN, STATES
from forum.core.languages import gettext, inside, messages, ngettext
from forum.core.statistics import survival
from forum.core.suppression import K
from forum.impact.facts.facts import Facts
from forum.impact.facts.periods import Period
from forum.impact.measures.figures import Figure, Head, Part, Table, between, brief, ids, of, share

VERDICTS = messages({"verified": "have stopped", "early": "too early to say", "not": "not stopped so far"})

STANDING = (
    "All causes as they stand now, but removed ones: suspected, waiting for a word of the department that can remove "
    "it, seen, planned, declined with a reason, said to be fixed, verified. Open are the first four."
)
SEEN = (
    "Causes that were signalled to a department in the period, each from the first time. Working days of that "
    "department, of 8 hours, until it said that it has seen it; who has said nothing so far counts as waiting. The "
    "median is by Kaplan–Meier, as for the time to the first answer."
)
TOLD = (
    "Of each step of a cause in the period, everybody who asked or needs the same is to be told. In time: within 8 of "
    "their working hours. Whoever can still be told in time counts neither way."
)
FIXES = (
    "Causes of which a fix took effect in the period. Occurrences k and working days t of the department, before (0) "
    "and since (1): rate ratio = (k₁ ÷ t₁) ÷ (k₀ ÷ t₀); chance = P(Y ≤ k₁) for Y binomial with n = k₀ + k₁ and "
    "t₁ ÷ (t₀ + t₁). Stopped: t₁ of 30 or more, ratio 0.5 or less, chance 0.10 or less. Of one person two needs within "
    "six weeks count once."
)


def standing(facts: Facts, _period: Period) -> Figure:
    """F14: how many causes are known, and where they stand."""
    states = {state: [each for each in facts.causes if each.state == state] for state in STATES}
    still_open = [each for each in facts.causes if each.state in OPEN]
    stopped = len(states["verified"])
    return Figure(
        key="causes",
        title=gettext("Causes and where they stand"),
        words=ngettext(
            "%(num)s cause is known, %(open)s of them open; %(stopped)s verified to have stopped.",
            "%(num)s causes are known, %(open)s of them open; %(stopped)s verified to have stopped.",
            len(facts.causes),
            open=len(still_open),
            stopped=stopped,
        ),
        kind="cause",
        ids=ids(facts.causes),
        how=STANDING,
        value=float(len(still_open)),
        heads=(
            Head(str(len(facts.causes)), gettext("causes behind many needs are known")),
            Head(str(len(still_open)), gettext("of those still open"), "open"),
            Head(str(stopped), gettext("verified to have stopped"), "verified"),
        ),
        parts=[
            Part("open", gettext("open"), ids(still_open)),
            *(
                Part(state, inside(STATES[state]), ids(found))
                for state, found in states.items()
                if found or state == "verified"
            ),
        ],
    )


def until_seen(facts: Facts, period: Period) -> Figure:
    """F14: after how many working days a department says that it has seen what was signalled to it."""
    found = [each for each in facts.causes if each.signalled_at is not None and each.signalled_at in period]
    seen = [each for each in found if each.seen_at is not None]
    curve = survival([each.days for each in seen], [each.days for each in found if each.seen_at is None])
    middle = curve.reached(0.5) if curve.n >= K else None
    counted = {"those": len(seen), "all": len(found)}
    if middle is not None:
        words = gettext(
            "%(those)s of %(all)s were seen, half of them within %(days)s working days.",
            days=f"{middle:.1f}",
            **counted,
        )
    elif found:
        words = gettext("%(those)s of %(all)s were seen; too few to say how long it takes.", **counted)
    else:
        words = gettext("%(those)s of %(all)s were seen.", **counted)
    rows = [[each.title, _days(each)] for each in found]
    return Figure(
        key="until-seen",
        title=gettext("Until a department has seen it"),
        words=words,
        kind="cause",
        ids=ids(found),
        how=SEEN,
        value=middle,
        parts=(Part("seen", gettext("seen"), ids(seen)),),
        tables=[Table(gettext("Working days until seen"), ("", gettext("Days")), rows)] if rows else [],
    )


def told(facts: Facts, period: Period) -> Figure:
    """F14: of those who are to hear of a step, how many did within a working day."""
    over = [each for each in facts.tellings if each.at in period and each.in_time is not None]
    in_time = [each for each in over if each.in_time]
    value, interval = share(len(in_time), len(over))
    words = gettext(
        "%(times)s times somebody was told of a step within 8 working hours", times=of(len(in_time), len(over))
    )
    return Figure(
        key="told",
        title=gettext("Told of each step"),
        words=f"{words}; {between(interval)}." if interval else f"{words}.",
        kind="telling",
        ids=ids(over),
        how=TOLD,
        heads=(
            Head(
                brief(len(in_time), len(over)),
                gettext("of those concerned were told of a step in time"),
                "in-time",
                compares=True,
            ),
        ),
        value=value,
        interval=interval,
        parts=(Part("in-time", gettext("in time"), ids(in_time)),),
        successes=len(in_time),
    )


def fixes(facts: Facts, period: Period) -> Figure:
    """F14: of the causes that were said to be fixed, which have stopped, by how often they struck before and since."""
    days = period.begin.date(), period.end.date()
    found = [each for each in facts.causes if each.weighed and each.effect_on and days[0] <= each.effect_on < days[1]]
    parts = [
        Part(verdict, gettext(words), ids(each for each in found if each.weighed and each.weighed.verdict == verdict))
        for verdict, words in VERDICTS.items()
    ]
    said = ", ".join(f"{len(part.ids)} {part.words}" for part in parts if part.ids)
    fixed = ngettext("%(num)s fix took effect", "%(num)s fixes took effect", len(found))
    return Figure(
        key="fixes",
        title=gettext("Causes that were fixed"),
        words=gettext("%(fixes)s: %(said)s.", fixes=fixed, said=said) if said else gettext("%(parts)s.", parts=fixed),
        kind="cause",
        ids=ids(found),
        how=FIXES,
        value=float(len(parts[0].ids)),
        parts=parts,
        tables=[
            Table(gettext("How often it struck"), [gettext(each) for each in HEADS], [_struck(each) for each in found])
        ]
        if found
        else [],
    )


HEADS = messages(("", "Before", "Since", "Rate ratio", "By chance", ""))


def _days(cause: Known) -> str:
    days = f"{cause.days:.1f}"
    return days if cause.seen_at else gettext("%(days)s so far", days=days)


def _struck(cause: Known) -> list[str]:
    assert cause.weighed is not None
    weighed, change = cause.weighed, cause.weighed.change
    return [
        cause.title,
        ngettext("%(times)s in %(num)s day", "%(times)s in %(num)s days", weighed.days_before, times=weighed.before),
        ngettext("%(times)s in %(num)s day", "%(times)s in %(num)s days", weighed.days_after, times=weighed.after),
        f"{change.ratio:.4f}" if change else "",
        f"{change.p:.4f}" if change else "",
        gettext(VERDICTS[weighed.verdict]),
    ]
