"""Odd things that can be typed into a box: grown from a seed, and those collected by others."""

from __future__ import annotations

import json
import os
import random
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

SEED = 4
ALL = bool(os.environ.get("PROVEN_TEST_ALL_ODD"))  # some minutes; a sample is usual
LONG = 100_000  # characters

OPERATORS = "tag dept department author is before after sort title body id kind field".split()
VALUES = [
    "solved",
    "open",
    "practice",
    "proven",
    "newest",
    "shipping",
    "it",
    "kim-tran",
    "",
    ",",
    ":",
    '"',
    "*",
    "\x00",
]
DATES = "2026-02-30 2026-13-01 0000-00-00 9999-12-31 10000-01-01 -1-1-1 2026-1-1 31.12.2026 20260101 2026-W53-7".split()
DATES += ["yesterday", "1e9", "٢٠٢٦-٠١-٠١", "2026-01-31T25:61", "0001-01-01", "today-", "NaN", "∞"]
WORDS = "parcel address warehouse shipment coffee the of and or not C++ .NET 0x80070005 Żółć café İstanbul ﬃ ß".split()
WORDS += [
    "日本語",
    "한국어",
    "العربية",
    "עברית",
    "ไทย",
    "हिन्दी",
    "Ελληνικά",
    "🦘",
    "👩‍👩‍👧‍👦",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "𝕬𝖇𝖈",
    "ǅ",
    "1" * 40,
    "x" * 300,
]
LINKS = ["NOT", "OR", "AND", "NEAR", "NEAR/2", "&", "|", "!", "<->", "<2>", "^", "~", "+", "-", "--", "&&", "||", "TO"]
INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u2066", "\u2069", "\u200f"]
BROKEN = ["\ud800", "\udfff", "\ufffe", "\uffff", "\U0010ffff", "\x00", "\x1b[31m", "\x7f", "\x85", "\u2028", "\r\n"]
BRACKETS = "()[]{}<>«»“”‘’"
SYNTAX = [
    "'; DROP TABLE post; --",
    "' OR '1'='1",
    "1) UNION SELECT name, sql FROM sqlite_master --",
    "%27%20OR%201=1",
    "{title body} : parcel",
    "title : ^parcel",
    "NEAR(parcel warehouse, 2)",
    '"parcel" + "warehouse"',
    "par* AND NOT (ware* OR",
    "parcel MATCH 'x'",
    "parcel & !warehouse | (ship:*)",
    "parcel <-> warehouse:AB",
    "'parcel':*A & \\'",
    "parcel:ABCD,1",
    "[a TO z]",
    "{a TO}",
    "title:[2026 TO *]",
    "date:>='last tuesday'",
    "word~9 word~99/3",
    'r"(a+)+$"',
    "r'[",
    "(a|aa)+$" * 20,
    "((((((((((a*)*)*)*)*)*)*)*)*)*",
    "?????*",
    "*a*b*c*d*e*f*",
    "a^99999999999 b^-1 c^NaN",
    "%s %d %n {0} {{7*7}} ${7*7} #{7*7}",
    "\\",
    "\\\\x00 \\u0000 \\N{DASH}",
    "../../../etc/passwd",
    "<mark>parcel</mark> <script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;mark&gt; &#60;b&#62; &amp;amp;",
]


def grown(count: int, seed: int = SEED) -> list[str]:
    """That many odd things, each kind in turn; the same ones for the same seed."""
    made = random.Random(seed)
    return [_KINDS[place % len(_KINDS)](made) for place in range(count)]


def collected(folder: Path) -> list[str]:
    """Every text among the hostile inputs of the folder with shared data."""
    lines = (
        json.loads(line)["payload"]
        for file in sorted((folder / "security").glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    )
    return [payload for payload in lines if isinstance(payload, str)]


def _operators_half_typed(made: random.Random) -> str:
    def one() -> str:
        operator = made.choice(OPERATORS)
        operator = operator[: made.randint(1, len(operator))]
        return made.choice(["", "-", "--", '"']) + operator + ":" * made.randint(0, 3) + made.choice(VALUES)

    return made.choice(["", " "]).join(one() for _ in range(made.randint(1, 12)))


def _brackets_and_quotes(made: random.Random) -> str:
    marks = BRACKETS + "\"'`" * 4 + "-*?:~^\\ "
    parts = [made.choice(marks) * made.choice([1, 1, 2, 7, 80]) + made.choice(["", *WORDS]) for _ in range(40)]
    return "".join(parts)


def _links_without_words(made: random.Random) -> str:
    parts = made.choices([*LINKS, *LINKS, *WORDS, "(", ")"], k=made.randint(1, 120))
    return " ".join(parts)


def _syntax_of_other_languages(made: random.Random) -> str:
    return " ".join(made.sample(SYNTAX, made.randint(1, 3)) + made.sample(WORDS, made.randint(0, 2)))


def _invisible_and_broken(made: random.Random) -> str:
    word = made.choice(WORDS)
    return "".join(letter + made.choice([*INVISIBLE, *BROKEN, "", ""]) for letter in word * made.randint(1, 9))


def _letters_with_many_marks(made: random.Random) -> str:
    return "".join(letter + chr(made.randint(0x300, 0x36F)) * made.choice([1, 5, 300]) for letter in made.choice(WORDS))


def _composed_or_not(made: random.Random) -> str:
    words = " ".join(made.sample(WORDS, 4))
    return unicodedata.normalize(made.choice(["NFC", "NFD", "NFKC", "NFKD"]), words) + made.choice(
        ["", "\u0301", " \u0301"]
    )


def _dates_and_numbers(made: random.Random) -> str:
    numbers = [str(10 ** made.randint(0, 400)), "-0", "1e309", "0x" + "f" * made.randint(1, 99), "½", "٣", "Ⅷ", "²"]
    parts = [
        made.choice(["before:", "after:", "-after:", "sort:", "is:", ""]) + made.choice(DATES + numbers)
        for _ in range(6)
    ]
    return " ".join(parts)


def _very_long(made: random.Random) -> str:
    pieces = [*WORDS, *LINKS, *INVISIBLE, "a", "ab ", '"', "(", "-", "é", "a:", 'tag:"', "ing", "'s", "_", ". ", "\t"]
    piece = made.choice(pieces) + made.choice(["", "", " ", made.choice(pieces)])
    return (piece * (LONG // len(piece) + 1))[:LONG]


def _any_characters(made: random.Random) -> str:
    tops = [0x7F, 0x2FF, 0x2FFF, 0x10FFFF]
    return "".join(chr(made.randint(0, made.choice(tops))) for _ in range(made.choice([1, 3, 30, 600])))


_KINDS: tuple[Callable[[random.Random], str], ...] = (
    _operators_half_typed,
    _brackets_and_quotes,
    _links_without_words,
    _syntax_of_other_languages,
    _invisible_and_broken,
    _letters_with_many_marks,
    _composed_or_not,
    _dates_and_numbers,
    _very_long,
    _any_characters,
)


def sample(inputs: list[str], count: int, seed: int = SEED) -> Iterator[str]:
    """Some of them, or all when the environment says so."""
    yield from inputs if ALL or len(inputs) <= count else random.Random(seed).sample(inputs, count)
