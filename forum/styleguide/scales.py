"""The sizes of words and of spaces, read from static/css/tokens.css."""

from __future__ import annotations

import re
from collections.abc import Sequence

from forum.styleguide.colours import TOKENS


def sizes(kind: str) -> Sequence[tuple[str, str]]:
    """Every token of a kind, "text" or "space", with its size, from the smallest."""
    return re.findall(rf"--{kind}-([\w-]+): ([^;]+);", TOKENS.read_text(encoding="utf-8"))
