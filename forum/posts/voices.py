"""As whom somebody speaks on a page: one voice for each person, so that nobody agrees with themselves."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from forum.core.db import db
from forum.core.errors import Invalid
from forum.people.models import Person
from forum.people.personas import ENOUGH, become_colleague
from forum.posts.models import Comment, Post


def voice_in(person: Person, page: Post, *, unnamed: bool = False, shows_department: bool = False) -> Person:
    """As whom `person` writes on a page: as the persona they have there, a new one if they want, else by name.

    Whoever has a persona there goes on as it. Raises `Invalid` for a name that has been given there before.
    """
    voice = person.voice_for(page)
    if voice.is_persona or not unnamed:
        return voice
    if has_spoken(person, page.id):
        raise Invalid("You have written here under your name, so you go on under it: one voice in a thread.", "unnamed")
    return become_colleague(person, page.id, shows_department=shows_department)


def has_spoken(person: Person, page_id: int) -> bool:
    """Whether somebody has written on a page under their name, also what was removed since, has said that they need
    it too, or is on it: whoever answers without a name next would be known by that."""
    return bool(db.session.scalar(select(_spoken()), {"person_id": person.id, "page_id": page_id}))


def choice_for(person: Person, page_id: int) -> tuple[bool, bool]:
    """What the forms of a page offer: whether somebody may still go without a name there, and show their department."""
    known = {"person_id": person.id, "page_id": page_id, "department_id": person.department_id}
    spoken, colleagues = db.session.execute(_choice(), known).one()
    return not spoken, colleagues >= ENOUGH


@cache  # Made once, like the other statements of the thread page.
def _choice() -> Any:
    here = (Person.department_id == bindparam("department_id"), Person.left_at.is_(None))
    return select(_spoken(), select(func.count(Person.id)).where(*here).scalar_subquery())


def _spoken() -> Any:
    """Of `person_id` on the page `page_id`."""
    page_id: Any = bindparam("page_id")
    person_id: Any = bindparam("person_id")
    answer: Any = db.metadata.tables["answer"]  # By name: answers stand above posts.
    comment: Any = Comment.__table__
    answered = select(answer.c.id).where(answer.c.question_id == page_id)
    remarked = select(comment.c.id).where(comment.c.page_id == page_id)
    on_page = or_(Post.id == page_id, Post.id.in_(answered), Post.id.in_(remarked))
    said = [select(Post.id).where(Post.author_id == person_id, on_page).exists()]
    for name in ("need", "claim"):
        table: Any = db.metadata.tables[name]
        said.append(select(table.c.id).where(table.c.person_id == person_id, table.c.question_id == page_id).exists())
    turn: Any = db.metadata.tables["chat_turn"]
    said.append(select(turn.c.id).where(turn.c.author_id == person_id, turn.c.chat_id == page_id).exists())
    return or_(*said)
