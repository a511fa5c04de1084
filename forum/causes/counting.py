"""Whom a cause struck and when: the needs of its questions, in all their wordings, and what was said after a fix."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from forum.causes.models import Cause, CauseLink, CauseVoice
from forum.causes.rates import (
    WATCHED,
    Occurrence,
    Weighed,
    between,
    days_later,
    weigh,
    working_days,
)
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import EventRow
from forum.core.moments import had_happened, had_not_happened
from forum.core.working_time import Calendar, calendar_from
from forum.needs.models import IMPACTS, Need
from forum.people.models import Person
from forum.posts.models import Post

Found = Mapping[int, list[Occurrence]]


def found_of(cause_ids: Collection[int], by: datetime | None = None) -> Found:
    """Everything that these causes are known to have done, or were by a moment, by cause: in two statements, however
    many there are.

    Uses of a practice that works around a cause are none of it: whoever follows it does so whether or not it strikes.
    """
    found: dict[int, list[Occurrence]] = defaultdict(list)
    if not cause_ids:
        return found
    for cause_id, need in _needs(CauseLink.cause_id.in_(cause_ids), by=by):
        found[cause_id].append(_occurrence(need))
    struck = select(CauseVoice, Person.department_id).join(Person, Person.id == CauseVoice.person_id)
    struck = struck.where(CauseVoice.cause_id.in_(cause_ids), had_happened(CauseVoice.struck_at, by))
    struck = struck.where(had_not_happened(CauseVoice.not_mine_at, by))
    for voice, department_id in db.session.execute(struck):
        assert voice.struck_at is not None
        said = Occurrence(voice.person_id, voice.struck_at, IMPACTS["slowed"], department_id=department_id)
        found[voice.cause_id].append(said)
    return found


def found(cause: Cause) -> list[Occurrence]:
    """Everything that one cause is known to have done."""
    return list(found_of([cause.id]).get(cause.id, ()))


def needs_of(cause: Cause) -> list[Need]:
    """The needs that are linked to a cause, the oldest first, whether each of them counts or not."""
    needs = {need.id: need for _, need in _needs(CauseLink.cause_id == cause.id)}
    return sorted(needs.values(), key=lambda need: (need.opened_at, need.id))


def weighed(
    cause: Cause,
    known: list[Occurrence] | None = None,
    *,
    until: date | None = None,
    effect_on: date | None = None,
) -> Weighed:
    """The cause before the day of effect and since, up to today; without such a day everything is before. `effect_on`
    is the day that was said then, for a look at the past."""
    calendar = calendar_of(cause)
    today = until or calendar.local_date(now())
    known = found(cause) if known is None else known
    start = start_of(cause, known)
    effect_on = effect_on or cause.effect_on
    turn = min(effect_on, today) if effect_on else today
    return weigh(
        len(before(cause, known, today, effect_on)),
        working_days(calendar, start, turn),
        len(after(cause, known, today, effect_on)),
        working_days(calendar, turn, today),
    )


def before(cause: Cause, known: list[Occurrence], today: date, effect_on: date | None = None) -> list[Occurrence]:
    """What counts before the day of effect; today itself counts only while there is none."""
    calendar = calendar_of(cause)
    end = effect_on or cause.effect_on or days_later(calendar, today, 1)
    return between(known, calendar, start_of(cause, known), end)


def start_of(cause: Cause, known: list[Occurrence] | None = None) -> date:
    """The first day that counts: as somebody said, otherwise that of the first need."""
    if cause.since is not None:
        return cause.since
    first = min((each.at for each in (found(cause) if known is None else known)), default=cause.created_at)
    return calendar_of(cause).local_date(first)


def after(cause: Cause, known: list[Occurrence], today: date, effect_on: date | None = None) -> list[Occurrence]:
    """What counts since the day of effect, today included."""
    effect_on = effect_on or cause.effect_on
    if effect_on is None:
        return []
    calendar = calendar_of(cause)
    return between(known, calendar, effect_on, days_later(calendar, today, 1))


def recurring(cause: Cause, known: list[Occurrence]) -> list[Occurrence]:
    """What counts within the time in which a fix is watched."""
    if cause.effect_on is None:
        return []
    calendar = calendar_of(cause)
    return between(known, calendar, cause.effect_on, days_later(calendar, cause.effect_on, WATCHED))


def calendar_of(cause: Cause) -> Calendar:
    """Whose working days count: those of the department that can remove it."""
    return calendar_from(cause.department.calendar)


def linked_people(cause_id: int) -> set[int]:
    """Everybody who asked, or needs the same: whoever is told of each step and asked whether it has stopped."""
    people = {need.person_id for _, need in _needs(CauseLink.cause_id == cause_id)}
    here = select(Person.id).where(Person.id.in_(people), Person.left_at.is_(None))
    return set(db.session.scalars(here))


def is_not_theirs(by: datetime | None = None) -> ColumnElement[bool]:
    """Voices of people who said that theirs was something else."""
    return had_happened(CauseVoice.not_mine_at, by)


def _needs(*which: ColumnElement[bool], by: datetime | None = None) -> Any:
    theirs = select(CauseVoice.id).where(
        CauseVoice.cause_id == CauseLink.cause_id, CauseVoice.person_id == Need.person_id, is_not_theirs(by)
    )
    of_question = or_(Need.question_id == CauseLink.post_id, Need.merged_from_id == CauseLink.post_id)
    counts = (had_happened(CauseLink.linked_at, by), had_not_happened(CauseLink.refused_at, by), _stands(by))
    query = (
        select(CauseLink.cause_id, Need)
        .join(Need, and_(of_question, Need.question_id.is_not(None)))
        .join(Post, Post.id == CauseLink.post_id)
        .where(*counts, had_happened(Need.opened_at, by), Post.removed_at.is_(None), ~theirs.exists(), *which)
        .order_by(Need.id)
    )
    seen: set[tuple[int, int]] = set()  # A need whose own wording is linked, and what that was merged into.
    for cause_id, need in db.session.execute(query):
        if (cause_id, need.id) not in seen:
            seen.add((cause_id, need.id))
            yield cause_id, need


def _stands(by: datetime | None) -> ColumnElement[bool]:
    """Whether a need was not withdrawn, or only after the moment."""
    stands = Need.state != "withdrawn"
    if by is None:
        return stands
    later = select(EventRow.id).where(EventRow.post_id == Need.question_id, EventRow.name == "NeedMoved")
    about = (EventRow.data["need_id"].as_integer() == Need.id, EventRow.data["after"].as_string() == "withdrawn")
    return or_(stands, later.where(*about, EventRow.at > by).exists())


def _occurrence(need: Need) -> Occurrence:
    return Occurrence(need.person_id, need.opened_at, IMPACTS[need.impact], need.id, need.department_id)
