"""How a need is opened: by asking, by having the same one, by taking a known answer, by using a practice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import publish
from forum.core.jobs import listener
from forum.core.permissions import require
from forum.needs.ledger import NeedMoved, NeedOpened, move
from forum.needs.models import IMPACTS, MOMENTS, PLACES, WAITING, Need
from forum.people.models import Person
from forum.questions.asking import QuestionAsked
from forum.questions.merging import stay_apart
from forum.questions.models import Question

FURTHEST = timedelta(days=366)  # A need in more than a year is a wish.


class OwnQuestion(Refused):
    """Whoever asked has the need already."""

    message = "You asked this yourself, so your need is counted already."


@listener(at_once=True)
def open_asked_need(event: QuestionAsked) -> None:
    """A question is somebody's need, put into words: both are written together."""
    question = db.session.get_one(Question, event.post_id)
    person = db.session.get_one(Person, question.author_id)
    diagnosis = diagnosed(event.diagnosis)
    _open(person, "asked", question_id=question.id, **diagnosis)


@listener(at_once=True)
def note_waiting(event: NeedMoved) -> None:
    """Lists show who waits without asking the ledger: an answer ends it, one that did not work begins it again."""
    if event.origin == "asked" and (event.before in WAITING) != (event.after in WAITING):
        count_waiting(event.post_id)


def count_waiting(question_id: int) -> None:
    """Write down whether anybody who asked this question, in whatever words, still waits."""
    waiting = select(Need.id).where(Need.question_id == question_id, Need.origin == "asked", Need.state.in_(WAITING))
    waits = db.session.scalar(waiting.limit(1)) is not None
    db.session.execute(update(Question).where(Question.id == question_id).values(waits=waits))


def share(person: Person, question: Question) -> Need:
    """Have the same need as a question: an own need with an own check-in. Sharing it twice is sharing it once."""
    require(person, "need.share", question)
    if question.author_id == person.id or need_of(person, question, "asked"):
        raise OwnQuestion()
    known = need_of(person, question, "me_too")
    if known is not None:
        if known.state == "withdrawn":
            move(known, "open", actor=person)
        return known
    asked = asked_need(question)
    made = _open(person, "me_too", question_id=question.id, impact=asked.impact if asked else "slowed")
    stay_apart(question)
    if question.answer_count:
        move(made, "answered", actor=None)
    return made


def withdraw(person: Person, need: Need) -> None:
    """The need is gone without us. Raises `Forbidden` for anybody but whoever had it."""
    require(person, "need.own", need)
    move(need, "withdrawn", actor=person)


def take_known(person: Person, question: Question) -> Need:
    """The answer was there already: nothing is posted, and we ask later whether it worked."""
    require(person, "need.share", question)
    known = need_of(person, question, "deflected")
    if known is not None:
        return known
    made = _open(person, "deflected", question_id=question.id, state="trying")
    stay_apart(question)
    return made


def use_practice(person: Person, practice_id: int, *, origin: str = "reuse") -> Need:
    """Use a practice, or take it at the ask form (`deflected`); every use is a need of its own."""
    require(person, "need.share")
    return _open(person, origin, practice_id=practice_id, state="trying")


def diagnosed(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the asker said about the need, checked; all of it may lack. Raises `Invalid` with the field at fault."""
    impact = given.get("impact") or "slowed"
    if impact not in IMPACTS:
        raise Invalid("How much does it hold you up?", "impact")
    return {
        "impact": impact,
        "moment": _one_of(given.get("moment"), MOMENTS, "moment"),
        "looked_first": _one_of(given.get("looked_first"), PLACES, "looked_first"),
        "needed_by": _day(given.get("needed_by")),
        "tried": text.clean_source(given.get("tried") or "").strip()[:2_000],
    }


def asked_need(question: Question) -> Need | None:
    """The asker's need behind a question; imported questions have none, nor has one that another stands for."""
    own = (Need.question_id == question.id, Need.origin == "asked", Need.merged_from_id.is_(None))
    return db.session.scalar(select(Need).where(*own))


def need_of(person: Person, question: Question, *origins: str) -> Need | None:
    """The need that a person has on a question, of one of these origins."""
    own = (Need.person_id == person.id, Need.question_id == question.id, Need.origin.in_(origins))
    return db.session.scalar(select(Need).where(*own))


def needs_seen_by(person: Person, question: Question) -> Sequence[Need]:
    """The askers' needs behind a question and the person's own; the asker's first, then those merged into it."""
    seen = or_(Need.origin == "asked", Need.person_id == person.id)
    order = (Need.origin, Need.merged_from_id.is_not(None), Need.id)
    return db.session.scalars(select(Need).where(Need.question_id == question.id, seen).order_by(*order)).all()


def shared_by(question: Question) -> tuple[int, int]:
    """How many people have the need of a question, the asker included, and from how many departments."""
    counted = select(func.count(Need.person_id.distinct()), func.count(Need.department_id.distinct())).where(
        Need.question_id == question.id, Need.origin.in_(("asked", "me_too")), Need.state != "withdrawn"
    )
    people, departments = db.session.execute(counted).one()
    return people, departments


def _open(person: Person, origin: str, **given: Any) -> Need:
    moment = now()
    made = Need(
        person_id=person.id,
        department_id=person.department_id,
        origin=origin,
        opened_at=moment,
        waiting_since=moment,
        **{"impact": "slowed", "tried": "", "round": 1, "state": "open", **given},
    )
    db.session.add(made)
    db.session.flush()
    publish(
        NeedOpened(
            post_id=made.subject_id,
            need_id=made.id,
            origin=origin,
            impact=made.impact,
            department_id=made.department_id,
        ),
        actor=person,
    )
    return made


def _one_of(given: Any, known: tuple[str, ...], field: str) -> str | None:
    if not given:
        return None
    if given not in known:
        raise Invalid("Choose one of the words offered, or none.", field)
    return str(given)


def _day(given: Any) -> date | None:
    if not given:
        return None
    try:
        day = date.fromisoformat(str(given))
    except ValueError:
        raise Invalid("Write the day like 2026-01-31.", "needed_by") from None
    if not now().date() <= day <= now().date() + FURTHEST:
        raise Invalid("Choose a day from today on, within a year.", "needed_by")
    return day
