"""The five strips of the impact page: which measures stand in each, and the sentence that sums them up.

A new measure is one function from facts and a period to a figure, and one line here. Figures are computed once for the
same facts and period, whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping

from forum.core.languages import SOURCE, Message, gettext, language, ngettext
from forum.impact.facts.facts import Facts
from forum.impact.facts.periods import Period
from forum.impact.measures import at_once, changed, fitting, known, results, used
from forum.impact.measures.figures import Figure, Measure, Strip, low, moved


def _at_once(figures: Mapping[str, Figure]) -> str:
    first, waiting = figures["first-answer"], figures["waiting-now"]
    if first.value is None:
        those = ngettext(
            "%(those)s of %(num)s question had an answer.",
            "%(those)s of %(num)s questions had an answer.",
            first.n,
            those=first.count("answered"),
        )
        return f"{those} {waiting.words}"
    half = gettext(
        "Half of those who asked had a first answer within %(hours)s working hours.", hours=f"{first.value:.1f}"
    )
    return f"{half} {waiting.words}"


def _known(figures: Mapping[str, Figure]) -> str:
    return figures["practices"].words


def _used(figures: Mapping[str, Figure]) -> str:
    return f"{gettext('Did it work?')} {figures['confirmed'].words}"


def _results(figures: Mapping[str, Figure]) -> str:
    saved = figures["saved"].words
    words = gettext(
        "Using what was known saved working time: %(hours)s", hours=low(saved) if language() == SOURCE else saved
    )
    return f"{words} {figures['objectives'].words}"


def _changed(figures: Mapping[str, Figure]) -> str:
    return figures["causes"].words


STRIPS = (
    Strip(
        "at-once",
        Message("Help at once"),
        (
            at_once.first_answer,
            at_once.waiting_now,
            at_once.accepted,
            at_once.answered_again,
            at_once.in_time,
            at_once.relieved,
        ),
        _at_once,
    ),
    Strip(
        "known",
        Message("What we now know"),
        (known.verified, known.practices, known.fresh),
        _known,
        then=Message("What we knew by then"),
    ),
    Strip(
        "used",
        Message("Used at work"),
        (
            *(used.confirmed, fitting.fits, fitting.changed_work),
            *(used.reused, used.known_share, used.deflected, used.kept),
        ),
        _used,
    ),
    Strip("results", Message("Results"), (results.saved, results.objectives, results.stories, results.pulse), _results),
    Strip(
        "changed",
        Message("What we changed"),
        (changed.standing, changed.until_seen, changed.told, changed.fixes),
        _changed,
    ),
)


def figures_of(facts: Facts, period: Period) -> dict[str, dict[str, Figure]]:
    """Every figure of a period, by strip and by its own key; see `computed`."""
    return {
        strip.key: {each.key: each for each in (computed(facts, period, measure) for measure in strip.measures)}
        for strip in STRIPS
    }


def computed(facts: Facts, period: Period, measure: Measure) -> Figure:
    """One figure, computed once for the same facts and each language."""
    key = (measure, period, language())
    if key not in facts.kept:
        facts.kept[key] = measure(facts, period)
    kept: Figure = facts.kept[key]
    return kept


def figure(facts: Facts, period: Period, key: str) -> Figure | None:
    """One figure by its key."""
    return next((strip[key] for strip in figures_of(facts, period).values() if key in strip), None)


def strip_of(facts: Facts, period: Period, key: str) -> str:
    """The key of the strip in which a figure stands."""
    return next(strip for strip, figures in figures_of(facts, period).items() if key in figures)


def heads_before(facts: Facts, earlier: Period) -> dict[tuple[str, int], str]:
    """The large numbers of an earlier period that may be compared, by their figure and their place in it."""
    found = figures_of(facts, earlier).values()
    return {
        (key, place): head.number
        for strip in found
        for key, each in strip.items()
        for place, head in enumerate(each.heads)
        if head.compares
    }


def changes(facts: Facts, earlier: Period, period: Period) -> dict[str, str]:
    """How each share has moved since an earlier period, in words, by the key of its figure."""
    old = figures_of(facts, earlier)
    found = {
        key: moved(old[strip].get(key), figure)
        for strip, figures in figures_of(facts, period).items()
        for key, figure in figures.items()
    }
    return {key: words for key, words in found.items() if words}
