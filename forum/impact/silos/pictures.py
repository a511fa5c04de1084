"""The pictures of the page of silos, and what their numbers say in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from forum.core.languages import gettext
from forum.core.statistics import Change, wilson
from forum.departments.models import Department
from forum.impact.measures.figures import change_in_words, percent
from forum.impact.pictures.charts import Cell, Flow, HeatMap, flow, heat_map, shade
from forum.impact.pictures.plots import Share, Shares, shares
from forum.impact.silos.counting import Quarter
from forum.impact.silos.looking import WORDS, Places
from forum.impact.silos.mixing import Openness, Pair, ratio

ENOUGH = 5  # observations below which no percentage is said
MOST_SHOWN = 12  # departments in a picture: more could not be read; the file has all
AS_EXPECTED = 0.5  # answers more or fewer that nobody would notice


def busiest(quarter: Quarter, departments: Sequence[Department]) -> list[Department]:
    """The departments that pictures show, by name: all of them, or those that ask and answer most."""
    busy = {each.id: 0 for each in departments}
    for pair, times in quarter.matrix.items():
        for id in pair:
            busy[id] += times
    chosen = sorted(departments, key=lambda each: (-busy[each.id], each.name))[:MOST_SHOWN]
    return sorted(chosen, key=lambda each: each.name)


def matrix_picture(
    quarter: Quarter, departments: Sequence[Department], gaps: Collection[Pair], both: str, when: str
) -> HeatMap:
    """Who asked and who answered, shaded by how far that is from what would be by chance. Framed are the `gaps` of the
    longer time called `both`; each number leads to the answers behind it, at the time in the address (`when`)."""
    names = [each.name for each in departments]

    def cell(asking: Department, answering: Department) -> Cell:
        pair = asking.id, answering.id
        found = _cell(quarter, pair, is_gap=pair in gaps)
        address = f"/impact/silos/answers?asked={asking.slug}&answered={answering.slug}&{when}"
        return replace(found, url=address) if quarter.matrix.get(pair) else found

    cells = [[cell(asking, answering) for answering in departments] for asking in departments]
    return heat_map(
        "matrix",
        gettext("Who answers whom"),
        gettext(
            "Verified answers: one row for each department that asked, one column for each that answered. The stronger "
            "the blue of a field, the more there are beside what would be by chance; the stronger the orange, the "
            "fewer."
        ),
        sides=names,
        tops=names,
        cells=cells,
        side_title=gettext("Asked"),
        top_title=gettext("Answered"),
        gap=gettext("a gap: two or more expected in %(period)s, none given", period=both),
    )


def _cell(quarter: Quarter, pair: Pair, *, is_gap: bool) -> Cell:
    times = quarter.matrix.get(pair, 0)
    of = quarter.expected.get(pair, 0.0)
    more = times - of
    if abs(more) < AS_EXPECTED:
        words = gettext("as expected") if of >= AS_EXPECTED or times else ""
    else:
        words = gettext("%(number)s more" if more > 0 else "%(number)s fewer", number=f"{abs(more):.1f}")
    expected = {"times": times, "expected": f"{of:.1f}"}
    sentence = gettext("%(times)s; %(expected)s expected", **expected)
    if is_gap:
        sentence = gettext("%(times)s; %(expected)s expected – a gap", **expected)
    return Cell(str(times), gettext("gap") if is_gap else words, sentence, shade(ratio(times, of)), is_gap)


def flow_picture(quarter: Quarter, departments: Sequence[Department]) -> Flow:
    """What crossed a border, from who asked to who answered."""
    names = {each.id: each.name for each in departments}
    crossing = {
        (names[asking], names[answering]): times
        for (asking, answering), times in quarter.matrix.items()
        if asking != answering and asking in names and answering in names
    }
    return flow(
        "flow",
        gettext("What crossed between departments"),
        gettext("On the left who asked, on the right who answered. The thicker a ribbon, the more verified answers."),
        crossing,
        places=list(names.values()),
        start_title=gettext("Asked"),
        end_title=gettext("Answered"),
    )


def openness_picture(named: Mapping[str, Quarter]) -> Shares | None:
    """The share that crossed in each period, with its interval and the band where it would be without departments."""
    rows = [
        Share(label, found.share, *found.interval, _part(found.crossing, found.total), each.band)
        for label, each in named.items()
        if (found := each.openness).total >= ENOUGH
    ]
    if not rows:
        return None
    return shares(
        "openness",
        gettext("Share of answers that crossed a border"),
        gettext(
            "The mark is what was counted, the line what that allows to be said. The hatched band is where the share "
            "would be if departments were dealt to the same people at random."
        ),
        rows,
    )


def looked_picture(places: Places | None) -> Shares | None:
    """Where everybody looked first in a period."""
    if places is None:
        return None
    total = sum(places.values())
    counts = [(gettext(words), places.get(place, 0)) for place, words in WORDS.items()]
    return shares(
        "looked",
        gettext("Where people looked first"),
        gettext("Of all needs whose asker said where they had looked before they asked."),
        [Share(words, times / total, *wilson(times, total), _part(times, total)) for words, times in counts],
    )


def in_words(found: Openness) -> str:
    """How open, in words: "31 % of what it would be without departments"; with few answers only the count."""
    if found.total < ENOUGH:
        return gettext(
            "%(those)s of %(all)s answers crossed a border: too few to say more", those=found.crossing, all=found.total
        )
    return gettext("%(share)s of what it would be without departments", share=percent(found.openness))


def opened(change: Change | None, before: Openness | None, last: Openness) -> str:
    """What has become of the openness, for the first line of the page."""
    if last.total < ENOUGH:
        return gettext("%(those)s of %(all)s answers crossed a border", those=last.crossing, all=last.total)
    if change is None or before is None or before.total < ENOUGH:
        return gettext("openness is %(share)s", share=in_words(last))
    went = {"before": percent(before.openness), "share": in_words(last)}
    if change.is_clear:
        return gettext("openness went from %(before)s to %(share)s", **went)
    return gettext("openness went from %(before)s to %(share)s, which is no clear change", **went)


def moved(change: Change | None, before: Openness | None, last: Openness) -> str:
    """How the share that crosses has moved, in words, or that this cannot be told."""
    if change is None or before is None or min(before.total, last.total) < ENOUGH:
        return gettext("too few answers to compare")
    return change_in_words(change)


def places_in_words(places: Places | None) -> list[str]:
    """Of each place, how many looked there first: as a share from five needs on, else as a count."""
    if places is None:
        return [gettext("not shown")] * len(WORDS)
    total = sum(places.values())
    return [
        percent(places.get(place, 0) / total) if total >= ENOUGH else _part(places.get(place, 0), total)
        for place in WORDS
    ]


def _part(part: int, all: int) -> str:
    return gettext("%(part)s of %(all)s", part=part, all=all)
