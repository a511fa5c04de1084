"""Asking for a course: what is wanted, which gap is behind it, how it was noticed, and who feels it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.core.languages import Message, gettext
from forum.core.permissions import require
from forum.needs import timers
from forum.people.models import Person
from forum.posts import revisions
from forum.posts.writing import Written
from forum.requests.models import WAITING, Request, RequestConcerned

LONGEST_TITLE = 120  # characters of what is asked for
LONGEST = 3_000
MOST_CONCERNED = 10  # names: whoever feels it, not everybody who might come along


@dataclass(frozen=True, kw_only=True)
class RequestReceived(PostEvent):
    """Somebody asks for a course."""


@dataclass(frozen=True, kw_only=True)
class RequestWaits(PostEvent):
    """Nobody has proposed anything in time."""


@dataclass(frozen=True, kw_only=True)
class RequestTimer(Event):
    """A time at which something is to be done about a request; it acts only if that is still so."""

    request_id: int


def ask_for(person: Person, *, title: str, gap: Written, evidence: str, concerned: Iterable[Person]) -> Request:
    """Ask for a course. Raises `Invalid` with the field at fault: what is wanted, and how the gap was noticed."""
    require(person, "request.make")
    felt_by = {each.id for each in concerned if each.id != person.id}
    if len(felt_by) > MOST_CONCERNED:
        raise Invalid(
            gettext("Name at most %(most)s: those who feel it most.", most=MOST_CONCERNED),
            "concerned",
        )
    made = Request(
        title=_line(title),
        evidence=wanted(evidence, "evidence", Message("Say how you noticed: what went wrong, when, how often.")),
        diagnosis="",
        author_id=person.id,
        author_department_id=person.department_id,
        body=gap.source,
        html=gap.html,
        renderer=text.RENDERER,
        created_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(RequestConcerned(request_id=made.id, person_id=id) for id in sorted(felt_by))
    revisions.keep_first(made, person)
    publish(RequestReceived(post_id=made.id), actor=person)
    due = timers.due(timers.REQUEST_PROPOSE, person, now())
    enqueue(say_that_it_waits, RequestTimer(request_id=made.id), due=due)
    return made


@listener(atomic=True)
def say_that_it_waits(event: RequestTimer) -> None:
    """A request without a proposal is told of once more, and stays."""
    request = db.session.get(Request, event.request_id)
    if request is not None and request.removed_at is None and request.state in WAITING:
        publish(RequestWaits(post_id=request.id))


def hold(request: Request, *states: str) -> None:
    """Hold a request while it is moved on from one of these states. Raises `Refused` when it has gone on already."""
    db.session.refresh(request, ["state"], with_for_update=True)
    if request.state not in states:
        raise Refused("This request has gone on meanwhile. Its page shows where it stands.")


def wanted(typed: str, field: str, words: str) -> str:
    """A text that cannot be left out. Raises `Invalid` with the field."""
    clean = text.clean_source(typed).strip()
    if not clean:
        raise Invalid(words, field)
    if len(clean) > LONGEST:
        raise Invalid(gettext("At most %(most)s characters, please.", most=f"{LONGEST:,}"), field)
    return clean


def _line(typed: str) -> str:
    line = text.clean_line(typed, LONGEST_TITLE + 1)
    if not line:
        raise Invalid("Say what you need: “a two-day course on spreadsheets”.", "title")
    if len(line) > LONGEST_TITLE:
        raise Invalid(
            gettext("At most %(most)s characters; the rest belongs below.", most=LONGEST_TITLE),
            "title",
        )
    return line
