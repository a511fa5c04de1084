"""What we now know: verified answers, practices with what came of them, and how much of what is used is in date."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from forum.core.languages import gettext, inside, ngettext
from forum.impact.facts.facts import Facts, Need
from forum.impact.facts.periods import Period
from forum.impact.measures.figures import Figure, Head, Part, Table, brief, ids, of, share
from forum.practices import evidence

LATELY = timedelta(days=90)  # uses in this time say what is relied on now

VERIFIED = (
    "Questions of the period, without merged ones, of which the asker marked an answer, or said that one worked. An "
    "answer that only a moderator marked is none. Months are thirds of 13 weeks."
)
LABELLED = (
    "Practices as they stand now. n is what people other than the author said, two times at most per person, version "
    "and 90 days; no reply is left out. Proven: n of 5 or more, the lower Wilson bound of worked ÷ n 0.5 or more, "
    "worked for 3 people in 2 departments, in date. Does not work: n of 5 or more, upper bound below 0.5."
)
FRESH = (
    "Uses in the last 90 days of practices that are in date ÷ uses of all practices in that time: what nobody uses "
    "does not count. In date: today is before the day of the next review, or before half a pace after it last worked."
)


def verified(facts: Facts, period: Period) -> Figure:
    """Answers that whoever asked said are right, and how many came from another department."""
    found = [need for need in facts.opened(period) if need.origin == "asked" and need.verified]
    crossing = [
        need for need in found if need.verified and facts.crosses(need.verified.department_id, need.department_id)
    ]
    months = [month for month in period.months() if month.begin <= facts.as_of]
    rows = [[month.words, *(str(_number_in(month, needs)) for needs in (found, crossing))] for month in months]
    return Figure(
        key="verified",
        title=gettext("Verified answers"),
        words=ngettext(
            "%(num)s verified answers; %(those)s came from another department.",
            "%(num)s verified answers; %(those)s came from another department.",
            len(found),
            those=of(len(crossing), len(found)),
        )
        if found
        else gettext("No answer is verified yet."),
        kind="need",
        ids=ids(found),
        how=VERIFIED,
        value=float(len(found)),
        heads=(
            Head(str(len(found)), gettext("answers that the asker says are right")),
            Head(
                brief(len(crossing), len(found)),
                gettext("of those came from another department"),
                "crossing",
                compares=True,
            ),
        ),
        parts=(Part("crossing", gettext("from another department"), ids(crossing)),),
        tables=[
            Table(
                gettext("By month of the question"), ("", gettext("Verified"), gettext("From another department")), rows
            )
        ],
    )


def _number_in(month: Period, needs: Sequence[Need]) -> int:
    """How many of these, which stand in the order in which they were opened, were opened in a month."""
    begin, end = (bisect_left(needs, at, key=lambda need: need.opened_at) for at in (month.begin, month.end))
    return end - begin


def practices(facts: Facts, period: Period) -> Figure:
    """F7: what may be said of the practices, by what came of them."""
    shown = [each for each in facts.practices if not each.is_hidden]
    tried, worked = sum(each.tried for each in shown), sum(each.worked for each in shown)
    new = [each for each in shown if each.created_at in period]
    proven = [each for each in shown if each.label == "proven"]
    return Figure(
        key="practices",
        title=gettext("Practices and what came of them"),
        words=gettext(
            "%(shown)s practices, %(proven)s of them Proven; %(tried)s outcomes, %(worked)s of them worked.",
            shown=len(shown),
            proven=len(proven),
            tried=tried,
            worked=worked,
        ),
        kind="practice",
        ids=ids(shown),
        how=LABELLED,
        value=float(len(proven)),
        heads=(
            Head(str(len(shown)), gettext("best practices")),
            Head(str(len(proven)), gettext("of those Proven: it worked for others, elsewhere too"), "proven"),
        ),
        parts=[
            *(
                Part(
                    label,
                    inside(name) if label != "proven" else gettext(name),
                    ids(e for e in shown if e.label == label),
                )
                for label, name in evidence.LABELS.items()
            ),
            Part("retired", gettext("retired"), ids(each for each in shown if each.freshness == "retired")),
            Part("new", gettext("new in the period"), ids(new)),
        ],
    )


def fresh(facts: Facts, period: Period) -> Figure:
    """F13: of what is used, how much is in date. As it stands now, whatever the period."""
    uses = Counter(
        need.practice_id
        for need in facts.opened(Period("", "", facts.as_of - LATELY, facts.as_of))
        if need.practice_id is not None and not need.is_own
    )
    used = [each for each in facts.practices if uses[each.id] and not each.is_hidden]
    in_date = [each for each in used if each.freshness == "in date"]
    total, good = sum(uses[each.id] for each in used), sum(uses[each.id] for each in in_date)
    value, interval = share(good, total)
    old = [each for each in used if each.freshness in ("stale", "retired")]
    return Figure(
        key="fresh",
        title=gettext("In date, by use"),
        words=gettext("%(total)s uses in the last 90 days were of practices in date.", total=of(good, total)),
        kind="practice",
        ids=ids(used),
        how=FRESH,
        value=value,
        interval=interval,
        parts=(
            Part("in-date", gettext("used and in date"), ids(in_date)),
            Part(
                "due", gettext("used and due for another look"), ids(each for each in used if each.freshness == "due")
            ),
            Part("old", gettext("used although out of date"), ids(old)),
        ),
    )
