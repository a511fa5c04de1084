"""Who asked, answered or solved much the same before: by the words in common, and by how alike the titles are written.

    found = s / (1 + s), where s = the engine's score of the text / the sum of its terms' weights times rarity
    alike = 2 · common / all of the three-letter pieces of the text's and the title's words (Dice 1945)
    score = (found + alike / 2) / 1.5

The text counts in each of its rewordings by synonyms of the house. The first half finds by what tells most, wherever it
stands; the second, other forms of a word and the order of many candidates that share the same words. Where meaning is
switched on, forum.search.meaning adds candidates and a third figure. docs/search.md has what each adds on labelled
questions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from forum.search import meaning
from forum.search.analysis import FILLERS, WORD, fold, sketch, stemmed, terms
from forum.search.current import engine
from forum.search.port import Hit
from forum.search.synonyms import expand, rewordings

LONGEST = 512  # characters of a text that are compared
CANDIDATES = 60  # best by words, of which the order is then made
ALIKE = 0.5  # how much the likeness of the titles counts, beside 1 for what was found
FLOOR = 0.38  # Below it, 0 of 133 and 3 of 126 were right on two labelled sets.
CLOSE = 0.62  # From it, 57, 28 and 83 of 100 were right on three labelled sets; below it, 9, 12 and 70.
CLOSELY_ALIKE = 0.65  # From it, 96, 29 and 89 of 100 were right, whatever the words tell in that organisation.
UNHEARD = 0.5  # of a word that nothing here has, beside the most telling word of the text
COVERED = 0.5  # share of what was asked from which it need not stand in the title: it does in the text, or an answer


@dataclass(frozen=True, slots=True)
class Match:
    """A question, answer or practice that asks or answers much the same, from 0 to 1.

    `wording` is its title, or, with `also`, the title of a merged question that is more like the text. `words` are
    the text's words that it shares and that tell something; `meant` says that it means the same without them; `alike`,
    how alike that title and the text are written.
    """

    id: str
    score: float
    wording: str
    also: bool
    words: tuple[str, ...]
    meant: bool = False
    alike: float = 0.0

    @property
    def post_id(self) -> int:
        """The number of the post."""
        return int(self.id[1:])

    @property
    def is_close(self) -> bool:
        """Whether it looks like the same; it is only related otherwise."""
        return (self.score >= CLOSE or self.alike >= CLOSELY_ALIKE) and (bool(self.words) or self.meant)


def similar(
    text: str, *, limit: int = 5, kinds: Collection[str] = ("question", "practice"), exclude: Collection[str] = ()
) -> list[Match]:
    """What is most like a text, best first; nothing rather than filler. Raises `SearchUnavailable`."""
    typed = _read(text[:LONGEST])
    hits = list(engine().similar(typed.wanted, limit=CANDIDATES, kinds=kinds, exclude=exclude)) if typed.telling else []
    found = [hit.id for hit in hits]
    near = meaning.candidates(typed.wordings[0], limit=CANDIDATES, kinds=kinds, exclude=exclude, also=found)
    hits += [Hit(id, 0.0, each.title) for id, each in near.items() if id not in found]
    cosines = {id: each.cosine for id, each in near.items()}
    matches = [match for hit in hits if (match := _match(hit, typed, cosines.get(hit.id))) is not None]
    return sorted(matches, key=lambda match: (-match.score, match.id))[:limit]


@dataclass(frozen=True, slots=True)
class _Typed:
    """A text, ready to be compared: in each of its `wordings`, by its weighted terms, with what its words tell.

    `told` is the most that an engine's score can be; `asked` is more, when some of the words are nowhere here.
    """

    wordings: Sequence[str]
    wanted: Mapping[str, float]
    telling: Mapping[str, str]
    told: float
    asked: float


def _read(text: str) -> _Typed:
    wordings = rewordings(text)
    own = sketch(text)
    wanted = expand(own, wordings)
    rarity = engine().rarity(wanted.keys())
    told = sum(rarity[term] * weight for term, weight in own.items())
    unheard = sum(not rarity[term] for term in own)
    asked = told + UNHEARD * unheard * max(rarity.values(), default=0.0)
    return _Typed(wordings, wanted, _telling(" ".join(wordings), rarity), told, asked)


def _match(hit: Hit, typed: _Typed, cosine: float | None) -> Match | None:
    titles = hit.title.split("\n")
    alike, wording = max((likeness(text, title), title) for title in titles for text in typed.wordings)
    found = hit.score / typed.told if typed.told else 0.0
    score = (found / (1 + found) + ALIKE * alike) / (1 + ALIKE)
    shared = set(terms(wording))
    words = tuple(word for term, word in typed.telling.items() if term in shared)
    meant = cosine is not None and cosine >= meaning.MEANT
    stands_there = hit.score >= COVERED * typed.asked and (cosine is None or cosine >= meaning.FAR)
    if cosine is not None:
        score = meaning.fused(score, cosine)
    if not (meant or stands_there or (words and score >= FLOOR)):
        return None
    return Match(hit.id, score, wording, also=wording != titles[0], words=words, meant=meant, alike=alike)


def likeness(text: str, other: str) -> float:
    """How alike two texts are written, from 0 to 1: Dice's coefficient of the three-letter pieces of their words."""
    here, there = _pieces(text), _pieces(other)
    return 2 * len(here & there) / (len(here) + len(there)) if here and there else 0.0


@lru_cache(maxsize=4_096)
def _pieces(text: str) -> frozenset[str]:
    padded = (f" {found[0]} " for found in WORD.finditer(fold(text)))
    return frozenset(word[start : start + 3] for word in padded for start in range(len(word) - 2))


def _telling(text: str, rarity: Mapping[str, float]) -> dict[str, str]:
    """The words of a text that say what it is about, as they are written, by their terms."""
    found = ((stemmed(fold(word)), word) for word in WORD.findall(text))
    return {term: word for term, word in found if rarity.get(term) and term not in FILLERS}
