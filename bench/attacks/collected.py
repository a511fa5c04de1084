"""Reads collections of hostile texts: files with one JSON object a line, `id`, `kind` and `payload`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from forum.core.text import MAX_SOURCE, clean_source

GROUP = 20_000  # characters of the texts that are tried together
# What is code for a browser, and what only tries whether a text comes back as it was.
FOR_BROWSERS = ("xss", "mxss", "naughty", "markdown-doc", "commonmark", "html")
INJECTED = ("sqli",)
REDIRECTS = ("open-redirect", "redirect")
IN_HEADERS = ("crlf", *REDIRECTS)
KNOWN = (*FOR_BROWSERS, *INJECTED, *IN_HEADERS, "path-traversal", "traversal", "ssti", "csv", "confusable")


@dataclass(frozen=True)
class Payload:
    """One hostile text. `typed` is what would be stored of it; a very long one is cut to what a post may have."""

    id: str
    collection: str
    kind: str
    typed: str
    raw: str


def read(folder: Path) -> list[Payload]:
    """Every payload of a folder, file by file. Raises a `ValueError` that says which line is none."""
    return [payload for file in sorted(folder.glob("*.jsonl")) for payload in _of_file(file)]


def _of_file(file: Path) -> Iterator[Payload]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            raw = unfolded(row["payload"])
        except (ValueError, KeyError, TypeError) as wrong:
            raise ValueError(f"{file.name}, line {number}: {wrong!r}") from None
        kind = str(row.get("kind") or _kind_by_name(file.stem))
        typed = clean_source(raw)[:MAX_SOURCE]
        yield Payload(str(row.get("id", f"{file.stem}-{number}")), file.stem, kind, typed, raw)


def unfolded(payload: Any) -> str:
    """A payload as text: long ones are stored as what is repeated how often, and get the length a post may have."""
    if isinstance(payload, str):
        return payload
    if isinstance(payload, list):
        total = sum(len(piece) * times for piece, times in payload)
        scale = min(1.0, MAX_SOURCE / max(total, 1))
        return "".join(piece * max(1, int(times * scale)) for piece, times in payload)[:MAX_SOURCE]
    pieces: list[str] = []
    for number in range(*payload["range"]):
        pieces += [piece * (k * number + m) for piece, k, m in payload["each"]]
        if sum(map(len, pieces)) > MAX_SOURCE:
            break
    return "".join(pieces)[:MAX_SOURCE]


def harmless(payload: Payload, instead: str) -> Payload:
    """The letters and digits of a payload; `instead` of each sign that a browser or a formatter could obey."""
    return replace(payload, typed=re.sub(r"[^\w\s]|_", instead, payload.typed))


def _kind_by_name(name: str) -> str:
    """The kind of a collection that states none: the one its name begins with, else code for browsers."""
    return next((kind for kind in KNOWN if name.replace("_", "-").startswith(kind)), "xss")


def of_kinds(payloads: Iterable[Payload], kinds: Sequence[str]) -> list[Payload]:
    """Those of these kinds; of an unknown kind they count as code for browsers, which is the hardest trial."""
    unknown = FOR_BROWSERS[0] in kinds
    return [each for each in payloads if each.kind in kinds or (unknown and each.kind not in (*KNOWN, "pathological"))]


def groups(payloads: Iterable[Payload], size: int = GROUP) -> list[list[Payload]]:
    """The payloads in groups whose texts together have about `size` characters."""
    found: list[list[Payload]] = [[]]
    length = 0
    for payload in payloads:
        if found[-1] and length + len(payload.typed) > size:
            found.append([])
            length = 0
        found[-1].append(payload)
        length += len(payload.typed)
    return [group for group in found if group]
