"""The answers behind a number of the matrix, so that everybody can count them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from forum.core.db import db
from forum.core.paging import PER_PAGE, Paged
from forum.impact.silos.counting import Given, Quarter
from forum.impact.silos.mixing import Pair
from forum.people.models import Person
from forum.posts.models import Post
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


def answers_behind(quarter: Quarter, pair: Pair, after: int = 0) -> Paged[Behind]:
    """One page of the verified answers of one department to another, what was asked last first, from behind the
    question with the id `after` on."""
    found = sorted((each for each in quarter.given if each.pair == pair), reverse=True)
    left = [each for each in found if not after or each.question_id < after]
    shown = left[:PER_PAGE]
    return Paged(_rows(shown) if shown else [], str(shown[-1].question_id) if len(left) > PER_PAGE else None)


def _rows(shown: Sequence[Given]) -> list[Behind]:
    answer_of = {each.question_id: each.answer_id for each in shown}
    post: Any = Post.__table__
    question: Any = Question.__table__
    asked = select(post.c.id, question.c.title, post.c.created_at).join(question, question.c.id == post.c.id)
    gave = select(post.c.id, Person.name).join(Person, Person.id == post.c.author_id)
    names: dict[int, str] = dict(db.session.execute(gave.where(post.c.id.in_(answer_of.values()))).all())
    rows = db.session.execute(asked.where(post.c.id.in_(answer_of)).order_by(post.c.id.desc()))
    return [
        Behind(id, title, f"{address(id, title)}#post-{answer_of[id]}", names[answer_of[id]], at)
        for id, title, at in rows
    ]
