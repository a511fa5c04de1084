"""What somebody wanted to be reminded of."""

from __future__ import annotations

from forum.notifications.words.reasons import Sentences

SENTENCES: Sentences = {
    "BookmarkDue": lambda note, facts: "You wanted to be reminded of this today",
}
