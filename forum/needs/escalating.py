"""What happens while nobody answers: champions, then other departments, then a person with a name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from forum.core.clock import now
from forum.core.db import db
from forum.core.events import Event, EventRow, PostEvent, publish
from forum.core.jobs import Job, enqueue, listener
from forum.needs import timers
from forum.needs.inviting import invite_others, invite_person, invite_three
from forum.needs.ledger import NeedMoved, NeedOpened, hold, move
from forum.needs.models import ASKED_BECAUSE, WAITING, Need, Promise, seeking
from forum.people.hours import is_away
from forum.people.models import Person, Role
from forum.posts.removing import PostRestored
from forum.questions.models import Question


@dataclass(frozen=True, kw_only=True)
class NeedTimer(Event):
    """A time at which a need that still waits, in the same round, takes the next step."""

    need_id: int
    round: int


@dataclass(frozen=True, kw_only=True)
class Escalated(PostEvent):
    """Nobody has answered yet, so more people were asked; `asked` says how many."""

    need_id: int
    step: str
    asked: int


@dataclass(frozen=True, kw_only=True)
class AcceptancePrompted(PostEvent):
    """The asker is asked whether an answer helped, once and once more."""

    person_id: int
    last: bool


@listener(at_once=True)
def start(event: NeedOpened) -> None:
    """A question was asked: the timers begin, and the asker is told by when they hear."""
    if event.origin == "asked":
        _begin(db.session.get_one(Need, event.need_id))


@listener(at_once=True)
def start_again(event: NeedMoved) -> None:
    """The need is there again: the timers begin anew, at once where it blocks somebody; not if it waits along."""
    need = db.session.get_one(Need, event.need_id)
    if event.after == "open" and need.seeks and need.state == "open":
        _begin(need)


@listener(at_once=True)
def take_up_again(event: PostRestored) -> None:
    """Timers that ran out while their question was removed did nothing: they are set again, the others stay."""
    waiting = (Need.question_id == event.post_id, seeking(), Need.state.in_(WAITING))
    need = db.session.scalar(select(Need).where(*waiting))
    if need is not None:
        _plan(need, without={*_planned(need), *_taken(need)})


@listener(at_once=True)
def settle(event: NeedMoved) -> None:
    """An answer came, or the need is gone: the promise is settled, and an answer is asked about after a day."""
    if event.after not in ("answered", "trying", "withdrawn"):
        return
    open_promise = (Promise.need_id == event.need_id, Promise.round == event.round, Promise.settled_at.is_(None))
    kept = None if event.after == "withdrawn" else True
    db.session.execute(update(Promise).where(*open_promise).values(settled_at=now(), kept=kept))
    need = db.session.get_one(Need, event.need_id)
    own = event.origin == "asked" and need.merged_from_id is None
    if event.after == "answered" and own:  # Only whoever asked this question can mark it.
        person = db.session.get_one(Person, need.person_id)
        enqueue(prompt, _timer(need), due=timers.due(timers.FIRST_PROMPT, person, now()))


@listener(atomic=True)
def first_round(event: NeedTimer) -> None:
    """Ask three people at once."""
    need = _still_waiting(event)
    if need is not None and need.question_id is not None:
        invite_three(need.question_id)


@listener(atomic=True)
def call_champions(event: NeedTimer) -> None:
    """Half a day without an answer: the champions of the departments it concerns."""
    need = _still_waiting(event)
    if need is None:
        return
    question = _question(need)
    asked = 0
    for person, department in _champions(question):
        reason = ASKED_BECAUSE["champion still"] % {"department": department}
        asked += invite_person(need, question, person, step="champions", reason=reason) is not None
    publish(Escalated(post_id=question.id, need_id=need.id, step="champions", asked=asked))


@listener(atomic=True)
def call_others(event: NeedTimer) -> None:
    """A day without an answer: five people of other departments."""
    need = _still_waiting(event)
    if need is None or need.question_id is None:
        return
    asked = invite_others(need.question_id)
    publish(Escalated(post_id=need.question_id, need_id=need.id, step="others", asked=len(asked)))


@listener(atomic=True)
def call_it_a_problem(event: NeedTimer) -> None:
    """Two days without an answer: it is an open problem until a moderator names somebody who stays with it."""
    need = _still_waiting(event)
    if need is None or need.question_id is None:
        return
    move(need, "open_problem", actor=None)
    publish(Escalated(post_id=need.question_id, need_id=need.id, step="owner", asked=0))


@listener(atomic=True)
def miss_promise(event: NeedTimer) -> None:
    """The time is over at which the asker was to hear."""
    late = (Promise.need_id == event.need_id, Promise.round == event.round, Promise.settled_at.is_(None))
    db.session.execute(update(Promise).where(*late).values(settled_at=now(), kept=False))


@listener(atomic=True)
def prompt(event: NeedTimer) -> None:
    """Ask the asker whether an answer helped; only while it is still to be said."""
    need = _need(event)
    if need is None or need.state != "answered" or need.merged_from_id is not None:
        return
    person = db.session.get_one(Person, need.person_id)
    if timers.put_off(prompt, event, person):
        return
    publish(AcceptancePrompted(post_id=need.subject_id, person_id=need.person_id, last=False))
    enqueue(last_prompt, event, due=timers.due(timers.LAST_PROMPT, person, now(), need.impact))


@listener(atomic=True)
def last_prompt(event: NeedTimer) -> None:
    """Ask once more, and never again."""
    need = _need(event)
    if need is None or need.state != "answered" or need.merged_from_id is not None:
        return
    if not timers.put_off(last_prompt, event, db.session.get_one(Person, need.person_id)):
        publish(AcceptancePrompted(post_id=need.subject_id, person_id=need.person_id, last=True))


def promises_of(need: Need) -> Sequence[Promise]:
    """What was promised in each round, and whether it was kept."""
    return db.session.scalars(select(Promise).where(Promise.need_id == need.id).order_by(Promise.round)).all()


def promise_of(need: Need) -> Promise | None:
    """What the asker was told in the present round."""
    return db.session.scalar(select(Promise).where(Promise.need_id == need.id, Promise.round == need.round))


def _begin(need: Need) -> None:
    _plan(need)
    _promise(need, db.session.get_one(Person, need.person_id), need.waiting_since)


def _plan(need: Need, without: Collection[str] = ()) -> None:
    """Set the timer of every step that is not `without`."""
    asker = db.session.get_one(Person, need.person_id)
    since, impact = need.waiting_since, need.impact
    champions = (person for person, _ in _champions(_question(need)) if not is_away(person))
    again_and_blocked = need.came_back and impact == "blocked"
    steps = {
        "first": (first_round, since),
        "champions": (
            call_champions,
            since if again_and_blocked else timers.due(timers.CHAMPIONS, next(champions, asker), since, impact),
        ),
        "others": (call_others, timers.due(timers.OTHERS, asker, since, impact)),
        "owner": (call_it_a_problem, timers.due(timers.OWNER, asker, since, impact)),
    }
    for name, (step, due) in steps.items():
        if name not in without:
            enqueue(step, _timer(need), due=due)


def _planned(need: Need) -> set[str]:
    """The steps whose timers run."""
    names = {first_round.name: "first", call_champions.name: "champions"}
    names |= {call_others.name: "others", call_it_a_problem.name: "owner"}
    rows = db.session.execute(select(Job.listener, Job.data).where(Job.listener.in_(names)))
    return {names[name] for name, data in rows if (data["need_id"], data["round"]) == (need.id, need.round)}


def _taken(need: Need) -> set[str]:
    """The steps that were taken since the need waits."""
    escalated = (EventRow.post_id == need.question_id, EventRow.name == "Escalated", EventRow.at >= need.waiting_since)
    rows = db.session.scalars(select(EventRow.data).where(*escalated))
    taken = {data["step"] for data in rows if data["need_id"] == need.id}
    return taken if need.state == "open" else {"first", *taken}


def _promise(need: Need, asker: Person, since: datetime) -> None:
    by = timers.due(timers.OTHERS, asker, since, need.impact)
    db.session.add(Promise(need_id=need.id, round=need.round, made_at=now(), due_at=by))
    enqueue(miss_promise, _timer(need), due=by)


def _timer(need: Need) -> NeedTimer:
    return NeedTimer(need_id=need.id, round=need.round)


def _need(event: NeedTimer) -> Need | None:
    hold(db.session.scalar(select(Need.question_id).where(Need.id == event.need_id)))
    query = select(Need).where(Need.id == event.need_id, Need.round == event.round)
    return db.session.scalar(query.with_for_update(of=Need).execution_options(populate_existing=True))


def _still_waiting(event: NeedTimer) -> Need | None:
    need = _need(event)
    return need if need is not None and need.is_waiting and _question(need).removed_at is None else None


def _question(need: Need) -> Question:
    query = select(Question).where(Question.id == need.question_id)
    return db.session.scalars(
        query.options(selectinload(Question.departments), selectinload(Question.tags)).execution_options(
            populate_existing=True
        )
    ).one()


def _champions(question: Question) -> Sequence[tuple[Person, str]]:
    """The champions of the departments a question concerns, each with the department's name."""
    names = {department.id: department.name for department in question.departments}
    rows = db.session.execute(
        select(Person, Role.department_id)
        .join(Role, Role.person_id == Person.id)
        .where(
            Role.name == "champion",
            Role.department_id.in_(list(names)),
            Role.until.is_(None),
            Person.left_at.is_(None),
        )
        .order_by(Person.id)
    )
    return [(person, names[department_id]) for person, department_id in rows if department_id is not None]
