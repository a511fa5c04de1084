"""What became of an answer, by those who tried it: counted on it, and what they said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from forum.answers.models import Answer
from forum.core.clock import half_day
from forum.core.db import db
from forum.core.jobs import listener
from forum.needs.check_ins import OutcomeGiven
from forum.needs.models import CheckIn, Need
from forum.people.models import Person


@listener(at_once=True)
def count_outcome(event: OutcomeGiven) -> None:
    """An answer carries what became of it; its own author's word does not count."""
    column = {"resolved": "worked", "partly": "partly", "not": "failed"}.get(event.outcome)
    answer = db.session.get(Answer, event.answer_id) if event.answer_id else None
    if column is None or answer is None:
        return
    need = db.session.get_one(Need, event.need_id)
    if need.person_id != answer.author_id:
        counter = {column: Answer.__table__.c[column] + 1}
        table: Any = Answer.__table__
        db.session.execute(update(table).where(table.c.id == answer.id).values(**counter))
        db.session.refresh(answer, [column])


@dataclass(frozen=True)
class Remark:
    """What somebody said of an answer after they had tried it."""

    outcome: str
    note: str
    person: str
    at: datetime


def remarks_on(answers: Sequence[Answer]) -> Mapping[int, Sequence[Remark]]:
    """What was said of each of these answers, by answer id, oldest first. No statement when none was tried."""
    tried = [answer.id for answer in answers if answer.worked + answer.partly + answer.failed]
    said: dict[int, list[Remark]] = {}
    if tried:
        query = (
            select(CheckIn.answer_id, Person.is_persona, CheckIn.outcome, CheckIn.note, Person.name, CheckIn.closed_at)
            .join(Need, Need.id == CheckIn.need_id)
            .join(Person, Person.id == Need.person_id)
            .where(CheckIn.answer_id.in_(tried), CheckIn.outcome.in_(("resolved", "partly", "not")), CheckIn.note != "")
            .order_by(CheckIn.id)
        )
        rows: Any = db.session.execute(query)
        for answer_id, is_unnamed, outcome, note, name, at in rows:
            remark = Remark(outcome, note, name, half_day(at) if is_unnamed else at)
            said.setdefault(answer_id, []).append(remark)
    return said
