"""In which order what was found is shown: by its words, moved up by what became of it. One rule for all engines."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from forum.core.statistics import wilson

RERANKED = 50  # best matches by words whose results are looked at
SOLVED = 0.10  # its asker marked an answer
PRACTICE = 0.15  # a moderator made a best practice of it
WORKED = 0.10  # at most, for an answer that surely works: times the lower bound of its outcomes
FRESHNESS = {"due": 0.6, "stale": 0.3, "retired": 0.0}  # of a practice, as in the library; in date it is 1
BUDGET, ALWAYS = 20_000, 4  # postings and terms: see `telling`
RETIRED = 0.5  # still found, after what took its place
STALE = 0.6  # out of date: what is looked after comes first
Term = TypeVar("Term", str, int)  # by its name, or its place among what was said


def factor(states: Collection[str], worked: int, tried: int) -> float:
    """What a match is multiplied by. Where its departments are plays no part.

    A practice by 0.5 + 0.5 · (lower bound of its outcomes · freshness), as among practices in the library; all of them
    2.3 times over, so that one that nobody has tried yet still stands before a question that matches as well.
    """
    surely = wilson(worked, tried).low if tried else 0.0
    if "practice" in states:
        fresh = min((FRESHNESS[state] for state in states if state in FRESHNESS), default=1.0)
        raised = (1 + PRACTICE) * (1 + surely * fresh)
    else:
        raised = 1 + (SOLVED if "solved" in states or "accepted" in states else 0.0) + WORKED * surely
    return raised * (RETIRED if "retired" in states else STALE if "stale" in states else 1.0)


def moved(scores: Sequence[float], factors: Sequence[float]) -> list[int]:
    """Of matches as they are shown, with what each score was multiplied by: 1 for one that stands above a better match
    by words, -1 for one below a worse match, 0 for one that its words alone put where it is."""
    by_words = [score / factor for score, factor in zip(scores, factors, strict=True)]
    return [
        1
        if factor > 1 and any(other > own for other in by_words[place + 1 :])
        else -1
        if factor < 1 and any(other < own for other in by_words[:place])
        else 0
        for place, (own, factor) in enumerate(zip(by_words, factors, strict=True))
    ]


def rarity(documents: int, having: int) -> float:
    """How much a word tells that `having` of `documents` have: the inverse document frequency of BM25; 0 if none has.

    Robertson and Zaragoza 2009, with the 1 inside the logarithm that keeps it positive.
    """
    return math.log(1 + (documents - having + 0.5) / (having + 0.5)) if having else 0.0


def telling(
    having: Mapping[Term, int], worth: Mapping[Term, float], *, budget: int = BUDGET, always: int = ALWAYS
) -> list[Term]:
    """The terms worth looking for when any of them will do: those that tell most, as many as can be afforded.

    `having` says how many documents have each, `worth` how much it tells. The best `always` are kept whatever they
    cost, further ones while all have at most `budget` documents between them: common words cost most of the time and
    tell least, and where posts are few, all can be afforded.
    """
    told: list[Term] = []
    cost = 0
    for term in sorted((term for term, count in having.items() if count), key=lambda term: (-worth[term], term)):
        if len(told) < always or cost + having[term] <= budget:
            told.append(term)
            cost += having[term]
    return told
