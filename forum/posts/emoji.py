"""Emoji by their names, for whoever types a colon. The sign itself goes into the text: nothing is translated later."""

from __future__ import annotations

from functools import cache

from pymdownx import gemoji_db

OFFERED = 8  # at once: more is no help.
SHORTEST = 2  # characters of a name: a colon and one letter is often something else.


def suggested_emoji(typed: str) -> list[tuple[str, str]]:
    """Names and signs: names that begin with what is typed, then those in which a later word does, short ones first."""
    start = typed.casefold()
    if len(start) < SHORTEST:
        return []
    found = [name for name in _signs() if name.startswith(start) or f"_{start}" in name]
    found.sort(key=lambda name: (not name.startswith(start), len(name), name))
    return [(name, _signs()[name]) for name in found[:OFFERED]]


@cache
def _signs() -> dict[str, str]:
    codes = {name: about.get("unicode_alt") or about.get("unicode") for name, about in gemoji_db.emoji.items()}
    codes |= {alias: codes[name] for alias, name in gemoji_db.aliases.items()}
    return {name.strip(":"): _of(code) for name, code in codes.items() if code}


def _of(code: str) -> str:
    return "".join(chr(int(each, 16)) for each in code.split("-"))
