"""When this happens, do that: one table, from event to the listeners that run in the background, subject by subject."""

from __future__ import annotations

from forum.core.events import Event
from forum.core.jobs import Listener
from forum.subscriptions import causes, deeds, index, moderation, needs, people, practices, threads
from forum.subscriptions.timetable import EVERY

__all__ = ["EVERY", "SUBSCRIPTIONS"]

SUBSCRIPTIONS: dict[type[Event], list[Listener]] = {
    **threads.SUBSCRIPTIONS,
    **moderation.SUBSCRIPTIONS,
    **practices.SUBSCRIPTIONS,
    **needs.SUBSCRIPTIONS,
    **deeds.SUBSCRIPTIONS,
    **causes.SUBSCRIPTIONS,
    **people.SUBSCRIPTIONS,
    **index.SUBSCRIPTIONS,
}
