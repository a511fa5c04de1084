"""Results: time saved, objectives that moved, stories, and what people say. Never in money, never of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from forum.core.languages import gettext, messages, ngettext
from forum.impact.facts.facts import REPLIED, Facts
from forum.impact.facts.periods import Period
from forum.impact.measures.figures import Figure, Head, Part, Table, between, ids, in_hours, of, percent
from forum.impact.measures.figures import hours as in_words
from forum.impact.measures.used import uses_of
from forum.objectives.measuring import Movement
from forum.pulse.measuring import Favour, Item, Round

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

MOVED = (
    "Objectives with a reading by the end of the period. Better is the last reading of the period beside the figure at "
    "first. What took effect meanwhile stands beside it; how much of the movement is owed to which nobody can tell."
)
TOLD = (
    "What colleagues told in the period, of what went well or badly; without what was taken back, or denied by whoever "
    "was named as a witness. Confirmed: somebody else said that it is so."
)
PULSE = (
    "Rounds of the pulse that ended in the period; the figure is of the last one. In favour: 4 or 5 of 5. The share is "
    "of those who replied, with Wilson’s interval; at least and at most are of all who were asked, whatever those "
    "would say who did not reply. Nothing is said where fewer than five replied. Replies are kept as counts alone, so "
    "the list has the rounds."
)


def saved(facts: Facts, period: Period) -> Figure:
    """F9: working time saved by using what was known, net of what it cost."""
    uses = [need for need in uses_of(facts, period) if need.first and need.first.outcome in REPLIED]
    worked = [need for need in uses if need.first and need.first.outcome == "resolved"]
    reported = [need for need in worked if need.first and need.first.minutes is not None]
    minutes = [need.first.minutes or 0 for need in reported if need.first]
    made = [each for each in facts.practices if each.created_at in period]
    cost = len(made) * (WRITING + VALIDATING) + len(uses) * READING
    gained = FLATTERY * sum(min(each, MOST) for each in minutes)
    net = gained - cost
    middle = median(minutes) if minutes else 0
    most = sum(minutes) + (len(worked) - len(reported)) * middle - cost
    return Figure(
        key="saved",
        lasts=True,
        title=gettext("Working time saved"),
        words=_net(net, most, bool(uses or made)),
        kind="need",
        ids=ids(uses),
        how=SAVED,
        value=net / 60,
        heads=(
            Head(
                in_words(gained / 60),
                gettext("of work gained by using what was known: half of what people report"),
                "reported",
            ),
            Head(in_words(cost / 60), gettext("given for it: writing, checking, reading")),
            Head(
                in_words(net / 60),
                gettext("saved in all, gained less given; at most %(most)s", most=in_words(most / 60)),
                compares=True,
            ),
        ),
        parts=(
            Part("worked", gettext("say that it worked"), ids(worked)),
            Part("reported", gettext("of those gave minutes"), ids(reported)),
        ),
        notes=(
            gettext(
                "%(reported)s reports with %(figure)s minutes together, the median %(figure2)s.",
                reported=len(reported),
                figure=f"{sum(minutes):,}",
                figure2=f"{middle:g}",
            ),
            gettext(
                "It cost %(cost)s minutes: %(made)s practices and %(uses)s uses.",
                cost=cost,
                made=len(made),
                uses=len(uses),
            ),
            gettext(
                "Net %(figure)s minutes = %(figure2)s, at most %(most)s.",
                figure=f"{net:,.0f}",
                figure2=in_hours(f"{net / 60:.2f}"),
                most=in_words(most / 60),
            ),
        ),
        tables=[
            Table(gettext("Given and gained"), [gettext(each) for each in GIVEN], [_minutes(gained, cost, net, most)])
        ],
    )


def objectives(facts: Facts, period: Period) -> Figure:
    """F18: which objectives stand better than at first, and what took effect meanwhile."""
    known = [by_end for each in facts.movements if (by_end := _until(each, period)).points]
    better = [each for each in known if each.moved]
    rows = [_movement(each) for each in known]
    return Figure(
        key="objectives",
        title=gettext("Objectives that moved"),
        words=ngettext(
            "%(those)s of %(num)s objective stands better than at first.",
            "%(those)s of %(num)s objectives stand better than at first.",
            len(known),
            those=len(better),
        ),
        kind="objective",
        ids=[each.objective_id for each in known],
        how=MOVED,
        value=float(len(better)),
        heads=(
            Head(
                str(len(better)),
                ngettext(
                    "of %(num)s objective better than at first",
                    "of %(num)s objectives better than at first",
                    len(known),
                ),
                "better",
            ),
        ),
        parts=(Part("better", gettext("better than at first"), [each.objective_id for each in better]),),
        notes=[gettext("%(title)s %(moved)s.", title=each.title, moved=each.words) for each in known],
        tables=[Table(gettext("At the end of the period"), [gettext(each) for each in READ], rows)] if rows else [],
    )


def stories(facts: Facts, period: Period) -> Figure:
    """What was told in the period, and what of it somebody else confirmed."""
    told = [each for each in facts.stories if each.told_at in period]
    confirmed = [each for each in told if each.is_true]
    went = {way: [each for each in confirmed if each.went == way] for way in ("well", "badly")}
    return Figure(
        key="stories",
        title=gettext("Stories"),
        words=ngettext(
            "%(num)s story told, %(confirmed)s confirmed by somebody else: %(well)s went well, %(badly)s badly.",
            "%(num)s stories told, %(confirmed)s confirmed by somebody else: %(well)s went well, %(badly)s badly.",
            len(told),
            confirmed=len(confirmed),
            well=len(went["well"]),
            badly=len(went["badly"]),
        ),
        kind="story",
        ids=ids(told),
        how=TOLD,
        value=float(len(confirmed)),
        parts=(
            Part("confirmed", gettext("confirmed"), ids(confirmed)),
            Part("well", gettext("of those went well"), ids(went["well"])),
            Part("badly", gettext("of those went badly"), ids(went["badly"])),
        ),
    )


def pulse(facts: Facts, period: Period) -> Figure:
    """F17: how many of those who replied can ask without it being held against them, and the other items."""
    over = [each for each in facts.rounds if period.begin.date() < each.ends_on <= period.end.date()]
    last = over[0] if over else None
    items = [each for each in (last.items if last else ()) if each.favour.may_be_shown]
    favour = items[0].favour if items else None
    return Figure(
        key="pulse",
        title=gettext("Pulse"),
        words=_favour_words(items[0].words, items[0].favour)
        if items
        else gettext("No round with enough replies ended."),
        kind="round",
        ids=[each.number for each in over],
        how=PULSE,
        value=favour.share if favour else None,
        interval=favour.interval if favour else None,
        bounds=favour.bounds if favour else None,
        cases=favour.replied if favour else 0,
        successes=favour.favourable if favour else None,
        notes=_response(last, favour) if last and favour else (),
        tables=[_by_item(last.number, items)] if last and items else [],
    )


def _movement(moved: Movement) -> list[str]:
    ends = (moved.baseline, moved.last or moved.baseline, moved.target)
    between = (f"{each.value:g}" for each in moved.points[:-1])
    return [moved.title, *(f"{value:g}" for value in ends), moved.unit, ", ".join(between) or "–"]


def _minutes(*minutes: float) -> list[str]:
    return [gettext("%(minutes)s min", minutes=f"{each:,.0f}") for each in minutes]


ITEMS = messages(("", "In favour", "Replied", "Asked", "At least", "At most"))
GIVEN = messages(("Gained", "Given", "Net", "At most"))
READ = messages(("", "At first", "Then", "Wanted", "Unit", "Read in between"))


def _by_item(number: int, items: Sequence[Item]) -> Table:
    title = gettext("Quarter %(number)s, by item", number=number)
    return Table(title, [gettext(each) for each in ITEMS], [_item(each.words, each.favour) for each in items])


def _until(movement: Movement, period: Period) -> Movement:
    """As it stood at the end of a period."""
    end = period.end.date()
    return replace(
        movement,
        points=[each for each in movement.points if each.on < end],
        marks=[each for each in movement.marks if each.on < end],
    )


def _favour_words(item: str, favour: Favour) -> str:
    low, high = favour.bounds
    return gettext(
        "“%(item)s”: %(those)s who replied are in favour; of all who were asked at least %(low)s, at most %(high)s.",
        item=gettext(item),
        those=of(favour.favourable, favour.replied),
        low=percent(low),
        high=percent(high),
    )


def _response(last: Round, favour: Favour) -> list[str]:
    replied = {"number": last.number, "those": of(favour.replied, favour.invited)}
    return [
        gettext("Quarter %(number)s of the pulse: %(those)s replied: too few to judge by them.", **replied)
        if favour.is_thin
        else gettext("Quarter %(number)s of the pulse: %(those)s replied.", **replied),
        gettext("The share in favour lies %(between)s, 95 times out of 100.", between=between(favour.interval)),
    ]


def _item(words: str, favour: Favour) -> list[str]:
    low, high = favour.bounds
    counts = [str(each) for each in (favour.favourable, favour.replied, favour.invited)]
    return [gettext(words), *counts, percent(low), percent(high)]


def _net(net: float, most: float, is_any: bool) -> str:
    """What was saved, or by how much it fell short of what it cost."""
    if not is_any:
        return gettext("Nothing to count yet.")
    if net >= 0:
        return gettext("About %(hours)s, at most %(most)s.", hours=_hours(net), most=_hours(most))
    if most >= 0:
        return gettext(
            "About %(hours)s less than it cost, at most %(most)s more.", hours=_hours(-net), most=_hours(most)
        )
    return gettext("About %(hours)s less than it cost, at most %(most)s less.", hours=_hours(-net), most=_hours(-most))


def _hours(minutes: float) -> str:
    whole = round(minutes / 60)
    if whole < 0:
        return gettext("minus %(hours)s", hours=_hours(-minutes))
    return ngettext("%(num)s hour", "%(num)s hours", whole)
