"""Turning what somebody typed into what is stored: once, before the transaction, and the same for every entry."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from forum.attachments.using import sizes_of
from forum.core import text
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.languages import gettext, number
from forum.people.models import Person
from forum.posts.models import Post


@dataclass(frozen=True)
class Written:
    """A text as typed (Markdown) and as shown (cleaned HTML)."""

    source: str
    html: str
    mentioned: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing but white space was typed."""
        return not self.source.strip()


def write(source: str, *, at_least: int = 1, at_most: int = text.MAX_SOURCE) -> Written:
    """Clean and render `source`. Raises `Invalid` when it is shorter or longer (characters) than allowed.

    Costs a small query each for people, questions and attachments that the text names, and never holds a lock.
    """
    cleaned = text.clean_source(source)
    length = len(cleaned.strip())
    if length < at_least:
        raise Invalid("Write a little more: what happened, what you tried, what you need.", "body")
    if length > at_most:
        raise Invalid(
            gettext(
                "This is %(length)s characters long; %(most)s is the most.", length=number(length), most=number(at_most)
            ),
            "body",
        )
    return rendered(cleaned)


def rendered(source: str) -> Written:
    """Render a source that is already clean, with its mentions and references resolved as of today."""
    people = _people(text.mentioned_handles(source))
    questions = _titles(text.referred_questions(source))
    html = text.render(
        source,
        mentions={handle: f"/people/{id}/{handle}" for handle, id in people.items()},
        questions={id: (f"/questions/{id}", title) for id, title in questions.items()},
        pictures=sizes_of(text.attached(source)),
    )
    return Written(source, html, tuple(people.values()))


def _people(handles: set[str]) -> dict[str, int]:
    if not handles:
        return {}
    rows = db.session.execute(
        select(Person.handle, Person.id).where(Person.handle.in_(sorted(handles)), ~Person.is_persona)
    )
    return dict(rows.all())


def _titles(ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    question, post = db.metadata.tables["question"], Post.__table__
    rows = db.session.execute(
        select(question.c.id, question.c.title)
        .join(post, post.c.id == question.c.id)
        .where(question.c.id.in_(sorted(ids)), post.c.removed_at.is_(None))
    )
    return dict(rows.all())
