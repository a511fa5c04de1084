"""Asking by name: three at once, in their working time, each with the reason; they take it, pass, or say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import joinedload, selectinload

from forum.answers.answering import AnswerGiven
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.core.working_time import due, next_opening
from forum.departments.models import Department
from forum.needs import timers
from forum.needs.ledger import NotPossible, hold, move
from forum.needs.models import ASKED_BECAUSE, WAITING, AnswerInvitation, Claim, Need, seeking
from forum.needs.opening import asked_need
from forum.needs.routing import NEWCOMER_EVERY, Candidate, barred, candidates, choose
from forum.people.hours import calendar_of, hours_of, is_away
from forum.people.models import Person
from forum.posts.locking import stay_unlocked
from forum.posts.models import Post
from forum.posts.removing import PostRemoved
from forum.questions.merging import stay_apart
from forum.questions.models import Question
from forum.search.port import SearchUnavailable
from forum.search.similar import similar

MOST_SIMILAR = 50  # questions whose answers are evidence; further ones have little in common


@dataclass(frozen=True, kw_only=True)
class PersonInvited(PostEvent):
    """Somebody is asked by name whether they can help."""

    invitation_id: int
    person_id: int
    step: str


@dataclass(frozen=True, kw_only=True)
class InvitationReplied(PostEvent):
    """Somebody took it, passed, or said nothing in time. Nobody is ever shown who passed."""

    invitation_id: int
    reply: str


@dataclass(frozen=True, kw_only=True)
class QuestionClaimed(PostEvent):
    """Somebody said: I am on it."""

    claim_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationTimer(Event):
    """An invitation's time to be sent, or to fall silent."""

    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class ClaimTimer(Event):
    """A claim's time is over."""

    claim_id: int


class TakenAlready(Refused):
    """One at a time."""

    message = "A colleague is on it already. Write what you know all the same: two answers are better than none."


def similar_questions(question: Question) -> dict[int, float]:
    """How like each other question is, by id, from 0 to 1; only those that have something in common that tells.

    Nothing when the index is away: people are then asked by what they said of themselves and where they work.
    """
    try:
        found = similar(question.title, limit=MOST_SIMILAR, kinds=("question",))
    except SearchUnavailable:
        return {}
    return {match.post_id: match.score for match in found if match.words and match.post_id != question.id}


def invite_three(question_id: int) -> Sequence[AnswerInvitation]:
    """Ask three people about a question that waits, once."""
    need, question = _waiting(question_id)
    if need is None or need.state == "routed":
        return []
    newcomer = question_id % NEWCOMER_EVERY == 0
    found = candidates(question, similar_questions(question))
    chosen = choose(
        found,
        asker_department=need.department_id,
        newcomer=newcomer,
        count=timers.AT_ONCE.of(_askers_department(need)),
    )
    sent = [_invite(need, question, each, step="first") for each in chosen]
    if sent:
        move(need, "routed", actor=None, invited=len(sent))
    return sent


def invite_next(question_id: int) -> Sequence[AnswerInvitation]:
    """Ask one more person, in the place of somebody who cannot."""
    need, question = _waiting(question_id)
    if need is None:
        return []
    found = candidates(question, similar_questions(question))
    chosen = choose(found, asker_department=need.department_id, count=1)
    return [_invite(need, question, each, step="next") for each in chosen]


def invite_others(question_id: int) -> Sequence[AnswerInvitation]:
    """Ask more people, only of departments that have not been asked yet."""
    need, question = _waiting(question_id)
    if need is None:
        return []
    asked = select(AnswerInvitation.department_id).where(AnswerInvitation.question_id == question_id)
    there = set(db.session.scalars(asked))
    found = candidates(question, similar_questions(question))
    elsewhere = [each for each in found if each.department_id not in there]
    count = timers.LATER.of(_askers_department(need))
    chosen = choose(elsewhere, asker_department=need.department_id, count=count)
    return [_invite(need, question, each, step="others") for each in chosen]


def invite_person(need: Need, question: Question, person: Person, *, step: str, reason: str) -> AnswerInvitation | None:
    """Ask a particular person, who was named or whose duty it is; nobody who is `barred` from it, or away."""
    if not person.is_active or is_away(person) or person.id in barred(question):
        return None
    candidate = Candidate(person.id, person.department_id, reason=reason)
    return _invite(need, question, candidate, step=step)


@listener(atomic=True)
def send(event: InvitationTimer) -> None:
    """The person's working time has begun: tell them, unless it is over already, or they are away since."""
    invitation = _open(event.invitation_id)
    if invitation is None:
        return
    if is_away(db.session.get_one(Person, invitation.person_id)):
        _fall_silent(invitation)
    else:
        publish(_invited(invitation))


@listener(at_once=True)
def answer_ends_asking(event: AnswerGiven) -> None:
    """Whoever was asked and answered has replied; the claim of whoever was on it is over."""
    author_id = db.session.scalar(select(Post.author_id).where(Post.id == event.post_id))
    own = update(AnswerInvitation).where(
        AnswerInvitation.question_id == event.question_id, AnswerInvitation.person_id == author_id
    )
    db.session.execute(own.values(reply="answered", replied_at=now()))
    claim = update(Claim).where(
        Claim.question_id == event.question_id, Claim.person_id == author_id, Claim.released_at.is_(None)
    )
    db.session.execute(claim.values(released_at=now()))


@listener(at_once=True)
def forget_title(event: PostRemoved) -> None:
    """What is off its page is named to nobody: whoever was asked because of it is told so without its title."""
    named = update(AnswerInvitation).where(AnswerInvitation.similar_id == event.post_id)
    db.session.execute(named.values(reason=ASKED_BECAUSE["solved untold"], similar_id=None))


def take(person: Person, invitation: AnswerInvitation) -> Claim:
    """Say "I am on it": nobody else is asked until the claim lapses. Raises `TakenAlready`."""
    require(person, "invitation.own", invitation)
    question = db.session.get_one(Question, invitation.question_id)
    made = claim(person, question)
    _reply(invitation, "take", person)
    return made


def pass_on(person: Person, invitation: AnswerInvitation, hint: Person | None = None) -> AnswerInvitation | None:
    """Say "not me", or "not me, ask X": nobody is told who passed. Returns the invitation of whoever was named."""
    require(person, "invitation.own", invitation)
    hold(invitation.question_id)
    if hint is not None and hint.id == person.id:
        raise Invalid("Name a colleague, or nobody.", "hint")
    if hint is not None and is_away(hint):
        raise Invalid(
            gettext("%(name)s is away and would not see it. Name somebody else, or nobody.", name=hint.name), "hint"
        )
    late = invitation.reply == "silence"  # Then the next person has been asked already.
    _reply(invitation, "pass", person)
    need, question = _waiting(invitation.question_id)
    if need is None:
        return None
    if hint is None:
        if not late:
            invite_next(question.id)
        return None
    invitation.hint_person_id = hint.id
    return invite_person(need, question, hint, step="hint", reason=ASKED_BECAUSE["hint"])


def claim(person: Person, question: Question) -> Claim:
    """ "I am on it", for some of one's working hours. Raises `TakenAlready` while somebody else is, or `Locked`."""
    require(person, "question.claim", question)
    hold(question.id)
    stay_unlocked(question.id)
    standing = standing_claim(question.id)
    if standing is not None:
        if standing.person_id == person.id:
            return standing
        raise TakenAlready()
    need = asked_need(question)
    time = timers.CLAIM.hours(need.impact if need else "slowed", person.department.timers)
    until = due(hours_of(person), now(), time)  # Whoever takes it is here, also on a day off.
    made = Claim(question_id=question.id, person_id=person.id, claimed_at=now(), until=until)
    db.session.add(made)
    db.session.flush()
    stay_apart(question)
    publish(QuestionClaimed(post_id=question.id, claim_id=made.id), actor=person)
    enqueue(lapse, ClaimTimer(claim_id=made.id), due=until)
    return made


def release(person: Person, question: Question) -> None:
    """Be on it no longer; nothing happens when one was not."""
    require(person, "question.claim", question)
    own = update(Claim).where(
        Claim.question_id == question.id, Claim.person_id == person.id, Claim.released_at.is_(None)
    )
    db.session.execute(own.values(released_at=now()))


def step_back(person: Person, question: Question) -> None:
    """The question has become one's own: one is not on it, and nobody waits for one's reply."""
    require(person, "question.claim", question)
    release(person, question)
    own = (AnswerInvitation.question_id == question.id, AnswerInvitation.person_id == person.id)
    open_ones = update(AnswerInvitation).where(*own, AnswerInvitation.reply.is_(None))
    db.session.execute(open_ones.values(reply="moot", replied_at=now()))


@listener(atomic=True)
def lapse(event: ClaimTimer) -> None:
    """The claim's time is over: others may take it."""
    over = update(Claim).where(Claim.id == event.claim_id, Claim.released_at.is_(None), Claim.until <= now())
    db.session.execute(over.values(released_at=now()))


def standing_claim(question_id: int) -> Claim | None:
    """Whoever is on it now."""
    query = select(Claim).where(Claim.question_id == question_id, Claim.released_at.is_(None))
    return db.session.scalar(query.options(joinedload(Claim.person)))


def is_unanswered() -> ColumnElement[bool]:
    """Whether an invitation can still be replied to: silence is no reply, and may end."""
    return or_(AnswerInvitation.reply.is_(None), AnswerInvitation.reply == "silence")


def count_invited(question_id: int) -> int:
    """How many people were asked about a question by name."""
    query = select(func.count()).where(AnswerInvitation.question_id == question_id)
    return db.session.scalar(query) or 0


def own_invitation(person: Person, question: Question) -> AnswerInvitation | None:
    """The invitation by which this person was asked about this question and has not replied to."""
    own = (AnswerInvitation.question_id == question.id, AnswerInvitation.person_id == person.id, is_unanswered())
    return db.session.scalar(select(AnswerInvitation).where(*own))


@listener(atomic=True)
def silence(event: InvitationTimer) -> None:
    """Nobody replied in time: the next person is asked, unless somebody is on it."""
    invitation = _open(event.invitation_id)
    if invitation is None or invitation.silent_at > now():
        return
    _fall_silent(invitation)


def _fall_silent(invitation: AnswerInvitation) -> None:
    invitation.reply, invitation.replied_at = "silence", now()
    publish(InvitationReplied(post_id=invitation.question_id, invitation_id=invitation.id, reply="silence"))
    if standing_claim(invitation.question_id) is None:
        invite_next(invitation.question_id)


def _invite(need: Need, question: Question, candidate: Candidate, *, step: str) -> AnswerInvitation:
    person = db.session.get_one(Person, candidate.person_id)
    sent_at = next_opening(calendar_of(person), now())
    made = AnswerInvitation(
        question_id=question.id,
        person_id=person.id,
        department_id=person.department_id,
        step=step,
        reason=candidate.reason,
        similar_id=candidate.similar_id,
        is_bridge=candidate.is_bridge,
        sent_at=sent_at,
        silent_at=timers.due(timers.SILENCE, person, sent_at, need.impact),
    )
    db.session.add(made)
    db.session.flush()
    if sent_at <= now():
        publish(_invited(made))
    else:
        enqueue(send, InvitationTimer(invitation_id=made.id), due=sent_at)
    enqueue(silence, InvitationTimer(invitation_id=made.id), due=made.silent_at)
    return made


def _invited(invitation: AnswerInvitation) -> PersonInvited:
    return PersonInvited(
        post_id=invitation.question_id,
        invitation_id=invitation.id,
        person_id=invitation.person_id,
        step=invitation.step,
    )


def _reply(invitation: AnswerInvitation, reply: str, person: Person) -> None:
    own = update(AnswerInvitation).where(AnswerInvitation.id == invitation.id, is_unanswered())
    replied: Any = db.session.execute(
        own.values(reply=reply, replied_at=now()), execution_options={"synchronize_session": False}
    )
    if replied.rowcount == 0:
        raise NotPossible()
    db.session.refresh(invitation)
    publish(InvitationReplied(post_id=invitation.question_id, invitation_id=invitation.id, reply=reply))


def _open(invitation_id: int) -> AnswerInvitation | None:
    of = select(AnswerInvitation.question_id).where(AnswerInvitation.id == invitation_id)
    hold(db.session.scalar(of))
    query = select(AnswerInvitation).where(AnswerInvitation.id == invitation_id, AnswerInvitation.reply.is_(None))
    return db.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _waiting(question_id: int) -> tuple[Need | None, Question]:
    """The asker's need if it still waits for an answer, else one merged into it, and the question with its labels."""
    query = select(Question).where(Question.id == question_id)
    loaded = query.options(selectinload(Question.departments), selectinload(Question.tags))
    question = db.session.scalars(loaded.execution_options(populate_existing=True)).one()
    if question.removed_at is not None:
        return None, question
    waiting = (Need.question_id == question.id, seeking(), Need.state.in_(WAITING))
    first = select(Need).where(*waiting).order_by(Need.merged_from_id.is_not(None), Need.id).limit(1)
    return db.session.scalar(first), question


def _askers_department(need: Need) -> Department:
    return db.session.get_one(Department, need.department_id)
