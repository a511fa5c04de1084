"""The queue of whoever keeps practices true: what is challenged, out of date, contested or due. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from forum.answers.models import Answer
from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import gettext, messages
from forum.core.permissions import require
from forum.core.templating import day
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.ageing import should_retire
from forum.practices.evidence import FAILED_HERE, Tally
from forum.practices.models import Practice, PracticeDepartment
from forum.practices.promoting import address
from forum.practices.weighing import contested
from forum.questions.asking import address as question_address
from forum.questions.models import Question
from forum.reviewing.challenging import is_open, readable
from forum.reviewing.models import Challenge

MOST = 100  # practices at once: nobody works off more in one sitting, and the rest moves up
SHOWN = messages(
    {
        "all": "All",
        "challenged": "Challenged",
        "stale": "Out of date",
        "contested": "Contested",
        "due": "Due for review",
    }
)
STALE = messages(
    {
        "overdue": "nobody has looked since its date",
        "outcomes": "it failed for two of the last five",
        "challenge": "a challenge was upheld",
    }
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something stands in the queue: a key of `SHOWN`, in words, and where to act on it if not here."""

    kind: str
    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One practice of the queue, ready to be shown."""

    id: int
    title: str
    url: str
    owner: str
    owner_left: bool
    review_on: date
    tally: Tally
    challenged: bool
    retire: bool  # whether retiring it is proposed
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A challenge of an accepted answer, ready to be shown."""

    id: int
    title: str
    url: str
    by: str
    owner: str
    due_at: datetime
    overdue: bool
    upheld: bool


def practices(moderator: Person, shown: str = "all") -> list[Item]:
    """What has to be looked at, the most pressing first; of one kind if asked for. At most `MOST`."""
    require(moderator, "practice.queue")
    query = (
        select(Practice)
        .where(
            Practice.retired_at.is_(None),
            Post.removed_at.is_(None),
            or_(
                Practice.due_on <= now().date(),
                Practice.stale_since.is_not(None),
                Post.challenged_at.is_not(None),
                Practice.label == "does_not_work",
                Practice.id.in_(_in_doubt()),
            ),
        )
        .options(joinedload(Practice.owner))
        .order_by(Practice.due_on, Practice.id)
    )
    found = db.session.scalars(query).all()
    ids = [each.id for each in found]
    challenges, against = _challenges(ids), contested({each.id: each.found for each in found})
    items = [_item(each, challenges.get(each.id), against[each.id]) for each in found]
    wanted = [item for item in items if any(shown in ("all", reason.kind) for reason in item.reasons)]
    return sorted(wanted, key=_pressing)[:MOST]


def answers(moderator: Person) -> list[Doubt]:
    """Challenges of accepted answers that nobody has replied to, or that are upheld and not mended; overdue first."""
    require(moderator, "practice.queue")
    challenger, owner = Person.__table__.alias(), Person.__table__.alias()
    query = (
        readable(select(Challenge, Question.id, Question.title, challenger.c.name, owner.c.name))
        .join(Answer, Answer.id == Challenge.post_id)
        .join(Question.__table__, Question.__table__.c.id == Answer.__table__.c.question_id)
        .join(challenger, challenger.c.id == Challenge.by_id)
        .join(owner, owner.c.id == Challenge.owner_id)
        .where(is_open(), Post.challenged_at.is_not(None))
        .order_by(Challenge.overdue_at.is_(None), Challenge.due_at, Challenge.id)
        .limit(MOST)
    )
    return [
        Doubt(
            id=found.id,
            title=title,
            url=f"{question_address(question_id, title)}#post-{found.post_id}",
            by=by,
            owner=owns,
            due_at=found.due_at,
            overdue=found.overdue_at is not None,
            upheld=found.outcome == "upheld",
        )
        for found, question_id, title, by, owns in db.session.execute(query)
    ]


def _in_doubt() -> Any:
    """Practices that fail in a department; whether they work elsewhere is seen when they are read."""
    here = PracticeDepartment
    fails = (here.tried >= FAILED_HERE, 2 * here.worked < here.tried)
    return select(here.practice_id).where(*fails)


def _challenges(ids: Sequence[int]) -> dict[int, Any]:
    query = select(Challenge.id, Challenge.post_id, Challenge.overdue_at, Challenge.outcome, Person.name)
    query = query.join(Person, Person.id == Challenge.by_id).where(Challenge.post_id.in_(ids), is_open())
    return {row.post_id: row for row in db.session.execute(query.order_by(Challenge.id))}


def _item(practice: Practice, challenge: Any, departments: Sequence[str]) -> Item:
    return Item(
        id=practice.id,
        title=practice.title,
        url=address(practice.id, practice.title),
        owner=practice.owner.name,
        owner_left=practice.owner.left_at is not None,
        review_on=practice.due_on,
        tally=practice.found,
        challenged=practice.challenged_at is not None,
        retire=should_retire(practice, now()),
        reasons=tuple(_reasons(practice, challenge, departments)),
    )


def _reasons(practice: Practice, challenge: Any, departments: Sequence[str]) -> list[Reason]:
    reasons = []
    if practice.challenged_at is not None and challenge is not None:
        told = gettext("waits for a reply")
        if challenge.outcome or challenge.overdue_at:
            told = gettext("upheld") if challenge.outcome else gettext("reply overdue")
        reasons.append(
            Reason(
                "challenged",
                gettext("Challenged by %(name)s: %(outcome)s", name=challenge.name, outcome=told),
                f"/challenges/{challenge.id}",
            )
        )
    if practice.stale_since is not None:
        since = day(practice.stale_since.date())
        reasons.append(
            Reason(
                "stale",
                gettext(
                    "Out of date since %(day)s: %(reason)s", day=since, reason=gettext(STALE[practice.stale_because])
                ),
            )
        )
    if practice.label == "does_not_work":
        reasons.append(Reason("contested", gettext("Does not work for most")))
    elif departments:
        reasons.append(
            Reason("contested", gettext("Does not work in %(departments)s", departments=", ".join(departments)))
        )
    if practice.is_due(now().date()):
        reasons.append(Reason("due", gettext("Review was due %(day)s", day=day(practice.due_on))))
    return reasons


def _pressing(item: Item) -> tuple[int, date, int]:
    order = list(SHOWN)
    return min(order.index(reason.kind) for reason in item.reasons), item.review_on, item.id
