"""Did you mean: for a word that stands nowhere, the likeliest among the words of titles. One rule for all engines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from forum.search.analysis import fold
from forum.search.query import Query, to_text

SHORTEST = 4  # letters: anything shorter is like too many words
FARTHEST = 2  # letters wrong, missing, too many or in the wrong order
ONE_WRONG = 5  # letters up to which only one may be


def corrected(
    query: Query, is_known: Callable[[str], bool], words_like: Callable[[str, range], Iterable[tuple[str, int]]]
) -> str | None:
    """The query's text with each word that is not known replaced by a likely one; None when there is nothing better.

    `is_known` says whether any document has a word. `words_like` is given a first letter and possible lengths, and
    gives the words of titles that fit, each with the number of titles that have it.
    """
    words = tuple(word if is_known(word) else _better(word, words_like) or word for word in query.words)
    return to_text(replace(query, words=words)) if words != query.words else None


def likeliest(word: str, known: Iterable[tuple[str, int]]) -> str | None:
    """Of known words, each with how often it is used, the one most likely meant: the nearest, then the commonest."""
    letters, allowed = set(word), FARTHEST if len(word) > ONE_WRONG else 1
    best: tuple[int, int, str] | None = None
    for other, uses in known:
        # Cheap and mostly enough: each letter that is wrong makes at most two letters differ.
        if len(letters ^ set(other)) > 2 * FARTHEST or abs(len(word) - len(other)) > FARTHEST:
            continue
        away = distance(word, other)
        if away <= allowed and (best is None or (away, -uses, other) < best):
            best = (away, -uses, other)
    return best[2] if best else None


def distance(one: str, other: str) -> int:
    """How many letters must be changed, added, dropped or swapped with their neighbour to make one word the other.

    Damerau-Levenshtein in its simple form: no letter is moved twice.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for down, letter in enumerate(one, start=1):
        before, above, row = row, before, [down]
        for right, against in enumerate(other, start=1):
            cost = min(before[right] + 1, row[right - 1] + 1, before[right - 1] + (letter != against))
            if down > 1 and right > 1 and letter == other[right - 2] and against == one[down - 2]:
                cost = min(cost, above[right - 2] + 1)
            row.append(cost)
    return row[-1]


def _better(word: str, words_like: Callable[[str, range], Iterable[tuple[str, int]]]) -> str | None:
    folded = fold(word)
    if len(folded) < SHORTEST:
        return None
    lengths = range(max(len(folded) - FARTHEST, SHORTEST), len(folded) + FARTHEST + 1)
    return likeliest(folded, words_like(folded[0], lengths))
