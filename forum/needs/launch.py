"""When the forum was opened: quarters are counted from it, wherever they are."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, select

from forum.core.clock import now
from forum.core.db import db
from forum.needs.models import Need
from forum.people.models import Organisation

# Setting up and inviting: who takes longer has opened the forum all the same.
GETTING_READY = timedelta(days=30)


def launch() -> datetime:
    """Midnight of the day of the first need, or thirty days after the founding if there was none until then."""
    founded = db.session.scalar(select(func.min(Organisation.founded_at))) or now()
    first = db.session.scalar(select(func.min(Need.opened_at)))
    latest = founded + GETTING_READY
    return min(latest, datetime.combine(first.date(), time(), UTC)) if first else latest
