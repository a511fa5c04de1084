"""How a need is opened: by asking, by having the same one, by taking a known answer, by using a practice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select, update
from sqlalchemy.orm import joinedload

from forum.answers.answering import AcceptanceWithdrawn, AnswerAccepted, AnswerGiven
from forum.answers.models import Answer
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import publish
from forum.core.jobs import listener
from forum.core.permissions import require
from forum.needs.check_ins import plan
from forum.needs.ledger import NeedMoved, NeedOpened, hold, move
from forum.needs.models import CONFIRMED, IMPACTS, MOMENTS, PLACES, WAITING, Need, seeking
from forum.people.models import Person
from forum.posts.removing import PostRemoved, PostRestored
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
    """Lists show who waits and what is confirmed without asking the ledger.

    An answer ends the waiting, one that did not work begins it again; "it worked" confirms, "it came back" does not.
    """
    changed = any((event.before in states) != (event.after in states) for states in (WAITING, CONFIRMED))
    if event.seeks and changed:
        note_state(event.post_id)


def note_state(question_id: int) -> None:
    """Write down whether anybody waits for an answer to a question, and whether its asker said that one helped."""
    waiting = select(Need.id).where(Need.question_id == question_id, seeking(), Need.state.in_(WAITING)).exists()
    asked = (Need.question_id == question_id, Need.origin == "asked", Need.merged_from_id.is_(None))
    confirmed = select(Need.id).where(*asked, Need.state.in_(CONFIRMED)).exists()
    noted, table = update(Question).where(Question.id == question_id), Question.__table__
    # Nobody here asked an imported question: it waits while it has no answer, and its mark says whether one helped.
    imported = ~select(Need.id).where(*asked).exists()
    waits = or_(waiting, and_(imported, table.c.answer_count == 0))
    db.session.execute(noted.values(waits=waits, confirmed=case((imported, table.c.confirmed), else_=confirmed)))


@listener(at_once=True)
def note_mark(event: AnswerAccepted | AcceptanceWithdrawn) -> None:
    """Nobody can be asked whether it worked where the question was imported: the mark has to do."""
    table: Any = Question.__table__
    noted = update(table).where(table.c.id == event.question_id, _imported(table))
    db.session.execute(noted.values(confirmed=isinstance(event, AnswerAccepted)))


@listener(at_once=True)
def note_answers(event: AnswerGiven | PostRemoved | PostRestored) -> None:
    """An answer is there, gone or back: whether its question waits may be another matter now."""
    question_id = db.session.scalar(select(Answer.question_id).where(Answer.id == event.post_id))
    if question_id is not None:
        note_state(question_id)


def share(person: Person, question: Question) -> Need:
    """Have the same need as a question: an own need with an own check-in. Sharing it twice is sharing it once."""
    require(person, "need.share", question)
    if question.author_id in person.selves or need_of(person, question, "asked"):
        raise OwnQuestion()
    hold(question.id)
    known = need_of(person, question, "me_too")
    if known is not None:
        if known.state == "withdrawn":
            move(known, "open", actor=person)
            _take_part(known, question)
        return known
    asked = asked_need(question)
    made = _open(person, "me_too", question_id=question.id, impact=asked.impact if asked else "slowed")
    stay_apart(question)
    _take_part(made, question)
    return made


def withdraw(person: Person, need: Need) -> None:
    """The need is gone without us. Raises `Forbidden` for anybody but whoever had it."""
    require(person, "need.own", need)
    hold(need.question_id)
    db.session.refresh(need)
    move(need, "withdrawn", actor=person)


def take_known(person: Person, question: Question) -> Need:
    """The answer was there already: nothing is posted, and we ask later whether it worked."""
    require(person, "need.share", question)
    hold(question.id)
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
    """Those for whom an answer is looked for and the person's own; the asker's first, and whom it was asked for."""
    seen = or_(seeking(), Need.person_id.in_(person.selves))
    order = (Need.origin, Need.merged_from_id.is_not(None), Need.id)
    query = select(Need).where(Need.question_id == question.id, seen).order_by(*order)
    return db.session.scalars(query.options(joinedload(Need.handover))).all()


def shared_by(question: Question) -> tuple[int, int]:
    """How many people have the need of a question, the asker included, and from how many departments."""
    counted = select(func.count(Need.person_id.distinct()), func.count(Need.department_id.distinct())).where(
        Need.question_id == question.id, Need.origin.in_(("asked", "me_too")), Need.state != "withdrawn"
    )
    people, departments = db.session.execute(counted).one()
    return people, departments


def _imported(question: Any) -> Any:
    """Whether nobody here has the need behind a question."""
    return ~exists().where(Need.question_id == question.c.id, Need.origin == "asked")


def _take_part(need: Need, question: Question) -> None:
    """What is known already meets a need that is shared late, too; what is accepted is theirs to try."""
    if question.answer_count:
        move(need, "answered", actor=None)
    if question.accepted_answer_id is not None:
        plan(need, answer=db.session.get_one(Answer, question.accepted_answer_id))


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
