"""Needs: who is asked to help, who is told while somebody waits, and who hears whether it worked."""

from __future__ import annotations

from sqlalchemy import select

from forum.answers.models import Answer
from forum.core.db import db
from forum.core.events import PostEvent
from forum.core.jobs import listener
from forum.needs.check_ins import CheckInAsked, OutcomeGiven
from forum.needs.escalating import AcceptancePrompted, Escalated
from forum.needs.handing_over import NeedHandedOver, NeedOffered, OfferDeclined
from forum.needs.inviting import PersonInvited, is_unanswered
from forum.needs.models import AnswerInvitation, CheckIn, Handover, Need
from forum.needs.owning import OwnerNamed, WordDue, WordGiven, WordMissed
from forum.notifications.recipients.telling import (
    fresh,
    moderators,
    need_of,
    page_of,
    tell,
)
from forum.posts.models import Post
from forum.questions.models import Question

FOR_MODERATORS = {"others": "unanswered", "owner": "problem"}  # Which steps of waiting moderators are told, as what.


@listener(atomic=True)
def tell_of_invitation(event: PersonInvited) -> None:
    """An invitation to help: whoever is invited, unless they have replied already."""
    unanswered = (AnswerInvitation.id == event.invitation_id, is_unanswered())
    if db.session.scalar(select(AnswerInvitation.id).where(*unanswered)) is not None:
        question = db.session.get_one(Question, event.post_id)
        tell(event, "invitation", question, question, [("invited", [event.person_id])])


@listener(atomic=True)
def tell_of_check_in(event: CheckInAsked) -> None:
    """A check-in or its reminder: whoever has the need, while they can still reply."""
    check_in = db.session.get_one(CheckIn, event.check_in_id)
    need = need_of(check_in.need_id)
    if need.state == "due" and need.round == check_in.round and need.person_id == event.person_id:
        about = db.session.get_one(Post, check_in.answer_id or event.post_id)
        tell(event, "check_in", about, page_of(about), [("needs", [need.person_id])], need=need)


@listener(atomic=True)
def tell_of_outcome(event: OutcomeGiven) -> None:
    """What became of an answer: whoever gave it. Silence is no outcome and is not told."""
    if event.answer_id is not None and event.outcome != "no_reply":
        answer = db.session.get_one(Answer, event.answer_id)
        tell(event, "outcome", answer, page_of(answer), [("wrote", [answer.author_id])])


@listener(atomic=True)
def tell_of_escalation(event: Escalated) -> None:
    """Nobody has answered yet: the asker, when that brought about anything, and the moderators, who name somebody."""
    need = need_of(event.need_id)
    if not need.is_waiting:
        return
    question = db.session.get_one(Question, event.post_id)
    if event.asked or event.step == "owner":
        tell(event, "waiting", question, question, [(_whose(need), [need.person_id])], need=need)
    if event.step in FOR_MODERATORS and need.owner_id is None:
        people = [("moderates", moderators())]
        tell(event, FOR_MODERATORS[event.step], question, question, people, need=need, but=[need.person_id])


@listener(atomic=True)
def tell_of_owner(event: OwnerNamed) -> None:
    """Somebody stays with an open problem: the asker, and that person."""
    _tell_of_staying(event)


@listener(atomic=True)
def tell_of_word(event: WordGiven) -> None:
    """What has happened so far with an open problem: the asker, and the owner when a moderator said it."""
    _tell_of_staying(event)


@listener(atomic=True)
def tell_of_due_word(event: WordDue) -> None:
    """The day of a promise: the owner, while it stands."""
    need = need_of(event.need_id)
    if _still_promised(need, event):
        question = db.session.get_one(Question, event.post_id)
        tell(event, "word", question, question, [("stays", [event.owner_id])], need=need)


@listener(atomic=True)
def tell_of_missed_word(event: WordMissed) -> None:
    """A day that passed without a word: the moderators; to the one who promised it in the second person."""
    need = need_of(event.need_id)
    if _still_promised(need, event):
        question = db.session.get_one(Question, event.post_id)
        everybody = moderators()
        people = [("stays", {event.owner_id} & set(everybody)), ("moderates", everybody)]
        tell(event, "problem", question, question, people, need=need, but=[need.person_id])


@listener(atomic=True)
def tell_of_prompt(event: AcceptancePrompted) -> None:
    """A word to mark the answer that helped: the asker, while there is something to mark."""
    asked = (Need.question_id == event.post_id, Need.person_id == event.person_id, Need.origin == "asked")
    need = db.session.scalar(fresh(select(Need).where(*asked, Need.merged_from_id.is_(None))))
    if need is not None and need.state == "answered":
        question = db.session.get_one(Question, event.post_id)
        tell(event, "prompt", question, question, [("asked", [need.person_id])], need=need)


@listener(atomic=True)
def tell_of_offer(event: NeedOffered) -> None:
    """A question that was asked for somebody: that colleague, unless they have replied already."""
    handover = db.session.scalars(fresh(select(Handover).where(Handover.id == event.handover_id))).one()
    if handover.replied_at is None:
        question = db.session.get_one(Question, event.post_id)
        tell(event, "invitation", question, question, [("offered", [handover.to_id])])


@listener(atomic=True)
def tell_of_handover(event: NeedHandedOver) -> None:
    """The colleague says that it is theirs: whoever wrote it down."""
    _tell_typist(event, event.handover_id)


@listener(atomic=True)
def tell_of_decline(event: OfferDeclined) -> None:
    """The colleague says that it is not theirs: whoever wrote it down, and still has it."""
    _tell_typist(event, event.handover_id)


def _tell_typist(event: PostEvent, handover_id: int) -> None:
    handover, question = db.session.get_one(Handover, handover_id), db.session.get_one(Question, event.post_id)
    tell(event, "waiting", question, question, [("typed", [handover.from_id])])


def _tell_of_staying(event: OwnerNamed | WordGiven) -> None:
    need = need_of(event.need_id)
    if need.is_waiting and need.owner_id == event.owner_id:
        question = db.session.get_one(Question, event.post_id)
        people = [("stays", [event.owner_id]), (_whose(need), [need.person_id])]
        tell(event, "waiting", question, question, people, need=need)


def _whose(need: Need) -> str:
    """The reason for which whoever has a need is told that it waits."""
    return "asked" if need.origin == "asked" else "needs"


def _still_promised(need: Need, event: WordDue | WordMissed) -> bool:
    """Whether an open problem still waits for what was promised for that day."""
    promised = need.next_on is not None and need.next_on.isoformat() == event.next_on
    return need.state == "open_problem" and need.owner_id == event.owner_id and promised
