"""Why a mail is not taken: a number that a mail server understands, and the line that it puts into its reply.

The mail server tells the sender, who has the mail still: nothing is lost, and nothing is sent from here to an address
that somebody may have made up. The line also stands in the server's log, so no name is in it.
"""

from __future__ import annotations

from forum.core.errors import Invalid, Refused
from forum.core.text import clean_line

# As mail servers know them from sysexits.h; Python has them on some systems only.
TAKEN, UNREADABLE, NO_SUCH_ADDRESS, LATER, NOT_ALLOWED = 0, 65, 67, 75, 77
LATER_STATUS = (429, 503)
LONGEST = 600  # characters; one line


class NotTaken(Exception):
    """It is not taken. `code` is what the mail server is told, `words` what it tells the sender."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words

    def line(self) -> str:
        """What is said, as one line."""
        return clean_line(f"Not posted. {self.words}", LONGEST)


def unreadable(words: str) -> NotTaken:
    """It cannot be posted as it is."""
    return NotTaken(UNREADABLE, words)


def refused(why: Refused, before: str = "", after: str = "") -> NotTaken:
    """What the verbs, or the way in of files, refused."""
    code = UNREADABLE if isinstance(why, Invalid) else LATER if why.status in LATER_STATUS else NOT_ALLOWED
    return NotTaken(code, f"{before}{why.message}{after}")
