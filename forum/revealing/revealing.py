"""Asking who wrote without a name, agreeing or refusing, and the one look that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from forum.chats.models import ChatTurn
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.languages import gettext, ngettext, number
from forum.core.permissions import require
from forum.people.models import Person
from forum.people.persona_links import person_behind
from forum.posts.models import Post
from forum.revealing.models import Reveal

SHORTEST_REASON, LONGEST_REASON = 30, 1_000  # characters: enough to say what happened and what is to be prevented
TO_AGREE = timedelta(hours=48)  # Two working days; what is urgent cannot wait longer, what can needs no reveal.
TO_SETTLE = timedelta(days=14)  # Whoever gives somebody a role could else give both halves by that.
TO_LOOK = timedelta(hours=24)  # for the two, to do what they asked it for


@dataclass(frozen=True, kw_only=True)
class RevealAsked(PostEvent):
    """Somebody asks who wrote a post without a name."""

    reveal_id: int
    wanted: str


@dataclass(frozen=True, kw_only=True)
class RevealAgreed(PostEvent):
    """A second person agreed: the two may see who it is, for a day."""

    reveal_id: int


@dataclass(frozen=True, kw_only=True)
class RevealRefused(PostEvent):
    """A second person refused, and nobody is told who it is."""

    reveal_id: int


class Sealed(Refused):
    """There is nothing to look at, or no longer."""

    message = "This is not open. Somebody of the other role has to agree first, and after a day it is sealed again."


class OneGaveTheOtherTheRole(Refused):
    """It would be one person with a second account."""

    def __init__(self) -> None:
        super().__init__(
            ngettext(
                "One of you was given the role by the other, or took it, less than %(num)s day ago. Somebody else has "
                "to agree.",
                "One of you was given the role by the other, or took it, less than %(num)s days ago. Somebody else has "
                "to agree.",
                TO_SETTLE.days,
            )
        )


def ask_to_reveal(person: Person, written: Post | ChatTurn, reason: str) -> Reveal:
    """Ask that it be said who wrote a post, or said something in a chat, without a name.

    Somebody of the other role has to agree within two days. Raises `Invalid` for a reason that says too little, and
    `Refused` while the same is asked already.
    """
    require(person, "reveal.ask", written)
    cleaned = text.clean_source(reason).strip()
    if not SHORTEST_REASON <= len(cleaned) <= LONGEST_REASON:
        raise Invalid(
            gettext(
                "Say what happened and what knowing the name is to prevent, in %(least)s to %(most)s characters: "
                "whoever decides reads this.",
                least=number(SHORTEST_REASON),
                most=number(LONGEST_REASON),
            ),
            "reason",
        )
    if any(each.state == "waiting" for each in _about(written.author_id)):
        raise Refused("Somebody has asked this already, and it waits for a second person.")
    turn = written if isinstance(written, ChatTurn) else None
    made = Reveal(
        post_id=turn.chat_id if turn else written.id,
        turn_id=turn.id if turn else None,
        persona_id=written.author_id,
        asked_by_id=person.id,
        asked_as="moderator" if person.is_moderator else "administrator",
        reason=cleaned,
        asked_at=now(),
        ends_at=now() + TO_AGREE,
    )
    db.session.add(made)
    db.session.flush()
    publish(RevealAsked(post_id=made.post_id, reveal_id=made.id, wanted=made.wanted), actor=person)
    return made


def agree(person: Person, asked: Reveal) -> None:
    """Agree, as the second of the two. Whoever wrote it is told in the same moment.

    Raises `Sealed` when it is over, and `OneGaveTheOtherTheRole`.
    """
    require(person, "reveal.decide", asked)
    two = {person.id, asked.asked_by_id}
    if _was_appointed(person, asked.wanted, two) or _was_appointed(asked.asked_by, asked.asked_as, two):
        raise OneGaveTheOtherTheRole()
    _decide(person, asked, agreed=True)
    asked.ends_at = now() + TO_LOOK
    publish(RevealAgreed(post_id=asked.post_id, reveal_id=asked.id), actor=person)


def refuse(person: Person, asked: Reveal) -> None:
    """Refuse: nobody is told who it is. Raises `Sealed` when it is over."""
    require(person, "reveal.decide", asked)
    _decide(person, asked, agreed=False)
    publish(RevealRefused(post_id=asked.post_id, reveal_id=asked.id), actor=person)


def look(person: Person, asked: Reveal) -> Person:
    """Who it is, for the two and for a day; it is written down nowhere. Raises `Sealed`."""
    require(person, "reveal.look", asked)
    behind = person_behind(asked.persona_id) if asked.is_open else None
    if behind is None:
        raise Sealed()
    return db.session.get_one(Person, behind)


def counts() -> tuple[int, int]:
    """How often it was asked, and how often two people agreed, in all: for everybody to read."""
    agreed = func.count().filter(Reveal.agreed.is_(True))
    asked, together = db.session.execute(select(func.count(), agreed).select_from(Reveal)).one()
    return int(asked), int(together)


def latest(limit: int = 50) -> Sequence[Reveal]:
    """What was asked, the latest first."""
    return db.session.scalars(select(Reveal).order_by(Reveal.id.desc()).limit(limit)).all()


def _about(persona_id: int) -> Sequence[Reveal]:
    return db.session.scalars(select(Reveal).where(Reveal.persona_id == persona_id)).all()


def _was_appointed(person: Person, role: str, by: set[int]) -> bool:
    """Whether one of these gave the person the role not long ago."""
    return any(
        each.name == role and each.granted_by_id in by and now() - each.since < TO_SETTLE for each in person.roles
    )


def _decide(person: Person, asked: Reveal, *, agreed: bool) -> None:
    held = select(Reveal).where(Reveal.id == asked.id).with_for_update(of=Reveal)
    db.session.scalars(held.execution_options(populate_existing=True)).one()
    if asked.state != "waiting":
        raise Sealed()
    asked.decided_by_id, asked.decided_at, asked.agreed = person.id, now(), agreed
    db.session.flush()
