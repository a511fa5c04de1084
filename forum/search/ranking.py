"""In which order what was found is shown: by its words, moved up by what became of it. One rule for all engines."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from forum.core.statistics import wilson

RERANKED = 50  # best matches by words whose results are looked at
SOLVED = 0.10  # its asker marked an answer
PRACTICE = 0.15  # a moderator made a best practice of it
WORKED = 0.10  # at most, for what surely works: times the lower bound of its outcomes
RETIRED = 0.5  # still found, after what took its place
PROVEN_SHARE, PROVEN_TRIED = 0.5, 5  # the lower bound of what worked, and how many have to have tried it


def factor(states: Collection[str], worked: int, tried: int) -> float:
    """What a match is multiplied by: at most 1.35 for what solved something and surely works. Where its departments
    are plays no part."""
    raised = SOLVED if "solved" in states or "accepted" in states else 0.0
    raised += PRACTICE if "practice" in states else 0.0
    raised += WORKED * wilson(worked, tried).low if tried else 0.0
    return (1 + raised) * (RETIRED if "retired" in states else 1.0)


def proven(worked: int, tried: int) -> bool:
    """Whether it is proven: enough people tried it, and it surely worked for more than half of all who will."""
    return tried >= PROVEN_TRIED and wilson(worked, tried).low >= PROVEN_SHARE


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
