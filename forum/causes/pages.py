"""What the pages of causes share."""

from __future__ import annotations

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from forum.causes.models import Cause
from forum.core.db import db
from forum.posts.models import Post


def shown_cause(id: int) -> Cause:
    """The cause with that id, with everybody it names. Answers 404 when it is not there or removed."""
    query = select(Cause).where(Cause.id == id, Post.removed_at.is_(None))
    loaded = query.options(
        joinedload(Cause.author),
        joinedload(Cause.delegate),
        joinedload(Cause.co_owner),
        selectinload(Cause.tags),
        selectinload(Cause.departments),
    )
    return db.session.scalars(loaded.execution_options(populate_existing=True)).one_or_none() or abort(404)
