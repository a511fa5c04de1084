"""What leaders and the others have promised each other: read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from forum.commitments import listing
from forum.commitments.models import Commitment, Experiment
from forum.core.db import db
from forum.people.models import Person
from forum.posts.models import Post
from forum.teams.leading import leaders_of
from forum.teams.measuring import Kept, kept
from forum.teams.models import Pledge, PledgeConfirmation


@dataclass(frozen=True, slots=True)
class Promises:
    """One direction: the latest promises, and how many of all that fell due were kept."""

    rows: Sequence[listing.Row]
    kept: Kept


@dataclass(frozen=True, slots=True)
class PledgeRow:
    """A pledge, ready to be shown."""

    pledge: Pledge
    leader: str
    confirmed: int  # by so many of the team
    by_me: bool


def promised_by(person: Person) -> Promises:
    """What somebody promised the others, but for what is private."""
    return _promises(and_(Commitment.person_id == person.id, Commitment.is_private.is_(False)))


def promised_to(person: Person) -> Promises:
    """What others promised to do together with somebody, or try with their backing."""
    backed = select(Experiment.commitment_id).where(Experiment.sponsor_id == person.id)
    return _promises(or_(Commitment.with_id == person.id, Commitment.id.in_(backed)))


def pledges_of(person: Person) -> Sequence[PledgeRow]:
    """What somebody pledged the team, the latest first."""
    return _pledges(person, Pledge.person_id == person.id)


def pledges_to(person: Person) -> Sequence[PledgeRow]:
    """What those who lead somebody pledged, the latest first."""
    return _pledges(person, Pledge.person_id.in_([leader.id for leader in leaders_of(person)]))


def _promises(which: ColumnElement[bool]) -> Promises:
    states = select(Commitment.state).join(Post, Post.id == Commitment.page_id)
    found = db.session.scalars(states.where(which, Post.removed_at.is_(None)))
    return Promises(listing.page([which]).rows, kept(found))


def _pledges(person: Person, which: ColumnElement[bool]) -> Sequence[PledgeRow]:
    confirmed = select(func.count()).where(PledgeConfirmation.pledge_id == Pledge.id)
    by_me = confirmed.where(PledgeConfirmation.by_id == person.id)
    query = select(Pledge, Person.name, confirmed.scalar_subquery(), by_me.scalar_subquery())
    query = query.join(Person, Person.id == Pledge.person_id).where(which).order_by(Pledge.id.desc()).limit(10)
    return [PledgeRow(made, leader, count, bool(mine)) for made, leader, count, mine in db.session.execute(query)]
