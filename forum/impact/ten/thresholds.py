"""From where on each of the ten practices counts as in use, and why from there. The one place where this is decided.

A threshold says that something is done as a rule, not that it is done well: it is meant to be reached by departments
that do it, and missed by those that do it now and then. Nobody is measured by it, and departments are not ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from forum.core.languages import Message


@dataclass(frozen=True, slots=True)
class Threshold:
    """The least share, or the longest time in working hours, with which a practice is in use; in words, and why."""

    at: Fraction
    words: str
    reason: str


HALF = (Fraction(1, 2), Message("from half on"))
MOST = (Fraction(2, 3), Message("from two of three on"))

DIAGNOSED = Threshold(*HALF, "whoever answers can then as a rule begin with an answer and need not ask back.")
IN_TIME = Threshold(*MOST, "the day was set by whoever has the need, and what comes later is of no use to them.")
ANSWERED = Threshold(
    Fraction(4),
    "up to four hours",
    "after that a question is passed on to more people; at least half should be spared it.",
)
TOLD = Threshold(Fraction(3, 5), "from six of ten on", "where fewer reply, those who do may not stand for the others.")
WHOLE = Threshold(*HALF, "what was asked, answered and came of it can then as a rule be read to its end.")
JUDGED = Threshold(*MOST, "five replies are little to ask of what is used; with fewer it is only said to work.")
SHARED = Threshold(
    Fraction(1, 3),
    "from one of three on",
    "if nobody looked at departments it would be most of them, but many needs rightly stay inside.",
)
HEARD = Threshold(
    Fraction(1, 10),
    "from one of ten on",
    "most needs have no cause that can be mended, but where fewer lead to one, nobody looks for causes.",
)
REPORTED = Threshold(
    Fraction(3, 5), "from six of ten on", "where fewer reply, only those who are content may do, or only the others."
)
WITHOUT_COURSE = Threshold(
    Fraction(4, 5),
    "from four of five on",
    "a course is the exception then, and a single one does not decide about a small department.",
)
