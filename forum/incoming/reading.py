"""A mail as it is needed here: from whom, to whom, what somebody wrote in it, and what they attached."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from flask import current_app

from forum.core.text import clean_line, clean_source
from forum.incoming.mail_child import take_apart
from forum.incoming.own_words import Ours, own_words
from forum.incoming.refusing import unreadable
from forum.notifications.replying import first_words

MOST_BYTES = 10_000_000  # as much as one picture may have, with what mail makes of it
MOST_FILES = 10
BY_MACHINES = ("bulk", "junk", "list", "auto_reply")
PICTURE_IN_TEXT = re.compile(r"!?\[[^\]\n]{0,200}\]\(cid:[^)\s]{1,300}\)|\[cid:[^\]\s]{1,300}\]")
PROBLEMS = {
    "long": "This mail is too long to be a reply. Take out what it quotes and send it again.",
    "parts": "This mail has too many parts. Send what you have to say as plain text.",
    "sealed": "This mail is encrypted, or in a format that only Outlook reads. Send it as plain text or HTML.",
}


@dataclass(frozen=True)
class File:
    """Something that came with a mail. `in_page`: it is a picture that its page shows, in the text or a signature."""

    name: str
    kind: str
    id: str
    data: bytes
    in_page: bool


@dataclass(frozen=True)
class Letter:
    """One mail that was taken apart."""

    senders: tuple[str, ...]
    addressees: tuple[str, ...]
    by_machine: bool
    mark: str  # the same for the same mail, however often it arrives
    plain: str
    page: str
    files: tuple[File, ...]

    def is_from(self, address: str) -> bool:
        """Whether it says that it comes from this address, and from no other."""
        return tuple(each.casefold() for each in self.senders) == (address.casefold(),)


@dataclass(frozen=True)
class OwnPart:
    """What somebody wrote in a mail, without what it quotes, and what they added to it."""

    words: str
    files: tuple[File, ...]


def read(data: bytes) -> Letter:
    """The mail. Raises `NotTaken` for one that cannot be read."""
    if len(data) > MOST_BYTES:
        raise unreadable("This mail is larger than 10 MB. Make what is attached smaller, or leave it out.")
    found = take_apart(data)
    if found is None:
        raise unreadable("This mail cannot be read. Send what you have to say as plain text.")
    if found["problem"]:
        raise unreadable(PROBLEMS[found["problem"]])
    plain, page = clean_source(found["plain"]), clean_source(found["page"])
    return Letter(
        senders=tuple(found["from"]),
        addressees=tuple(found["to"]),
        by_machine=_is_by_machine(found["headers"], found["kind"]),
        mark=_mark(found["headers"], plain + page),
        plain=plain,
        page=page,
        files=tuple(map(_file, found["files"])),
    )


def own_part(letter: Letter, name: str) -> OwnPart:
    """What the sender, whose name that is, wrote and added. Raises `NotTaken` where nothing is left."""
    ours = _ours()
    page = own_words(letter.page, ours, name)
    words = own_words(letter.plain, ours, name) or page
    # A picture in the quoted mail, or in a signature, was not added to the reply.
    files = tuple(each for each in letter.files if not each.in_page or f"cid:{each.id}" in words + page)
    for each in letter.files:
        if each.in_page and each.name:
            words = words.replace(f"[image: {clean_source(each.name)}]", "")
    words = PICTURE_IN_TEXT.sub("", words).strip("\n")
    if not words.strip() and not files:
        raise unreadable("Nothing is left of this reply without what it quotes. Write above the quoted words.")
    if len(files) > MOST_FILES:
        raise unreadable(f"{MOST_FILES} files are the most of one reply. Send it with fewer.")
    return OwnPart(words, files)


def _ours() -> Ours:
    name, address = parseaddr(current_app.config["PROVEN_MAIL_FROM"])
    reply = current_app.config["PROVEN_REPLY_ADDRESS"]
    local, _, host = reply.partition("@")
    return Ours(first_words(), (address.lower(), f"{local}+", reply), name) if host else Ours(first_words(), (), name)


def _is_by_machine(headers: Mapping[str, list[str]], kind: str) -> bool:
    """Whether a programme wrote it: a holiday reply, a mail that came back, a list."""
    automatic = (value.partition(";")[0].strip().lower() for value in headers["auto-submitted"])
    return (
        any(value not in ("", "no") for value in automatic)
        or any(value.strip().lower() in BY_MACHINES for value in headers["precedence"])
        or bool(headers["x-auto-response-suppress"])
        or any(value.strip() in ("", "<>") for value in headers["return-path"])
        or kind == "multipart/report"
    )


def _mark(headers: Mapping[str, list[str]], words: str) -> str:
    given = next((value.strip() for value in headers["message-id"] if value.strip()), "")
    # A programme that gives it none: what arrives again has other headers on its way, but the same date and words.
    return given or hashlib.sha256(f"{headers['date']} {words}".encode(errors="replace")).hexdigest()


def _file(found: Mapping[str, Any]) -> File:
    return File(
        name=clean_line(found["name"], 120),
        kind=found["kind"],
        id=found["id"],
        data=base64.b64decode(found["data"]),
        in_page=bool(found["in_page"]),
    )
