"""Those who need somebody, in the order of their need: read-only, paged by key, a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, false, not_, or_, select, true

from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import gettext, messages
from forum.core.paging import PER_PAGE, Paged, next_key, rank_of, read_key, sort_by_key
from forum.departments.following import chosen, has_label_at, is_left_out
from forum.departments.levels import FOLLOWED
from forum.departments.models import Department, Follow, post_department, post_tag
from forum.needs.inviting import is_unanswered
from forum.needs.models import AnswerInvitation, Need
from forum.needs.priority import MINE, carries, reasons, standing_me_too
from forum.people.models import Person, Skill
from forum.posts.models import Post
from forum.questions.asking import address
from forum.questions.listing import Row, are_visible, columns, drawn, labelled
from forum.questions.models import Question

AMONG = messages({"all": "All", "department": "My department", "me": "For me"})
FOR_ONE = ("me", "first")  # narrowed to what is for the person: on the list of questions, and on their home page
IN_FIFTHS = 5  # `MINE` is six fifths: with whole numbers a key says exactly where a page ends.
ASKED = 10_000_000  # above every priority: whoever was asked by name sees that first


@dataclass(frozen=True, slots=True)
class Waiting:
    """One question that waits for somebody, as their home page shows it."""

    title: str
    url: str
    author: str
    department: str
    reasons: tuple[str, ...]
    is_asked: bool  # by name


def waiting(person: Person, key: str | None = None, *, among: str = "all") -> Paged[Row]:
    """One page of the questions that wait: those the person was asked about, then by priority.

    `among` narrows it to those that concern the person's department, or to what is for the person. Raises KeyError for
    anything else.
    """
    return _page(person, among, read_key(key, rank_of), concerned=person.department_id)


def waiting_for(person: Person, department: Department) -> Paged[Row]:
    """The first page of the questions that concern a department and wait."""
    return _page(person, "department", {}, concerned=department.id)


def first_for(person: Person, limit: int) -> Sequence[Waiting]:
    """The first that wait for this person of all: asked by name, of the own department, or about a topic that they know
    or follow. One statement."""
    found = db.session.execute(_statement("first", behind=False).limit(limit), _parameters(person, "first")).all()
    return [
        Waiting(
            title=each.title,
            url=address(each.id, each.title),
            author=each.author_name,
            department=each.author_department,
            reasons=tuple(_reasons(each)),
            is_asked=bool(each.asked),
        )
        for each in found
    ]


def _page(person: Person, among: str, behind: dict[str, Any], *, concerned: int) -> Paged[Row]:
    parameters = _parameters(person, among) | {"concerned": concerned} | behind
    found = db.session.execute(_statement(among, behind=bool(behind)), parameters).all()
    rows = drawn(found, {each.id: _reasons(each) for each in found})
    return Paged(rows[:PER_PAGE], next_key(found, lambda each: (each.place, each.id)))


def _parameters(person: Person, among: str) -> dict[str, Any]:
    found: dict[str, Any] = {"person": person.id, "department": person.department_id, "moment": now()}
    return found | {"people": list(person.selves)} if among in FOR_ONE else found


@cache  # Made once: putting it together takes longer than running it.
def _statement(among: str, *, behind: bool) -> Any:
    top = _ordered(among, behind=behind).subquery()
    return (
        columns()
        .add_columns(
            top.c.place,
            Question.waited,
            Need.impact,
            Need.came_back,
            Need.waiting_since,
            Person.is_persona,
            standing_me_too(top.c.id).label("me_too"),
            _asked(top.c.id).label("asked"),
            _concerns(top.c.id).label("of_department"),
            _knows(top.c.id).label("known"),
            (_follows(top.c.id) if among in FOR_ONE else false()).label("followed"),
        )
        .join(top, top.c.id == Question.id)
        .outerjoin(Need, carries(Question.id))
        .order_by(top.c.place.desc(), top.c.id.desc())
    )


def _ordered(among: str, *, behind: bool) -> Any:
    """Id and place of one page: of all that wait only what an index holds is read."""
    question, post = Question.__table__, Post.__table__
    id = question.c.id
    own = select(post.c.id).where(post.c.author_id.in_(bindparam("people", expanding=True)))
    narrowed = {
        "all": true(),
        "department": _concerns(id, "concerned"),
        "me": and_(id.not_in(own), or_(_asked(id), _knows(id), _follows(id)), _is_offered(id)),
        "first": and_(id.not_in(own), or_(_asked(id), _concerns(id), _knows(id), _follows(id)), _is_offered(id)),
    }[among]
    place = question.c.priority * case((or_(_concerns(id), _knows(id)), round(IN_FIFTHS * MINE)), else_=IN_FIFTHS)
    place += case((_asked(id), ASKED), else_=0)
    ordered = select(id, place.label("place")).where(question.c.waits, are_visible(id), narrowed)
    return sort_by_key(ordered, place, id, behind=behind)


def _reasons(found: Any) -> list[str]:
    why = reasons(
        found.impact,
        found.waited,
        1 + found.me_too,
        came_back=bool(found.came_back),
        since=found.waiting_since or found.created_at,
        unnamed=found.is_persona,
    )
    for holds, words in (
        (found.of_department, gettext("your department")),
        (found.known, gettext("you know about this")),
        (found.followed and not (found.of_department or found.known), gettext("you follow this")),
    ):
        why += [words] if holds else []
    first, *others = [gettext("you were asked"), *why] if found.asked else why
    return [first[0].upper() + first[1:], *others]


def _concerns(id: Any, department: str = "department") -> ColumnElement[bool]:
    return labelled(post_department, post_department.c.department_id == bindparam(department), id)


def _knows(id: Any) -> ColumnElement[bool]:
    known = select(Skill.tag_id).where(Skill.person_id == bindparam("person"))
    return labelled(post_tag, post_tag.c.tag_id.in_(known), id)


def _follows(id: Any) -> ColumnElement[bool]:
    return has_label_at(id, Follow.person_id == bindparam("person"), FOLLOWED)


def _is_offered(id: Any) -> ColumnElement[bool]:
    """Nothing of a muted thread; of a muted label only what the person is asked by name."""
    selves = Follow.person_id.in_(bindparam("people", expanding=True))
    muted = id.in_(chosen(selves, "question", ("muted",)))
    return and_(not_(muted), or_(_asked(id), not_(is_left_out(id, selves))))


def _asked(id: Any) -> ColumnElement[bool]:
    """Invited by name and told so, without having replied; keeping silent is no reply, and it still waits."""
    asked: ColumnElement[bool] = id.in_(
        select(AnswerInvitation.question_id).where(
            AnswerInvitation.person_id == bindparam("person"),
            AnswerInvitation.sent_at <= bindparam("moment"),
            is_unanswered(),
        )
    )
    return asked
