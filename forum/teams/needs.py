"""What a team needs, in counts: by topic and by how far it is, and nothing that says it of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import messages
from forum.core.permissions import require
from forum.core.suppression import Group, K, shown
from forum.departments.models import Tag, post_tag
from forum.needs.launch import launch
from forum.needs.models import CONFIRMED, WAITING, Need
from forum.people.models import Person
from forum.people.quarters import Quarter, last_quarter
from forum.teams.leading import Lead, Team

TOPICS = 8  # the most frequent; what comes once a quarter is no theme
# How far a need is: four words in place of the many states that the machine of needs has.
STAGES = messages(
    {"waiting": "Waiting for an answer", "trying": "Being tried", "met": "Met", "over": "Over without a word"}
)


@dataclass(frozen=True, slots=True)
class Count:
    """So many needs of so many people; five people at least."""

    name: str
    needs: int
    people: int


@dataclass(frozen=True, slots=True)
class TeamNeeds:
    """The needs that a team opened in a quarter. Nothing at all where too few people had any."""

    team: Team
    quarter: Quarter | None
    total: Count | None
    stages: tuple[Count, ...]
    topics: tuple[Count, ...]


def needs_of(person: Person, lead: Lead) -> Sequence[TeamNeeds]:
    """What each of somebody's teams needed in the quarter that ended last.

    Only whole quarters: of two looks at one that goes on the difference could be one person's need.
    """
    require(person, "team.see", lead)
    quarter = last_quarter(launch().date(), now().date())
    return [_needs_of(team, quarter, person.id) for team in lead.teams]


def _needs_of(team: Team, quarter: Quarter | None, leader_id: int) -> TeamNeeds:
    if quarter is None or len(team.people) < K:
        return TeamNeeds(team, quarter, None, (), ())
    theirs = _theirs(team, quarter, leader_id)
    needs, people = db.session.execute(select(*_counted()).where(*theirs)).one()
    if people < K:
        return TeamNeeds(team, quarter, None, (), ())
    stage = case(
        (Need.state.in_((*WAITING, "merged")), "waiting"),
        (Need.state.in_(CONFIRMED), "met"),
        (Need.state.in_(("answered", "trying", "due")), "trying"),
        else_="over",
    )
    about = func.coalesce(Need.question_id, Need.practice_id)
    topics = select(Tag.slug, *_counted()).join(post_tag, post_tag.c.tag_id == Tag.id)
    topics = topics.join(Need, about == post_tag.c.post_id).where(*theirs).group_by(Tag.slug)
    return TeamNeeds(
        team,
        quarter,
        Count("All", needs, people),
        _safe(team, select(stage, *_counted()).where(*theirs).group_by(stage)),
        _safe(team, topics)[:TOPICS],
    )


def _theirs(team: Team, quarter: Quarter, leader_id: int) -> Sequence[ColumnElement[bool]]:
    """The needs of a team without its leader's: of a department as it was when they were opened."""
    whose = Need.person_id.in_(team.people) if team.department_id is None else Need.department_id == team.department_id
    begin, end = (datetime.combine(day, time(), UTC) for day in (quarter.begins_on, quarter.ends_on))
    within = and_(Need.opened_at >= begin, Need.opened_at < end)
    return whose, Need.person_id != leader_id, within


def _counted() -> tuple[ColumnElement[int], ColumnElement[int]]:
    return func.count(Need.id), func.count(Need.person_id.distinct())


def _safe(team: Team, counted: Any) -> tuple[Count, ...]:
    """The cells that may be shown, the largest first. Small ones are not joined: one person may stand in several."""
    rows = db.session.execute(counted)
    groups = [Group(STAGES.get(name, name), len(team.people), people, needs) for name, needs, people in rows]
    cells = [Count(group.name, group.favourable, group.replied) for group in shown(groups).groups]
    return tuple(sorted(cells, key=lambda cell: (-cell.needs, cell.name)))
