"""What somebody wanted to be reminded of."""

from __future__ import annotations

from forum.core.languages import Message
from forum.notifications.words.reasons import Sentences

SENTENCES: Sentences = {
    "BookmarkDue": Message("You wanted to be reminded of this today"),
}
