"""What somebody wrote themselves in a reply: without the mail that it quotes, and without a signature.

Programmes quote in many ways and languages, but what is quoted here is a mail of our own, so it is known: by its first
line, by our address, by our name. Only what is known is taken off. To leave a line too much is a blemish that can be
edited; to take one off that somebody wrote is a loss that nobody sees.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LOOKED_AT = 400  # characters of a line; what makes it known stands at its beginning
HEADER_LINES = 8  # From, Sent, To, Cc and Subject, each perhaps in two lines
SIGNATURE_LINES = 12
SIGNATURE_WIDTH = 90  # characters; a longer line is a sentence

QUOTED = re.compile(r"\s{0,3}>")
# What may stand before quoted words, signs included that nobody sees.
BEFORE = re.compile(r"^[\s>|*_\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
FIELD = re.compile(r"^[\s>*|]{0,9}\w[\w -]{0,20}\*{0,2}:(?:\*{0,2}\s|$)")  # "From: ", "*Von:* "
RULE = re.compile(r"^[\s>*]*(?:[-_=]{3,}|-{2,}[^-]{0,40}-{2,})\s*$")  # a line, or "-----Original Message-----"
DATED = re.compile(r"\d{1,2}[:.]\d{2}|\b\d{4}\b")
DELIMITER = "--"
SENT_FROM = re.compile(
    r"^[\s>]{0,9}(?:(?:sent|gesendet|get|holen sie sich|von meine[mr]|diese nachricht wurde von|"
    r"أُ?رسلت? من|تم الإرسال من|احصل على)\b).{0,120}$",
    re.IGNORECASE,
)
DEVICE = re.compile(
    r"iphone|ipad|outlook|android|samsung|galaxy|mobil|handy|phone|tablet|gmail|yahoo|k-9|gmx|web\.de|blackberry",
    re.IGNORECASE,
)
CLOSINGS = (
    r"(?:best|kind|warm|many)?\s?(?:regards|wishes)|best|cheers|thanks|thank you|many thanks|yours(?: sincerely)?|"
    r"(?:mit )?(?:(?:freundlich|best|viel|lieb|herzlich|schön)e[nm]?)?\s?gr(?:ü|ue)(?:ß|ss)(?:e|en)?|"
    r"mfg|lg|vg|danke|vielen dank|besten dank|(?:مع )?(?:خالص )?(?:أطيب )?(?:التحيات|التحية|تحياتي)|شكر[اً]*"
)
CLOSING = re.compile(rf"^\s*(?:{CLOSINGS})\b[\s,.!–-]*(?P<rest>.*)$", re.IGNORECASE)
THANKS = re.compile(r"thank|dank|شكر", re.IGNORECASE)
POSTSCRIPT = re.compile(r"^\s*p\.?\s?s\b", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Ours:
    """By what our own mail is known where it is quoted: the beginnings of its first line, our addresses, our name."""

    first_words: tuple[str, ...]
    addresses: tuple[str, ...]
    name: str

    def begins(self, line: str) -> bool:
        """Whether this is the first line of our mail."""
        return BEFORE.sub("", line[:LOOKED_AT]).startswith(self.first_words)

    def has_address(self, line: str) -> bool:
        """Whether one of our addresses stands in it."""
        return any(address in line.lower() for address in self.addresses)

    def names_us(self, line: str) -> bool:
        """Whether our address or our name stands in it."""
        return self.has_address(line) or bool(self.name and self.name in line)


def own_words(text: str, ours: Ours, name: str) -> str:
    """What the sender, whose name that is, wrote themselves in this text."""
    lines = text.split("\n")
    start, quote = _quote(lines, ours)
    above = lines[:start]
    below: list[str] = []
    if quote < len(lines) and QUOTED.match(lines[quote]):
        # Each quoted line says so: what says nothing is the sender's, who may write below each point.
        below = ["" if QUOTED.match(line) else line for line in lines[quote:]]
    parts = (_without_signature(part, name) for part in (above, below))
    return "\n\n".join(part for part in parts if part)


def name_words(name: str) -> frozenset[str]:
    """The words of a name, in small letters."""
    return frozenset(word.casefold() for word in WORD.findall(name))


def _quote(lines: Sequence[str], ours: Ours) -> tuple[int, int]:
    """Where our mail begins in these lines: with what says whose it is, and with its own words."""
    first = next((at for at, line in enumerate(lines) if ours.begins(line)), None)
    if first is not None:
        return _header(lines, first, ours), first
    for at, line in enumerate(lines):  # Its first line was taken off, or another programme put it elsewhere.
        if ours.names_us(line) and (end := _end_of_header(lines, at, ours)) is not None:
            return _header(lines, end, ours), end
    return len(lines), len(lines)


def _end_of_header(lines: Sequence[str], at: int, ours: Ours) -> int | None:
    """The line behind a header that names us at `at`; None if that is no header but somebody's own words."""
    if FIELD.match(lines[at][:LOOKED_AT]) and ours.has_address(lines[at]):
        end = at
        while end < len(lines) and FIELD.match(lines[end][:LOOKED_AT]):
            end += 1
        return end if end - at > 1 else None
    ending = next((each for each in (at, at + 1) if "".join(lines[each : each + 1]).rstrip(" *_").endswith(":")), None)
    if ending is None:
        return None
    behind = next((line for line in range(ending + 1, len(lines)) if lines[line].strip()), len(lines))
    if behind == len(lines):
        return behind if ours.has_address(lines[at]) else None
    is_said = ours.has_address(lines[at]) or DATED.search(lines[at][:LOOKED_AT])
    return behind if is_said and QUOTED.match(lines[behind]) else None


def _header(lines: Sequence[str], first: int, ours: Ours) -> int:
    """Where the lines begin that say whose the quoted words are, which end before the line `first`."""
    end = _over_blanks(lines, first)
    top = end
    while top > 0 and end - top < HEADER_LINES and BEFORE.sub("", lines[top - 1]):
        top -= 1
    named = next((at for at in range(end - 1, top - 1, -1) if ours.names_us(lines[at][:LOOKED_AT])), None)
    if named is None:
        return end
    if FIELD.match(lines[named][:LOOKED_AT]):
        while named > top and FIELD.match(lines[named - 1][:LOOKED_AT]):
            named -= 1
    elif named > top and _leads_in(lines[named - 1], lines[named]):
        named -= 1
    return _over_blanks(lines, named)


def _leads_in(line: str, following: str) -> bool:
    """Whether a line begins a header that was broken: "On Monday at 10:00," and then "Proven <proven@…> wrote:"."""
    is_dated = DATED.search(line[:LOOKED_AT]) is not None and DATED.search(following[:LOOKED_AT]) is None
    return is_dated and not line.rstrip().endswith((".", "!", "?"))


def _over_blanks(lines: Sequence[str], end: int) -> int:
    """The end of the words before a line, without blank lines, rules and quotation marks that hold nothing."""
    while end > 0 and (not BEFORE.sub("", lines[end - 1]) or RULE.match(lines[end - 1][:LOOKED_AT])):
        end -= 1
    return end


def _without_signature(lines: Sequence[str], name: str) -> str:
    kept = _stripped(lines)
    for at in range(len(kept) - 1, max(-1, len(kept) - 1 - SIGNATURE_LINES), -1):
        if kept[at].strip() == DELIMITER and not (at and kept[at - 1].strip() and kept[at] == DELIMITER):
            kept = _stripped(kept[:at])
            break
    while kept and SENT_FROM.match(kept[-1]) and DEVICE.search(kept[-1][:LOOKED_AT]):
        kept = _stripped(kept[:-1])
    return "\n".join(_without_closing(kept, name_words(name)))


def _without_closing(lines: list[str], names: frozenset[str]) -> list[str]:
    """Without "Best regards", the name below, and a few short lines on where somebody works."""
    for at in range(max(0, len(lines) - SIGNATURE_LINES), len(lines)):
        after = [line for line in lines[at + 1 :] if line.strip()]
        if not _is_short(after):
            continue
        closing = CLOSING.match(lines[at][:LOOKED_AT])
        signed = _is_name(after[0], names) if after else False
        alone = at == 0 and THANKS.search(lines[at]) is not None  # Then it is what somebody wanted to say.
        if closing and not alone and (_is_name(closing["rest"], names) or (signed and not closing["rest"].strip())):
            return _stripped(lines[:at])
        if at > 0 and _is_signed_here(lines, at, names):
            return _stripped(lines[:at])
    return lines


def _is_signed_here(lines: Sequence[str], at: int, names: frozenset[str]) -> bool:
    """Whether this line is a name that stands apart; in small letters it may be a word, such as "will"."""
    apart = at == len(lines) - 1 or not lines[at - 1].strip()
    return apart and _is_name(lines[at], names) and not lines[at].strip().islower()


def _is_short(lines: Sequence[str]) -> bool:
    return all(len(line) <= SIGNATURE_WIDTH and not POSTSCRIPT.match(line) for line in lines)


def _is_name(line: str, names: frozenset[str]) -> bool:
    """Whether nothing stands in it but words of the name."""
    words = [word.casefold() for word in WORD.findall(line[:LOOKED_AT])]
    return bool(words) and names.issuperset(words)


def _stripped(lines: Sequence[str]) -> list[str]:
    """Without blank lines at both ends, and without several on end."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1].strip()):
            kept.append(line.rstrip() if line.rstrip() != DELIMITER else line)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
