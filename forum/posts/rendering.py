"""Rendering posts again after the renderer changed: in small transactions, while the site is used."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import selectin_polymorphic

from forum.core import text
from forum.core.db import db, transaction
from forum.posts.models import Post
from forum.posts.writing import rendered
from forum.practices.models import SECTIONS, Practice

AT_ONCE = 100  # posts a transaction: a fraction of a second, so that nobody waits for the write lock.


def render_outdated() -> Iterator[int]:
    """Render every post of an older renderer from its source; yields how many each step did."""
    while True:
        with transaction():
            query = select(Post).where(Post.renderer != text.RENDERER).order_by(Post.id).limit(AT_ONCE)
            posts = db.session.scalars(query.options(selectin_polymorphic(Post, [Practice]))).all()
            for post in posts:
                _render(post)
        if not posts:
            return
        yield len(posts)
        db.session.expunge_all()


def _render(post: Post) -> None:
    post.html = rendered(post.body).html
    if isinstance(post, Practice):
        post.sections_html = {name: rendered(getattr(post, name)).html for name in SECTIONS}
    post.renderer = text.RENDERER
