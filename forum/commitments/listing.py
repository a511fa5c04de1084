"""Lists of commitments: one's own, what colleagues do about a question or a practice, and the keys asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased, lazyload

from forum.commitments.models import BLOCKERS, LIMITS, OPEN, Blocker, Commitment, Experiment, ExperimentThanks
from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import messages
from forum.core.paging import PER_PAGE, Paged, after_key, next_key
from forum.departments.models import Department
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.promoting import address as practice_address
from forum.questions.asking import address as question_address
from forum.questions.models import Question

# Where the page of each kind is on which commitments are made.
ADDRESSES: dict[str, Callable[[int, str], str]] = {
    "question": question_address,
    "practice": practice_address,
    "chat": lambda page_id, _title: f"/chats/{page_id}",
}
TABS = messages({"mine": "My own", "all": "Everybody's"})


@dataclass(frozen=True, slots=True)
class Row:
    """One commitment in a list, ready to be shown."""

    id: int
    person_id: int
    person: str
    department: str
    occasion: str
    deed: str
    due_on: date
    partner: str | None
    is_private: bool
    state: str
    overdue: bool
    confirmed: bool
    word: str
    made_at: datetime
    page_title: str
    page_url: str
    experiment: str | None  # its title, when the deed is the test of one
    expectation: str | None
    limited_to: str | None
    result: str | None
    sponsor: str | None

    @property
    def url(self) -> str:
        """Where it stands."""
        return f"/experiments/{self.id}" if self.experiment else f"/commitments/{self.id}"


@dataclass(frozen=True, slots=True)
class Request:
    """A key that somebody was asked for, by itself or for a commitment."""

    id: int
    commitment_id: int | None
    kind: str
    words: str
    asked_by_id: int
    asked_by: str
    holder_id: int
    holder: str
    passed_to_id: int | None
    passed_to: str | None  # whoever is one level up, once they were told
    wanted_by: date
    is_past: bool  # that day is over
    overdue: bool  # it is, or no reply came in time


def commitments(person: Person, tab: str = "mine", key: str | None = None) -> Paged[Row]:
    """One page of commitments, the latest first: the person's own and those shared with them, or all open to all."""
    if tab == "all":
        return page([Commitment.is_private.is_(False)], key)
    return page([_concerns(person)], key)


def experiments(*, result: str = "", limited_to: str = "", key: str | None = None) -> Paged[Row]:
    """One page of experiments, the latest first: those that run, or with a `result`; within a limit if one is given."""
    conditions: list[ColumnElement[bool]] = [Experiment.commitment_id.is_not(None)]
    if result:
        conditions.append(Experiment.result.is_(None) if result == "running" else Experiment.result == result)
    if limited_to:
        conditions.append(Experiment.limited_to == limited_to)
    return page(conditions, key)


def thanks_for(commitment_id: int) -> Sequence[tuple[str, int, str]]:
    """Who said thank you for an experiment, in which order: (name, id, line)."""
    query = select(Person.name, Person.id, ExperimentThanks.line).join(
        ExperimentThanks, ExperimentThanks.by_id == Person.id
    )
    given = query.where(ExperimentThanks.commitment_id == commitment_id).order_by(ExperimentThanks.at)
    return [(name, id, line) for name, id, line in db.session.execute(given)]


def on_page(person: Person, page_id: int) -> Sequence[Row]:
    """What colleagues do about a question or a practice, the latest first: those open to all, and the person's own."""
    merged = select(Question.id).where(Question.merged_into_id == page_id)
    here = or_(Commitment.page_id == page_id, Commitment.page_id.in_(merged))
    return page([here, or_(Commitment.is_private.is_(False), _concerns(person))]).rows


def page(conditions: Sequence[ColumnElement[bool]], key: str | None = None) -> Paged[Row]:
    """Commitments that meet all conditions, the latest first, `PER_PAGE` at a time; none on a removed page."""
    partner, sponsor = aliased(Person), aliased(Person)
    question, practice = Question.__table__, Practice.__table__
    chat: Any = db.metadata.tables["chat"]  # By name: chats stand above commitments.
    query = (
        select(
            Commitment.id,
            Commitment.person_id,
            Commitment.occasion,
            Commitment.deed,
            Commitment.due_on,
            Commitment.is_private,
            Commitment.state,
            Commitment.confirmed_at,
            Commitment.word,
            Commitment.made_at,
            Person.name.label("person"),
            Department.name.label("department"),
            partner.name.label("partner"),
            Post.id.label("page_id"),
            Post.kind,
            Experiment.title.label("experiment"),
            Experiment.expectation,
            Experiment.limited_to,
            Experiment.result,
            sponsor.name.label("sponsor"),
            func.coalesce(question.c.title, practice.c.title, chat.c.title).label("title"),
        )
        .join(Person, Person.id == Commitment.person_id)
        .join(Department, Department.id == Commitment.department_id)
        .join(Post, Post.id == Commitment.page_id)
        .outerjoin(partner, partner.id == Commitment.with_id)
        .outerjoin(Experiment, Experiment.commitment_id == Commitment.id)
        .outerjoin(sponsor, sponsor.id == Experiment.sponsor_id)
        .outerjoin(question, question.c.id == Commitment.page_id)
        .outerjoin(practice, practice.c.id == Commitment.page_id)
        .outerjoin(chat, chat.c.id == Commitment.page_id)
        .where(Post.removed_at.is_(None), *conditions)
    )
    found = db.session.execute(after_key(query, key, Commitment.made_at, Commitment.id)).all()
    rows = [_row(each) for each in found]
    return Paged(rows[:PER_PAGE], next_key(rows, attrgetter("made_at", "id")))


def blockers_of(commitment: Commitment) -> Sequence[tuple[Blocker, str | None]]:
    """What stands or stood in the way of a commitment, with the name of whoever has the key."""
    query = (
        select(Blocker, Person.name)
        .outerjoin(Person, Person.id == Blocker.holder_id)
        .where(Blocker.commitment_id == commitment.id)
        .order_by(Blocker.id)
    )
    return [(blocker, name) for blocker, name in db.session.execute(query)]


def requests(person: Person) -> Sequence[Request]:
    """The keys that the person was asked for or waits for, without a reply so far: the earliest day first."""
    asker, holder, above = aliased(Person), aliased(Person), aliased(Person)
    query = (
        select(Blocker, asker.name, holder.name, above.name)
        .outerjoin(Commitment, Commitment.id == Blocker.commitment_id)
        .outerjoin(Post, Post.id == Commitment.page_id)
        .join(asker, asker.id == Blocker.person_id)
        .join(holder, holder.id == Blocker.holder_id)
        .outerjoin(above, above.id == Blocker.passed_to_id)
        .where(
            or_(*(each == person.id for each in (Blocker.holder_id, Blocker.person_id, Blocker.passed_to_id))),
            Blocker.replied_at.is_(None),
            Blocker.removed_at.is_(None),
            or_(Blocker.commitment_id.is_(None), and_(Commitment.state.in_(OPEN), Post.removed_at.is_(None))),
        )
        .options(lazyload(Blocker.commitment))
        .order_by(Blocker.wanted_by, Blocker.id)
    )
    return [_request(*row) for row in db.session.execute(query)]


def replies_to(person: Person, since: datetime) -> Sequence[tuple[Blocker, str]]:
    """What the person asked for by itself and has a reply to, with whose it is: the latest first."""
    query = select(Blocker, Person.name).join(Person, Person.id == Blocker.holder_id)
    own = (Blocker.person_id == person.id, Blocker.commitment_id.is_(None), Blocker.replied_at >= since)
    return db.session.execute(query.where(*own).order_by(Blocker.replied_at.desc())).all()


def _concerns(person: Person) -> ColumnElement[bool]:
    return or_(Commitment.person_id == person.id, Commitment.with_id == person.id)


def _row(found: Any) -> Row:
    return Row(
        id=found.id,
        person_id=found.person_id,
        person=found.person,
        department=found.department,
        occasion=found.occasion,
        deed=found.deed,
        due_on=found.due_on,
        partner=found.partner,
        is_private=found.is_private,
        state=found.state,
        overdue=found.state in OPEN and found.due_on < now().date(),
        confirmed=found.confirmed_at is not None,
        word=found.word,
        made_at=found.made_at,
        page_title=found.title,
        page_url=ADDRESSES[found.kind](found.page_id, found.title),
        experiment=found.experiment,
        expectation=found.expectation,
        limited_to=LIMITS.get(found.limited_to),
        result=found.result,
        sponsor=found.sponsor,
    )


def _request(blocker: Blocker, asked_by: str, holder: str, passed_to: str | None) -> Request:
    assert blocker.wanted_by is not None
    is_past = blocker.wanted_by < now().date()
    return Request(
        id=blocker.id,
        commitment_id=blocker.commitment_id,
        kind=BLOCKERS[blocker.kind],
        words=blocker.words,
        asked_by_id=blocker.person_id,
        asked_by=asked_by,
        holder_id=blocker.holder_id or 0,
        holder=holder,
        passed_to_id=blocker.passed_to_id,
        passed_to=passed_to,
        wanted_by=blocker.wanted_by,
        is_past=is_past,
        overdue=is_past or blocker.reminded_at is not None,
    )
