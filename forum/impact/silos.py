"""Who answers whom, quarter by quarter, read from the rows once; see mixing.py for what is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, union_all

from forum.answers.models import Acceptance
from forum.core.clock import now
from forum.core.db import db
from forum.core.statistics import Change, Interval, newcombe
from forum.impact import mixing
from forum.impact.mixing import Help, Pair, Thread
from forum.needs.models import CheckIn, Need
from forum.people.models import Membership, Person
from forum.posts.models import Post

QUARTER = timedelta(days=91)  # Thirteen weeks, so that every quarter holds the same weekdays.
ASKED: Any = Post.__table__.alias("asked")
GIVEN: Any = Post.__table__.alias("given")


@dataclass(frozen=True)
class Quarter:
    """The verified answers to what was asked in a time, and how large departments were at its end."""

    since: datetime
    until: datetime
    helps: Sequence[Help]
    sizes: mixing.Sizes

    @cached_property
    def matrix(self) -> dict[Pair, int]:
        """Verified answers by asker's and answerer's department."""
        return dict(mixing.matrix(self.helps))

    @cached_property
    def expected(self) -> dict[Pair, float]:
        """As many as would be by chance."""
        return mixing.expected(self.matrix, self.sizes)

    @cached_property
    def openness(self) -> mixing.Openness:
        """What crossed a border."""
        return mixing.openness(self.matrix, self.sizes)

    @cached_property
    def band(self) -> Interval:
        """Where the share that crosses would lie if there were no silos."""
        return mixing.band(self.helps, self.sizes)

    @property
    def gaps(self) -> list[tuple[Pair, float]]:
        """Who asks and gets nothing from where answers were expected."""
        return mixing.gaps(self.matrix, self.sizes)

    @property
    def threads(self) -> list[Thread]:
        """Where nearly all help comes from one person."""
        return mixing.single_threads(self.helps)

    @property
    def undisclosed(self) -> int:
        """Verified answers to askers who did not say where they work."""
        return mixing.undisclosed(self.helps)

    @property
    def carriers(self) -> tuple[int, int]:
        """How many people gave half of the answers, and how many gave any."""
        return mixing.carriers(self.helps)


def quarters() -> tuple[Quarter, Quarter]:
    """The quarter before the last one, and the last one until now."""
    return quarter(*period("before")), quarter(*period("last"))


def period(name: str) -> tuple[datetime, datetime]:
    """From when until when "last", "before" or "both" are. Quarters begin at midnight, UTC."""
    until = now()
    middle = (until - QUARTER).replace(hour=0, minute=0, second=0, microsecond=0)
    first = middle - QUARTER
    return {"last": (middle, until), "before": (first, middle), "both": (first, until)}[name]


def quarter(since: datetime, until: datetime) -> Quarter:
    """What was asked from `since` until before `until`, and answered whenever."""
    return Quarter(since, until, verified_answers(since, until), sizes_at(until))


def joined(before: Quarter, last: Quarter) -> Quarter:
    """Two quarters that follow each other as one time; departments as large as at its end. Reads nothing."""
    return Quarter(before.since, last.until, [*before.helps, *last.helps], last.sizes)


def change(before: Quarter, last: Quarter) -> Change | None:
    """By how much the share that crosses has moved; None while one of the quarters holds nothing."""
    old, new = before.openness, last.openness
    if not old.total or not new.total:
        return None
    return newcombe(old.crossing, old.total, new.crossing, new.total)


def verified_answers(since: datetime, until: datetime) -> list[Help]:
    """Who helped whom and how often, in one statement: the one place that reads these rows.

    An answer is verified when its asker accepted it, or said at the check-in that it worked; a moderator's mark in the
    asker's place verifies nothing. One for each question, by the day it was asked; departments as they were then.
    Whoever asks without saying where they work is to be read with `asking` None, and is counted aside.
    """
    columns = (ASKED.c.author_department_id, GIVEN.c.author_department_id, ASKED.c.author_id, GIVEN.c.author_id)
    query = verified(since, until).with_only_columns(*columns, func.count())
    return [Help(*row) for row in db.session.execute(query.group_by(*columns))]


def breadth_of(person: Person) -> float:
    """Among how many other departments somebody's verified answers of the last half year are spread, as if evenly."""
    columns = (ASKED.c.author_department_id, GIVEN.c.author_department_id, ASKED.c.author_id, GIVEN.c.author_id)
    own = verified(*period("both")).with_only_columns(*columns).where(GIVEN.c.author_id == person.id)
    return mixing.breadth([Help(*row) for row in db.session.execute(own)], person.id)


def verified(since: datetime, until: datetime, pair: Pair | None = None) -> Select[Any]:
    """The statement of the same answers one by one, as the posts `ASKED` and `GIVEN`; of one pair if told."""
    found = _marked().subquery("verified")
    query = (
        select(ASKED.c.id.label("question_id"), GIVEN.c.id.label("answer_id"))
        .join_from(found, ASKED, ASKED.c.id == found.c.question_id)
        .join(GIVEN, GIVEN.c.id == found.c.answer_id)
        .where(ASKED.c.created_at >= since, ASKED.c.created_at < until, ASKED.c.author_id != GIVEN.c.author_id)
        .where(ASKED.c.removed_at.is_(None), GIVEN.c.removed_at.is_(None))
    )
    if pair is not None:
        asking, answering = pair
        query = query.where(ASKED.c.author_department_id == asking, GIVEN.c.author_department_id == answering)
    return query


def _marked() -> Any:
    """(question, answer): what the asker accepted; else what they said worked, the latest of several. What stands for
    a merged question is counted where it stands, once."""
    accepted = and_(Acceptance.withdrawn_at.is_(None), Acceptance.in_askers_place.is_(False))
    has_mark = select(Acceptance.id).where(Acceptance.question_id == Need.question_id, accepted).exists()
    own = (Need.origin == "asked", Need.merged_from_id.is_(None), Need.question_id.is_not(None))
    worked = (CheckIn.outcome == "resolved", CheckIn.answer_id.is_not(None), *own, ~has_mark)
    said = select(Need.question_id, func.max(CheckIn.answer_id)).join(Need, Need.id == CheckIn.need_id).where(*worked)
    return union_all(
        select(Acceptance.question_id.label("question_id"), Acceptance.answer_id.label("answer_id")).where(accepted),
        said.group_by(Need.question_id),
    )


def sizes_at(moment: datetime) -> dict[int, int]:
    """How many people worked in each department just before a moment, by id."""
    there = (Membership.since < moment, or_(Membership.until.is_(None), Membership.until >= moment))
    here = or_(Person.left_at.is_(None), Person.left_at >= moment)
    query = select(Membership.department_id, func.count(Membership.person_id.distinct()))
    query = query.join(Person, Person.id == Membership.person_id).where(*there, here)
    return dict(db.session.execute(query.group_by(Membership.department_id)).all())
