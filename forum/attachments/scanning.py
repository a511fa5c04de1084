"""Asking the organisation's own virus scanner about a file before anything else reads it."""

from __future__ import annotations

import logging
import subprocess
import threading

from flask import current_app

from forum.attachments.recognising import Unsuitable
from forum.core.errors import Refused

log = logging.getLogger(__name__)

CLEAN, FOUND = 0, 1  # how scanners end, `clamdscan` among them; anything else says that they could not look
TIME = 20.0  # seconds for one file; a daemon takes a fraction of one, a scanner that loads its signatures fifteen
AT_ONCE = 2  # files at a time in this process: while all look, pages would wait
SAID = 500  # characters of what the scanner said that are written to the log


class Infected(Unsuitable):
    """The scanner found something."""

    def __init__(self) -> None:
        super().__init__(
            "The virus scanner of your organisation found something in this file, so it was not kept. Your text is. "
            "If you trust where it comes from, tell your help desk."
        )


class ScannerAway(Refused):
    """Nobody can say whether the file is clean, so it is not kept."""

    status = 503
    title = "Files cannot be checked just now"
    message = (
        "The virus scanner does not answer, and no file is kept unchecked. Your text is kept; add the file later. "
        "If it goes on, tell an administrator."
    )


def scan(data: bytes) -> None:
    """Have the programme that `PROVEN_SCAN` names look at what was sent; without one, nothing happens.

    It is given the bytes as its input. Takes up to twice `TIME`, so never inside a transaction. Raises `Infected` or
    `ScannerAway`.
    """
    command = current_app.config["PROVEN_SCAN"]
    if command:
        ended = _ended(command, data)
        if ended == FOUND:
            raise Infected()
        if ended != CLEAN:
            raise ScannerAway()


def _ended(command: list[str], data: bytes) -> int | None:
    """How the scanner ended; None when it did not begin, or did not end in time."""
    if not _turns.acquire(timeout=TIME):
        log.error("the scanner is busy with other files")
        return None
    try:
        # The operator's own command: nothing that somebody sent is part of it.
        done = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIME)
    except (OSError, subprocess.TimeoutExpired) as error:
        log.error("the scanner did not answer: %s", error)
        return None
    finally:
        _turns.release()
    if done.returncode != CLEAN:
        log.warning("the scanner ended with %d and said %r", done.returncode, done.stdout[:SAID])
    return done.returncode


_turns = threading.BoundedSemaphore(AT_ONCE)
