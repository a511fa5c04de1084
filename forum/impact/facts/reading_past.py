"""What a row says of itself alone, and nothing else remembers but the events: as it was at an earlier moment.

A thing was then what the first event after that moment found it to be; without one it is so still.

Not kept, and therefore as it is today in every look at the past: what departments are called and when they work, the
titles of practices, causes and objectives, who reports to whom, how soon a practice is looked at again, the impact and
the day of a need, and whose a need is that was handed over. What was removed since is left out: whoever removed it
meant it to be read nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from forum.commitments.models import Commitment
from forum.core.db import db
from forum.core.events import EventRow
from forum.core.moments import had_happened
from forum.impact.facts import facts
from forum.needs.models import CheckIn, Need
from forum.practices import evidence
from forum.practices.models import REVIEW_PACES, Practice
from forum.practices.weighing import tallies
from forum.questions.models import Merge


def states_at(moment: datetime) -> Mapping[int, str]:
    """The state of each need that has moved since."""
    return dict(_firsts_after("NeedMoved", moment, EventRow.data["need_id"].as_integer()))


def silent_by(moment: datetime) -> Mapping[tuple[int, int], datetime]:
    """When which rounds of needs closed without a reply, of those that had one after the moment: by need and round."""
    late = and_(CheckIn.outcome.is_not(None), CheckIn.closed_at > moment, CheckIn.due_at <= moment)
    needs = select(Need.id).join(CheckIn, CheckIn.need_id == Need.id).where(late)
    on = [select(column).where(Need.id.in_(needs)) for column in (Need.question_id, Need.merged_from_id)]
    into = select(Merge.into_id).where(Merge.question_id.in_(on[0]))  # where it was when it was merged
    about = [select(Need.practice_id).where(Need.id.in_(needs)), *on, into]
    query = select(EventRow.at, EventRow.data).where(
        EventRow.name == "NeedMoved",
        had_happened(EventRow.at, moment),
        EventRow.data["after"].as_string() == "no_reply",
        or_(*(EventRow.post_id.in_(place) for place in about)),
    )
    return {(data["need_id"], data["round"]): at for at, data in db.session.execute(query.order_by(EventRow.id))}


def past_practices(now: Sequence[facts.Practice], moment: datetime) -> list[facts.Practice]:
    """Practices as they stood: what had come of them, what was said of that, and whether they were in date."""
    found = tallies(moment)
    labels = dict(_firsts_after("PracticeLabelled", moment, EventRow.post_id))
    reviews = _reviews(moment)
    columns = (Practice.id, Practice.review_on, Practice.reviewed_at, Practice.review_pace, Practice.retired_at)
    rows = {row.id: row for row in db.session.execute(select(*columns))}
    past = []
    for each in now:
        if each.created_at > moment:
            continue
        row, tally = rows[each.id], found.get(each.id, evidence.Tally())
        pace = REVIEW_PACES[row.review_pace]
        reviewed_at, is_stale = reviews.get(each.id, (None, False))
        due_on = evidence.due_on(_review_on(row, each, reviewed_at, moment), tally.last_worked_at, pace)
        is_retired = row.retired_at is not None and row.retired_at <= moment
        fresh = evidence.freshness(due_on, moment.date(), stale=is_stale, retired=is_retired)
        label = labels.get(each.id, each.label)
        past.append(replace(each, label=label, freshness=fresh, worked=tally.worked, tried=tally.tried))
    return past


def reported_by(now: Sequence[facts.Commitment], moment: datetime) -> list[facts.Commitment]:
    """Commitments as they stood: what was said of them later had not been said."""
    columns = (Commitment.id, Commitment.asked_at, Commitment.closed_at)
    changed = or_(Commitment.asked_at > moment, Commitment.closed_at > moment)
    later = {row.id: row for row in db.session.execute(select(*columns).where(changed))}
    before = _silences(moment) if later else {}
    past = []
    for each in now:
        row = later.get(each.id)
        if row is not None:
            was_asked = row.asked_at is not None and row.asked_at <= moment
            is_closed = row.closed_at is not None and row.closed_at <= moment
            state = each.state if is_closed else before.get(each.id, "due" if was_asked else "made")
            each = replace(each, state=state)
        past.append(each)
    return past


def _firsts_after(name: str, moment: datetime, of: Any) -> Sequence[tuple[int, str]]:
    """Of each thing that events of this name tell of after a moment: what it was before the first of them."""
    later = (EventRow.name == name, EventRow.at > moment)
    first = select(func.min(EventRow.id)).where(*later).group_by(of)
    query = select(of, EventRow.data["before"].as_string()).where(EventRow.id.in_(first))
    return [(id, before) for id, before in db.session.execute(query)]


def _reviews(moment: datetime) -> Mapping[int, tuple[datetime | None, bool]]:
    """When each practice was last looked at, and whether it has been found out of date since."""
    told = (EventRow.name.in_(("PracticeConfirmed", "PracticeStale")), had_happened(EventRow.at, moment))
    found: dict[int, tuple[datetime | None, bool]] = {}
    for id, name, at in db.session.execute(
        select(EventRow.post_id, EventRow.name, EventRow.at).where(*told).order_by(EventRow.id)
    ):
        found[id or 0] = (at, False) if name == "PracticeConfirmed" else (found.get(id or 0, (None, False))[0], True)
    return found


def _review_on(row: Any, practice: facts.Practice, reviewed_at: datetime | None, moment: datetime) -> date:
    """The day of the next review, as it stood; see `ageing.reviewed`."""
    if row.reviewed_at is None or row.reviewed_at <= moment:
        day: date = row.review_on
        return day
    return ((reviewed_at or practice.created_at) + timedelta(days=REVIEW_PACES[row.review_pace])).date()


def _silences(moment: datetime) -> Mapping[int, str]:
    """Which commitments had closed without a word by then."""
    told = (EventRow.name == "CommitmentReported", had_happened(EventRow.at, moment))
    rows = db.session.scalars(select(EventRow.data).where(*told).order_by(EventRow.id))
    return {data["commitment_id"]: data["state"] for data in rows}
