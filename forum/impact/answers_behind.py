"""The rows behind a number of the matrix, so that everybody can count them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forum.core.db import db
from forum.core.web import PER_PAGE, Paged, after_key, next_key
from forum.impact.mixing import Pair
from forum.impact.silos import ASKED, GIVEN, verified
from forum.people.models import Person
from forum.questions.asking import address
from forum.questions.models import Question


@dataclass(frozen=True, slots=True)
class Behind:
    """A question with its verified answer, and who gave that."""

    id: int
    title: str
    url: str
    answerer: str
    asked_at: datetime


def answers_behind(since: datetime, until: datetime, pair: Pair, key: str | None) -> Paged[Behind]:
    """One page of the verified answers of one department to another, what was asked last first."""
    question = Question.__table__
    columns = (ASKED.c.id, question.c.title, GIVEN.c.id, Person.name, ASKED.c.created_at)
    query = (
        verified(since, until, pair)
        .with_only_columns(*columns)
        .join(question, question.c.id == ASKED.c.id)
        .join(Person, Person.id == GIVEN.c.author_id)
    )
    found = db.session.execute(after_key(query, key, ASKED.c.created_at, ASKED.c.id))
    rows = [
        Behind(id, title, f"{address(id, title)}#post-{answer_id}", name, at)
        for id, title, answer_id, name, at in found
    ]
    return Paged(rows[:PER_PAGE], next_key(rows, lambda row: (row.asked_at, row.id)))
