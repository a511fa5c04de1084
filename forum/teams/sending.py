"""The note of a month: sent once, on the first working day of the next, and rated by those who read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from sqlalchemy import select

from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.events import Event, publish
from forum.core.permissions import require
from forum.people.models import Organisation, Person
from forum.teams.leading import stakeholders
from forum.teams.measuring import Useful, usefulness
from forum.teams.models import RATINGS, MonthlyNote, NoteRating
from forum.teams.monthly import first_of, month_before, told_of

LOOK_EVERY = timedelta(hours=1)  # The mail waits for its reader's working hours anyway.
SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class MonthlyNoteSent(Event):
    """The note of a month goes to everybody who answers for a department, with its lines."""

    month: str
    lines: list[str]


def look_at_month() -> None:
    """Send the note of the last month when it is due; the worker looks every hour."""
    with transaction():
        send_note()


def send_note() -> MonthlyNote | None:
    """Write and send the note of the last month, from the first working day of this one on; once.

    Nothing is sent of a month in which nobody was here or nothing happened, or when nobody answers for a department.
    """
    today = now().date()
    of = db.session.scalar(select(Organisation).with_for_update())  # Two workers look one after the other.
    this = first_of(today)
    month, readers = month_before(this), stakeholders()
    if of is None or not readers or of.founded_at.date() >= this or today < _first_working_day(this):
        return None
    if db.session.get(MonthlyNote, month) is not None or not (told := told_of(month)):
        return None
    note = MonthlyNote(month=month, lines=told, readers=len(readers), sent_at=now())
    db.session.add(note)
    db.session.flush()
    lines = [f"{line['name']}: {line['words']}" for line in note.lines]
    publish(MonthlyNoteSent(month=f"{month:%Y-%m}", lines=lines))
    return note


def rate(person: Person, note: MonthlyNote, rating: str) -> None:
    """Say whether the note was useful to one's goal; the latest word counts. No event says who said what."""
    require(person, "note.rate", note)
    if rating not in RATINGS:
        raise Invalid("Choose yes, in part or no.", "rating")
    db.session.merge(NoteRating(month=note.month, person_id=person.id, rating=rating))


def rating_of(person: Person, note: MonthlyNote) -> str | None:
    """What somebody said of a note, for themselves alone."""
    found = db.session.get(NoteRating, (note.month, person.id))
    return found.rating if found else None


def useful(note: MonthlyNote) -> Useful:
    """What its readers say of a note."""
    ratings = db.session.scalars(select(NoteRating.rating).where(NoteRating.month == note.month)).all()
    return usefulness(ratings, note.readers)


def _first_working_day(month: date) -> date:
    return next(day for n in count() if (day := month + timedelta(days=n)).weekday() < SATURDAY)
