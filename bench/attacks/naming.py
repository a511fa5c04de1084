"""Addresses made up at random, and whether one that is kept leads to a foreign scheme or host."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from bench.attacks.browsing import chromium
from bench.attacks.collected import Payload
from bench.attacks.inside import unescaped
from bench.attacks.report import Report
from forum.core import text as texts


def schemes(payloads: Sequence[Payload], environ: dict[str, str], report: Report) -> None:
    """Addresses made up at random: none that is kept is of a foreign scheme as Chromium reads it."""
    part = report.part("schemes")
    rng = random.Random(11)
    made = [_address(rng) for _ in range(30_000)]
    kept = []
    for address in made:
        found = re.search(r'href="([^"]*)"', texts.clean(f'<a href="{texts.escaped(address)}">x</a>'))
        if found:
            kept.append(unescaped(found[1]))
    part.counts = {"addresses": len(made), "kept": len(kept)}
    with chromium() as browser:
        page = browser.new_page()
        page.goto("about:blank")
        judge = """list => list.filter((each) => { try {
          return !["http:", "https:", "mailto:"].includes(new URL(each, "https://proven.example/a/b").protocol)
        } catch { return false } })"""
        foreign = page.evaluate(judge, kept)
        leads_away = """list => list.filter((each) => { try {
          return /^\\s*[\\/\\\\]/.test(each) && new URL(each, "https://proven.example/a/b").host !== "proven.example"
        } catch { return false } })"""
        away = page.evaluate(leads_away, kept)
    part.failures = [f"kept {address!r}" for address in [*foreign, *away]]


def _address(rng: random.Random) -> str:
    names = [
        "javascript",
        "data",
        "vbscript",
        "file",
        "ms-word",
        "view-source",
        "blob",
        "https",
        "http",
        "mailto",
        "",
        "j",
    ]
    odd = [
        "\t",
        "\n",
        "\r",
        "\x00",
        "\x01",
        " ",
        "\u200b",
        "\u00ad",
        "\u2028",
        "\ufeff",
        "&colon;",
        "&#58;",
        "%3a",
        "\\",
        "/",
        "//",
        ":",
        "#",
        "?",
        "@",
        "`",
        "\uff1a",
        "\x1f",
        "\x7f",
        "&tab;",
        "&newline;",
        "1",
        "é",
    ]
    word = list(rng.choice(names))
    if rng.random() < 0.5:  # Nearly as it should be.
        return (
            "".join(word)
            + rng.choice([":", "://", ":/", "&colon;//"])
            + rng.choice(odd)
            + "evil.example/1"
            + rng.choice(odd)
        )
    for _ in range(rng.randrange(4)):
        word.insert(rng.randrange(len(word) + 1), rng.choice(odd))
    if rng.random() < 0.3:
        word = [letter.upper() if rng.random() < 0.5 else letter for letter in word]
    tail = "".join(rng.choice([*odd, "a", "alert(1)", "evil.example", "123"]) for _ in range(rng.randrange(6)))
    return "".join(word) + rng.choice([":", ":", "", "//", "&colon;"]) + tail
