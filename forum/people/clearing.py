"""What signing in leaves behind: rows of sessions that have ended by themselves, and challenges that nobody signed."""

from __future__ import annotations

from datetime import timedelta

from forum.core.db import transaction
from forum.people.passkeys import forget_old_challenges
from forum.people.sign_in import forget_ended_sessions

CLEAR_EVERY = timedelta(hours=1)  # None of these rows opens anything any more; they only take room.


def clear_what_ended() -> None:
    """Delete them; the worker does it now and then."""
    with transaction():
        forget_ended_sessions()
        forget_old_challenges()
