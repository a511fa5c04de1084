"""What several routes of practices share: which one is shown, and who can look after it."""

from __future__ import annotations

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from forum.core.db import db
from forum.core.errors import Invalid
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.forms import CareForm
from forum.practices.models import Practice


def shown_practice(id: int) -> Practice:
    """The practice with what its pages print; not found if there is none, or it was removed."""
    query = select(Practice).where(Practice.id == id, Post.removed_at.is_(None))
    loaded = query.options(
        joinedload(Practice.author),
        joinedload(Practice.owner),
        joinedload(Practice.promoted_by),
        joinedload(Practice.successor),
        selectinload(Practice.departments),
        selectinload(Practice.tags),
    )
    return db.session.scalars(loaded.execution_options(populate_existing=True)).one_or_none() or abort(404)


def people_to_choose() -> list[tuple[int, str]]:
    """Everybody who works here, for a list to choose from."""
    query = select(Person.id, Person.name).where(Person.left_at.is_(None)).order_by(Person.name)
    return [(id, name) for id, name in db.session.execute(query)]


def chosen_owner(form: CareForm) -> Person:
    """Whom a form names as the owner. Raises `Invalid`."""
    owner = db.session.get(Person, form.owner.data or 0)
    if owner is None or not owner.is_active:
        raise Invalid("Choose who looks after it.", "owner")
    return owner
