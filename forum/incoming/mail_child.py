"""Taking a mail apart within bounds: in a child process that may be killed, with a cap on its memory.

Anybody can write anything to an address, and some mails of a few kilobytes would keep the parser, or whatever makes
words of HTML, for minutes. Run as a file, this module reads a mail from its input and writes what stands in it.
"""

from __future__ import annotations

import base64
import email
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from email.message import Message
from email.utils import getaddresses
from itertools import islice
from typing import Any

from markdownify import MarkdownConverter

TIME = 1.5  # seconds from the mail to what stands in it; ten megabytes of pictures take a third of one
START_TIME = 20.0  # seconds for the child to load its libraries on a busy machine
MEMORY = 600_000_000  # bytes of addresses that the child may have, libraries included
MOST_PARTS = 100  # of one mail: text, the same as a page, and some files; a hundred is no letter any more
LONGEST = 200_000  # characters of text, with all that is quoted; more is no reply
LONGEST_HEADER = 2_000  # characters that are looked at

# What programmes add by themselves: nobody attached it, and a card or a signature would say who wrote.
OF_PROGRAMMES = {
    "application/pgp-signature",
    "application/pgp-keys",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "text/vcard",
    "text/x-vcard",
    "text/x-amp-html",
}
SEALED = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/ms-tnef"}
NO_FILES = OF_PROGRAMMES | SEALED
HEAD = re.compile(r"<head\b.*?</head>", re.IGNORECASE | re.DOTALL)
ADDRESS = re.compile(r"""[^\s<>"'(),;:\[\]@]+@[^\s<>"'(),;:\[\]@]+""")
REFERRED = re.compile(r"""\bsrc\s*=\s*["']?cid:([^"'\s>]+)""", re.IGNORECASE)


def take_apart(data: bytes) -> dict[str, Any] | None:
    """What stands in a mail; None when it cannot be read, or not in time."""
    command = [sys.executable, "-P", __file__]  # As a file: the child needs none of the application.
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    starting = threading.Timer(START_TIME, process.kill)
    starting.start()
    try:
        assert process.stdout is not None
        process.stdout.readline()  # Its first line says that it is ready; from now on its time runs.
        starting.cancel()
        said, _ = process.communicate(data, timeout=TIME)
    except (subprocess.TimeoutExpired, OSError):
        return None
    finally:
        starting.cancel()
        process.kill()
        process.communicate()
    if process.returncode != 0 or not said:
        return None
    found: dict[str, Any] = json.loads(said)
    return found


def _taken_apart(data: bytes) -> dict[str, Any]:
    message = email.message_from_bytes(data)
    parts = list(islice(_leaves(message), MOST_PARTS + 1))
    if len(parts) > MOST_PARTS:
        return {"problem": "parts"}
    texts = [part for part in parts if _is_text(part)]
    plain = _without_odd_blanks("\n\n".join(_words(part) for part in texts if part.get_content_subtype() == "plain"))
    page = "\n".join(_words(part) for part in texts if part.get_content_subtype() == "html")
    files = [_file(part, page) for part in parts if part not in texts and part.get_content_type() not in NO_FILES]
    if max(len(plain), len(page)) > LONGEST:
        return {"problem": "long"}
    wanted = not plain.strip() or any(file["in_page"] for file in files)
    words = _words_of_page(page) if page and wanted else ""
    if len(words) > LONGEST:
        return {"problem": "long"}
    return {
        "problem": "sealed" if any(part.get_content_type() in SEALED for part in parts) else "",
        "headers": {name.lower(): _headers(message, name) for name in NAMED},
        "from": _senders(message),
        "to": _addresses(message, ADDRESSED),
        "kind": message.get_content_type(),
        "plain": plain,
        "page": words,
        "files": files,
    }


def _is_text(part: Message) -> bool:
    """Whether it is what somebody wrote, and no file of that kind."""
    is_file = part.get_content_disposition() == "attachment" or part.get_filename()
    return part.get_content_type() in ("text/plain", "text/html") and not is_file


ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
NAMED = (
    "Message-ID",
    "Date",
    "Return-Path",
    "Auto-Submitted",
    "Precedence",
    "X-Auto-Response-Suppress",
)


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in their order; a mail within the mail is one of them."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            if part.get_content_type() in SEALED:
                yield part
            waiting.extend(reversed(part.get_payload()))  # type: ignore[arg-type]
        else:
            yield part


def _headers(message: Message, name: str) -> list[str]:
    return [str(value)[:LONGEST_HEADER] for value in message.get_all(name, [])]


def _senders(message: Message) -> list[str]:
    """Every address in what says from whom it is, in a name too: of two, nobody knows which was checked on its way."""
    return sorted({found.lower() for value in _headers(message, "From") for found in ADDRESS.findall(value)})


def _addresses(message: Message, names: tuple[str, ...]) -> list[str]:
    """The addresses of these headers, without names."""
    values = [value for name in names for value in _headers(message, name)]
    return [address for _, address in getaddresses(values)]


def _words(part: Message) -> str:
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    try:
        words = data.decode(part.get_content_charset("utf-8"), errors="replace")
    except (LookupError, UnicodeError, ValueError):  # A character set that nobody knows.
        words = data.decode("utf-8", errors="replace")
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    if part.get_content_type() == "text/plain" and str(part.get_param("format", "")).lower() == "flowed":
        return _flowed(words, joins=str(part.get_param("delsp", "")).lower() == "yes")
    return words


def _flowed(words: str, *, joins: bool) -> str:
    """Lines that a programme broke, whole again; by RFC 3676. `joins`: the blank at the end was added, too."""
    whole: list[str] = []
    goes_on, depth_before = False, 0
    for line in words.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        is_soft = bare.endswith(" ") and bare != "-- "
        kept = bare[:-1] if is_soft and joins else bare
        if goes_on and depth == depth_before:
            whole[-1] += kept
        else:
            whole.append(f"{'>' * depth} {kept}" if depth else kept)
        goes_on, depth_before = is_soft, depth
    return "\n".join(line if line == "-- " else line.rstrip(" ") for line in whole)


def _without_odd_blanks(words: str) -> str:
    return words.replace("\u00a0", " ").replace("\ufffc", "")  # The second is where a picture stood.


class _Words(MarkdownConverter):  # type: ignore[misc]
    """What a mail programme writes as a page, as Markdown."""

    def convert_title(self, _el: Any, _text: str, _parents: Any) -> str:
        """Nobody wrote it."""
        return ""


def _words_of_page(page: str) -> str:
    made: str = _Words(heading_style="ATX", bullets="-").convert(HEAD.sub("", page))
    return _without_odd_blanks(made)


def _file(part: Message, page: str) -> dict[str, str]:
    raw = part.get_payload(decode=True)  # None for a mail within the mail.
    data = raw if isinstance(raw, bytes) else b""
    id = str(part.get("Content-ID", "")).strip().strip("<>")
    return {
        "kind": part.get_content_type(),
        "name": str(part.get_filename() or ""),
        "id": id,
        "in_page": "yes" if id and id in REFERRED.findall(page) else "",
        "data": base64.b64encode(data).decode(),
    }


def _serve() -> None:
    """What the child does."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such bound, macOS refuses it.
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdout.write(json.dumps(_taken_apart(sys.stdin.buffer.read())))


if __name__ == "__main__":
    _serve()
