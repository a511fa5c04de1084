"""Excerpts with what matched marked; safe HTML whatever the text holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape

from forum.search.analysis import CODE, LONGEST_TERM, WORD, codes, fold, stemmed, terms

LONGEST_TEXT = 20_000  # characters looked through for the best passage
TOKEN = re.compile(f"{CODE.pattern}|{WORD.pattern}")
Found = tuple[int, int, str]  # where a word begins and ends, and its term


def highlight(text: str, words: Sequence[str], *, length: int = 220) -> str:
    """The passage of about `length` characters with the most different words that matched, those in <mark>."""
    text = text[:LONGEST_TEXT]
    found = list(_found(text, words))
    start = _best_start(found, length)
    if start > 0:
        start = text.rfind(" ", 0, max(start - 40, 0)) + 1
    end = min(start + length, len(text))
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + length // 2)
    shown = _marked(text, found, start, end)
    return ("… " if start else "") + shown + (" …" if end < len(text) else "")


def mark(text: str, words: Sequence[str]) -> str:
    """The whole text with every word that matched in <mark>."""
    return _marked(text, list(_found(text, words)), 0, len(text))


def matching(text: str, words: Sequence[str]) -> set[str]:
    """Which of the words stand in the text, as terms."""
    return {term for _, _, term in _found(text[:LONGEST_TEXT], words)}


def wanted(words: Sequence[str]) -> frozenset[str]:
    """The terms that these words are looked for by."""
    return _wanted(tuple(words))[0]


def beginnings(found: frozenset[str]) -> list[str]:
    """What every word of these terms begins with: a stem differs from its words in its last letter at most."""
    return sorted({term[: max(len(term) - 1, 1)] for term in found})


@lru_cache(maxsize=256)
def _wanted(words: tuple[str, ...]) -> tuple[frozenset[str], re.Pattern[str]]:
    joined = " ".join(words)
    found = frozenset((*terms(joined), *codes(joined)))
    parts = [re.escape(begins) if begins[0] in ".+" else rf"(?<!\w){re.escape(begins)}" for begins in beginnings(found)]
    return found, re.compile("|".join(parts) or "(?!)", re.IGNORECASE)


def _found(text: str, words: Sequence[str]) -> Iterator[Found]:
    """Every word of the text that matches. In plain English only those that begin like one are looked at: a tenth of
    the time; where a letter may have an accent every word has to be."""
    found, begins = _wanted(tuple(words))
    tokens = TOKEN.finditer(text)
    if text.isascii():
        tokens = filter(None, (TOKEN.match(text, start.start()) for start in begins.finditer(text)))  # type: ignore[assignment]
    for match in tokens:
        if (term := _term(match[0])) in found:
            yield match.start(), match.end(), term


def _term(token: str) -> str:
    lowered = token.lower()[:LONGEST_TERM]
    return lowered if CODE.fullmatch(token) else stemmed(fold(token)[:LONGEST_TERM])


def _best_start(found: list[Found], length: int) -> int:
    best, best_start = 0, 0
    for place, (start, _, _) in enumerate(found[:500]):
        inside = {term for begin, _, term in found[place : place + 50] if begin < start + length - 40}
        if len(inside) > best:
            best, best_start = len(inside), start
    return best_start


def _marked(text: str, found: list[Found], start: int, end: int) -> str:
    parts, at = [], start
    for begin, stop, _ in found:
        if begin < at or stop > end:
            continue
        parts.append(f"{escape(text[at:begin])}<mark>{escape(text[begin:stop])}</mark>")
        at = stop
    return "".join(parts) + escape(text[at:end])
