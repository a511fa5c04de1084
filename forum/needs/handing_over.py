"""Asking for a colleague: whoever typed it has the need, until the colleague says that it is theirs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, update

from forum.answers.models import Answer
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.departments.following import follow
from forum.needs import check_ins, inviting
from forum.needs.ledger import NotPossible, hold, move
from forum.needs.models import WAITING, Handover, Need
from forum.needs.opening import need_of
from forum.people.models import Person
from forum.posts.thanks import take_back
from forum.posts.votes import cast
from forum.questions.models import Question


@dataclass(frozen=True, kw_only=True)
class NeedOffered(PostEvent):
    """Somebody asked for a colleague, who has not said yet whether it is theirs."""

    handover_id: int
    to_id: int


@dataclass(frozen=True, kw_only=True)
class NeedHandedOver(PostEvent):
    """The colleague said yes: the need is theirs from now on, in the state that it was in."""

    handover_id: int
    need_id: int
    origin: str
    before: str
    after: str
    department_id: int
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OfferDeclined(PostEvent):
    """The colleague said no: the need stays with whoever typed it."""

    handover_id: int


def offer(typist: Person, question: Question, colleague: Person) -> Handover:
    """Ask a colleague whether the question that one typed is theirs. Nothing changes until they say so.

    Raises `Invalid` for oneself and for somebody who has left.
    """
    require(typist, "need.hand_over", question)
    if colleague.id == typist.id:
        raise Invalid("Name the colleague for whom you ask, or leave this empty when it is for you.", "colleague")
    if not colleague.is_active:
        raise Invalid("Name somebody who works here.", "colleague")
    made = Handover(question_id=question.id, from_id=typist.id, to_id=colleague.id, offered_at=now())
    db.session.add(made)
    db.session.flush()
    publish(NeedOffered(post_id=made.question_id, handover_id=made.id, to_id=colleague.id), actor=typist)
    return made


def agree(colleague: Person, handover: Handover) -> None:
    """Say that it is one's own: question and need become theirs, with whatever is still to be asked about it.

    Saying it twice is saying it once. Raises `NotPossible` after a no, and when the question or the need is gone.
    """
    require(colleague, "handover.reply", handover)
    for id in _questions(handover):
        hold(id)
    if not _claim(handover, agreed=True):
        return
    question = db.session.get_one(Question, handover.question_id, populate_existing=True)
    need = _asked_need(handover)
    if question.removed_at is not None or need is None or need.state == "withdrawn":
        raise NotPossible()
    _leave_as_reader(colleague, question)
    question.author_id, question.author_department_id = colleague.id, colleague.department_id
    need.person_id, need.department_id = colleague.id, colleague.department_id
    db.session.flush()
    db.session.expire(question, ["author", "author_department"])
    db.session.expire(need, ["person"])
    follow(colleague, "question", question.id)
    publish(_handed_over(handover, need), actor=colleague)
    _note_typists_answer(need, handover.from_id)
    check_ins.ask_again(need)


def decline(colleague: Person, handover: Handover) -> None:
    """Say that it is not one's own; nothing changes. Saying it twice is saying it once."""
    require(colleague, "handover.reply", handover)
    if _claim(handover, agreed=False):
        publish(OfferDeclined(post_id=handover.question_id, handover_id=handover.id), actor=colleague)


def _claim(handover: Handover, *, agreed: bool) -> bool:
    """Of two replies at once, in two tabs for instance, the first counts. False when the same was said before."""
    open_offer = update(Handover).where(Handover.id == handover.id, Handover.replied_at.is_(None))
    claimed: Any = db.session.execute(
        open_offer.values(agreed=agreed, replied_at=now()), execution_options={"synchronize_session": False}
    )
    db.session.refresh(handover)
    if claimed.rowcount == 0 and handover.agreed != agreed:
        raise NotPossible()
    return bool(claimed.rowcount)


def _asked_need(handover: Handover) -> Need | None:
    """The need that was offered, also while its question is merged into another one."""
    at_home = func.coalesce(Need.merged_from_id, Need.question_id) == handover.question_id
    return db.session.scalar(select(Need).where(Need.origin == "asked", at_home))


def _questions(handover: Handover) -> list[int]:
    """Its question and the one that stands for it, in the order in which all take them."""
    merged_into_id = select(Question.merged_into_id).where(Question.id == handover.question_id)
    return sorted({handover.question_id, db.session.scalar(merged_into_id) or handover.question_id})


def _leave_as_reader(colleague: Person, question: Question) -> None:
    """What one may do to a question of somebody else's is undone: nobody votes on, thanks for or shares their own."""
    cast(colleague, question, 0)
    take_back(colleague, question)
    inviting.step_back(colleague, question)
    shared = need_of(colleague, question, "me_too")
    if shared is not None:
        check_ins.leave(colleague, shared)


def _note_typists_answer(need: Need, typist_id: int) -> None:
    """What the typist found out since is now an answer by somebody else, and ends the waiting."""
    query = select(Answer.id).where(Answer.question_id == need.question_id, Answer.author_id == typist_id)
    answer_id = db.session.scalar(
        query.where(Answer.removed_at.is_(None), Answer.created_at >= need.waiting_since).order_by(Answer.id).limit(1)
    )
    if answer_id is not None and need.state in WAITING:
        move(need, "answered", actor=None, answer_id=answer_id)


def _handed_over(handover: Handover, need: Need) -> NeedHandedOver:
    return NeedHandedOver(
        post_id=handover.question_id,
        handover_id=handover.id,
        need_id=need.id,
        origin=need.origin,
        before=need.state,
        after=need.state,
        department_id=need.department_id,
        facts={"handed_over_by": handover.from_id},
    )
