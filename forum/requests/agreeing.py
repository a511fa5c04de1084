"""From a request to what is agreed: somebody of another department diagnoses and proposes, whoever asked decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import PostEvent, publish
from forum.core.jobs import enqueue
from forum.core.languages import Message, gettext
from forum.core.permissions import require
from forum.core.working_time import next_opening
from forum.people.hours import calendar_of
from forum.people.models import Person
from forum.posts.models import Post
from forum.requests.asking import RequestTimer, hold, wanted
from forum.requests.checking import CHECK_AFTER, ask_whether_it_helped
from forum.requests.models import OPTIONS, REPLIES, WAITING, WAYS, Proposal, Request, RequestEvidence

MOST_EVIDENCE = 20  # questions and practices: what nobody reads convinces nobody


@dataclass(frozen=True, kw_only=True)
class RequestDiagnosed(PostEvent):
    """Somebody of another department said what the gap is, and looks after the request from their side."""


@dataclass(frozen=True, kw_only=True)
class RequestProposed(PostEvent):
    """They proposed what to do; `way` is a key of WAYS."""

    way: str


@dataclass(frozen=True, kw_only=True)
class RequestAgreed(PostEvent):
    """Whoever asked has decided: what they replied, and what is agreed by that."""

    reply: str
    way: str


def diagnose(person: Person, request: Request, *, words: str, posts: Iterable[int]) -> None:
    """Say what the gap is, with the questions and practices (ids) that are about it.

    Whoever does this looks after the request from now on together with whoever made it. Until there is a proposal it
    can be done again, also by somebody else.
    """
    require(person, "request.diagnose", request)
    hold(request, *WAITING)
    request.diagnosis = wanted(words, "words", Message("Say what you found: what is missing, and for whom."))
    request.owner_id, request.diagnosed_at, request.state = person.id, now(), "diagnosed"
    _put_evidence(request, posts)
    publish(RequestDiagnosed(post_id=request.id), actor=person)


def propose(person: Person, request: Request, *, way: str, options: Iterable[str], words: str) -> Proposal:
    """Propose what to do. A second proposal takes the place of one that has no reply so far.

    Raises `Invalid` with the field at fault: anything but the course as asked says what is done in its place.
    """
    require(person, "request.propose", request)
    hold(request, "diagnosed", "proposed")
    if way not in WAYS:
        raise Invalid("Say what you propose.", "way")
    chosen = [option for option in OPTIONS if option in set(options)]
    if way != "as_asked" and not [option for option in chosen if option != "course"]:
        raise Invalid("Say what is to be done in place of the course.", "options")
    made = Proposal(
        request_id=request.id,
        by_id=person.id,
        at=now(),
        way=way,
        options=chosen,
        words=wanted(words, "words", Message("Say it in a few sentences: what, who does it, by when.")),
        reply_words="",
    )
    db.session.add(made)
    request.state = "proposed"
    publish(RequestProposed(post_id=request.id, way=way), actor=person)
    return made


def decide(person: Person, request: Request, reply: str, words: str = "") -> None:
    """Whoever asked accepts the proposal, accepts it with a change, or insists on the course. Each is an agreement.

    A change and insisting need a word. Thirty days later it is asked whether it helped.
    """
    require(person, "request.decide", request)
    hold(request, "proposed")
    if reply not in REPLIES:
        raise Invalid("Say whether you accept it.", "reply")
    if reply != "accepted":
        words = wanted(words, "words", Message("Say in a few words what should be otherwise, and why."))
    proposal = standing_proposal(request)
    assert proposal is not None
    proposal.reply, proposal.reply_words, proposal.replied_at = reply, words.strip(), now()
    request.way = "as_asked" if reply == "insisted" else proposal.way
    request.state, request.agreed_at = "agreed", now()
    publish(RequestAgreed(post_id=request.id, reply=reply, way=request.way), actor=person)
    due = next_opening(calendar_of(person), now() + CHECK_AFTER)
    enqueue(ask_whether_it_helped, RequestTimer(request_id=request.id), due=due)


def standing_proposal(request: Request) -> Proposal | None:
    """The latest proposal: the one that waits for a reply, or has it."""
    query = select(Proposal).where(Proposal.request_id == request.id).order_by(Proposal.id.desc()).limit(1)
    return db.session.scalar(query)


def _put_evidence(request: Request, posts: Iterable[int]) -> None:
    wished = sorted(set(posts))
    if len(wished) > MOST_EVIDENCE:
        raise Invalid(gettext("At most %(most)s: those that say most.", most=MOST_EVIDENCE), "posts")
    shown = (Post.id.in_(wished), Post.kind.in_(("question", "practice")), Post.removed_at.is_(None))
    found = db.session.scalars(select(Post.id).where(*shown)).all() if wished else []
    if len(found) < len(wished):
        raise Invalid("One of these is no question or practice, or was removed.", "posts")
    db.session.execute(delete(RequestEvidence).where(RequestEvidence.request_id == request.id))
    db.session.add_all(RequestEvidence(request_id=request.id, post_id=id) for id in found)
