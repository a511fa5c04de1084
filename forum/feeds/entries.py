"""The newest questions and answers that anybody who is signed in may see, of all or of a part."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from forum.answers.models import Answer
from forum.core import text
from forum.core.db import db
from forum.core.languages import gettext
from forum.departments.models import Department, Tag, post_department, post_tag
from forum.feeds.atom import Entry
from forum.people.models import Person
from forum.posts.models import Post
from forum.questions.asking import address
from forum.questions.listing import labelled
from forum.questions.models import Question

MOST = 30
EXCERPT = 500  # characters: enough to see whether one wants to read the rest, on the page
NAMED = "2026"  # The year from which a host's name speaks for the site; ids must not change with the present one.
POST, QUESTION, ANSWER = Post.__table__, Question.__table__, Answer.__table__


@dataclass(frozen=True, slots=True)
class Part:
    """What a feed is narrowed to: a topic, a department, or posts that were found."""

    tag: Tag | None = None
    department: Department | None = None
    ids: Collection[int] | None = None


def newest(part: Part) -> list[Entry]:
    """The newest questions and answers of a part, the latest first."""
    rows = [*_rows(_questions(), part), *_rows(_answers(), part)]
    rows.sort(key=attrgetter("created_at", "id"), reverse=True)
    return [_entry(row) for row in rows[:MOST]]


def stable_id(name: str) -> str:
    """A name that no other site has, and that stays."""
    return f"tag:{host()},{NAMED}:{name}"


def host() -> str:
    """The name of the machine under which people know the site."""
    return urlsplit(base()).hostname or "localhost"


def base() -> str:
    """What stands before every path in an address that is read elsewhere."""
    return str(current_app.config["PROVEN_ADDRESS"])


def _rows(query: Any, part: Part) -> Any:
    conditions: list[ColumnElement[bool]] = []
    if part.tag is not None:
        conditions.append(labelled(post_tag, post_tag.c.tag_id == part.tag.id, QUESTION.c.id))
    if part.department is not None:
        conditions.append(
            labelled(post_department, post_department.c.department_id == part.department.id, QUESTION.c.id)
        )
    if part.ids is not None:
        conditions.append(POST.c.id.in_(part.ids))
    query = query.where(*conditions).order_by(POST.c.created_at.desc(), POST.c.id.desc()).limit(MOST)
    return db.session.execute(query).all()


def _questions() -> Any:
    # One statement for each kind: with it named, an index holds the order.
    return _columns().join(QUESTION, QUESTION.c.id == POST.c.id).where(POST.c.kind == "question", _is_seen())


def _answers() -> Any:
    page = aliased(POST)
    query = _columns().join(ANSWER, ANSWER.c.id == POST.c.id).join(QUESTION, QUESTION.c.id == ANSWER.c.question_id)
    query = query.join(page, page.c.id == QUESTION.c.id)
    return query.where(POST.c.kind == "answer", _is_seen(), page.c.removed_at.is_(None))


def _columns() -> Any:
    """The name is the one that the page shows: of a post without a name that of the persona."""
    return (
        select(POST.c.id, POST.c.kind, POST.c.html, POST.c.created_at, POST.c.edited_at)
        .add_columns(QUESTION.c.id.label("page_id"), QUESTION.c.title, Person.name.label("author"))
        .select_from(POST)
        .join(Person, Person.id == POST.c.author_id)
    )


def _is_seen() -> ColumnElement[bool]:
    """As in the lists: hidden, waiting and refused posts are removed ones, too."""
    seen: ColumnElement[bool] = POST.c.removed_at.is_(None) & QUESTION.c.merged_into_id.is_(None)
    return seen


def _entry(row: Any) -> Entry:
    page, is_answer = base() + address(row.page_id, row.title), row.kind == "answer"
    words = text.plain(row.html)
    return Entry(
        id=stable_id(f"post-{row.id}"),
        title=gettext("Answer: %(title)s", title=row.title) if is_answer else row.title,
        url=f"{page}#post-{row.id}" if is_answer else page,
        author=row.author,
        text=words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0] + "…",
        published=row.created_at,
        updated=row.edited_at or row.created_at,
    )
