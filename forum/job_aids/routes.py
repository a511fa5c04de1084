"""A practice on one sheet of paper, and as a card that other sites show in a frame."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, g, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Forbidden
from forum.core.web import current_person, let_frame, public
from forum.people.embedding import sites_of
from forum.posts.models import Post
from forum.practices.models import SECTIONS, Practice

bp = Blueprint("job_aids", __name__)

LONG = 2_400  # characters: what is longer is printed small, so that it stays on one page
VERY_LONG = 4_500  # and smaller still; far beyond that a second page cannot be avoided
EXCERPT = 220  # characters of the problem on a card


@bp.get("/practices/<id:id>/print")
def sheet(id: int) -> str:
    """The practice as a job aid: one page, with the address at which it is kept up to date."""
    practice = _shown(id)
    length = sum(len(getattr(practice, name)) for name in SECTIONS)
    return render_template(
        "job_aids/print.html",
        practice=practice,
        size="job-aid--small" if length > VERY_LONG else "job-aid--compact" if length > LONG else "",
        link=_link(id),
        printed_on=now().date(),
        code=_code(practice) if sites_of(g.organisation) else "",
    )


@bp.get("/practices/<id:id>/card")
@public
def card(id: int) -> Any:
    """The practice in a few lines, for the frame of another site; strangers see that there is one, and nothing of it.

    Refused unless an administrator has named the sites that may show it.
    """
    sites = sites_of(g.organisation)
    if not sites:
        raise Forbidden("Cards are switched off here. An administrator names the sites that may show them.")
    practice = _shown(id) if current_person().is_authenticated else None
    let_frame(sites)  # Only now: what is refused is a page of its own, and no card.
    return render_template(
        "job_aids/card.html",
        practice=practice,
        excerpt=text.excerpt(practice.problem, EXCERPT) if practice else "",
        due=practice is not None and practice.is_due(now().date()),
        id=id,
    )


def _shown(id: int) -> Practice:
    query = select(Practice).where(Practice.id == id, Post.removed_at.is_(None))
    query = query.options(joinedload(Practice.author), joinedload(Practice.owner), selectinload(Practice.departments))
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none() or abort(404)


def _link(id: int) -> str:
    """The address that stays the same whatever the title becomes."""
    return f"{current_app.config['PROVEN_ADDRESS']}/practices/{id}"


def _code(practice: Practice) -> str:
    """What somebody puts into another page to show the card there."""
    title = text.escaped(practice.title)
    return f'<iframe src="{_link(practice.id)}/card" title="Best practice: {title}" width="100%" height="230"></iframe>'
