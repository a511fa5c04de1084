"""Bookmarking a question, an answer or a practice, and being reminded of it when one's work begins on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select

from forum.bookmarks.models import Bookmark
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.core.permissions import require
from forum.needs import timers
from forum.people.hours import calendar_of
from forum.people.models import Person
from forum.posts.models import Post

KINDS = ("question", "answer", "practice")
AHEAD = {"tomorrow": 1, "week": 7}  # days
FURTHEST = 366  # days: what is wanted later than in a year is looked for anew


@dataclass(frozen=True, kw_only=True)
class BookmarkDue(PostEvent):
    """Somebody wanted to be reminded of a post on this day. Who it is stands in the bookmark alone."""

    bookmark_id: int


@dataclass(frozen=True, kw_only=True)
class BookmarkTimer(Event):
    """The day of a reminder; it acts only if that is still the day."""

    bookmark_id: int
    day: str


def bookmark(person: Person, post: Post, *, when: str = "", day: date | None = None) -> Bookmark:
    """Bookmark a post, with a reminder "tomorrow", in a "week", on a "day", or with none. Again changes the reminder.

    Raises `Invalid` for a day that is not after today or farther than a year.
    """
    require(person, "bookmark.keep", post)
    if post.kind not in KINDS:
        raise Invalid("Questions, answers and practices can be bookmarked.")
    remind_on = _day(person, when, day)
    made = of(person, post.id)
    if made is None:
        made = Bookmark(person_id=person.id, post_id=post.id, made_at=now())
        db.session.add(made)
    made.remind_on, made.reminded_at = remind_on, None
    db.session.flush()
    if remind_on is not None:
        timer = BookmarkTimer(bookmark_id=made.id, day=remind_on.isoformat())
        enqueue(remind_of_bookmark, timer, due=timers.day_over(person, remind_on - timedelta(days=1)))
    return made


def unmark(person: Person, id: int) -> None:
    """Take a bookmark of one's own away; nothing happens where there is none."""
    require(person, "bookmark.keep", None)
    db.session.execute(delete(Bookmark).where(Bookmark.person_id == person.id, Bookmark.id == id))


def of(person: Person, post_id: int) -> Bookmark | None:
    """The person's bookmark of a post."""
    return db.session.scalar(select(Bookmark).where(Bookmark.person_id == person.id, Bookmark.post_id == post_id))


@listener(atomic=True)
def remind_of_bookmark(event: BookmarkTimer) -> None:
    """The day has come. Whoever is away is reminded when they are back."""
    query = select(Bookmark).where(Bookmark.id == event.bookmark_id, Bookmark.reminded_at.is_(None))
    made = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if made is None or made.remind_on is None or made.remind_on.isoformat() != event.day:
        return
    if timers.put_off(remind_of_bookmark, event, db.session.get_one(Person, made.person_id)):
        return
    made.reminded_at = now()
    publish(BookmarkDue(post_id=made.post_id, bookmark_id=made.id))


def _day(person: Person, when: str, day: date | None) -> date | None:
    today = calendar_of(person).local_date(now())
    if when in AHEAD:
        return today + timedelta(days=AHEAD[when])
    if when != "day":
        return None
    if day is None or not today < day <= today + timedelta(days=FURTHEST):
        raise Invalid("Choose a day from tomorrow on, within a year.", "day")
    return day
