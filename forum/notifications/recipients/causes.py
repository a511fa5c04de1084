"""Causes: those who asked, and those who can remove them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from forum.causes.answering import CauseDoubted, DelegateNamed
from forum.causes.duties import CauseOverdue, responsible_ids
from forum.causes.linking import CauseLinked
from forum.causes.models import Cause, CauseTelling
from forum.causes.quoting import QuoteAsked
from forum.causes.stepping import CauseMoved, CauseTold
from forum.causes.stopping import RetirementProposed, StoppedAsked
from forum.core.db import db
from forum.core.jobs import listener
from forum.notifications.recipients.telling import (
    Reason,
    followers,
    moderators,
    named,
    tell,
)
from forum.practices.models import Practice
from forum.questions.models import Question

OWED = ("signalled", "challenged", "recurred", "verified")  # steps of which a department is told as its own


@listener(atomic=True)
def tell_of_cause_link(event: CauseLinked) -> None:
    """A question has a cause: whoever asked it, who can say that theirs was something else."""
    cause, question = db.session.get_one(Cause, event.post_id), db.session.get(Question, event.linked_id)
    if event.link and question is not None:
        tell(event, "cause", cause, cause, [("linked", [question.author_id])])


@listener(atomic=True)
def tell_of_cause(event: CauseTold) -> None:
    """A step of a cause: everybody who asked or needs the same, who put it into words, owns it too, or follows it."""
    cause = db.session.get_one(Cause, event.post_id)
    asked = select(CauseTelling.person_id).where(CauseTelling.step_id == event.step_id)
    people = [
        ("linked", db.session.scalars(asked).all()),
        ("co_owns", named(cause.co_owner_id)),
        ("suspected", [cause.author_id]),
        *followers(event, "cause", cause, "cause"),
    ]
    tell(event, "cause", cause, cause, people, but=_answering(event, cause))


@listener(atomic=True)
def tell_of_cause_duty(event: CauseMoved) -> None:
    """A cause is its department's to answer, or has stopped: whoever speaks for that department."""
    cause = db.session.get_one(Cause, event.post_id)
    if event.kind in OWED and cause.state == event.after:
        kind = "cause" if event.kind == "verified" else "cause_asked"
        tell(event, kind, cause, cause, [("answers_for", responsible_ids(cause))])


@listener(atomic=True)
def tell_of_late_cause(event: CauseOverdue) -> None:
    """Nobody has said anything in time: one level up, once, and whoever owes it."""
    cause = db.session.get_one(Cause, event.post_id)
    if cause.overdue_at is not None and cause.state == event.state:
        people: list[Reason] = [("answers_for", responsible_ids(cause)), ("one_up", event.up_ids)]
        tell(event, "cause_asked", cause, cause, people)


@listener(atomic=True)
def tell_of_doubt(event: CauseDoubted) -> None:
    """Somebody does not accept that it stays: whoever speaks for the department."""
    cause = db.session.get_one(Cause, event.post_id)
    tell(event, "cause", cause, cause, [("answers_for", responsible_ids(cause))])


@listener(atomic=True)
def tell_of_delegate(event: DelegateNamed) -> None:
    """Somebody may speak for the department: that person."""
    cause = db.session.get_one(Cause, event.post_id)
    tell(event, "cause_asked", cause, cause, [("answers_for", [event.person_id])])


@listener(atomic=True)
def tell_of_quote(event: QuoteAsked) -> None:
    """Somebody would like to quote: whose words they are."""
    cause = db.session.get_one(Cause, event.post_id)
    tell(event, "cause_asked", cause, cause, [("linked", [event.person_id])])


@listener(atomic=True)
def tell_of_stopping(event: StoppedAsked) -> None:
    """Has it stopped? Whoever asked, while it is said to be fixed."""
    cause = db.session.get_one(Cause, event.post_id)
    if cause.effect_on is not None:
        tell(event, "cause_asked", cause, cause, [("linked", [event.person_id])])


@listener(atomic=True)
def tell_of_retiring(event: RetirementProposed) -> None:
    """What a practice works around is gone: whoever keeps it, and the moderators, one of whom decides."""
    practice = db.session.get_one(Practice, event.post_id)
    if practice.retired_at is None:
        tell(event, "review", practice, practice, [("keeps", [practice.owner_id])])
        tell(event, "upkeep", practice, practice, [("moderates", moderators())], but=[practice.owner_id])


def _answering(event: CauseTold, cause: Cause) -> Sequence[int]:
    """Whoever speaks for the department is told of what it owes, and not of the same once more."""
    return responsible_ids(cause) if event.kind in OWED else []
