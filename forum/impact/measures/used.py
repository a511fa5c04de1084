"""Used at work: whether it worked, what was known already, and what people did of what they meant to."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from forum.core.languages import Message, gettext, messages
from forum.core.statistics import bounds, wilson
from forum.core.suppression import K
from forum.impact.facts.facts import REPLIED, Facts, Need
from forum.impact.facts.periods import Period
from forum.impact.measures.figures import Figure, Head, Part, Table, between, brief, ids, of, percent, share

ENOUGH_REPLIES = 0.6  # of those asked: with fewer, those who replied may not stand for the others
NEAR = timedelta(days=60)  # in which anybody has worked so many hours:
SAME_NEED = 40.0  # working hours in which whoever took a known answer comes back with the same need
ORIGINS = messages(
    {
        "asked": "Asked",
        "me_too": "Had the same need",
        "deflected": "Took a known answer",
        "reuse": "Used a practice",
    }
)
CLOSED = messages(
    {"kept": "kept", "partly": "kept in part", "dropped": "dropped with a reason", "no_reply": "no reply"}
)
OUTCOMES = messages({"resolved": "it worked", "partly": "partly", "not": "did not work", "no_reply": "no reply"})
HEADS = messages(("", "It worked", "Partly", "Did not", "No reply", "Together"))
ALL = Message("All together")

CONFIRMED = (
    "Questions whose check-in fell due in the period and is closed; of each the first reply, R it worked, P partly, N "
    "did not work, U no reply; n = R + P + N + U. Confirmed = R ÷ n. Whatever the silent would say, the share lies "
    "between R ÷ n and (R + U) ÷ n. No reply is never counted as success."
)
REUSED = (
    "Needs opened in the period on a practice, by others than its author: used from its page, or taken while asking. "
    "Of those who replied, how many say that it worked."
)
KNOWN = (
    "Needs of the period for which somebody says that it worked: known ÷ all. Known: what they tried, a practice or an "
    "answer, was there before the need was opened."
)
DEFLECTED = (
    "Known answers taken while asking, with the reply that it worked, ÷ (taken + asked). Who gave up while asking is "
    "unknown and stands in neither. Came back: asked within 40 working hours after having taken a known answer."
)
KEPT = (
    "Commitments whose day lies in the period and which are closed: kept K, kept in part, dropped with a reason, no "
    "reply U; n is all of them. Kept = K ÷ n; with those who did not reply at most (K + U) ÷ n."
)


def confirmed(facts: Facts, period: Period) -> Figure:
    """F6: of the check-ins of those who asked, how many say that it worked; silence is no success."""
    due = facts.due(period)
    asked = [need for need in due if need.origin == "asked"]
    said = {outcome: [need for need in asked if need.first and need.first.outcome == outcome] for outcome in OUTCOMES}
    worked, n = len(said["resolved"]), len(asked)
    replied = n - len(said["no_reply"])
    value, interval = share(worked, n)
    reopened = [need for need in asked if need.rounds]
    return Figure(
        key="confirmed",
        lasts=True,
        title=gettext("Confirmed: it worked"),
        words=_confirmed_words(worked, len(said["no_reply"]), n),
        kind="need",
        ids=ids(asked),
        how=CONFIRMED,
        value=value,
        interval=interval,
        bounds=bounds(worked, len(said["no_reply"]), n) if n >= K else None,
        heads=[
            Head(str(worked), gettext("of %(all)s who asked say that it worked", all=n), "resolved"),
            Head(str(len(said["partly"])), gettext("say: partly"), "partly"),
            Head(str(len(said["not"])), gettext("say that it did not work"), "not"),
            Head(str(len(said["no_reply"])), gettext("said nothing, which is no success"), "no_reply"),
        ],
        parts=[
            *(Part(outcome, gettext(words), ids(said[outcome])) for outcome, words in OUTCOMES.items()),
            Part("reopened", gettext("opened again"), ids(reopened)),
            Part("later", gettext("of those resolved later"), ids(need for need in reopened if need.met_again)),
        ],
        notes=_replies(worked, replied, n),
        tables=[_by_origin(due)],
        successes=worked,
    )


def reused(facts: Facts, period: Period) -> Figure:
    """F8: how often a practice was used by somebody else than its author."""
    uses = uses_of(facts, period)
    home = {practice.id: practice.department_id for practice in facts.practices}
    elsewhere = [need for need in uses if facts.crosses(home.get(need.practice_id or 0), need.department_id)]
    replied = [need for need in uses if _replied(need)]
    typing = [need for need in replied if need.origin == "deflected"]
    worked = [need for need in replied if need.first and need.first.outcome == "resolved"]
    value, interval = share(len(worked), len(replied))
    return Figure(
        key="reused",
        lasts=True,
        title=gettext("Practices used by others"),
        words=gettext(
            "%(uses)s uses, %(elsewhere)s of them from another department; it worked for %(replied)s who replied.",
            uses=len(uses),
            elsewhere=len(elsewhere),
            replied=of(len(worked), len(replied)),
        ),
        kind="need",
        ids=ids(uses),
        how=REUSED,
        heads=(
            Head(
                brief(len(worked), len(replied)),
                gettext("of those who used a practice and replied say that it worked"),
                "worked",
                compares=True,
            ),
        ),
        value=value,
        interval=interval,
        parts=(
            Part("elsewhere", gettext("from another department"), ids(elsewhere)),
            Part("replied", gettext("said how it went"), ids(replied)),
            Part("typing", gettext("of those found it while typing their question"), ids(typing)),
            Part("worked", gettext("say that it worked"), ids(worked)),
        ),
    )


def known_share(facts: Facts, period: Period) -> Figure:
    """F8: of what was resolved, how much was known before."""
    met = [need for need in facts.opened(period) if need.met]
    known = [need for need in met if need.met and need.met.is_known]
    value, interval = share(len(known), len(met))
    return Figure(
        key="known-share",
        lasts=True,
        title=gettext("Met by what was known"),
        words=gettext("%(met)s needs that were resolved found their answer waiting.", met=of(len(known), len(met))),
        kind="need",
        ids=ids(met),
        how=KNOWN,
        value=value,
        interval=interval,
        parts=(Part("known", gettext("known before"), ids(known)),),
        successes=len(known),
    )


def deflected(facts: Facts, period: Period) -> Figure:
    """F8: of those who meant to ask, how many had their need met by a known answer, and say so."""
    opened = facts.opened(period)
    asked = [need for need in opened if need.origin == "asked"]
    taken = [need for need in opened if need.origin == "deflected"]
    worked = [need for need in taken if need.first and need.first.outcome == "resolved"]
    back = _came_back(facts, taken)
    n = len(taken) + len(asked)
    value, interval = share(len(worked), n)
    began = Counter(each.ending for each in facts.beginnings if each.ended_at in period)
    same = [need for need in opened if need.origin == "me_too"]
    words = gettext("%(all)s were helped before anything was posted", all=of(len(worked), n))
    return Figure(
        key="deflected",
        lasts=True,
        title=gettext("Helped before posting"),
        words=f"{words}; {between(interval)}." if interval else f"{words}.",
        kind="need",
        ids=ids([*asked, *taken]),
        how=DEFLECTED,
        value=value,
        interval=interval,
        parts=(
            Part("asked", gettext("asked"), ids(asked)),
            Part("taken", gettext("took a known answer"), ids(taken)),
            Part("worked", gettext("of those say that it worked"), ids(worked)),
            Part("back", gettext("came back and asked"), ids(back)),
        ),
        notes=(
            _endings(began),
            gettext("%(all)s took a known answer, whether or not they said that it worked.", all=of(len(taken), n)),
            gettext(
                "%(asked)s were asked without a name.", asked=of(sum(need.is_unnamed for need in asked), len(asked))
            ),
            _the_same(same),
        ),
        successes=len(worked),
    )


def kept(facts: Facts, period: Period) -> Figure:
    """F15: of the commitments that are due, how many were kept."""
    days = (period.begin.date(), period.end.date())
    of_period = [each for each in facts.commitments if days[0] <= each.due_on < days[1]]
    due = [each for each in of_period if each.state in CLOSED]
    said = {state: [each for each in due if each.state == state] for state in CLOSED}
    value, interval = share(len(said["kept"]), len(due))
    limits = bounds(len(said["kept"]), len(said["no_reply"]), len(due)) if len(due) >= K else None
    words = gettext("%(those)s kept", those=of(len(said["kept"]), len(due)))
    return Figure(
        key="kept",
        title=gettext("Commitments kept"),
        words=gettext(
            "%(kept)s; at least %(low)s, at most %(high)s.",
            kept=words,
            low=percent(limits.low),
            high=percent(limits.high),
        )
        if limits
        else gettext("%(parts)s.", parts=words),
        kind="commitment",
        ids=ids(due),
        how=KEPT,
        value=value,
        interval=interval,
        bounds=limits,
        parts=[Part(state, gettext(closed), ids(said[state])) for state, closed in CLOSED.items()],
        notes=(
            gettext(
                "%(of_period)s made for a day of the period, %(due)s of them due and closed.",
                of_period=len(of_period),
                due=len(due),
            ),
        ),
        successes=len(said["kept"]),
    )


def uses_of(facts: Facts, period: Period) -> list[Need]:
    """Needs opened on a practice by somebody else than its author."""
    return [need for need in facts.opened(period) if need.practice_id is not None and not need.is_own]


def _confirmed_words(worked: int, silent: int, n: int) -> str:
    if n < K:
        return gettext("%(worked)s of %(all)s confirmed.", worked=worked, all=n)
    low, high = bounds(worked, silent, n)
    return gettext(
        "%(worked)s of %(all)s confirmed; at least %(figure)s, at most %(high)s.",
        worked=worked,
        all=n,
        figure=percent(low),
        high=percent(high),
    )


def _replies(worked: int, replied: int, n: int) -> list[str]:
    if n < K:
        return []
    notes = [gettext("The share that is confirmed lies %(all)s, 95 times out of 100.", all=between(wilson(worked, n)))]
    if replied / n < ENOUGH_REPLIES:
        notes.append(gettext("%(those)s replied: too few replies to judge.", those=of(replied, n)))
    else:
        notes.append(gettext("%(those)s replied.", those=of(replied, n)))
    if replied >= K:
        among = wilson(worked, replied)
        notes.append(
            gettext(
                "Among those who replied: %(replied)s, %(among)s.", replied=of(worked, replied), among=between(among)
            )
        )
    return notes


def _by_origin(due: Sequence[Need]) -> Table:
    """All needs by how they came about: those who asked are the headline, the others stand beside it."""
    counted: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(OUTCOMES, 0))
    for need in due:
        assert need.first is not None
        for line in (need.origin, "all"):
            counted[line][need.first.outcome] += 1
    lines = {**ORIGINS, "all": ALL}
    rows = [
        [gettext(name), *(str(counted[key][outcome]) for outcome in OUTCOMES), str(sum(counted[key].values()))]
        for key, name in lines.items()
    ]
    return Table(gettext("By how the need came about"), [gettext(each) for each in HEADS], rows)


def _the_same(needs: Sequence[Need]) -> str:
    return gettext(
        "%(more)s more had the same need as one of %(questions)s questions.",
        more=len(needs),
        questions=len({need.question_id for need in needs}),
    )


def _replied(need: Need) -> bool:
    return need.first is not None and need.first.outcome in REPLIED


def _endings(began: Counter[str]) -> str:
    return gettext(
        "%(total)s began to ask: %(posted)s posted, %(deflected)s took a known answer, %(abandoned)s gave up, "
        "of whom we know nothing.",
        total=began.total(),
        posted=began["posted"],
        deflected=began["deflected"],
        abandoned=began["abandoned"],
    )


def _came_back(facts: Facts, taken: Sequence[Need]) -> list[Need]:
    """Who asked soon after having taken a known answer; only days near enough are measured in working hours."""
    if not taken:
        return []
    asked: dict[int, list[datetime]] = defaultdict(list)
    for need in facts.opened(Period("", "", taken[0].opened_at, taken[-1].opened_at + NEAR)):
        if need.origin == "asked":
            asked[need.person_id].append(need.opened_at)
    return [need for need in taken if _is_back(facts, need, asked[need.person_id])]


def _is_back(facts: Facts, need: Need, asked: Sequence[datetime]) -> bool:
    later = bisect_left(asked, need.opened_at)
    return later < len(asked) and (
        asked[later] <= need.opened_at + NEAR
        and facts.hours(need.department_id, need.opened_at, asked[later]) <= SAME_NEED
    )
