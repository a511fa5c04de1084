"""Lists of causes: the open ones by what they cost, those of a department, those behind a question or a practice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from forum.causes import counting
from forum.causes.linking import address, causes_of
from forum.causes.models import OPEN, Cause, CauseLink, CauseVoice
from forum.causes.rates import WINDOW, Occurrence, Weighed, occurrences, people_of, rank
from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import messages
from forum.departments.models import Department
from forum.posts.models import Post

FILTERS = messages({"open": "Open", "fixed": "Said to be fixed", "verified": "Verified", "declined": "Declined"})
MOST = 60  # causes of a list: an organisation that has more open ones sorts them by department
ON_STRIP = 4  # on the page of a department


@dataclass(frozen=True, slots=True)
class Row:
    """One cause in a list, ready to be shown."""

    id: int
    title: str
    url: str
    state: str
    department: str
    needs: int  # that count, in 90 days for an open one
    people: int
    place: tuple[float, int]
    next_on: date | None
    is_overdue: bool
    weighed: Weighed | None


@dataclass(frozen=True, slots=True)
class OnPage:
    """A cause on the page of a question or a practice, with what was said of the two."""

    cause_id: int
    title: str
    url: str
    state: str
    is_proposed: bool


def causes(state: str = "open", department: Department | None = None) -> Sequence[Row]:
    """Causes in a state: open ones by what they cost, the others by when they took effect or were written down."""
    which = [Cause.state.in_(OPEN) if state == "open" else Cause.state == state]
    return _rows([*which, *([Cause.department_id == department.id] if department else [])])[:MOST]


def of_department(department: Department) -> Sequence[Row]:
    """What a department is asked to remove, for the strip on its page: what costs most first."""
    return causes("open", department)[:ON_STRIP]


def on_page(post_id: int) -> Sequence[OnPage]:
    """The causes of a question, or what a practice works around; proposed ones last. In one statement."""
    shown = [
        OnPage(cause.id, cause.title, address(cause.id, cause.title), cause.state, link.linked_at is None)
        for link, cause in causes_of([post_id])
    ]
    return sorted(shown, key=lambda each: each.is_proposed)


def choices() -> Sequence[tuple[int, str]]:
    """Every cause that something can still be linked to, by title."""
    query = select(Cause.id, Cause.title).where(Post.removed_at.is_(None)).order_by(Cause.title)
    return [(id, title) for id, title in db.session.execute(query)]


def links_of(cause: Cause) -> Sequence[tuple[CauseLink, str, str]]:
    """What is linked, proposed and refused, with title and kind; the linked first."""
    found = []
    tables = db.metadata.tables
    question, practice = tables["question"], tables["practice"]
    query = (
        select(CauseLink, Post.kind, question.c.title, practice.c.title)
        .join(Post, Post.id == CauseLink.post_id)
        .outerjoin(question, question.c.id == CauseLink.post_id)
        .outerjoin(practice, practice.c.id == CauseLink.post_id)
        .where(CauseLink.cause_id == cause.id, Post.removed_at.is_(None))
        .order_by(CauseLink.id)
    )
    for link, kind, asked, known in db.session.execute(query):
        found.append((link, kind, asked or known))
    return found


def waiting_for(person_id: int) -> Sequence[tuple[CauseVoice, Cause]]:
    """What somebody is asked about causes and has not said: whether it has stopped, whether they may be quoted."""
    query = select(CauseVoice, Cause).join(Cause, Cause.id == CauseVoice.cause_id)
    open_ones = (CauseVoice.asked_at.is_not(None), CauseVoice.replied_at.is_(None))
    mine = query.where(CauseVoice.person_id == person_id, *open_ones, Post.removed_at.is_(None))
    return [(voice, cause) for voice, cause in db.session.execute(mine.order_by(CauseVoice.id))]


def _rows(which: Sequence[object]) -> list[Row]:
    query = select(Cause).where(Post.removed_at.is_(None), *which)  # type: ignore[arg-type]
    found = db.session.scalars(query.order_by(Cause.id.desc())).all()
    known, moment = counting.found_of([cause.id for cause in found]), now()
    rows = [_row(cause, list(known.get(cause.id, ())), moment) for cause in found]
    return sorted(rows, key=lambda row: (-row.place[0], -row.place[1], -row.id))


def _row(cause: Cause, known: list[Occurrence], moment: datetime) -> Row:
    is_open = cause.state in OPEN
    shown = occurrences(each for each in known if not is_open or each.at > moment - WINDOW)
    return Row(
        id=cause.id,
        title=cause.title,
        url=address(cause.id, cause.title),
        state=cause.state,
        department=cause.department.name,
        needs=len(shown),
        people=len(people_of(shown)),
        place=rank(known, moment),
        next_on=cause.next_on,
        is_overdue=cause.overdue_at is not None,
        weighed=counting.weighed(cause, known) if cause.effect_on else None,
    )
