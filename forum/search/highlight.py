"""Excerpts with what matched marked; safe HTML whatever the text holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from forum.search.analysis import CODE, LONGEST_TERM, WORD, codes, fold, stemmed, terms

LONGEST_TEXT = 20_000  # characters looked through for the best passage
TOKEN = re.compile(f"{CODE.pattern}|{WORD.pattern}")


def highlight(text: str, words: Sequence[str], *, length: int = 220) -> str:
    """The passage of about `length` characters with the most different words that matched, those in <mark>."""
    text = text[:LONGEST_TEXT]
    wanted = _wanted(words)
    found = [
        (match.start(), match.end(), term) for match in TOKEN.finditer(text) if (term := _term(match[0])) in wanted
    ]
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
    wanted = _wanted(words)
    found = [
        (match.start(), match.end(), term) for match in TOKEN.finditer(text) if (term := _term(match[0])) in wanted
    ]
    return _marked(text, found, 0, len(text))


def _wanted(words: Sequence[str]) -> set[str]:
    joined = " ".join(words)
    return {*terms(joined), *codes(joined)}


def _term(token: str) -> str:
    lowered = token.lower()[:LONGEST_TERM]
    return lowered if CODE.fullmatch(token) else stemmed(fold(token)[:LONGEST_TERM])


def _best_start(found: list[tuple[int, int, str]], length: int) -> int:
    best, best_start = 0, 0
    for place, (start, _, _) in enumerate(found[:500]):
        inside = {term for begin, _, term in found[place : place + 50] if begin < start + length - 40}
        if len(inside) > best:
            best, best_start = len(inside), start
    return best_start


def _marked(text: str, found: list[tuple[int, int, str]], start: int, end: int) -> str:
    parts, at = [], start
    for begin, stop, _ in found:
        if begin < at or stop > end:
            continue
        parts.append(f"{escape(text[at:begin])}<mark>{escape(text[begin:stop])}</mark>")
        at = stop
    return "".join(parts) + escape(text[at:end])
