"""Among how many departments one person's help is spread: read for that person alone, without the facts of all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func, select, union_all

from forum.answers.models import Acceptance
from forum.core.clock import now
from forum.core.db import db
from forum.departments.models import Department
from forum.impact.facts.periods import QUARTER
from forum.impact.silos import mixing
from forum.impact.silos.mixing import Help
from forum.needs.models import CheckIn, Need
from forum.people.models import Person
from forum.posts.models import Post

HALF_YEAR = 2 * QUARTER
ASKED: Any = Post.__table__.alias("asked")
GIVEN: Any = Post.__table__.alias("given")


def breadth_of(person: Person) -> float:
    """Among how many other departments somebody's verified answers of the last half year are spread, as if evenly."""
    return mixing.breadth(given_by(person), person.id)


def given_by(person: Person) -> list[Help]:
    """The verified answers of one person to what was asked in the last half year: the same ones as in counting.py."""
    found = _marked().subquery("verified")
    columns = (ASKED.c.author_department_id, GIVEN.c.author_department_id, ASKED.c.author_id, GIVEN.c.author_id)
    query = (
        select(*columns, func.count())
        .select_from(found)
        .join(ASKED, ASKED.c.id == found.c.question_id)
        .join(GIVEN, GIVEN.c.id == found.c.answer_id)
        .join(Department, and_(Department.id == ASKED.c.author_department_id, ~Department.is_hidden))
        .where(GIVEN.c.author_id == person.id, ASKED.c.author_id != person.id)
        .where(ASKED.c.created_at >= now() - HALF_YEAR, ASKED.c.removed_at.is_(None), GIVEN.c.removed_at.is_(None))
        .group_by(*columns)
    )
    return [Help(*row) for row in db.session.execute(query)]


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
