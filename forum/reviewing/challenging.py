"""Challenging what is recommended: what was seen, who owes a reply by when, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import joinedload, selectinload

from forum.answers.models import Answer
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, EventRow, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.core.permissions import require
from forum.needs import timers
from forum.people.models import Person
from forum.posts.models import Post
from forum.posts.removing import PostRestored
from forum.practices import ageing
from forum.practices.models import Practice
from forum.practices.promoting import PracticeHandedOver, PracticeRetired
from forum.reviewing.models import Challenge, ChallengeBacking

LONGEST = 2_000  # characters: what was seen, not a report
SHORTEST = 10  # characters of what no longer works: "no" tells nobody what to mend


@dataclass(frozen=True, kw_only=True)
class ChallengeTimer(Event):
    """The time is over in which a challenge was to be replied to; one of an earlier owner does nothing."""

    challenge_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PostChallenged(PostEvent):
    """Somebody says that a practice or an accepted answer no longer works."""

    challenge_id: int
    due_on: str


@dataclass(frozen=True, kw_only=True)
class ChallengeJoined(PostEvent):
    """Somebody else sees the same."""

    challenge_id: int


@dataclass(frozen=True, kw_only=True)
class ChallengePassedOn(PostEvent):
    """Somebody else looks after the practice now, and with it owes the reply."""

    challenge_id: int
    due_on: str


@dataclass(frozen=True, kw_only=True)
class ChallengeOverdue(PostEvent):
    """Nobody has replied in time, so a moderator decides."""

    challenge_id: int


@dataclass(frozen=True, kw_only=True)
class ChallengeSettled(PostEvent):
    """A challenge came to an end, or its reply was put right: what came of it."""

    challenge_id: int
    outcome: str


class NotRecommended(Refused):
    """Only what is recommended can be challenged."""

    message = "Only an accepted answer or a practice in use can be challenged. Write a comment instead."


class ChallengedAlready(Refused):
    """One challenge a post at a time."""

    message = "A colleague has said so already. Go back to its page and join them: one reply will do for both of you."


class Settled(Refused):
    """There is nothing left to say."""

    message = "This has been replied to meanwhile. Reload the page to read what came of it."


class OthersAgree(Refused):
    """Whoever joined still waits for the reply."""

    message = "Colleagues have seen the same, so it stays until it is replied to. Say below what you know now."


def challenge(person: Person, post: Post, *, what: str, tried: str = "") -> Challenge:
    """Say that a practice or an accepted answer no longer works. Its page shows it at once, and its owner owes a reply.

    Raises `Invalid` when too little is said, `NotRecommended`, or `ChallengedAlready` while another one stands.
    """
    require(person, "post.challenge", post)
    what = _cleaned(what)
    if len(what) < SHORTEST:
        raise Invalid("Say what no longer works, so that somebody can mend it.", "what")
    _hold(post)
    if not can_be_challenged(post):
        raise NotRecommended()
    if post.challenged_at is not None:
        raise ChallengedAlready()
    made = Challenge(
        post_id=post.id,
        version=post.version,
        by_id=person.id,
        department_id=person.department_id,
        what=what,
        tried=_cleaned(tried),
        at=now(),
        owner_id=_owner_id(post),
        due_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    post.challenged_at = made.at
    _begin(made)
    publish(PostChallenged(post_id=post.id, challenge_id=made.id, due_on=_day(made.due_at)), actor=person)
    return made


def join(person: Person, joined: Challenge, *, note: str = "") -> None:
    """See the same as whoever challenged it; again only changes the note. Raises `Settled` when it is over."""
    require(person, "challenge.join", joined)
    _still_standing(joined)
    own = (ChallengeBacking.challenge_id == joined.id, ChallengeBacking.person_id == person.id)
    backing = db.session.scalar(select(ChallengeBacking).where(*own))
    if backing is not None:
        backing.note = _cleaned(note) or backing.note
        return
    db.session.add(ChallengeBacking(challenge_id=joined.id, person_id=person.id, at=now(), note=_cleaned(note)))
    publish(ChallengeJoined(post_id=joined.post_id, challenge_id=joined.id), actor=person)


def reply(person: Person, about: Challenge, outcome: str, words: str) -> None:
    """Reply to a challenge: the text was changed, it is still right, or the challenge is right and stands.

    An upheld one can be replied to again, once it has been mended. Raises `Invalid` for an outcome that there is not,
    for "changed" when nothing was, and without a word; `Settled` when it is over.
    """
    _still_standing(about, upheld=True)  # First: whose it is to reply may have changed while it was written.
    require(person, "challenge.reply", about)
    if outcome not in ("changed", "right", "upheld"):
        raise Invalid("Say what came of it.", "outcome")
    post = db.session.get_one(Post, about.post_id)
    if outcome == "changed" and post.version <= about.version:
        raise Invalid("It still says what it said when it was challenged. Change the text first.", "outcome")
    said = _cleaned(words)
    if not said:
        raise Invalid("Say in a line or two why. Whoever challenged it reads it.", "reply")
    _settle(about, outcome, said, person)


def withdraw(person: Person, own: Challenge) -> None:
    """Take back what one said; not when others see the same. Raises `OthersAgree` or `Settled`."""
    require(person, "challenge.withdraw", own)
    _still_standing(own)
    if db.session.scalar(select(ChallengeBacking.id).where(ChallengeBacking.challenge_id == own.id).limit(1)):
        raise OthersAgree()
    _settle(own, "withdrawn", "", person)


@listener(at_once=True)
def settle_retired(event: PracticeRetired) -> None:
    """A practice that is no longer recommended needs no other reply; the reason is the reply."""
    retired = db.session.get_one(Practice, event.post_id)
    standing = _standing(retired.id)
    if standing is not None:
        by_id = db.session.get_one(EventRow, event.event_id).actor_id
        _settle(standing, "retired", retired.retired_because, db.session.get(Person, by_id) if by_id else None)


@listener(at_once=True)
def pass_on(event: PracticeHandedOver) -> None:
    """Whoever looks after a practice from now on owes the reply, and has as much time for it."""
    practice = db.session.get_one(Practice, event.post_id)
    upheld = (Challenge.post_id == practice.id, Challenge.outcome == "upheld")
    for settled in db.session.scalars(select(Challenge).where(*upheld)).all():
        settled.owner_id = practice.owner_id  # Whoever looks after it says when it is mended.
    standing = _standing(event.post_id)
    if standing is None or standing.owner_id == practice.owner_id:
        return
    standing.owner_id, standing.overdue_at = practice.owner_id, None
    _begin(standing)
    publish(ChallengePassedOn(post_id=practice.id, challenge_id=standing.id, due_on=_day(standing.due_at)))


@listener(at_once=True)
def take_up_challenges(event: PostRestored) -> None:
    """The time for a reply may have run out while the post, or what it stands under, was removed."""
    under = select(Answer.id).where(Answer.question_id == event.post_id)
    here = or_(Challenge.post_id == event.post_id, Challenge.post_id.in_(under))
    for standing in db.session.scalars(select(Challenge).where(here, Challenge.outcome.is_(None))).all():
        if standing.overdue_at is None:
            enqueue(fall_overdue, _timer(standing), due=max(standing.due_at, now()))


@listener(atomic=True)
def fall_overdue(event: ChallengeTimer) -> None:
    """Nobody has replied in time: the moderators are told, once, and decide."""
    mine = (Challenge.id == event.challenge_id, Challenge.owner_id == event.owner_id, Challenge.outcome.is_(None))
    query = readable(select(Challenge)).where(*mine, Challenge.overdue_at.is_(None))
    query = query.with_for_update(of=Challenge.__table__).execution_options(populate_existing=True)
    late = db.session.scalar(query)
    if late is not None and late.due_at <= now():
        late.overdue_at = now()
        publish(ChallengeOverdue(post_id=late.post_id, challenge_id=late.id))


def can_be_challenged(post: Post) -> bool:
    """Whether people are sent to it: a practice that is not retired, or the answer that a question's asker marked."""
    if isinstance(post, Practice):
        return post.retired_at is None
    return isinstance(post, Answer) and post.question.accepted_answer_id == post.id


def open_on(posts: Sequence[Post]) -> Mapping[int, Challenge]:
    """The challenge that each of these posts stands under, by its id. No statement when none does."""
    challenged = [post.id for post in posts if post.challenged_at is not None]
    if not challenged:
        return {}
    query = select(Challenge).where(Challenge.post_id.in_(challenged), is_open()).order_by(Challenge.id)
    return {found.post_id: found for found in db.session.scalars(_with_people(query))}


def trail(post: Post) -> Sequence[Challenge]:
    """Every challenge of a post, the latest first, with what came of it."""
    query = select(Challenge).where(Challenge.post_id == post.id).order_by(Challenge.id.desc())
    return db.session.scalars(_with_people(query)).all()


def find(id: int) -> Challenge | None:
    """The challenge with that id, with everybody concerned, if its post can be read."""
    query = readable(select(Challenge)).where(Challenge.id == id)
    return db.session.scalar(_with_people(query).execution_options(populate_existing=True))


def readable(query: Any) -> Any:
    """Leave challenges out whose post was removed, or what it stands under."""
    post, page, answer = Post.__table__.alias(), Post.__table__.alias(), Answer.__table__.alias()
    query = query.join(post, post.c.id == Challenge.post_id).outerjoin(answer, answer.c.id == Challenge.post_id)
    query = query.join(page, page.c.id == func.coalesce(answer.c.question_id, Challenge.post_id))
    return query.where(post.c.removed_at.is_(None), page.c.removed_at.is_(None))


def is_open() -> Any:
    """Challenges that are true as far as anybody knows; see `Challenge.is_open`."""
    return or_(Challenge.outcome.is_(None), Challenge.outcome == "upheld")


def _with_people(query: Any) -> Any:
    people = (Challenge.by, Challenge.owner, Challenge.replied_by)
    backings = selectinload(Challenge.backings).joinedload(ChallengeBacking.person)
    return query.options(*map(joinedload, people), backings)


def _settle(about: Challenge, outcome: str, said: str, person: Person | None) -> None:
    """Write the reply down. What the page says of it follows: only what is upheld still stands there."""
    about.outcome, about.reply = outcome, said
    about.replied_by_id, about.replied_at = person.id if person else None, now()
    at = about.at if outcome == "upheld" else None
    db.session.execute(update(Post).where(Post.id == about.post_id).values(challenged_at=at))
    db.session.flush()
    practice = db.session.get(Practice, about.post_id)
    if practice is not None and outcome in ("changed", "right"):
        ageing.reviewed(practice, actor=person)
    elif practice is not None and outcome == "upheld":
        ageing.become_stale(practice, "challenge", actor=person)
    publish(ChallengeSettled(post_id=about.post_id, challenge_id=about.id, outcome=outcome), actor=person)


def _begin(standing: Challenge) -> None:
    """Give the owner their time; of whoever has left nobody expects anything, so it is a moderator's at once."""
    owner = db.session.get_one(Person, standing.owner_id)
    standing.due_at = timers.due(timers.CHALLENGE, owner, now()) if owner.is_active else now()
    enqueue(fall_overdue, _timer(standing), due=standing.due_at)


def _still_standing(about: Challenge, *, upheld: bool = False) -> None:
    """Of two who reply at once the second is told so."""
    db.session.execute(select(Challenge.id).where(Challenge.id == about.id).with_for_update())
    db.session.refresh(about, ["outcome", "owner_id"])
    if not (about.is_open if upheld else about.is_standing):
        raise Settled()


def _standing(post_id: int) -> Challenge | None:
    return db.session.scalar(select(Challenge).where(Challenge.post_id == post_id, Challenge.outcome.is_(None)))


def _hold(post: Post) -> None:
    """Of two who challenge the same at once the second one finds the first."""
    db.session.execute(select(Post.id).where(Post.id == post.id).with_for_update(key_share=True, of=Post.__table__))
    db.session.refresh(post, ["challenged_at", "version"])


def _owner_id(post: Post) -> int:
    return post.owner_id if isinstance(post, Practice) else post.author_id


def _timer(standing: Challenge) -> ChallengeTimer:
    return ChallengeTimer(challenge_id=standing.id, owner_id=standing.owner_id)


def _cleaned(typed: str) -> str:
    return text.clean_source(typed).strip()[:LONGEST]


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
