"""Challenges, and the replies that are owed."""

from __future__ import annotations

from sqlalchemy import select

from forum.core.db import db
from forum.core.jobs import listener
from forum.notifications.recipients.telling import (
    Reason,
    fresh,
    moderators,
    page_of,
    tell,
)
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.reviewing.challenging import (
    ChallengeJoined,
    ChallengeOverdue,
    ChallengePassedOn,
    ChallengeSettled,
    PostChallenged,
)
from forum.reviewing.models import Challenge, ChallengeBacking


@listener(atomic=True)
def tell_of_challenge(event: PostChallenged) -> None:
    """Somebody says that it no longer works: whoever owes the reply, and whoever wrote it."""
    challenged = _challenge(event.challenge_id)
    if challenged.outcome is None:
        post = db.session.get_one(Post, event.post_id)
        tell(event, "challenge", post, page_of(post), [_owing(challenged, post)])
        tell(event, "outcome", post, page_of(post), [("wrote", [post.author_id])], but=[challenged.owner_id])


@listener(atomic=True)
def tell_of_joining(event: ChallengeJoined) -> None:
    """Somebody else sees the same: whoever owes the reply, while it is owed."""
    _tell_owing(event)


@listener(atomic=True)
def tell_of_passing_on(event: ChallengePassedOn) -> None:
    """A practice that stands challenged got a new owner: that person."""
    _tell_owing(event)


@listener(atomic=True)
def tell_of_overdue(event: ChallengeOverdue) -> None:
    """Nobody replied in time: the moderators, one of whom decides, and once more whoever owes it."""
    challenged = _challenge(event.challenge_id)
    _tell_owing(event)
    if challenged.outcome is None:
        post = db.session.get_one(Post, event.post_id)
        own = [challenged.by_id, challenged.owner_id]  # Nobody decides what they said themselves.
        tell(event, "upkeep", post, page_of(post), [("moderates", moderators())], but=own)


@listener(atomic=True)
def tell_of_reply(event: ChallengeSettled) -> None:
    """What came of a challenge: whoever made it, whoever joined it, and who wrote or keeps what it was about."""
    challenged, post = _challenge(event.challenge_id), db.session.get_one(Post, event.post_id)
    if challenged.outcome != event.outcome:
        return  # Replied to again meanwhile; that is told.
    joined = select(ChallengeBacking.person_id).where(ChallengeBacking.challenge_id == challenged.id)
    people = [
        ("challenged", [challenged.by_id]),
        ("agrees", db.session.scalars(joined).all()),
        _owing(challenged, post),
        ("wrote", [post.author_id]),
    ]
    tell(event, "outcome", post, page_of(post), people)


def _tell_owing(event: ChallengeJoined | ChallengePassedOn | ChallengeOverdue) -> None:
    challenged = _challenge(event.challenge_id)
    if challenged.outcome is None:
        post = db.session.get_one(Post, event.post_id)
        tell(event, "challenge", post, page_of(post), [_owing(challenged, post)])


def _owing(challenged: Challenge, post: Post) -> Reason:
    """Whoever owes a challenge its reply, and why it is them."""
    return "keeps" if isinstance(post, Practice) else "wrote", [challenged.owner_id]


def _challenge(id: int) -> Challenge:
    return db.session.scalars(fresh(select(Challenge).where(Challenge.id == id))).one()
