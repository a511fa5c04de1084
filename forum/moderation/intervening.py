"""Hiding a post and locking a page: at once, with a reason, and only for as long as a second moderator agrees.

One moderator alone can stop harm, and cannot silence anybody: what nobody confirms within the time of
`timers.CONFIRMATION` comes back by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.moderation.models import REASONS, Case, Intervention
from forum.needs import timers
from forum.people.listing import active_with
from forum.people.models import Person
from forum.posts.locking import LOCKS
from forum.posts.models import Post
from forum.posts.removing import put_on, take_off

LONGEST = 1_000  # characters of what the author is told


@dataclass(frozen=True, kw_only=True)
class InterventionTimer(Event):
    """The time is over in which a second moderator was to confirm it."""

    intervention_id: int


@dataclass(frozen=True, kw_only=True)
class InterventionEvent(PostEvent):
    """Something about a post that a moderator hid, or whose page one locked: `act` says which."""

    intervention_id: int
    act: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PostHidden(InterventionEvent):
    """A moderator hid a post."""


@dataclass(frozen=True, kw_only=True)
class PageLocked(InterventionEvent):
    """A moderator locked a page: nobody answers or comments there."""


@dataclass(frozen=True, kw_only=True)
class InterventionConfirmed(InterventionEvent):
    """A second moderator agrees, so it stays."""


@dataclass(frozen=True, kw_only=True)
class InterventionLifted(InterventionEvent):
    """A moderator put the post back, or opened the page again."""


@dataclass(frozen=True, kw_only=True)
class InterventionLapsed(InterventionEvent):
    """No second moderator confirmed it in time, so it came back by itself."""


class Over(Refused):
    """Somebody was faster, or time was."""

    message = "This has been decided meanwhile. Reload the page to see how."


def hide(moderator: Person, post: Post, *, reason: str, words: str = "") -> Intervention:
    """Take a post off the page; its place says why. Raises `Invalid` for a reason that there is not, and `Over`."""
    require(moderator, "post.hide", post)
    if reason not in REASONS:
        raise Invalid("Choose why. Everybody who comes by reads the word you choose.", "reason")
    _hold(post)
    if post.removed_at is not None:
        raise Over()
    take_off(moderator, post, withheld="hidden", because=reason)
    made = _begin(moderator, post, "hidden", reason, words)
    publish(PostHidden(**_about(made)), actor=moderator)
    return made


def lock(moderator: Person, page: Post, *, reason: str, words: str = "") -> Intervention:
    """Let nobody answer or comment on a page; its head says why. Raises `Invalid`, or `Over` if it is locked."""
    require(moderator, "post.lock", page)
    if page.kind not in ("question", "practice"):
        raise Invalid("Only the page of a question or a practice is locked.", "reason")
    if reason not in LOCKS:
        raise Invalid("Choose why. The word you choose stands at the head of the page.", "reason")
    _hold(page)
    if page.locked_at is not None or page.removed_at is not None:
        raise Over()
    page.locked_at, page.locked_because = now(), reason
    made = _begin(moderator, page, "locked", reason, words)
    publish(PageLocked(**_about(made)), actor=moderator)
    return made


def confirm(moderator: Person, standing: Intervention) -> None:
    """Agree as a second moderator: it stays until somebody lifts it. Raises `Over`.

    Where there is none an administrator may: two people have to agree, and a small organisation has one moderator.
    """
    require(moderator, "intervention.confirm", standing)
    _claim(standing, confirmed_at=now(), confirmed_by_id=moderator.id)
    publish(InterventionConfirmed(**_about(standing)), actor=moderator)


def lift(moderator: Person, standing: Intervention) -> None:
    """Put the post back, or open the page again. Raises `Over`."""
    require(moderator, "intervention.lift", standing)
    _claim(standing, ended_at=now(), ended_by_id=moderator.id)
    _undo(moderator, standing)
    publish(InterventionLifted(**_about(standing)), actor=moderator)


@listener(atomic=True)
def end_unconfirmed(event: InterventionTimer) -> None:
    """Nobody confirmed it in time: it comes back, and both are told."""
    query = select(Intervention).where(Intervention.id == event.intervention_id).with_for_update()
    standing = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if standing.ended_at is None and standing.confirmed_at is None and standing.due_at <= now():
        standing.ended_at = now()
        _undo(None, standing)
        publish(InterventionLapsed(**_about(standing)))


def unconfirmed(limit: int) -> Sequence[Intervention]:
    """What waits for a second moderator, the most urgent first."""
    query = select(Intervention).where(Intervention.ended_at.is_(None), Intervention.confirmed_at.is_(None))
    people = (joinedload(Intervention.by), joinedload(Intervention.post))
    return db.session.scalars(query.order_by(Intervention.due_at, Intervention.id).limit(limit).options(*people)).all()


def in_force(post: Post, act: str) -> Intervention | None:
    """By what a post is hidden, or its page locked, now."""
    here = (Intervention.post_id == post.id, Intervention.act == act, Intervention.ended_at.is_(None))
    return db.session.scalar(select(Intervention).where(*here))


def who_is_asked(standing: Intervention) -> str:
    """Who is asked to agree, in words: a second moderator; administrators where there is none; or nobody."""
    if standing.has_second:
        return gettext("A second moderator is asked")
    if set(active_with("administrator")) - {standing.by_id, standing.author_id}:
        return gettext("There is no second moderator, so administrators are asked")
    return gettext("There is nobody who could agree, so ask for a second moderator")


def _begin(moderator: Person, post: Post, act: str, reason: str, words: str) -> Intervention:
    made = Intervention(
        act=act,
        post_id=post.id,
        by_id=moderator.id,
        at=now(),
        reason=reason,
        words=text.clean_source(words).strip()[:LONGEST],
        due_at=timers.due(timers.CONFIRMATION, moderator, now()),
    )
    db.session.add(made)
    db.session.flush()
    enqueue(end_unconfirmed, InterventionTimer(intervention_id=made.id), due=made.due_at)
    return made


def _undo(moderator: Person | None, standing: Intervention) -> None:
    post = db.session.get_one(Post, standing.post_id)
    if standing.act == "locked":
        post.locked_at, post.locked_because = None, ""
    elif post.withheld == "hidden":
        put_on(moderator, post)
        # Its author may have asked for another look, which is no longer needed.
        asked = update(Case).where(Case.post_id == post.id, Case.kind == "held", Case.decided_at.is_(None))
        over = {"decided_at": now(), "decided_by_id": moderator.id if moderator else None, "outcome": "approved"}
        db.session.execute(asked.values(over))


def _claim(standing: Intervention, **decision: Any) -> None:
    """Of two decisions at once exactly one counts; the other is told so."""
    claim = update(Intervention).where(Intervention.id == standing.id, Intervention.ended_at.is_(None))
    if "confirmed_at" in decision:
        claim = claim.where(Intervention.confirmed_at.is_(None))
    claimed: Any = db.session.execute(claim.values(**decision), execution_options={"synchronize_session": False})
    if claimed.rowcount == 0:
        raise Over()
    db.session.refresh(standing, [*decision])


def _hold(post: Post) -> None:
    db.session.execute(select(Post.id).where(Post.id == post.id).with_for_update(key_share=True, of=Post.__table__))
    db.session.refresh(post, ["removed_at", "withheld", "locked_at"])


def _about(standing: Intervention) -> dict[str, Any]:
    return {
        "post_id": standing.post_id,
        "intervention_id": standing.id,
        "act": standing.act,
        "reason": standing.reason,
    }
