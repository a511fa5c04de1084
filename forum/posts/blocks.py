"""Beginnings of a text that many write anew each time, for whoever types a slash at the start of a line."""

from __future__ import annotations

BLOCKS = {
    "steps": "1. \n2. \n3. ",
    "table": "| What | Who | By when |\n|---|---|---|\n|  |  |  |",
    "result": "**What I did:** \n\n**What came of it:** \n\n**What I would do differently:** ",
}


def suggested_blocks(typed: str) -> list[tuple[str, str]]:
    """Names and texts of the blocks whose name begins with what is typed."""
    return [(name, text) for name, text in BLOCKS.items() if name.startswith(typed.casefold())]
