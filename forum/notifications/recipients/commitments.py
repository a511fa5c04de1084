"""Commitments, experiments, and keys that somebody else has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forum.commitments.blocking import KeyAsked, KeyPassedUp, KeyReplied
from forum.commitments.committing import CommitmentConfirmed, CommitmentDue, CommitmentMade, CommitmentReported
from forum.commitments.experimenting import ExperimentBacked, ExperimentBegun, ExperimentThanked, ExperimentTold
from forum.commitments.models import Blocker, Commitment
from forum.core.db import db
from forum.core.jobs import listener
from forum.notifications.recipients.telling import (
    Reason,
    named,
    tell,
)
from forum.posts.models import Post
from forum.practices.models import Practice


@listener(atomic=True)
def tell_of_commitment(event: CommitmentMade) -> None:
    """What somebody will do: whom they named to do it together."""
    _tell_of_commitment(event, [("with", named(event.with_id))], while_open=True)


@listener(atomic=True)
def tell_of_due_commitment(event: CommitmentDue) -> None:
    """The day is over: whoever said what they would do, while it can be told."""
    _tell_of_commitment(event, [("committed", [event.person_id])], while_open=True)


@listener(atomic=True)
def tell_of_report(event: CommitmentReported) -> None:
    """What became of it: whoever was named to do it together. Silence is not told."""
    if event.state != "no_reply":
        _tell_of_commitment(event, [("with", named(event.with_id))])


@listener(atomic=True)
def tell_of_confirmation(event: CommitmentConfirmed) -> None:
    """It is confirmed: whoever said that they would do it."""
    _tell_of_commitment(event, [("committed", [event.person_id])])


@listener(atomic=True)
def tell_of_experiment(event: ExperimentBegun) -> None:
    """Something is tried: whoever wrote the page that it is about, and whoever keeps that practice."""
    page = db.session.get_one(Post, event.post_id)
    keeps = [page.owner_id] if isinstance(page, Practice) else []
    _tell_of_commitment(event, [("keeps", keeps), ("wrote", [page.author_id])])


@listener(atomic=True)
def tell_of_result(event: ExperimentTold) -> None:
    """What came of it: whoever backs it, wrote the page, or keeps that practice."""
    page = db.session.get_one(Post, event.post_id)
    keeps = [page.owner_id] if isinstance(page, Practice) else []
    people: list[Reason] = [("backs", named(event.sponsor_id)), ("keeps", keeps), ("wrote", [page.author_id])]
    _tell_of_commitment(event, people)


@listener(atomic=True)
def tell_of_backing(event: ExperimentBacked | ExperimentThanked) -> None:
    """Somebody backs an experiment, or says thank you for it: whose it is."""
    _tell_of_commitment(event, [("committed", [event.person_id])])


@listener(atomic=True)
def tell_of_key(event: KeyAsked | KeyPassedUp) -> None:
    """Something stands in the way: whoever has the key, or is one level up, while it does."""
    blocker = db.session.get_one(Blocker, event.blocker_id)
    people: Reason = ("one_up", [event.to_id]) if isinstance(event, KeyPassedUp) else ("holds", [event.holder_id])
    if not blocker.is_waiting:
        return
    if event.commitment_id is not None:
        _tell_of_commitment(event, [people], kind="key", while_open=True)
    else:
        tell(event, "key", None, None, [people])


@listener(atomic=True)
def tell_of_key_reply(event: KeyReplied) -> None:
    """The way is open, or cannot be: whoever asked."""
    asker = [db.session.get_one(Blocker, event.blocker_id).person_id]
    if event.commitment_id is not None:
        _tell_of_commitment(event, [("committed", asker)])
    else:
        tell(event, "key", None, None, [("needs_key", asker)])


def _tell_of_commitment(
    event: Any, people: Sequence[Reason], *, kind: str = "commitment", while_open: bool = False
) -> None:
    commitment = db.session.get_one(Commitment, event.commitment_id)
    if commitment.is_open or not while_open:
        page = db.session.get_one(Post, event.post_id)
        tell(event, kind, page, page, people)
