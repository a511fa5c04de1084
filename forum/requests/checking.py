"""Did it help? Asked thirty days after an agreement, of whoever asked for it and of three whom it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.core.permissions import require
from forum.needs import timers
from forum.needs.models import Need
from forum.people.models import Person
from forum.posts.removing import PostRestored
from forum.requests.asking import LONGEST, RequestTimer
from forum.requests.models import CHECKED, Request, RequestCheck, RequestConcerned, RequestEvidence

CHECK_AFTER = timedelta(days=30)  # Long enough that a first enthusiasm, or a first anger, is over.
CONCERNED = 3  # people beside whoever asked: enough that one mood does not decide


@dataclass(frozen=True, kw_only=True)
class RequestCheckAsked(PostEvent):
    """Somebody is asked whether it helped; `reminder` the second and last time."""

    check_id: int
    person_id: int
    reminder: bool


@dataclass(frozen=True, kw_only=True)
class RequestCheckReplied(PostEvent):
    """They said whether it helped."""

    check_id: int
    person_id: int
    reply: str


@dataclass(frozen=True, kw_only=True)
class RequestChecked(PostEvent):
    """Everybody has replied, or had the time to."""


@dataclass(frozen=True, kw_only=True)
class RequestCheckTimer(Event):
    """A time at which somebody is to be reminded, or waited for no longer."""

    check_id: int


def answer(person: Person, check: RequestCheck, reply: str, word: str = "") -> None:
    """Say whether it helped; once, and also late."""
    require(person, "request.check", check)
    db.session.refresh(check, ["reply"], with_for_update=True)
    if check.reply is not None:
        raise Refused("You have said so already. Thank you.")
    if reply not in CHECKED:
        raise Invalid("Say whether it helped: yes, in part, or no.", "reply")
    check.reply, check.word, check.replied_at = reply, text.clean_source(word).strip()[:LONGEST], now()
    event = RequestCheckReplied(post_id=check.request_id, check_id=check.id, person_id=person.id, reply=reply)
    publish(event, actor=person)
    _end(check)


@listener(atomic=True)
def ask_whether_it_helped(event: RequestTimer) -> None:
    """Thirty days have passed since the agreement: ask both sides."""
    request = db.session.get(Request, event.request_id)
    if request is None or request.removed_at is not None or request.state != "agreed" or request.asked_at is not None:
        return
    request.asked_at = now()
    for person, side in _asked(request):
        check = RequestCheck(request_id=request.id, person_id=person.id, side=side, asked_at=now(), word="")
        db.session.add(check)
        db.session.flush()
        publish(_question(check, reminder=False))
        due = timers.due(timers.REQUEST_REMIND, person, now())
        enqueue(remind_of_request, RequestCheckTimer(check_id=check.id), due=due)
    _finish(request)  # Where everybody has left, nobody can say.


@listener(atomic=True)
def remind_of_request(event: RequestCheckTimer) -> None:
    """Ask a second and last time."""
    check, person = _open(event.check_id)
    if check is None or person is None or check.reminded_at is not None:
        return
    if timers.put_off(remind_of_request, event, person):
        return
    check.reminded_at = now()
    publish(_question(check, reminder=True))
    enqueue(give_up_on_request, event, due=timers.due(timers.REQUEST_CLOSE, person, now()))


@listener(atomic=True)
def give_up_on_request(event: RequestCheckTimer) -> None:
    """Nothing was said: that is no reply, neither yes nor no."""
    check, person = _open(event.check_id)
    if check is None or person is None:
        return
    if not timers.put_off(give_up_on_request, event, person, grace=timedelta(hours=timers.DAY)):
        _end(check)


@listener(at_once=True)
def take_up_request(event: PostRestored) -> None:
    """What was not asked while a request was removed is asked now. A step that comes twice is taken once."""
    request = db.session.get(Request, event.post_id)
    if request is not None and request.state == "agreed" and request.asked_at is None and request.agreed_at:
        due = max(request.agreed_at + CHECK_AFTER, now())
        enqueue(ask_whether_it_helped, RequestTimer(request_id=request.id), due=due)


def _asked(request: Request) -> Sequence[tuple[Person, str]]:
    """Whoever asked, and up to three whom it concerns: those who were named, then who has asked about the same."""
    named = select(RequestConcerned.person_id).where(RequestConcerned.request_id == request.id)
    found = list(db.session.scalars(named.order_by(RequestConcerned.person_id)))
    alike = (
        select(Need.person_id)
        .join(RequestEvidence, RequestEvidence.post_id == Need.question_id)
        .where(RequestEvidence.request_id == request.id)
    )
    found += db.session.scalars(alike.order_by(Need.id)).all()
    own = (request.author_id, request.owner_id)  # The other side's word is its proposal.
    ids = [id for id in dict.fromkeys(found) if id not in own]
    here = select(Person).where(Person.id.in_([request.author_id, *ids]), Person.left_at.is_(None))
    people = {person.id: person for person in db.session.scalars(here)}
    concerned = [people[id] for id in ids if id in people][:CONCERNED]
    asker = [people[request.author_id]] if request.author_id in people else []
    return [*((each, "requester") for each in asker), *((each, "concerned") for each in concerned)]


def _open(check_id: int) -> tuple[RequestCheck | None, Person | None]:
    check = db.session.get(RequestCheck, check_id)
    if check is None or check.reply is not None or check.closed_at is not None:
        return None, None
    request = db.session.get_one(Request, check.request_id)
    if request.removed_at is not None:
        return None, None
    return check, db.session.get_one(Person, check.person_id)


def _end(check: RequestCheck) -> None:
    if check.closed_at is None:
        check.closed_at = now()
        db.session.flush()
        _finish(db.session.get_one(Request, check.request_id))


def _finish(request: Request) -> None:
    """Close the request when nobody is waited for any more."""
    db.session.refresh(request, ["state"], with_for_update=True)
    waited_for = (RequestCheck.request_id == request.id, RequestCheck.closed_at.is_(None))
    if request.state == "agreed" and not db.session.scalar(select(func.count()).where(*waited_for)):
        request.state, request.checked_at = "checked", now()
        publish(RequestChecked(post_id=request.id))


def _question(check: RequestCheck, *, reminder: bool) -> RequestCheckAsked:
    return RequestCheckAsked(post_id=check.request_id, check_id=check.id, person_id=check.person_id, reminder=reminder)
