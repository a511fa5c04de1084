"""When questions are merged or taken apart: the practices made of them and of what stands under them go along."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select, update

from forum.answers.merging import posts_of
from forum.core.db import db
from forum.core.jobs import listener
from forum.practices.models import Practice
from forum.questions.merging import MergeUndone, QuestionsMerged


@listener(at_once=True)
def move_practices(event: QuestionsMerged) -> None:
    """What was made of the merged question's thread is shown at the other question."""
    _point(Practice.question_id == event.post_id, to=event.into_id)


@listener(at_once=True)
def move_practices_back(event: MergeUndone) -> None:
    """What was made of the merged question's thread is shown there again."""
    original = Practice.__table__.alias()
    made = select(original.c.id).where(original.c.source_id.in_(posts_of(event)))
    own = or_(Practice.source_id.in_(posts_of(event)), Practice.variant_of_id.in_(made))
    _point(Practice.question_id == event.into_id, own, to=event.post_id)


def _point(*which: Any, to: int) -> None:
    db.session.execute(
        update(Practice).where(*which).values(question_id=to), execution_options={"synchronize_session": False}
    )
    for held in list(db.session.identity_map.values()):
        if isinstance(held, Practice):
            db.session.expire(held, ["question_id"])
