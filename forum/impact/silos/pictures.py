"""The pictures of the page of silos, and what their numbers say in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

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
        "Who answers whom",
        "Verified answers: one row for each department that asked, one column for each that answered. The stronger the "
        "blue of a field, the more there are beside what would be by chance; the stronger the orange, the fewer.",
        sides=names,
        tops=names,
        cells=cells,
        side_title="Asked",
        top_title="Answered",
        gap=f"a gap: two or more expected in {both}, none given",
    )


def _cell(quarter: Quarter, pair: Pair, *, is_gap: bool) -> Cell:
    times = quarter.matrix.get(pair, 0)
    of = quarter.expected.get(pair, 0.0)
    more = times - of
    if abs(more) < AS_EXPECTED:
        words = "as expected" if of >= AS_EXPECTED or times else ""
    else:
        words = f"{abs(more):.1f} {'more' if more > 0 else 'fewer'}"
    sentence = f"{times}; {of:.1f} expected" + (" – a gap" if is_gap else "")
    return Cell(str(times), "gap" if is_gap else words, sentence, shade(ratio(times, of)), is_gap)


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
        "What crossed between departments",
        "On the left who asked, on the right who answered. The thicker a ribbon, the more verified answers.",
        crossing,
        places=list(names.values()),
        start_title="Asked",
        end_title="Answered",
    )


def openness_picture(named: Mapping[str, Quarter]) -> Shares | None:
    """The share that crossed in each period, with its interval and the band where it would be without departments."""
    rows = [
        Share(label, found.share, *found.interval, f"{found.crossing} of {found.total}", each.band)
        for label, each in named.items()
        if (found := each.openness).total >= ENOUGH
    ]
    if not rows:
        return None
    return shares(
        "openness",
        "Share of answers that crossed a border",
        "The mark is what was counted, the line what that allows to be said. The hatched band is where the share would "
        "be if departments were dealt to the same people at random.",
        rows,
    )


def looked_picture(places: Places | None) -> Shares | None:
    """Where everybody looked first in a period."""
    if places is None:
        return None
    total = sum(places.values())
    counts = [(words, places.get(place, 0)) for place, words in WORDS.items()]
    return shares(
        "looked",
        "Where people looked first",
        "Of all needs whose asker said where they had looked before they asked.",
        [Share(words, times / total, *wilson(times, total), f"{times} of {total}") for words, times in counts],
    )


def in_words(found: Openness) -> str:
    """How open, in words: "31 % of what it would be without departments"; with few answers only the count."""
    if found.total < ENOUGH:
        return f"{found.crossing} of {found.total} answers crossed a border: too few to say more"
    return f"{percent(found.openness)} of what it would be without departments"


def opened(change: Change | None, before: Openness | None, last: Openness) -> str:
    """What has become of the openness, for the first line of the page."""
    if last.total < ENOUGH:
        return f"{last.crossing} of {last.total} answers crossed a border"
    if change is None or before is None or before.total < ENOUGH:
        return f"openness is {in_words(last)}"
    unclear = "" if change.is_clear else ", which is no clear change"
    return f"openness went from {percent(before.openness)} to {in_words(last)}{unclear}"


def moved(change: Change | None, before: Openness | None, last: Openness) -> str:
    """How the share that crosses has moved, in words, or that this cannot be told."""
    if change is None or before is None or min(before.total, last.total) < ENOUGH:
        return "too few answers to compare"
    return change_in_words(change)


def places_in_words(places: Places | None) -> list[str]:
    """Of each place, how many looked there first: as a share from five needs on, else as a count."""
    if places is None:
        return ["not shown"] * len(WORDS)
    total = sum(places.values())
    return [
        percent(places.get(place, 0) / total) if total >= ENOUGH else f"{places.get(place, 0)} of {total}"
        for place in WORDS
    ]
