"""What became of requests: how many were solved another way, how many counter-proposals were taken, and both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from forum.core.db import db
from forum.core.statistics import Interval, wilson
from forum.people.models import Person
from forum.requests.models import Proposal, Request, RequestCheck


@dataclass(frozen=True)
class Share:
    """How many of how many, of whom some have not said; between which shares the true one lies; the rows behind it."""

    figure: int
    n: int
    unknown: int
    rows: Sequence[Any]

    @property
    def interval(self) -> Interval:
        """Between which shares the true one lies, as far as it is known."""
        return wilson(self.figure, self.n - self.unknown)


def solved_another_way() -> Share:
    """Of all requests that were checked: agreed otherwise than asked, and whoever asked says that it helped.

    Where they did not reply it is unknown. Rows are (id, title, way, reply).
    """
    asker = and_(RequestCheck.request_id == Request.id, RequestCheck.side == "requester")
    query = select(Request.id, Request.title, Request.way, RequestCheck.reply).outerjoin(RequestCheck, asker)
    rows = db.session.execute(_standing(query).where(Request.state == "checked")).all()
    otherwise = [row for row in rows if row.way != "as_asked"]
    unknown = sum(row.reply is None for row in otherwise)
    return Share(sum(row.reply == "yes" for row in otherwise), len(rows), unknown, rows)


def counter_proposals() -> Share:
    """Of all proposals of something else than what was asked that have a reply: how many were accepted as they were.

    Those accepted with a change are among the rows, (id, title, way, reply), and not in the figure.
    """
    query = select(Request.id, Request.title, Proposal.way, Proposal.reply).join(
        Proposal, Proposal.request_id == Request.id
    )
    replied = (Proposal.way != "as_asked", Proposal.reply.is_not(None))
    rows = db.session.execute(_standing(query).where(*replied)).all()
    return Share(sum(row.reply == "accepted" for row in rows), len(rows), 0, rows)


def satisfied() -> Share:
    """Of all who were asked whether it helped, on both sides: how many said yes. Rows are (id, title, side, reply)."""
    query = select(Request.id, Request.title, RequestCheck.side, RequestCheck.reply)
    query = query.join(RequestCheck, RequestCheck.request_id == Request.id)
    rows = db.session.execute(_standing(query).where(RequestCheck.closed_at.is_not(None))).all()
    silent = sum(row.reply is None for row in rows)
    return Share(sum(row.reply == "yes" for row in rows), len(rows), silent, rows)


def looked_after_by_both() -> Share:
    """Of all requests: how many have somebody who looks after them on each side. Rows are (id, title, owner)."""
    owner = aliased(Person)
    query = select(Request.id, Request.title, owner.name).outerjoin(owner, owner.id == Request.owner_id)
    rows = db.session.execute(_standing(query)).all()
    return Share(sum(row.name is not None for row in rows), len(rows), 0, rows)


def _standing(query: Any) -> Any:
    return query.where(Request.removed_at.is_(None)).order_by(Request.id)
