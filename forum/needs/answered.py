"""What an answer does to the needs it meets: given, accepted, accepted no more, removed and put back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from forum.answers.answering import AcceptanceWithdrawn, AnswerAccepted, AnswerGiven
from forum.answers.models import Acceptance, Answer
from forum.core.db import db
from forum.core.jobs import listener
from forum.needs.check_ins import plan, stop_trying
from forum.needs.ledger import history, move
from forum.needs.models import WAITING, CheckIn, Need, met_by_answers
from forum.people.models import Person
from forum.posts.removing import PostRemoved, PostRestored

# An accepted answer can be tried by whoever is in one of these states.
TRYABLE = (*WAITING, "merged", "answered", "trying")


@listener(at_once=True)
def note_answer(event: AnswerGiven) -> None:
    """The first answer by somebody else ends the waiting."""
    given = db.session.get_one(Answer, event.post_id)
    waiting = select(Need).where(Need.question_id == event.question_id, Need.state.in_((*WAITING, "merged")))
    # Those that wait along come first: whose timers ran for them must not be over before they are.
    waiting = waiting.order_by(Need.state != "merged", Need.id).execution_options(populate_existing=True)
    for need in db.session.scalars(waiting).all():
        if need.person_id != given.author_id:
            move(need, "answered", actor=db.session.get_one(Person, given.author_id), answer_id=given.id)


@listener(at_once=True)
def plan_check_ins(event: AnswerAccepted) -> None:
    """Whoever has the need behind the question will be asked whether the accepted answer worked for them."""
    accepted = db.session.get_one(Answer, event.post_id)
    for need in _needs_in(event.question_id, TRYABLE):
        plan(need, answer=accepted)


@listener(at_once=True)
def cancel_check_ins(event: AcceptanceWithdrawn) -> None:
    """Nobody is asked about an answer that is not accepted any more."""
    for need in _being_tried(event.post_id):
        if not _is_marked(event.post_id, need.merged_from_id or need.question_id, but=event.question_id):
            stop_trying(need, withdrawn=event.post_id)


@listener(at_once=True)
def answer_is_gone(event: PostRemoved) -> None:
    """Nobody is asked about an answer that cannot be read any more; whoever has no other one waits again."""
    removed = db.session.get(Answer, event.post_id)
    if removed is None:
        return
    for need in _being_tried(removed.id):
        stop_trying(need, removed=removed.id)
    for need in _needs_in(removed.question_id, ("answered",)):
        if not _answered_by_others(need):
            move(need, "open", actor=None, removed=removed.id)


@listener(at_once=True)
def answer_is_back(event: PostRestored) -> None:
    """A restored answer ends the waiting that its removal began; if it is accepted, it is asked about again."""
    restored = db.session.get(Answer, event.post_id)
    if restored is None:
        return
    for need in _needs_in(restored.question_id, WAITING):
        if _reopened_by_removal_of(restored.id, need):
            move(need, "answered", actor=None, restored=restored.id)
    if restored.question.accepted_answer_id == restored.id:
        for need in _needs_in(restored.question_id, ("answered", "trying")):
            plan(need, answer=restored)


def _being_tried(answer_id: int) -> Sequence[Need]:
    query = select(Need).join(CheckIn, CheckIn.need_id == Need.id)
    return db.session.scalars(query.where(CheckIn.answer_id == answer_id, CheckIn.closed_at.is_(None))).all()


def _needs_in(question_id: int, states: Collection[str]) -> Sequence[Need]:
    """The needs that are met by the answers to a question and stand in one of these states."""
    met = (Need.question_id == question_id, met_by_answers(), Need.state.in_(states))
    query = select(Need).where(*met).order_by(Need.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _answered_by_others(need: Need) -> bool:
    others = (Answer.question_id == need.question_id, Answer.author_id != need.person_id, Answer.removed_at.is_(None))
    return db.session.scalar(select(Answer.id).where(*others).limit(1)) is not None


def _reopened_by_removal_of(answer_id: int, need: Need) -> bool:
    return [step.facts.get("removed") for step in history(need) if step.after == "open"][-1:] == [answer_id]


def _is_marked(answer_id: int, question_id: int | None, *, but: int) -> bool:
    """Whether the asker of that question, merged into `but`, marked the answer too: then it is still theirs to try."""
    marks = (Acceptance.answer_id == answer_id, Acceptance.question_id == question_id, Acceptance.question_id != but)
    return db.session.scalar(select(Acceptance.id).where(*marks, Acceptance.withdrawn_at.is_(None))) is not None
