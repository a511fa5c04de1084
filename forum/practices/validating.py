"""Checking: peers say that a practice would work for them, or that it is correct and safe; two make it validated."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, selectinload

from forum.core.clock import now
from forum.core.db import Model, UTCDateTime, db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.jobs import listener
from forum.core.languages import messages
from forum.core.permissions import require
from forum.departments.models import Department
from forum.needs.inviting import similar_questions
from forum.needs.routing import candidates, choose
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.promoting import PracticePromoted
from forum.questions.models import Question

# What a peer can say; the first is about their own work, the second about the matter.
VERDICTS = messages({"works": "Would work for me", "correct": "Is correct and safe"})
PEERS = 2  # of whom one is of another department than the author: what one department agrees on may be its habit
LATE = timedelta(days=14)  # What became a practice so long ago comes from a replay: nobody is asked about it now.


class Validation(Model):
    """What one peer says of a practice; without a verdict, somebody who was asked and has not said anything yet."""

    __tablename__ = "validation"
    __table_args__ = (
        UniqueConstraint("practice_id", "person_id"),
        CheckConstraint(f"verdict IN {tuple(VERDICTS)}", "verdict"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # Of the peer, on the day of the verdict.
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    verdict: Mapped[str | None]
    version: Mapped[int | None]  # of the practice that they read
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)


@dataclass(frozen=True, kw_only=True)
class PeerInvited(PostEvent):
    """Somebody is asked, by name, whether a new practice would work for them."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class PracticeValidated(PostEvent):
    """A peer said that a practice would work for them, or that it is correct and safe; or, without a verdict, not any
    more."""

    person_id: int
    verdict: str


class RetiredMeanwhile(Refused):
    """Nobody checks what is recommended no longer."""

    message = "This practice is retired. Its page says why, and what took its place."


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody who checked a practice, ready to be shown."""

    person_id: int
    name: str
    department_id: int
    department: str
    verdict: str
    version: int


def validate(person: Person, practice: Practice, verdict: str) -> None:
    """Say that it would work for oneself, or that it is correct and safe; saying the other takes the first one's place.

    Neither its author nor whoever promoted it can. Raises `Invalid` for anything else, and `RetiredMeanwhile`.
    """
    require(person, "practice.validate", practice)
    if practice.retired_at is not None:
        raise RetiredMeanwhile()
    if verdict not in VERDICTS:
        raise Invalid("Say whether it would work for you, or is correct and safe.", "verdict")
    said = _hold(person, practice) or Validation(practice_id=practice.id, person_id=person.id)
    said.department_id, said.verdict = person.department_id, verdict
    said.version, said.at = practice.version, now()
    db.session.add(said)
    db.session.flush()
    publish(PracticeValidated(post_id=practice.id, person_id=person.id, verdict=verdict), actor=person)


def take_back(person: Person, practice: Practice) -> None:
    """Say it no longer. Nothing happens to somebody who has said nothing."""
    require(person, "practice.validate", practice)
    said = _hold(person, practice)
    if said is not None and said.verdict is not None:
        said.verdict = said.version = said.at = None
        publish(PracticeValidated(post_id=practice.id, person_id=person.id, verdict=""), actor=person)


def peers_of(practice: Practice) -> Sequence[Peer]:
    """Whoever checked a practice, in the order in which they did, with their department of that day."""
    rows = db.session.execute(
        select(Person.id, Person.name, Department.id, Department.name, Validation.verdict, Validation.version)
        .join(Person, Person.id == Validation.person_id)
        .join(Department, Department.id == Validation.department_id)
        .where(Validation.practice_id == practice.id, Validation.verdict.is_not(None))
        .order_by(Validation.at, Validation.id)
    )
    return [
        Peer(id, name, department_id, department, verdict or "", version or 1)
        for id, name, department_id, department, verdict, version in rows
    ]


def validated(practice: Practice) -> bool:
    """Whether two peers checked it, one of them from another department than its author's."""
    return practice.id in validated_among([practice.id])


def validated_among(practice_ids: Collection[int]) -> set[int]:
    """Which of these practices are validated; one statement, none for none."""
    if not practice_ids:
        return set()
    rows = db.session.execute(
        select(Validation.practice_id, Validation.department_id, Post.author_department_id)
        .join(Post, Post.id == Validation.practice_id)
        .where(Validation.practice_id.in_(practice_ids), Validation.verdict.is_not(None))
    ).all()
    of: dict[int, list[bool]] = {}
    for practice_id, department_id, authors in rows:
        of.setdefault(practice_id, []).append(department_id != authors)
    return {id for id, elsewhere in of.items() if is_enough(elsewhere)}


def is_enough(elsewhere: Iterable[bool]) -> bool:
    """Whether these peers make a practice validated, given of each whether they are of another department."""
    said = list(elsewhere)
    return len(said) >= PEERS and any(said)


@listener(atomic=True)
def invite_peers(event: PracticePromoted) -> None:
    """Two colleagues are asked to check a new practice: who knows such things best, and somebody from elsewhere."""
    practice = db.session.get_one(Practice, event.post_id)
    if practice.removed_at is not None or practice.retired_at is not None or now() - practice.created_at > LATE:
        return
    asked = select(Question).where(Question.id == practice.question_id)
    labels = (selectinload(Question.departments), selectinload(Question.tags))
    question = db.session.scalars(asked.options(*labels).execution_options(populate_existing=True)).one()
    not_asked = {practice.author_id, practice.promoted_by_id, *_known(practice)}
    found = [each for each in candidates(question, similar_questions(question)) if each.person_id not in not_asked]
    for each in choose(found, asker_department=practice.author_department_id, count=PEERS):
        row = Validation(practice_id=practice.id, person_id=each.person_id, department_id=each.department_id)
        row.asked_at = now()
        db.session.add(row)
        publish(PeerInvited(post_id=practice.id, person_id=each.person_id))


def _known(practice: Practice) -> Sequence[int]:
    return db.session.scalars(select(Validation.person_id).where(Validation.practice_id == practice.id)).all()


def _hold(person: Person, practice: Practice) -> Validation | None:
    """What somebody says of a practice now. Of two verdicts of theirs at once the second waits for the first."""
    db.session.execute(
        select(Person.id).where(Person.id == person.id).with_for_update(key_share=True, of=Person.__table__)
    )
    own = (Validation.practice_id == practice.id, Validation.person_id == person.id)
    return db.session.scalar(select(Validation).where(*own).execution_options(populate_existing=True))
