"""What the worker does by itself, and how often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from forum.attachments.keeping import throw_away_unused
from forum.audit.verifying import tell_head
from forum.core.rate_limits import forget_old_counts
from forum.needs.priority import PLACE_EVERY, place_waiting
from forum.notifications.digests import LOOK_EVERY, look_for_mail
from forum.practices.ageing import LOOK_EVERY as LOOK_AT_DATES_EVERY
from forum.practices.ageing import look_at_dates
from forum.privacy.retention import PRUNE_EVERY, prune
from forum.pulse.asking import LOOK_EVERY as LOOK_AT_PULSE_EVERY
from forum.pulse.asking import look_at_pulse
from forum.search.indexing import COMPARE_EVERY, catch_up
from forum.search.vector_jobs import catch_up_vectors
from forum.teams.sending import LOOK_EVERY as LOOK_AT_MONTH_EVERY
from forum.teams.sending import look_at_month

EVERY: list[tuple[timedelta, Any]] = [
    (LOOK_EVERY, look_for_mail),
    (PLACE_EVERY, place_waiting),
    (COMPARE_EVERY, catch_up),
    (LOOK_AT_DATES_EVERY, look_at_dates),
    (LOOK_AT_PULSE_EVERY, look_at_pulse),
    (LOOK_AT_MONTH_EVERY, look_at_month),
    (timedelta(hours=1), catch_up_vectors),
    (timedelta(days=1), tell_head),
    (timedelta(hours=1), forget_old_counts),
    (timedelta(hours=1), throw_away_unused),
    (PRUNE_EVERY, prune),
]
