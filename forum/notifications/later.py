"""Later: a thread of the inbox is put off, and comes back as unread when its person's work begins on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from forum.core.clock import now
from forum.core.db import db
from forum.core.permissions import require
from forum.needs import timers
from forum.notifications.models import ASKED, KINDS, Notification
from forum.notifications.reading import mark
from forum.people.hours import calendar_of
from forum.people.models import Person

AHEAD = {"tomorrow": 1, "three_days": 3, "week": 7}  # days


def put_off(person: Person, page_id: int | None, *, until: int, when: str) -> datetime | None:
    """Put a thread off, up to the note with the id `until`: until tomorrow, for three days or for a week.

    Its latest note is unread again, so that it comes back as unread. What was in the inbox is not mailed as well.
    None where there is nothing to put off.
    """
    require(person, "notification.mark")
    shown = (Notification.page_id == page_id, Notification.id <= until, Notification.done_at.is_(None))
    own = select(Notification.person_id, func.max(Notification.id)).group_by(Notification.person_id)
    found = db.session.execute(own.where(Notification.person_id.in_(person.selves), *shown)).all()
    latest: dict[int, int] = {row[0]: row[1] for row in found}
    if not latest:
        return None
    today = calendar_of(person).local_date(now())
    back_at = {}
    for each in db.session.scalars(select(Person).where(Person.id.in_(latest))):
        # By the hours of a persona where it is one: its rows must not say when its person begins to work.
        back_at[each.id] = timers.day_over(each, today + timedelta(days=AHEAD.get(when, 1) - 1))
        theirs = (Notification.person_id == each.id, *shown)
        mark(person, *theirs, later_until=back_at[each.id], mail_due_at=None, mail_id=None)
    mark(person, Notification.id == max(latest.values()), read_at=None)
    return min(back_at.values())


def bring_back(person: Person, page_id: int | None) -> None:
    """Have a thread back that was put off; it is unread."""
    require(person, "notification.mark")
    mark(person, Notification.page_id == page_id, later_until=None)


def put_off_until(page_id: int | None, people: Collection[int]) -> dict[int, datetime]:
    """Who of these people has put a page's thread off, and until when."""
    asleep = (Notification.page_id == page_id, Notification.done_at.is_(None), Notification.later_until > now())
    query = select(Notification.person_id, func.max(Notification.later_until))
    found = query.where(Notification.person_id.in_(people), *asleep).group_by(Notification.person_id)
    return {person_id: until for person_id, until in db.session.execute(found) if until is not None}


def asks_by_name(kind: str) -> bool:
    """Whether a kind of note asks its reader something, or names them: it does not wait with a thread put off."""
    return kind == "mention" or KINDS[kind].group == ASKED


def wake(page_id: int | None, people: Collection[int]) -> None:
    """Bring the thread of a page back to these people: they are asked something there."""
    theirs = update(Notification).where(Notification.page_id == page_id, Notification.person_id.in_(people))
    db.session.execute(theirs.where(Notification.later_until.is_not(None)).values(later_until=None))
