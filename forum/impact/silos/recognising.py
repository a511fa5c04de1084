"""Who helped another department, by name and in the words of those who were helped; never how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from forum.core import text
from forum.core.db import db
from forum.core.paging import PER_PAGE, Paged
from forum.needs.models import CheckIn, Need
from forum.people.models import Person
from forum.posts.models import Post, Thanks

GIVEN: Any = Post.__table__.alias("given")
LONGEST = 200  # characters of what was written: a sentence or two


@dataclass(frozen=True, slots=True)
class Recognised:
    """Somebody whose answer worked for another department, with one sentence of one who was helped."""

    person: Person
    words: str  # as written with the thanks or the check-in; nothing when nobody wrote any
    by: str
    answer_id: int


def recognised(since: datetime, until: datetime, after: int = 0) -> Paged[Recognised]:
    """Everybody whose answer worked for somebody of another department in this time, alphabetically, a page from behind
    the person with the id `after`; three statements."""
    confirmed = _confirmed(since, until)
    people = _people(confirmed, after)
    shown = people[:PER_PAGE]
    words = _words(confirmed, [person.id for person in shown])
    rows = [Recognised(person, *words[person.id]) for person in shown]
    return Paged(rows, str(shown[-1].id) if len(people) > PER_PAGE else None)


def _confirmed(since: datetime, until: datetime) -> Any:
    """Each check-in that says that an answer from another department worked: who helped whom, and what was said."""
    return (
        select(
            GIVEN.c.author_id.label("helper_id"),
            GIVEN.c.id.label("answer_id"),
            Need.person_id.label("helped_id"),
            CheckIn.note.label("note"),
            CheckIn.id.label("check_in_id"),
        )
        .join_from(CheckIn, Need, Need.id == CheckIn.need_id)
        .join(GIVEN, GIVEN.c.id == CheckIn.answer_id)
        .where(CheckIn.outcome == "resolved", CheckIn.closed_at >= since, CheckIn.closed_at < until)
        .where(GIVEN.c.author_department_id != Need.department_id, GIVEN.c.author_id != Need.person_id)
        .where(GIVEN.c.removed_at.is_(None))
    )


def _people(confirmed: Any, after: int) -> Sequence[Person]:
    helpers = confirmed.with_only_columns(GIVEN.c.author_id)
    query = select(Person).where(Person.id.in_(helpers), ~Person.is_persona)
    query = query.order_by(Person.name, Person.id).limit(PER_PAGE + 1)
    if after:
        name = select(Person.name).where(Person.id == after).scalar_subquery()
        query = query.where(or_(Person.name > name, and_(Person.name == name, Person.id > after)))
    return db.session.scalars(query).all()


def _words(confirmed: Any, helper_ids: Sequence[int]) -> dict[int, tuple[str, str, int]]:
    """For each of these: what was written, by whom, of which answer. Thanks before notes, the latest of them."""
    found, helped = confirmed.subquery("confirmed"), aliased(Person)
    line = func.coalesce(Thanks.line, "")
    query = (
        select(found.c.helper_id, line, found.c.note, helped.name, found.c.answer_id)
        .join(helped, helped.id == found.c.helped_id)
        .outerjoin(Thanks, and_(Thanks.post_id == found.c.answer_id, Thanks.by_id == found.c.helped_id))
        .where(found.c.helper_id.in_(helper_ids))
        .order_by(line != "", found.c.note != "", found.c.check_in_id)
    )
    rows = db.session.execute(query)
    return {
        helper: (text.excerpt(thanks or note, LONGEST), by, answer_id) for helper, thanks, note, by, answer_id in rows
    }
