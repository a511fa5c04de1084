"""What a department needs: why people ask, about what and how that moves, and what nobody has written down yet.

Counts follow the rule of small groups: nothing where fewer than five people work, and no cell below five. Titles are of
questions, which everybody may read anyway.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, literal, or_, select, union_all

from forum.causes.linking import address as cause_address
from forum.causes.models import CauseLink
from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import Message, messages
from forum.core.statistics import rate_change
from forum.core.suppression import Group, K, Shown, shown
from forum.departments.models import Department, Tag, post_tag
from forum.impact.facts.periods import QUARTER
from forum.needs.launch import launch
from forum.needs.models import CheckIn, Need
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.questions.asking import address
from forum.questions.models import Question

BROUGHT = ("asked", "me_too", "deflected")  # Using a practice again is no new need.
SURE = 0.025  # A change is told when chance alone makes one as large less often, on its side.
MOST, MOST_QUESTIONS = 8, 5  # themes and questions of a page: more would not be read
QUOTED = 3  # questions that show in what words people ask
MOMENTS = messages(
    {
        "new": "First time",
        "more": "Wants to know more",
        "apply": "Knows it, cannot apply it",
        "solve": "Something went wrong",
        "change": "Something has changed",
    }
)
IMPACTS = messages({"blocked": "Blocked", "slowed": "Slowed down", "curious": "Would like to know"})
FEW = Message("under 5")
COVERS = messages(["Not yet", "Mostly, and proven", "Mostly", "Partly"])  # how far a theme is written down


@dataclass(frozen=True, slots=True)
class Brought:
    """One need that somebody of the department brought. `cover`: "proven", "practice" or nothing written down."""

    id: int
    subject_id: int  # question, or the practice that was taken
    origin: str
    moment: str | None
    impact: str
    is_dated: bool
    is_late: bool  # in the later of the two quarters
    cover: str
    title: str  # of a question that is open to all, otherwise nothing
    accepted_answer_id: int | None


@dataclass(frozen=True, slots=True)
class Theme:
    """A topic or a cause that needs have in common, in words that keep to the rule."""

    name: str
    url: str
    is_cause: bool
    needs: int
    before: str
    lately: str
    trend: str  # "more", "fewer" or "not clear"
    cover: str


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A question that no practice came out of. With an accepted answer, that can be nominated."""

    title: str
    url: str
    accepted_answer_id: int | None


@dataclass(frozen=True, slots=True)
class Profile:
    """What can be said of a department's needs of half a year."""

    needs: int
    proven: str  # how many of them a proven practice covers
    moments: Shown
    impacts: Shown
    dated: int  # had a day by which; 0 where that is not told
    fits: tuple[int, int] | None  # of those who said so, how many could use as it is what helped; see `fitting`
    themes: Sequence[Theme]
    quoted: Sequence[Unwritten]
    unwritten: Sequence[Unwritten]


def profile(department: Department, people: int) -> Profile:
    """Why the `people` of a department ask, about what, and what is not written down."""
    brought = _brought(department, now())
    labels = _labels(department, now()) if _is_enough(brought, people) else {}
    return told(brought, labels, people, fitting(department) if people >= K else None)


def fitting(department: Department) -> tuple[int, int] | None:
    """Of what helped people of a department in the last two quarters that are over: how much of it fitted their work as
    it is, of how much they said whether it did; where five people or more said so.

    Of what goes on nothing is told: between two looks the difference could be what one person said.
    """
    begin = launch()
    end = begin + (now() - begin) // QUARTER * QUARTER
    said = (CheckIn.fits.is_not(None), CheckIn.closed_at < end, CheckIn.closed_at >= end - 2 * QUARTER)
    counts = (func.count(Need.person_id.distinct()), func.count(case((CheckIn.fits.is_(True), 1))), func.count())
    query = select(*counts).select_from(CheckIn).join(Need, Need.id == CheckIn.need_id)
    people, fitted, of = db.session.execute(query.where(Need.department_id == department.id, *said)).one()
    return (fitted, of) if people >= K else None


def told(
    brought: Sequence[Brought],
    labels: Mapping[tuple[str, str, bool], set[int]],
    people: int,
    fits: tuple[int, int] | None = None,
) -> Profile:
    """The same of rows, the latest need first. Labels are (name, address, whether it is a cause), with ids of needs."""
    enough, dated = _is_enough(brought, people), sum(each.is_dated for each in brought)
    return Profile(
        needs=len(brought) if enough else 0,
        proven=_cell(sum(each.cover == "proven" for each in brought)),
        moments=_groups(MOMENTS, (each.moment for each in brought), people) if enough else Shown((), None, ()),
        impacts=_groups(IMPACTS, (each.impact for each in brought), people) if enough else Shown((), None, ()),
        dated=dated if enough and dated >= K else 0,
        fits=fits,
        themes=_themes(brought, labels) if enough else (),
        quoted=_questions(brought)[:QUOTED],
        unwritten=_questions(each for each in brought if not each.cover)[:MOST_QUESTIONS],
    )


def trend(before: int, lately: int) -> str:
    """Whether a number has clearly moved between two times of the same length."""
    if before and rate_change(before, 1, lately, 1).p < SURE:
        return "fewer"
    if lately and rate_change(lately, 1, before, 1).p < SURE:
        return "more"
    return "not clear"


def _is_enough(brought: Sequence[Brought], people: int) -> bool:
    return people >= K and len(brought) >= K


def _cell(number: int) -> str:
    """A number as it may be told: nothing tells single needs apart."""
    return str(number) if number >= K or not number else FEW


def _groups(words: Mapping[str, str], given: Iterable[str | None], people: int) -> Shown:
    counts = Counter(given)
    return shown([Group(name, people, counts[key]) for key, name in words.items() if counts[key]])


def _themes(brought: Sequence[Brought], labels: Mapping[tuple[str, str, bool], set[int]]) -> Sequence[Theme]:
    by_id = {each.id: each for each in brought}
    found = [
        _theme(label, [by_id[id] for id in ids if id in by_id])
        for label, ids in labels.items()
        if sum(id in by_id for id in ids) >= K
    ]
    return sorted(found, key=lambda theme: (-theme.needs, theme.name))[:MOST]


def _theme(label: tuple[str, str, bool], needs: Sequence[Brought]) -> Theme:
    lately = sum(each.is_late for each in needs)
    before = len(needs) - lately
    return Theme(
        *label,
        needs=len(needs),
        before=_cell(before),
        lately=_cell(lately),
        trend=trend(before, lately),
        cover=_cover([each.cover for each in needs]),
    )


def _cover(covers: Sequence[str]) -> str:
    """How far a theme is written down as practices, going by what most of its needs have."""
    proven, any_practice = covers.count("proven"), sum(bool(each) for each in covers)
    not_yet, and_proven, mostly, partly = COVERS
    if not any_practice:
        return not_yet
    if proven * 2 > len(covers):
        return and_proven
    return mostly if any_practice * 2 > len(covers) else partly


def _questions(brought: Iterable[Brought]) -> list[Unwritten]:
    """The questions among them, each once, in their order."""
    asked = {each.subject_id: each for each in reversed(list(brought)) if each.origin == "asked" and each.title}
    return [
        Unwritten(each.title, address(each.subject_id, each.title), each.accepted_answer_id)
        for each in reversed(asked.values())
    ]


def _brought(department: Department, moment: datetime) -> list[Brought]:
    question: Any = Question.__table__
    columns = (
        Need.id,
        func.coalesce(Need.question_id, Need.practice_id),
        Need.origin,
        Need.moment,
        Need.impact,
        Need.needed_by.is_not(None),
        Need.opened_at >= moment - QUARTER,
        _written(),
        func.coalesce(question.c.title, ""),
        question.c.accepted_answer_id,
    )
    query = _needs(department, moment, *columns).outerjoin(question, question.c.id == Need.question_id)
    rows = db.session.execute(query.order_by(Need.opened_at.desc(), Need.id.desc()))
    return [Brought(*row) for row in rows]


def _written() -> Any:
    """What a need finds written down: a proven practice, any practice that is recommended, or nothing."""
    practice, post = Practice.__table__, Post.__table__.alias()
    of_it = or_(practice.c.id == Need.practice_id, practice.c.question_id == Need.question_id)
    found = select(practice.c.id).join(post, post.c.id == practice.c.id)
    found = found.where(of_it, practice.c.retired_at.is_(None), post.c.removed_at.is_(None)).correlate(Need)
    proven = found.where(practice.c.label == "proven")
    return case((proven.exists(), "proven"), (found.exists(), "practice"), else_="")


def _labels(department: Department, moment: datetime) -> Mapping[tuple[str, str, bool], set[int]]:
    """The needs of each topic and of each cause, in one statement."""
    cause: Any = db.metadata.tables["cause"]
    subject = func.coalesce(Need.question_id, Need.practice_id)
    tags = _needs(department, moment, Need.id.label("need"), Tag.slug.label("name"), literal(0).label("cause"))
    tags = tags.join(post_tag, post_tag.c.post_id == subject).join(Tag, Tag.id == post_tag.c.tag_id)
    told_of = or_(CauseLink.post_id == Need.question_id, CauseLink.post_id == Need.merged_from_id)
    linked = and_(told_of, CauseLink.linked_at.is_not(None), CauseLink.refused_at.is_(None))
    causes = _needs(department, moment, Need.id, cause.c.title, cause.c.id)
    causes = causes.join(CauseLink, linked).join(cause, cause.c.id == CauseLink.cause_id)
    about = Post.__table__.alias()
    causes = causes.join(about, about.c.id == cause.c.id).where(about.c.removed_at.is_(None))
    found: dict[tuple[str, str, bool], set[int]] = defaultdict(set)
    for need_id, name, cause_id in db.session.execute(union_all(tags, causes)):
        url = cause_address(cause_id, name) if cause_id else f"/tags/{name}"
        found[name, url, bool(cause_id)].add(need_id)
    return found


def _needs(department: Department, moment: datetime, *columns: Any) -> Any:
    """What people of the department brought in the two quarters, but for what was taken back or removed."""
    post: Any = Post.__table__
    return (
        select(*columns)
        .select_from(Need)
        .join(post, post.c.id == func.coalesce(Need.question_id, Need.practice_id))
        .where(Need.department_id == department.id, Need.origin.in_(BROUGHT), Need.state != "withdrawn")
        .where(Need.opened_at >= moment - 2 * QUARTER, Need.opened_at <= moment, post.c.removed_at.is_(None))
    )
