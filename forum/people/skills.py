"""Saying "I know about this": one is asked about the topic then, also before any answer of one's own has proved it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from forum.core.db import db
from forum.core.permissions import require
from forum.departments.models import Tag
from forum.people.models import Person, Skill


def declare(person: Person, tag: Tag) -> None:
    """Say for oneself that one knows about a topic; saying it twice is saying it once."""
    require(person, "skill.declare")
    insert = sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    row = insert(Skill).values(person_id=person.id, tag_id=tag.id)
    db.session.execute(row.on_conflict_do_nothing())


def withdraw(person: Person, tag: Tag) -> None:
    """Say it no longer."""
    require(person, "skill.declare")
    db.session.execute(delete(Skill).where(Skill.person_id == person.id, Skill.tag_id == tag.id))


def skills_of(person: Person) -> Sequence[str]:
    """The slugs of the topics somebody knows about, alphabetically."""
    query = select(Tag.slug).join(Skill, Skill.tag_id == Tag.id).where(Skill.person_id == person.id)
    return db.session.scalars(query.order_by(Tag.slug)).all()


def who_know(tag: Tag) -> dict[int, str]:
    """The names of those who said that they know about a topic, by id, in the order of their names."""
    query = select(Person.id, Person.name).join(Skill, Skill.person_id == Person.id).where(Skill.tag_id == tag.id)
    rows = db.session.execute(query.where(Person.left_at.is_(None)).order_by(Person.name, Person.id))
    return dict(rows.all())
