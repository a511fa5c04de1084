"""When questions are merged or taken apart: everybody's need goes along and stays their own. And the asker's objection.

The number of needs never changes. Each keeps its state, its check-ins and its history; only the question that it is
about is another one for the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from forum.answers.models import Answer
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Refused
from forum.core.events import publish
from forum.core.jobs import listener
from forum.core.permissions import require
from forum.needs import timers
from forum.needs.check_ins import OutcomeGiven, plan, stop_trying
from forum.needs.inviting import InvitationReplied
from forum.needs.ledger import NeedMoved, move
from forum.needs.models import WAITING, AnswerInvitation, CheckIn, Claim, Need, met_by_answers, seeking
from forum.needs.opening import asked_need, note_state
from forum.people.models import Person
from forum.posts.models import Post
from forum.questions.merging import Decided, MergeEvent, MergeUndone, QuestionsMerged, standing_merge
from forum.questions.models import Merge, Question


@dataclass(frozen=True, kw_only=True)
class MergeObjected(MergeEvent):
    """Whoever asked a merged question says that it is not the same; a second person decides."""


class TooLate(Refused):
    """The days are over in which an objection counts."""

    message = "The days in which you could object are over. Ask a moderator to take the two questions apart."


@listener(at_once=True)
def move_needs(event: QuestionsMerged) -> None:
    """All needs go along. What is known under the other question answers them; those that still wait wait together,
    with one set of timers for all."""
    merge, asked = db.session.get_one(Merge, event.merge_id), db.session.get_one(Question, event.post_id)
    merge.objection_until = timers.due(timers.OBJECTION, db.session.get_one(Person, asked.author_id), merge.at)
    there, coming = _needs_on(event.into_id), _needs_on(event.post_id)
    for need in coming:
        need.merged_from_id, need.question_id = need.merged_from_id or event.post_id, event.into_id
    db.session.flush()
    _stop_asking(event.post_id)
    answers = _answers(event.into_id)
    brought = [answer for answer in answers if answer.merged_from_id in event.question_ids]
    _answer(there, brought)
    _answer(coming, [answer for answer in answers if answer not in brought])
    _wait_together(event.into_id)
    _try_what_is_accepted(coming, event.into_id)
    note_state(event.into_id)


@listener(at_once=True)
def move_needs_back(event: MergeUndone) -> None:
    """The needs of a question are about it again. Nobody is asked about an answer to the other question, and whoever
    has no answer now waits again, with timers of their own."""
    coming = db.session.scalars(select(Need).where(Need.merged_from_id.in_(event.question_ids)).order_by(Need.id)).all()
    for need in coming:
        home = need.merged_from_id if need.merged_from_id != event.post_id else None
        need.question_id, need.merged_from_id = event.post_id, home
    db.session.flush()
    for question_id in (event.post_id, event.into_id):
        _stop_trying_elsewhere(question_id)
        _wait_again(question_id)
        note_state(question_id)


@listener(at_once=True)
def carry_on(event: NeedMoved) -> None:
    """When the need whose timers ran for all waits no more, the next one that waited along takes its place."""
    if event.seeks and event.before in WAITING and event.after not in (*WAITING, "merged"):
        _let_one_wait(event.post_id)


@listener(at_once=True)
def wait_along(event: NeedMoved) -> None:
    """Two who need the same and both wait again are asked for together."""
    if event.seeks and event.after == "open":
        _wait_together(event.post_id)


@listener(at_once=True)
def object_after_trying(event: OutcomeGiven) -> None:
    """An answer to the other question did not work for whoever asked the merged one: that is an objection too."""
    need = db.session.get_one(Need, event.need_id)
    if event.outcome != "not" or need.origin != "asked" or need.merged_from_id is None or event.answer_id is None:
        return
    merge = standing_merge(need.merged_from_id)
    tried = db.session.get_one(Answer, event.answer_id)
    if merge is not None and merge.objected_at is None and tried.merged_from_id != need.merged_from_id:
        _object(merge, db.session.get_one(Person, need.person_id))


def object_to(person: Person, merge: Merge) -> None:
    """Say that one's merged question is another one; a second person decides. Raises `Decided` and `TooLate`."""
    require(person, "merge.object", merge)
    if merge.undone_at is not None or merge.kept_at is not None:
        raise Decided()
    if merge.objected_at is None:
        if merge.objection_until is None or now() > merge.objection_until:
            raise TooLate()
        _object(merge, person)


def _object(merge: Merge, person: Person) -> None:
    merge.objected_at = now()
    into_id = db.session.get_one(Question, merge.question_id).merged_into_id or merge.into_id
    objected = MergeObjected(
        post_id=merge.question_id, merge_id=merge.id, into_id=into_id, question_ids=[merge.question_id]
    )
    publish(objected, actor=person)


def _needs_on(question_id: int) -> Sequence[Need]:
    """Those that wait along first: whose timers run for them must not be over before they are."""
    query = select(Need).where(Need.question_id == question_id).order_by(Need.state != "merged", Need.id)
    return db.session.scalars(query).all()


def _answers(question_id: int) -> Sequence[Answer]:
    shown = (Answer.question_id == question_id, Post.removed_at.is_(None))
    return db.session.scalars(select(Answer).where(*shown).order_by(Answer.id)).all()


def _stop_asking(question_id: int) -> None:
    """Whoever was asked about a merged question need not reply; who is asked about the other one stays asked."""
    asked = select(AnswerInvitation).where(
        AnswerInvitation.question_id == question_id, AnswerInvitation.reply.is_(None)
    )
    for invitation in db.session.scalars(asked.order_by(AnswerInvitation.id)).all():
        invitation.reply, invitation.replied_at = "moot", now()
        publish(InvitationReplied(post_id=question_id, invitation_id=invitation.id, reply="moot"))
    claims = update(Claim).where(Claim.question_id == question_id, Claim.released_at.is_(None))
    db.session.execute(claims.values(released_at=now()))


def _answer(needs: Iterable[Need], answers: Sequence[Answer]) -> None:
    for need in needs:
        by_others = [answer for answer in answers if answer.author_id != need.person_id]
        if by_others and need.is_met_by_answers and need.state in (*WAITING, "merged"):
            move(need, "answered", actor=None, answer_id=by_others[0].id)


def _wait_together(question_id: int) -> None:
    """One need carries the timers, that of the question's own asker if it waits; the others wait along."""
    waiting = select(Need).where(Need.question_id == question_id, seeking(), Need.state.in_(WAITING))
    # Whoever somebody stays with already comes first: what was promised there still holds.
    first_own = waiting.order_by(
        Need.state != "open_problem",
        Need.owner_id.is_(None),
        Need.origin != "asked",
        Need.merged_from_id.is_not(None),
        Need.id,
    )
    for need in db.session.scalars(first_own).all()[1:]:
        move(need, "merged", actor=None, into=question_id)


def _try_what_is_accepted(needs: Iterable[Need], question_id: int) -> None:
    accepted_id = db.session.get_one(Question, question_id).accepted_answer_id
    accepted = db.session.get_one(Answer, accepted_id) if accepted_id else None
    for need in needs:
        if accepted is not None and need.is_met_by_answers and need.state == "answered":
            plan(need, answer=accepted)


def _stop_trying_elsewhere(question_id: int) -> None:
    tried = (
        select(Need)
        .join(CheckIn, CheckIn.need_id == Need.id)
        .join(Answer, Answer.id == CheckIn.answer_id)
        .where(CheckIn.closed_at.is_(None), Need.question_id == question_id, Answer.question_id != question_id)
        .order_by(Need.id)
    )
    for need in db.session.scalars(tried.where(met_by_answers())).all():
        stop_trying(need, apart=True)


def _wait_again(question_id: int) -> None:
    """Whoever has no answer by somebody else any more waits; of those who waited along, one waits by itself."""
    answers = _answers(question_id)
    own = asked_need(db.session.get_one(Question, question_id))
    for need in _needs_on(question_id):
        alone = all(answer.author_id == need.person_id for answer in answers)
        if (need.state == "answered" and need.is_met_by_answers and alone) or (need.state == "merged" and need == own):
            move(need, "open", actor=None, apart=True)
    _wait_together(question_id)
    _let_one_wait(question_id)


def _let_one_wait(question_id: int) -> None:
    seeks: Any = select(Need).where(Need.question_id == question_id, seeking())
    if db.session.scalar(seeks.where(Need.state.in_(WAITING)).limit(1)) is None:
        along = db.session.scalar(seeks.where(Need.state == "merged").order_by(Need.id).limit(1))
        if along is not None:
            move(along, "open", actor=None)
