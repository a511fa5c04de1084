"""What there is to tell of a month, one line a source. Whoever has another figure adds a function to `SOURCES`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from forum.causes.models import STATES, Cause, CauseStep
from forum.core.db import db
from forum.core.languages import SOURCE, gettext, language, measured, messages, ngettext, number
from forum.core.statistics import bounds
from forum.core.suppression import K
from forum.needs.models import OUTCOMES, CheckIn, Need
from forum.objectives.models import Objective, Reading, Story
from forum.posts.models import Post
from forum.practices.models import Practice

NAMED = 3  # titles of practices in a line; the library has the rest
# What each line is about.
MET, CHANGED, USED, STORY, CAUSES, OBJECTIVES = messages(
    ["Needs met", "What changed", "Used most", "A story", "Causes", "Objectives"]
)
POSTED = ("asked", "me_too", "deflected")  # needs that somebody brought; using a practice again is counted elsewhere


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a note: what it is about, in a word, and what there is to say."""

    name: str
    words: str


def told_of(month: date) -> list[dict[str, str]]:
    """Every line of a month, as a note keeps it: what was told once is not rewritten by what is known later."""
    return [asdict(line) for source in SOURCES if (line := source(month)) is not None]


def needs_met(month: date) -> Line | None:
    """Confirmed of due: whoever said nothing is neither, so the share has bounds."""
    over = (CheckIn.outcome.is_not(None), Need.origin.in_(POSTED), within(month, CheckIn.due_at))
    query = select(CheckIn.outcome, func.count()).join(Need, Need.id == CheckIn.need_id).where(*over)
    counts = dict.fromkeys(OUTCOMES, 0) | dict(db.session.execute(query.group_by(CheckIn.outcome)).all())
    n = sum(counts.values())
    if not n:
        return None
    met = {"worked": number(counts["resolved"]), "all": number(n)}
    if n < K:
        return Line(MET, gettext("%(worked)s of %(all)s who were asked say that it worked.", **met))
    low, high = bounds(counts["resolved"], counts["no_reply"], n)
    least, most = (measured(f"{bound * 100:.0f}", "%") for bound in (low, high))
    words = gettext(
        "%(worked)s of %(all)s who were asked say that it worked: at least %(least)s, at most %(most)s.",
        least=least,
        most=most,
        **met,
    )
    silent = ngettext("%(num)s did not say.", "%(num)s did not say.", counts["no_reply"])
    return Line(MET, f"{words} {silent}" if counts["no_reply"] else words)


def what_changed(month: date) -> Line | None:
    """The practices that are new, and how many are recommended no longer."""
    new = db.session.scalars(
        select(Practice.title)
        .where(Practice.removed_at.is_(None), within(month, Practice.created_at))
        .order_by(Practice.created_at, Practice.id)
    ).all()
    retired = db.session.scalar(select(func.count(Practice.id)).where(within(month, Practice.retired_at)))
    said = [_named(new)] if new else []
    if retired:
        said.append(
            ngettext("%(num)s practice no longer recommended", "%(num)s practices no longer recommended", retired)
        )
    return Line(CHANGED, _sentence(said)) if said else None


def most_used(month: date) -> Line | None:
    """The practice that worked for most people."""
    people = func.count(Need.person_id.distinct())
    query = (
        select(Practice.title, people)
        .join(CheckIn, CheckIn.practice_id == Practice.id)
        .join(Need, Need.id == CheckIn.need_id)
        .where(CheckIn.outcome == "resolved", within(month, CheckIn.closed_at), Practice.removed_at.is_(None))
        .group_by(Practice.id, Practice.title)
        .order_by(people.desc(), Practice.id)
    )
    found = db.session.execute(query.limit(1)).one_or_none()
    if found is None:
        return None
    title, worked = found
    words = ngettext(
        "“%(title)s” worked for %(num)s colleague.", "“%(title)s” worked for %(num)s colleagues.", worked, title=title
    )
    return Line(USED, words)


def best_story(month: date) -> Line | None:
    """A story that went well and was confirmed: one that was chosen, else the latest."""
    went_well = (Story.went == "well", Story.is_true.is_(True), Story.removed_at.is_(None), Post.removed_at.is_(None))
    query = select(Story.title, Story.outcome).join(Post, Post.id == Story.page_id)
    query = query.where(*went_well, within(month, Story.told_at))
    found = db.session.execute(query.order_by(Story.chosen_at.is_(None), Story.id.desc()).limit(1)).one_or_none()
    return Line(STORY, f"“{found[0]}” {found[1]}") if found else None


def causes_moved(month: date) -> Line | None:
    """The causes that took a step, each with the last one."""
    query = (
        select(Cause.title, CauseStep.kind)
        .join(CauseStep, CauseStep.cause_id == Cause.id)
        .where(Cause.removed_at.is_(None), within(month, CauseStep.at))
    )
    last = dict(db.session.execute(query.order_by(CauseStep.id)).all())
    said = [
        gettext("“%(title)s”: %(step)s", title=title, step=_step(kind)) for title, kind in list(last.items())[:NAMED]
    ]
    if len(last) > NAMED:
        said.append(ngettext("and %(num)s more", "and %(num)s more", len(last) - NAMED))
    return Line(CAUSES, _sentence(said)) if said else None


def objectives_read(month: date) -> Line | None:
    """Where the objectives stand of which a figure was read off, beside what they were at first."""
    begin, end = month, month_after(month)
    read = (Reading.replaced_by_id.is_(None), Reading.on >= begin, Reading.on < end)
    query = select(Objective.title, Objective.baseline, Objective.unit, Reading.value)
    query = query.join(Reading, Reading.objective_id == Objective.id).where(*read)
    last = {row.title: row for row in db.session.execute(query.order_by(Objective.due_on, Reading.on, Reading.id))}
    said = [
        gettext(
            "%(title)s: %(figure)s %(unit)s, %(first)s at first",
            title=row.title,
            figure=number(row.value),
            unit=row.unit,
            first=number(row.baseline),
        )
        for row in last.values()
    ]
    return Line(OBJECTIVES, _sentence(said[:NAMED])) if said else None


SOURCES: Sequence[Callable[[date], Line | None]] = (
    *(needs_met, what_changed, most_used),
    *(best_story, causes_moved, objectives_read),
)


def first_of(day: date) -> date:
    """The first day of its month, which stands for the month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The month that follows."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(month: date) -> date:
    """The month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def within(month: date, moment: Any) -> ColumnElement[bool]:
    """Whether something happened in the month, in UTC."""
    begin, end = (datetime.combine(day, time(), UTC) for day in (month, month_after(month)))
    return and_(moment >= begin, moment < end)


def _named(titles: Sequence[str]) -> str:
    named = ", ".join(gettext("“%(words)s”", words=each) for each in titles[:NAMED])
    if len(titles) > NAMED:
        named += " " + ngettext("and %(num)s more", "and %(num)s more", len(titles) - NAMED)
    return gettext(
        "%(practices)s: %(titles)s",
        practices=ngettext("%(num)s new best practice", "%(num)s new best practices", len(titles)),
        titles=named,
    )


def _step(kind: str) -> str:
    """What happened to a cause, as it stands in the middle of a sentence."""
    if kind == "recurred":
        return gettext("came back")
    words = gettext(STATES.get(kind, kind))
    return words.lower() if language() == SOURCE else words


def _sentence(parts: Sequence[str]) -> str:
    return gettext("%(parts)s.", parts=gettext("; ").join(parts))
