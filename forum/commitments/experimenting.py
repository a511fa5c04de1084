"""Trying what is no practice yet: what we expect, a small test, by when; failed ones are kept, and thanked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.commitments.committing import report, write_down
from forum.commitments.models import LIMITS, RESULTS, Commitment, Experiment, ExperimentThanks
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.people.models import Person
from forum.posts.models import Post

LONGEST_TITLE = 120  # characters
LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class ExperimentBegun(PostEvent):
    """Somebody tries what is no practice yet."""

    commitment_id: int


@dataclass(frozen=True, kw_only=True)
class ExperimentTold(PostEvent):
    """What came of an experiment was said, as expected or not."""

    commitment_id: int
    result: str
    sponsor_id: int | None


@dataclass(frozen=True, kw_only=True)
class ExperimentBacked(PostEvent):
    """Somebody stands behind an experiment with their name."""

    commitment_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class ExperimentThanked(PostEvent):
    """Somebody says thank you for having tried."""

    commitment_id: int
    person_id: int
    line: str


def experiment(
    person: Person,
    page: Post,
    *,
    title: str,
    expectation: str,
    test: str,
    due_on: date | None,
    limited_to: str = "",
    partner: Person | None = None,
) -> Experiment:
    """Begin an experiment about a question or a practice. Raises `Invalid` with the field at fault."""
    require(person, "commitment.make", page)
    title = text.clean_line(title, LONGEST_TITLE)
    if len(title) < 5:
        raise Invalid("Give it a name that says what you try.", "title")
    expectation = text.clean_line(expectation, LONGEST)
    if len(expectation) < 5:
        raise Invalid("Say what you expect, so that you can tell afterwards whether it came true.", "expectation")
    if limited_to and limited_to not in LIMITS:
        raise Invalid("Choose one of the limits, or none.", "limited_to")
    try:
        commitment = write_down(person, page, deed=test, due_on=due_on, partner=partner)
    except Invalid as error:
        field = "test" if error.field == "deed" else error.field
        raise Invalid("Say what the small test is." if field == "test" else error.message, field) from None
    made = Experiment(commitment_id=commitment.id, title=title, expectation=expectation, limited_to=limited_to or None)
    made.commitment = commitment
    db.session.add(made)
    db.session.flush()
    publish(ExperimentBegun(post_id=page.id, commitment_id=commitment.id), actor=person)
    return made


def tell(person: Person, tried: Experiment, result: str, word: str) -> None:
    """Say what came of it, in a few words; once. Raises `Invalid` with the field at fault."""
    require(person, "commitment.own", tried.commitment)
    if result not in RESULTS:
        raise Invalid("Say what came of it.", "result")
    word = text.clean_source(word).strip()
    if len(word) < 3:
        raise Invalid("Say what you saw. A failed test spares others the same one.", "word")
    report(person, tried.commitment, "dropped" if result == "stopped" else "kept", word=word)
    tried.result = result
    told = ExperimentTold(
        post_id=tried.commitment.page_id,
        commitment_id=tried.commitment_id,
        result=result,
        sponsor_id=tried.sponsor_id,
    )
    publish(told, actor=person)


def back(person: Person, tried: Experiment) -> None:
    """Stand behind somebody else's experiment with one's name, while it runs. Raises `Refused` when somebody does."""
    require(person, "experiment.back", tried)
    _hold(tried)
    if tried.commitment.with_id == person.id:
        raise Refused("You do it together. Somebody else stands behind it.")
    if tried.result is not None or not tried.commitment.is_open:
        raise Refused("It is over. Say thank you instead.")
    if tried.sponsor_id not in (None, person.id):
        raise Refused("Somebody backs it already. Its page says who, and one name is enough.")
    if tried.sponsor_id is None:
        tried.sponsor_id, tried.sponsored_at = person.id, now()
        backed = ExperimentBacked(
            post_id=tried.commitment.page_id, commitment_id=tried.commitment_id, person_id=tried.person_id
        )
        publish(backed, actor=person)


def thank(person: Person, tried: Experiment, line: str) -> None:
    """Say thank you for having tried, once what came of it was told; a second time only changes the words."""
    require(person, "experiment.thank", tried)
    _hold(tried)
    if tried.result is None:
        raise Refused("Thank them when they have said what came of it.")
    line = text.clean_line(line, LONGEST)
    given = db.session.get(ExperimentThanks, (tried.commitment_id, person.id))
    if given is not None:
        given.line = line
        return
    db.session.add(ExperimentThanks(commitment_id=tried.commitment_id, by_id=person.id, line=line, at=now()))
    thanked = ExperimentThanked(
        post_id=tried.commitment.page_id, commitment_id=tried.commitment_id, person_id=tried.person_id, line=line
    )
    publish(thanked, actor=person)


def _hold(tried: Experiment) -> None:
    """Of two who do the same at once the second one finds what the first one did."""
    db.session.refresh(tried, ["sponsor_id", "result"], with_for_update=True)


def find_experiment(commitment_id: int) -> Experiment | None:
    """The experiment that a commitment is the test of, with everybody named in it."""
    commitment = joinedload(Experiment.commitment)
    query = select(Experiment).where(Experiment.commitment_id == commitment_id)
    loaded = query.options(
        joinedload(Experiment.sponsor),
        commitment.joinedload(Commitment.person),
        commitment.joinedload(Commitment.partner),
    )
    return db.session.scalars(loaded.execution_options(populate_existing=True)).one_or_none()
