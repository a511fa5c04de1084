"""How text becomes the terms that are compared: one way for the index, for queries and for marking what matched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from whoosh.lang.porter2 import stem

WORD = re.compile(r"\w+(?:'\w+)?")
# Names that a stemmer would break: C++, .NET, INC0012345, 0x80070005, v2.31, file.txt.
# From the first letter of a word only: from each of them, a post of 30,000 letters without a blank takes seconds.
CODE = re.compile(r"[A-Za-z]\+\+|\.[A-Z]{2,}\b|(?<![A-Za-z])[A-Za-z]*+[0-9][\w.\-]*[A-Za-z0-9]|\b[A-Z]{2,}[0-9_-]*\b")
FILLER_WEIGHT = 0.5  # of a filler, beside 1 of a word that says something: measured in docs/search.md
LONGEST_TERM = 40  # characters: the stemmer takes quadratic time, and no word is longer
# Where the stemmer would make one word of two that mean something else, or two of one.
OF_THEIR_OWN = {"customs": "customs", "goods": "goods", "news": "news", "analyses": "analysi"}
# Words so common that they only cost time. Small on purpose: in a title "how" and "can" may be all there is.
STOP_WORDS = frozenset(
    "a an and are as at be by for from has have i in is it its of on or that the this to was we were will with you "
    "your".split()
)

# Words that are searched like all others and never say what a text is about, as stems: no reason for a likeness, where
# they weigh half.
FILLERS = frozenset(
    stem(word)
    for word in "about after again all also always any anybody anyone anything back because been before being best can "
    "cannot could did do does doing done during each else even ever every everybody everyone everything few find five "
    "four first get gets getting give go goes going good got had help here him his how if into instead just keep know "
    "last later less let like long made make makes making many may maybe me more most much must my need needs never "
    "new next no nobody none not nothing now off often old once one only other our out over own please possible "
    "problem put question really right same say second see should since so some somebody someone something sometimes "
    "still such take takes tell than thank thanks their them then there these they thing things think those three time "
    "today too trouble try trying two under until up us use used using very want wants way well went what whatever "
    "when where whether which while who whom why without work works would wrong "
    "yet".split()
)


def terms(text: str) -> Iterator[str]:
    """The comparable terms of a text, in order: accents folded, lower case, stemmed, without the commonest words."""
    for found in WORD.finditer(fold(text)):
        word = found[0]
        if word not in STOP_WORDS:
            yield stemmed(word[:LONGEST_TERM])


def codes(text: str) -> Iterator[str]:
    """The exact tokens of a text that are names rather than words, in lower case."""
    for found in CODE.finditer(unicodedata.normalize("NFKC", text)):
        yield found[0].lower()[:LONGEST_TERM]


def words_of(text: str) -> Iterator[str]:
    """Folded words as they are written: what is offered while one types, and instead of misspelled ones."""
    return (found[0][:LONGEST_TERM] for found in WORD.finditer(fold(text)))


def sketch(text: str) -> dict[str, float]:
    """The different terms of a text with their weights: what `similar` looks for."""
    return {term: FILLER_WEIGHT if term in FILLERS else 1.0 for term in terms(text)}


def fold(text: str) -> str:
    """Lower case without accents: é and e are the same letter for whoever searches."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L"))
    return "".join(character for character in decomposed if not unicodedata.combining(character)).lower()


@lru_cache(maxsize=50_000)
def stemmed(word: str) -> str:
    """The stem of one folded word."""
    bare = word.split("'")[0]
    return OF_THEIR_OWN.get(bare) or (str(stem(bare)) if bare.isascii() else bare)
