"""In which order those who wait are helped: how much it holds them up, how long they wait, and how many they are.

What does not depend on the reader stands in `question.priority`: a database cannot count working hours. It is set in
the transaction of every step of a need, and by the worker while waiting still counts. Votes and views play no part.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import log2
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import aliased

from forum.core import working_time
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.jobs import listener
from forum.core.languages import day_in_words, gettext, messages, ngettext, said
from forum.core.working_time import Calendar
from forum.needs import timers
from forum.needs.ledger import NeedMoved, NeedOpened, hold
from forum.needs.models import CONFIRMED, ENDED, IMPACTS, WAITING, Need, seeking
from forum.people.hours import calendar_of
from forum.people.models import Person
from forum.questions.models import LONGEST_WAIT, Question

SCALE = 1_000  # Kept in thousandths: whole numbers are the same on every database, and so are the keys of pages.
WAIT = 8.0  # working hours, a day, that add once what the impact is worth
SHARED = 0.25  # what everybody twice as many people adds
CAME_BACK = 1.5  # It was answered once and did not hold: whoever asked has waited before.
MINE = 1.2  # of the reader's department, or about what the reader knows
PLACE_EVERY = timedelta(minutes=10)  # The order moves by less than a fiftieth of the impact in that time.
WORDS = messages({"blocked": "blocked", "slowed": "slowed down", "curious": "would like to know"})


def priority(impact: str, waited: float, me_too: int = 0, *, came_back: bool = False, mine: bool = False) -> float:
    """How far up a question stands whose asker has waited so many working hours, and so many others with them."""
    waiting = 1 + min(waited, LONGEST_WAIT) / WAIT
    shared = 1 + SHARED * log2(1 + me_too)
    return IMPACTS[impact] * waiting * shared * (CAME_BACK if came_back else 1) * (MINE if mine else 1)


def reasons(
    impact: str | None, waited: float, people: int, *, came_back: bool, since: datetime, unnamed: bool = False
) -> list[str]:
    """Why a question stands where it stands, in words; an imported one (no impact) was brought in to be answered.

    `since` is when it began to wait, told as a day once that is long ago. Of an `unnamed` one no hour is told.
    """
    words = [said(WORDS[impact])] if impact else []
    in_words = _again_in_words if came_back else _wait_in_words
    words.append(in_words(waited, since, unnamed=unnamed))
    if people > 1:
        words.append(ngettext("%(num)s person needs it", "%(num)s people need it", people))
    return words


@listener(at_once=True)
def place(event: NeedOpened | NeedMoved) -> None:
    """A need was opened, shared, or took a step: its question has its place in the order at once."""
    if event.origin != "reuse":
        table: Any = Question.__table__
        hold(event.post_id)  # One after the other, or two people who share it at once would both be the first.
        _write(table.c.id == event.post_id)


def place_waiting() -> None:
    """Give every question for which waiting still counts its place of this moment; what has waited longest stays."""
    table: Any = Question.__table__
    with transaction():
        _write(table.c.waits, table.c.waited < LONGEST_WAIT)


def drifted_places() -> list[int]:
    """Questions whose priority, or whether they are confirmed, is not what the needs behind them say."""
    table: Any = Question.__table__
    rows = db.session.execute(_needs(table.c.waits)).all()
    misplaced = {row.id for row in rows if row.priority != _thousandths(row, row.waited)}
    own = and_(Need.question_id == table.c.id, Need.origin == "asked", Need.merged_from_id.is_(None))
    told = select(table.c.id).join(Need, own)
    return sorted(misplaced | set(db.session.scalars(told.where(table.c.confirmed != Need.state.in_(CONFIRMED)))))


def mend_places() -> int:
    """Set right what drifted. Returns how many questions were wrong."""
    table: Any = Question.__table__
    wrong = drifted_places()
    own = (Need.question_id == table.c.id, Need.origin == "asked", Need.merged_from_id.is_(None))
    state = select(Need.state.in_(CONFIRMED)).where(*own)
    db.session.execute(update(table).where(table.c.id.in_(wrong)).values(confirmed=state.scalar_subquery()))
    _write(table.c.id.in_(wrong))
    return len(wrong)


def carries(question_id: Any) -> ColumnElement[bool]:
    """Whether a need is the one that waits for a question: of those merged only one does."""
    return and_(Need.question_id == question_id, seeking(), Need.state.in_(WAITING))


def standing_me_too(question_id: Any) -> Any:
    """How many others have the need that `carries` a question and have not seen it end: for a statement with both."""
    shared = aliased(Need)
    along = or_(shared.origin == "me_too", shared.state == "merged")
    others = shared.id.is_distinct_from(Need.id)
    standing = (shared.question_id == question_id, along, others, shared.state.not_in(ENDED))
    return select(func.count()).select_from(shared).where(*standing).scalar_subquery()


def _needs(*conditions: Any) -> Any:
    """The need whose timers run, of each question that meets the conditions; where nobody waits the place stays."""
    table: Any = Question.__table__
    return (
        select(
            table.c.id,
            table.c.priority,
            table.c.waited,
            Need.impact,
            Need.came_back,
            Need.waiting_since,
            standing_me_too(table.c.id).label("me_too"),
            Person,
        )
        .join(Need, carries(table.c.id))
        .join(Person, Person.id == Need.person_id)
        .where(*conditions)
    )


def _write(*conditions: Any) -> None:
    table: Any = Question.__table__
    places = []
    for row in db.session.execute(_needs(*conditions)).all():
        waited = _hours(calendar_of(row.Person), row.waiting_since)
        places.append({"question": row.id, "waits_for": waited, "stands": _thousandths(row, waited)})
    if places:
        placed = update(table).where(table.c.id == bindparam("question"))
        db.session.connection().execute(
            placed.values(waited=bindparam("waits_for"), priority=bindparam("stands")), places
        )


def _hours(calendar: Calendar, since: datetime) -> float:
    """Working hours since then, at most the longest that counts: what began years ago is not counted day by day."""
    if working_time.due(calendar, since, timedelta(hours=LONGEST_WAIT)) <= now():
        return LONGEST_WAIT
    return working_time.elapsed(calendar, since, now()) / timedelta(hours=1)


def _thousandths(row: Any, waited: float) -> int:
    return round(SCALE * priority(row.impact, waited, row.me_too, came_back=row.came_back))


def _wait_in_words(waited: float, since: datetime, *, unnamed: bool) -> str:
    if waited >= LONGEST_WAIT:
        return gettext("waits since %(day)s", day=day_in_words(since.date()))
    if waited >= timers.DAY:
        return gettext("waits 1 day")
    if unnamed:
        return gettext("waits less than a day")
    if waited < 1:
        return gettext("waits less than an hour")
    return ngettext("waits %(num)s hour", "waits %(num)s hours", int(waited))


def _again_in_words(waited: float, since: datetime, *, unnamed: bool) -> str:
    """Since when it waits again: an old question does not wait "less than an hour", its present round does."""
    if waited >= LONGEST_WAIT:
        return gettext("asked again on %(day)s", day=day_in_words(since.date()))
    if waited >= timers.DAY:
        return gettext("asked again 1 working day ago")
    if unnamed:
        return gettext("asked again less than a working day ago")
    if waited < 1:
        return gettext("asked again less than an hour ago")
    return ngettext("asked again %(num)s working hour ago", "asked again %(num)s working hours ago", int(waited))
