"""A calendar as RFC 5545 has it, from the dates that are to stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

TYPE = "text/calendar"
LONGEST = 75  # octets of a line; the rest goes on in the next one, behind a blank
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Happening:
    """One date: a whole day, or from one moment to another. Its `uid` stays, so that a programme moves what moved."""

    uid: str
    title: str
    url: str
    stamp: datetime  # when it was last said
    begins: date | datetime
    ends: datetime | None = None


def written(name: str, happenings: Sequence[Happening]) -> bytes:
    """The file."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Proven//Dates//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_escaped(name)}")
    for each in happenings:
        lines += _event(each)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _event(each: Happening) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{each.uid}"
    yield f"DTSTAMP:{_moment(each.stamp)}"
    if isinstance(each.begins, datetime):
        yield f"DTSTART:{_moment(each.begins)}"
        yield f"DTEND:{_moment(each.ends or each.begins)}"
    else:
        yield f"DTSTART;VALUE=DATE:{each.begins:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{each.begins + timedelta(days=1):%Y%m%d}"
        yield "TRANSP:TRANSPARENT"  # A day on which something is due is not a day that is taken.
    yield f"SUMMARY:{_escaped(each.title)}"
    yield f"URL:{each.url}"
    yield "END:VEVENT"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(words: str) -> str:
    lines = CONTROLS.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"([\\;,])", r"\\\1", lines).replace("\n", "\\n")


def _folded(line: str) -> str:
    """Never within a character: many programmes unfold after they decoded."""
    parts, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > LONGEST:
            parts.append(" ")
            size = 1
        parts[-1] += character
        size += width
    return "\r\n".join(parts)
