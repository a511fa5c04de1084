"""Practices, from their nomination until they are retired."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from forum.core.db import db
from forum.core.events import EventRow
from forum.core.jobs import listener
from forum.needs.models import CheckIn, Need
from forum.nominations.models import Nomination
from forum.nominations.nominating import AnswerNominated, NominationRefused
from forum.nominations.reminding import NominationOverdue
from forum.notifications.models import Notification
from forum.notifications.recipients.telling import (
    followers,
    moderators,
    page_of,
    sharing,
    tell,
)
from forum.posts.models import Post
from forum.practices.adapting import PracticeAdapted
from forum.practices.ageing import KeeperAsked, PracticeConfirmed, PracticeDue, PracticeStale
from forum.practices.bringing_back import PracticeBroughtBack
from forum.practices.models import Practice
from forum.practices.promoting import PracticeHandedOver, PracticePromoted, PracticeRetired
from forum.practices.validating import PeerInvited, Validation
from forum.practices.weighing import PracticeContested, PracticeLabelled
from forum.questions.models import Question


@listener(atomic=True)
def tell_of_practice(event: PracticePromoted) -> None:
    """A new practice: who wrote it, nominated it, asked, has the same need, tried it or keeps it, and who follows the
    question, its topics or departments."""
    made = db.session.get_one(Practice, event.post_id)
    question = db.session.get_one(Question, event.question_id)
    people = [
        ("wrote", [made.author_id]),
        ("nominated", _nominators(made)),
        ("asked", [question.author_id]),
        ("shares", sharing(question)),
        ("tried", _triers(made)),
        ("keeps", _new_keeper(made)),
        *followers(event, "practice", question, "question"),
        *followers(event, "practice", made, "tag", "department"),
    ]
    tell(event, "practice", made, made, people, thread=question)


@listener(atomic=True)
def tell_of_nomination(event: AnswerNominated) -> None:
    """A nominated answer: the moderators, one of whom decides, while it waits; but whoever wrote it."""
    _tell_moderators(event)


@listener(atomic=True)
def tell_of_late_nomination(event: NominationOverdue) -> None:
    """A nomination that nobody has decided about in time: the same people, once more."""
    _tell_moderators(event)


def _tell_moderators(event: AnswerNominated | NominationOverdue) -> None:
    nomination = db.session.get_one(Nomination, event.nomination_id)
    if nomination.decided_at is None:
        answer = db.session.get_one(Post, event.post_id)
        people = [("moderates", moderators())]
        tell(event, "nomination", answer, page_of(answer), people, but=[answer.author_id])


@listener(atomic=True)
def tell_of_refusal(event: NominationRefused) -> None:
    """A refused nomination: whoever nominated it, with the reason."""
    nomination = db.session.get_one(Nomination, event.nomination_id)
    answer = db.session.get_one(Post, event.post_id)
    nominator = [nomination.by_id] if nomination.by_id else []
    tell(event, "practice", answer, page_of(answer), [("nominated", nominator)])


@listener(atomic=True)
def tell_of_checking(event: PeerInvited) -> None:
    """A new practice that somebody is asked to check: that person, unless they have said already what they think."""
    practice = db.session.get_one(Practice, event.post_id)
    asked = select(Validation.id).where(
        Validation.practice_id == practice.id, Validation.person_id == event.person_id, Validation.verdict.is_(None)
    )
    if db.session.scalar(asked) is not None:
        tell(event, "practice", practice, practice, [("peer", [event.person_id])])


@listener(atomic=True)
def tell_of_variant(event: PracticeAdapted) -> None:
    """A practice was adapted: who wrote or keeps the original, and who follows its topics or departments."""
    made, original = db.session.get_one(Practice, event.post_id), db.session.get_one(Practice, event.original_id)
    people = [
        ("inspired", [original.author_id]),
        ("keeps_original", [original.owner_id]),
        *followers(event, "practice", made, "tag", "department"),
    ]
    tell(event, "practice", made, made, people)


@listener(atomic=True)
def tell_of_date(event: PracticeDue) -> None:
    """The date of a practice has come: whoever keeps it, and the moderators; while nobody has looked at it."""
    practice = db.session.get_one(Practice, event.post_id)
    if practice.asked_at is not None and practice.retired_at is None:
        _tell_of_upkeep(event, practice)


@listener(atomic=True)
def tell_of_age(event: PracticeStale) -> None:
    """A practice counts as out of date: whoever keeps it, and the moderators; while it does."""
    practice = db.session.get_one(Practice, event.post_id)
    if practice.stale_since is not None and practice.retired_at is None:
        _tell_of_upkeep(event, practice)


@listener(atomic=True)
def tell_of_asking(event: KeeperAsked) -> None:
    """A moderator asks whether a practice still holds: whoever keeps it."""
    practice = db.session.get_one(Practice, event.post_id)
    if practice.retired_at is None:
        tell(event, "review", practice, practice, [("keeps", [practice.owner_id])])


@listener(atomic=True)
def tell_of_review(event: PracticeConfirmed) -> None:
    """Somebody else than its keeper found that a practice holds: whoever keeps it."""
    practice = db.session.get_one(Practice, event.post_id)
    tell(event, "practice", practice, practice, [("keeps", [practice.owner_id])])


@listener(atomic=True)
def tell_of_keeper(event: PracticeHandedOver) -> None:
    """A practice got somebody new who looks after it: that person, once."""
    practice = db.session.get_one(Practice, event.post_id)
    tell(event, "practice", practice, practice, [("keeps", _new_keeper(practice))])


@listener(atomic=True)
def tell_of_retirement(event: PracticeRetired) -> None:
    """A practice that is recommended no longer: who wrote it and who keeps it."""
    retired = db.session.get_one(Practice, event.post_id)
    if retired.retired_at is not None:
        tell(event, "practice", retired, retired, [("wrote", [retired.author_id]), ("keeps", [retired.owner_id])])


@listener(atomic=True)
def tell_of_bringing_back(event: PracticeBroughtBack) -> None:
    """It is recommended again: who wrote it and who keeps it, where they were told that it is not."""
    back = db.session.get_one(Practice, event.post_id)
    heard = select(Notification.person_id).join(EventRow, EventRow.id == Notification.event_id)
    heard = heard.where(EventRow.name == "PracticeRetired", Notification.post_id == back.id)
    told = set(db.session.scalars(heard))
    people = [("wrote", back.author_id), ("keeps", back.owner_id)]
    if back.retired_at is None:
        tell(event, "practice", back, back, [(reason, told & {id}) for reason, id in people])


@listener(atomic=True)
def tell_of_label(event: PracticeLabelled) -> None:
    """A practice that is Proven, or is so no more: who wrote it and who keeps it, unless that has changed again."""
    practice = db.session.get_one(Practice, event.post_id)
    if "proven" in (event.before, event.after) and practice.label == event.after:
        tell(event, "practice", practice, practice, [("wrote", [practice.author_id]), ("keeps", [practice.owner_id])])


@listener(atomic=True)
def tell_of_contest(event: PracticeContested) -> None:
    """A practice that works for most does not in one department: who keeps it, to find out what is different there."""
    practice = db.session.get_one(Practice, event.post_id)
    tell(event, "review", practice, practice, [("keeps", [practice.owner_id])])


def _tell_of_upkeep(event: PracticeDue | PracticeStale, practice: Practice) -> None:
    tell(event, "review", practice, practice, [("keeps", [practice.owner_id])])
    tell(event, "upkeep", practice, practice, [("moderates", moderators())], but=[practice.owner_id])


def _new_keeper(practice: Practice) -> Sequence[int]:
    """Whoever looks after a practice, unless they have been told so, or that it was made of their words."""
    known = (Notification.page_id == practice.id, Notification.reason.in_(("keeps", "wrote")))
    told = select(Notification.id).where(Notification.person_id == practice.owner_id, *known)
    return [practice.owner_id] if db.session.scalar(told.limit(1)) is None else []


def _nominators(practice: Practice) -> Sequence[int]:
    """Whoever nominated what a practice was made of, also when that was refused at first."""
    nominated = db.session.scalars(select(Nomination.by_id).where(Nomination.post_id == practice.source_id).distinct())
    return [id for id in nominated if id is not None]


def _triers(practice: Practice) -> Sequence[int]:
    """Whoever tried the answer that a practice was made of: asked about it, whatever came of it."""
    tried = select(Need.person_id).join(CheckIn, CheckIn.need_id == Need.id)
    return db.session.scalars(tried.where(CheckIn.answer_id == practice.source_id).distinct()).all()
