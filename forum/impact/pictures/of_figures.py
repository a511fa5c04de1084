"""The pictures of figures: waiting, practices, the pulse, objectives, and the quarters since launch."""

from __future__ import annotations

from collections.abc import Sequence

from forum.core.languages import Message, gettext, language, number, said
from forum.core.statistics import wilson
from forum.core.suppression import K
from forum.impact.facts.facts import Facts
from forum.impact.facts.periods import Period
from forum.impact.measures import at_once
from forum.impact.measures.strips import computed
from forum.impact.measures.trends import COMPARED, SHARES
from forum.impact.pictures.charts import Picture
from forum.impact.pictures.plots import Mark, Plot, Series, Share, Shares, line_with_marks, shares, waiting_curve
from forum.objectives.measuring import Movement
from forum.pulse.measuring import Round

SHOWN_HOURS = 40.0  # a week of work: who waits longer is in the numbers at the edge
MOST = 12  # lines of a picture: more could not be read


def of_strips(facts: Facts, period: Period, before: Period | None) -> dict[str, list[Picture]]:
    """The pictures below the figures of each strip, by its key; drawn once for the same facts."""
    key = ("pictures", period, language())
    if key not in facts.kept:
        found: dict[str, Picture | None] = {"at-once": waiting(facts, period, before), "known": practices(facts)}
        facts.kept[key] = {strip: [picture] for strip, picture in found.items() if picture}
    kept: dict[str, list[Picture]] = facts.kept[key]
    return kept


def waiting(facts: Facts, period: Period, before: Period | None) -> Plot | None:
    """How many still wait for a first answer after how long, in a period and the one before."""
    series = [curve for each in (before, period) if each and (curve := _curve(facts, each))]
    if not series:
        return None
    return waiting_curve(
        "waiting",
        gettext("Who still waits for a first answer"),
        gettext(
            "Everybody who asked, also who waits still or withdrew: of them the share that waits on after so many "
            "working hours. The lower a line, the sooner there is an answer."
        ),
        series[::-1],
        until=SHOWN_HOURS,
    )


def _curve(facts: Facts, period: Period) -> Series | None:
    curve = computed(facts, period, at_once.first_answer).curve
    if curve is None or curve.n < K:
        return None
    ended = sum(step.ended for step in curve.steps)
    note = gettext(
        "%(all)s asked, %(answered)s answered; %(others)s wait still, or withdrew",
        all=curve.n,
        answered=ended,
        others=curve.n - ended,
    )
    # The last step of each tenth of an hour: nobody sees more, and a hundred thousand waits end nearly as often.
    seen = {int(step.at * 10): (step.at, step.left) for step in curve.steps}
    return Series(period.words, list(seen.values()), note)


def practices(facts: Facts) -> Shares | None:
    """For how many of those who tried each practice it worked, the most tried first."""
    tried = sorted(
        (each for each in facts.practices if not each.is_hidden and each.tried >= K),
        key=lambda each: (-each.tried, each.id),
    )
    if not tried:
        return None
    return shares(
        "practices",
        gettext("Practices: for how many it worked"),
        gettext(
            "The mark is what was counted, the line where the share lies for all who will try it, 95 times out of 100. "
            "Shown are those that %(enough)s or more tried, the most tried first.",
            enough=K,
        ),
        [
            Share(
                each.title,
                each.worked / each.tried,
                *wilson(each.worked, each.tried),
                gettext("%(part)s of %(all)s", part=each.worked, all=each.tried),
            )
            for each in tried[:MOST]
        ],
    )


def since_launch(facts: Facts) -> list[Shares]:
    """Each share by quarter; a quarter with fewer than five cases has none. Drawn once for the same facts."""
    key = ("since launch", language())
    if key not in facts.kept:
        facts.kept[key] = _by_quarter(facts)
    kept: list[Shares] = facts.kept[key]
    return kept


def _by_quarter(facts: Facts) -> list[Shares]:
    known = facts.quarters[-MOST:]
    found = []
    for measure in COMPARED:
        figures = [(each, computed(facts, each, measure)) for each in known]
        rows = [
            Share(
                each.words,
                figure.value,
                *figure.interval,
                gettext("%(part)s of %(all)s", part=figure.successes, all=figure.n),
            )
            for each, figure in figures
            if figure.key in SHARES and figure.value is not None and figure.interval
        ]
        if rows:
            title = figures[0][1].title
            named = gettext("%(title)s, by quarter", title=title)
            found.append(shares(f"trend-{figures[0][1].key}", named, said(TREND), rows))
    return found


TREND = Message(
    "The mark is what was counted, the line where the share surely lies. Lines that overlap are no clear change."
)


def pulse(rounds: Sequence[Round]) -> list[Shares]:
    """Each item of the pulse over its rounds; what fewer than five replied to is left out."""
    items = {item.number: item.words for each in rounds for item in each.items}
    found = []
    for item, words in sorted(items.items()):
        replies = [
            (each, reply.favour)
            for each in reversed(rounds)
            for reply in each.items
            if reply.number == item and reply.favour.may_be_shown
        ]
        rows = [
            Share(
                gettext("Quarter %(number)s", number=each.number),
                favour.share or 0,
                *favour.interval,
                gettext("%(part)s of %(all)s", part=number(favour.favourable), all=number(favour.replied)),
            )
            for each, favour in replies
        ]
        if rows:
            title = gettext("“%(words)s”", words=said(words))
            found.append(shares(f"item-{item}", title, said(PULSE), rows))
    return found


PULSE = Message(
    "In favour, of those who replied: the mark is what was counted, the line where the share of all who would lies."
)


def objective(movement: Movement) -> Plot | None:
    """The readings of an objective, with marks where something that serves it took effect."""
    if not movement.points:
        return None
    return line_with_marks(
        "objective",
        f"{movement.title}, {movement.unit}",
        gettext(
            "Each reading, and in numbers what took effect meanwhile. Several things happen at once: nothing here says "
            "how much of the movement is owed to which."
        ),
        [(each.on, each.value) for each in movement.points],
        [Mark(each.on, f"{each.name} {said(each.words)}") for each in movement.marks],
        unit=movement.unit,
    )
