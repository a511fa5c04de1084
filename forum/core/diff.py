"""Differences between two texts, word by word, as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html import escape

WORD = re.compile(r"\s+|\w+|[^\w\s]")
CONTEXT = 12  # words of unchanged text kept on each side of a change
COMPARED = 2_000  # lines of a text, or words of one changed stretch, that are compared one by one


def word_diff(old: str, new: str) -> str:
    """Safe HTML that shows what was taken out and what was put in; long unchanged stretches become "…".

    Lines are compared first and words only inside lines that changed, so that long texts stay cheap.
    """
    pieces = list(_pieces(old.splitlines(keepends=True), new.splitlines(keepends=True)))
    last = len(pieces) - 1
    return "".join(
        _shown(kind, words, first=place == 0, last=place == last) for place, (kind, words) in enumerate(pieces)
    )


def _pieces(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """The texts as a sequence of ("same" | "del" | "ins", text), neighbours of the same kind joined."""
    joined: list[tuple[str, list[str]]] = []
    for kind, text in _compared(old, new):
        if not text:
            continue
        if joined and joined[-1][0] == kind:
            joined[-1][1].append(text)
        else:
            joined.append((kind, [text]))
    return ((kind, "".join(texts)) for kind, texts in joined)


def _compared(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    for kind, before, after in _changes(old, new):
        if kind == "equal":
            yield "same", before
        else:
            yield from _compared_words(WORD.findall(before), WORD.findall(after))


def _compared_words(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    for kind, before, after in _changes(old, new):
        if kind == "equal":
            yield "same", before
        else:
            yield "del", before
            yield "ins", after


def _changes(old: list[str], new: list[str]) -> Iterator[tuple[str, str, str]]:
    """Stretches as (kind, before, after). More pieces than `COMPARED` would take seconds: they are one change then."""
    if max(len(old), len(new)) > COMPARED:
        yield "replace", "".join(old), "".join(new)
        return
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield kind, "".join(old[a:b]), "".join(new[c:d])


def _shown(kind: str, text: str, *, first: bool, last: bool) -> str:
    if kind == "same":
        return escape(_shortened(text, first=first, last=last))
    said = "removed" if kind == "del" else "added"
    before, after = (f'<span class="visually-hidden">{words}</span>' for words in (f"[{said}: ", "]"))
    return f"<{kind}>{before}{escape(text)}{after}</{kind}>"


def _shortened(text: str, *, first: bool, last: bool) -> str:
    words = WORD.findall(text)
    keep = 2 * CONTEXT  # Blanks count as words here.
    if len(words) <= 2 * keep + 2:
        return text
    start = "" if first else "".join(words[:keep])
    end = "" if last else "".join(words[-keep:])
    return f"{start} … {end}"
