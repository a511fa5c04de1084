"""How a text is cut into the pieces that a BERT model knows: whole words, or the longest pieces of them.

Written anew because it is short and exactly specified (Devlin et al. 2019, "uncased"), and the library for it brings
ten packages along, among them clients of a model hub. It gives the same pieces: docs/search.md says on how many texts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

LONGEST_WORD = 100  # characters; a longer one is no word, and looking for its pieces would take quadratic time
UNKNOWN, BEGINNING, END = "[UNK]", "[CLS]", "[SEP]"
CHINESE = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))


class WordPiece:
    """Texts as numbers of a vocabulary, in which a piece that goes on a word begins with ##."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids = {piece: id for id, piece in enumerate(vocabulary)}
        self._of_word = lru_cache(maxsize=20_000)(self._cut)

    def ids(self, text: str, most: int) -> list[int]:
        """The numbers of at most `most` pieces, with those for the beginning and the end."""
        pieces = [id for word in words(text[: most * LONGEST_WORD]) for id in self._of_word(word)]
        return [self._ids[BEGINNING], *pieces[: most - 2], self._ids[END]]

    def _cut(self, word: str) -> tuple[int, ...]:
        found: list[int] = []
        start, unknown = 0, (self._ids[UNKNOWN],)
        if len(word) > LONGEST_WORD:
            return unknown
        while start < len(word):
            prefix = "##" if start else ""
            ends = (end for end in range(len(word), start, -1) if prefix + word[start:end] in self._ids)
            end = next(ends, None)
            if end is None:
                return unknown
            found.append(self._ids[prefix + word[start:end]])
            start = end
        return tuple(found)


def words(text: str) -> Iterator[str]:
    """The words of a text in lower case without accents; punctuation and Chinese characters stand alone."""
    word = ""
    for character in unicodedata.normalize("NFD", text):
        kind = _kind(character)
        if kind == "part":
            word += character
        elif kind != "nothing":
            if word:
                yield word.lower()
            word = ""
            if kind == "alone":
                yield character
    if word:
        yield word.lower()


@cache
def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if character in "\t\n\r" or category in ("Zs", "Zl", "Zp"):
        return "space"
    if category in ("Cc", "Cf", "Cn", "Co", "Mn") or character == "\ufffd":
        return "nothing"
    is_symbol = character.isascii() and not character.isalnum()  # $ + < = > ^ ` | ~ count as punctuation here.
    is_chinese = any(first <= ord(character) <= last for first, last in CHINESE)
    return "alone" if category.startswith("P") or is_symbol or is_chinese else "part"
