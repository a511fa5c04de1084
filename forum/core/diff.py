"""Differences between two texts, word by word, as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html import escape

WORD = re.compile(r"\s+|\w+|[^\w\s]")
CONTEXT = 12  # words of unchanged text kept on each side of a change
COMPARED = 2_000  # words of one changed stretch that are compared word by word; beyond it, the stretch is shown whole


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
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            yield "same", before
        else:
            yield from _compared_words(WORD.findall(before), WORD.findall(after))


def _compared_words(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    if max(len(old), len(new)) > COMPARED:
        yield "del", "".join(old)
        yield "ins", "".join(new)
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(old[a:b])
        else:
            yield "del", "".join(old[a:b])
            yield "ins", "".join(new[c:d])


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
